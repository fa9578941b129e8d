//! The invented organisations that run services, and the venues that they use.

use vocabulary::Topic;
use vocabulary::Topic::{
    BoneHealth, CarersAndCompany, DiabetesEducation, FallsPrevention, Fatigue, Heart, LanguageSupport, Mood,
    Pain, SmokingAndBreath, WaitingWell,
};

use super::archetypes::{Archetype, Family, Room};
use super::geography::{Geography, Place};
use super::names::{COUNTY, Setting};
use super::outline::squared;
use super::random::{Purpose, Random};
use Family::{
    Advice, Bowls, Carers, Charity, Council, Cycling, Faith, Food, Garden, Health, Learning, Leisure, Lifts,
    MindAndBody, Neighbours, Primary, Singing, Swimming, TableTennis, Walking, Workshop,
};

/// An organisation.
#[derive(Debug)]
pub(super) struct Organisation {
    pub(super) name: String,
    pub(super) family: Family,
    /// What it helps with and nothing else; nothing for those that do many things.
    pub(super) only: Option<Topic>,
    /// Index of its town or village, or nothing if it works all over the county.
    pub(super) place: Option<usize>,
}

impl Organisation {
    /// Whether it would run such a service.
    pub(super) fn runs(&self, archetype: &Archetype) -> bool {
        archetype.run_by.contains(&self.family)
            && self.only.is_none_or(|topic| archetype.offers.contains(&topic))
    }
}

/// A venue.
#[derive(Debug)]
pub(super) struct Venue {
    pub(super) name: String,
    pub(super) room: Room,
    pub(super) place: usize,
    pub(super) at: (i32, i32),
    pub(super) postcode: String,
    pub(super) step_free: bool,
}

/// Those that work all over the county; `{}` is its name.
const COUNTY_WIDE: [(Family, Option<Topic>, &str); 24] = [
    (Council, None, "{} County Council"),
    (Leisure, None, "{} Leisure Trust"),
    (Health, None, "{} Community Health Services"),
    (Charity, Some(CarersAndCompany), "{} Carers and Friends"),
    (Advice, None, "{} Money and Rights Advice"),
    (Health, Some(Pain), "{} Joint and Muscle Service"),
    (Health, Some(FallsPrevention), "{} Falls and Balance Service"),
    (Walking, None, "{} Walks for Everyone"),
    (Lifts, None, "{} Community Transport"),
    (Health, Some(Mood), "{} Talking Support"),
    (Learning, None, "{} Adult Learning"),
    (Charity, Some(Pain), "{} Joint Pain Network"),
    (Health, Some(WaitingWell), "{} Hospitals Therapy Services"),
    (Health, Some(Heart), "{} Heart and Lung Rehabilitation"),
    (Health, Some(DiabetesEducation), "{} Diabetes Learning Team"),
    (Health, Some(SmokingAndBreath), "{} Smoke-free Service"),
    (Charity, Some(BoneHealth), "{} Strong Bones Society"),
    (Charity, Some(SmokingAndBreath), "{} Breathers"),
    (Garden, None, "{} Growing Spaces"),
    (Learning, Some(LanguageSupport), "{} Languages Together"),
    (Charity, Some(Fatigue), "{} Fibro and Fatigue Network"),
    (Neighbours, None, "{} Village Halls Association"),
    (Food, None, "{} Food Partnership"),
    (Faith, None, "{} Interfaith Welcome"),
];

/// Those of one town or village; `{}` is its name. From so many thousands of people, and how common.
const LOCAL: [(Family, Option<Topic>, &str, i32, u32); 34] = [
    (Council, None, "{} Town Council", 7, 6),
    (Leisure, None, "{} Active Together", 11, 6),
    (Leisure, None, "{} Swimming and Fitness Trust", 20, 6),
    (Primary, None, "{} Family Practices", 9, 8),
    (Primary, None, "{} and Villages Primary Care Group", 15, 8),
    (Charity, Some(CarersAndCompany), "{} Befriending Project", 5, 6),
    (Charity, Some(Pain), "{} Pain Support Circle", 9, 4),
    (Charity, None, "{} Later Life Forum", 6, 6),
    (Charity, Some(Mood), "{} Wellbeing Rooms", 11, 6),
    (Advice, None, "{} Advice Desk", 9, 8),
    (Advice, None, "{} Warm Homes Shop", 15, 3),
    (Walking, None, "{} Walkers", 1, 8),
    (Walking, None, "{} Footpath Friends", 4, 3),
    (Garden, None, "{} Community Garden", 2, 6),
    (Garden, None, "{} Allotment Society", 6, 3),
    (Bowls, None, "{} Bowls Club", 2, 5),
    (TableTennis, None, "{} Table Tennis Club", 6, 3),
    (Cycling, None, "{} Cycling Circle", 9, 3),
    (Swimming, None, "{} Sea Swimmers", 7, 3),
    (MindAndBody, None, "{} Tai Chi and Yoga Group", 5, 4),
    (Faith, None, "St Oswin's Church {}", 1, 6),
    (Faith, None, "{} Chapel Friends", 2, 5),
    (Faith, None, "{} Faith and Friendship Group", 11, 4),
    (Neighbours, None, "{} Good Neighbours", 1, 8),
    (Neighbours, None, "{} Village Hall Committee", 1, 6),
    (Neighbours, None, "{} Community Trust", 6, 7),
    (Workshop, None, "{} Mending Shed", 4, 5),
    (Singing, None, "{} Singers", 4, 3),
    (Carers, None, "{} Carers' Circle", 4, 6),
    (Carers, None, "{} Memory and Music Group", 7, 3),
    (Lifts, None, "{} Lift Share", 1, 4),
    (Lifts, None, "{} Hospital Car Drivers", 5, 4),
    (Learning, None, "{} Learning Rooms", 9, 4),
    (Food, None, "{} Community Kitchen", 4, 5),
];

/// Venues; `{}` is the town or village. From and up to so many thousands of people.
const VENUES: [(Room, &str, i32, i32); 27] = [
    (Room::Leisure, "{} Leisure Centre", 9, 999),
    (Room::Leisure, "{} Swimming Pool", 20, 999),
    (Room::Leisure, "Eastgate Sports Centre, {}", 100, 999),
    (Room::Leisure, "Riverside Gym, {}", 30, 999),
    (Room::Leisure, "{} School Sports Hall", 4, 12),
    (Room::Clinic, "{} Health Centre", 4, 999),
    (Room::Clinic, "Market Place Surgery, {}", 15, 999),
    (Room::Clinic, "{} Cottage Hospital", 24, 60),
    (Room::Clinic, "{} General Hospital", 100, 999),
    (Room::Clinic, "Tanner's Row Clinic, {}", 40, 999),
    (Room::Library, "{} Library", 4, 999),
    (Room::Library, "Kingsway Library, {}", 100, 999),
    (Room::Hall, "{} Community Centre", 4, 999),
    (Room::Hall, "{} Village Hall", 1, 8),
    (Room::Hall, "The Corn Store, {}", 20, 999),
    (Room::Hall, "Old School Rooms, {}", 6, 999),
    (Room::Hall, "Ropewalk Centre, {}", 100, 999),
    (Room::Faith, "St Oswin's Church Hall, {}", 1, 999),
    (Room::Faith, "{} Chapel Rooms", 6, 999),
    (Room::Faith, "Lantern Street Mosque Hall, {}", 100, 999),
    (Room::Park, "{} Memorial Park", 4, 999),
    (Room::Park, "{} Recreation Ground", 1, 8),
    (Room::Park, "Canal Basin, {}", 30, 999),
    (Room::Offices, "{} Town Hall", 7, 999),
    (Room::Offices, "12 Market Place, {}", 9, 999),
    (Room::Club, "{} Bowls Green", 4, 999),
    (Room::Club, "{} Clubhouse", 9, 999),
];

/// As many organisations as asked for: the county-wide ones first, then local ones, more of them in larger places.
pub(super) fn organisations(wanted: u32, county: &Geography, seed: u64) -> Vec<Organisation> {
    let mut random = Random::of(seed, Purpose::Organisations);
    let mut list: Vec<Organisation> = COUNTY_WIDE
        .iter()
        .map(|&(family, only, pattern)| Organisation {
            name: pattern.replace("{}", COUNTY),
            family,
            only,
            place: None,
        })
        .collect();
    let mut possible: Vec<(u32, Organisation)> = Vec::new();
    for (index, place) in county.places.iter().enumerate() {
        for (family, only, pattern, from, common) in LOCAL {
            if place.thousands >= from && fits(pattern, place) {
                let name = pattern.replace("{}", place.name);
                let weight = common * place.thousands.min(40) as u32;
                possible.push((weight, Organisation { name, family, only, place: Some(index) }));
            }
        }
    }
    while list.len() < wanted as usize {
        if possible.is_empty() {
            // A county of more organisations than names: the further ones are branches.
            let number = list.len();
            let Organisation { name, family, only, place } = &list[number % COUNTY_WIDE.len()];
            list.push(Organisation {
                name: format!("{name}, branch {number}"),
                family: *family,
                only: *only,
                place: *place,
            });
        } else {
            let drawn = random.weighted(possible.iter().map(|p| p.0));
            list.push(possible.swap_remove(drawn).1);
        }
    }
    list.truncate(wanted as usize);
    list
}

fn fits(pattern: &str, place: &Place) -> bool {
    (pattern != "{} Sea Swimmers" || place.setting == Setting::Seaside)
        && (!pattern.contains("Village") || place.setting == Setting::Country || pattern.contains("Primary"))
}

/// The venues of every place, each at a postcode near its middle.
pub(super) fn venues(county: &Geography, seed: u64) -> Vec<Venue> {
    let mut random = Random::of(seed, Purpose::Venues);
    let mut list = Vec::new();
    for (place, facts) in county.places.iter().enumerate() {
        let reach = 500 + i64::from(facts.thousands) * 16;
        let mut near: Vec<(i32, i32)> = county
            .postcodes
            .iter()
            .map(|p| p.at)
            .filter(|&at| squared(at, facts.at) <= reach * reach)
            .collect();
        if near.is_empty() {
            near.extend(county.postcodes.iter().map(|p| p.at).min_by_key(|&at| squared(at, facts.at)));
        }
        for (room, pattern, from, to) in VENUES {
            if (from..=to).contains(&facts.thousands) {
                let chance = match room {
                    Room::Leisure | Room::Clinic | Room::Library => 95,
                    Room::Hall | Room::Offices => 80,
                    Room::Park => 70,
                    Room::Faith | Room::Club => 60,
                };
                list.push(Venue {
                    name: pattern.replace("{}", facts.name),
                    room,
                    place,
                    at: *random.pick(&near),
                    postcode: postcode(place, &mut random),
                    step_free: random.below(100) < chance,
                });
            }
        }
    }
    list
}

/// A postcode of the area ZZ, which is none of Royal Mail's.
fn postcode(place: usize, random: &mut Random) -> String {
    let letters = b"ABDEFGHJLNPQRSTUWXYZ";
    let [one, two] = [(); 2].map(|()| char::from(*random.pick(letters)));
    format!("ZZ{} {}{one}{two}", place + 1, random.below(9) + 1)
}
