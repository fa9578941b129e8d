//! The places of a town in which things are given.

use vocabulary::GridPoint;

use super::Town;
use super::chance::Chance;
use super::kinds::Room;
use crate::directory::{Accessibility, Address, Site};
use crate::place::grid::from_grid;

/// From so many people on, a room of this kind under this name.
const VENUES: [(Room, u32, &str); 20] = [
    (Room::Leisure, 8_000, "{town} Leisure Centre"),
    (Room::Leisure, 25_000, "{town} Swimming Pool"),
    (Room::Leisure, 100_000, "Eastgate Sports Centre"),
    (Room::Leisure, 0, "{town} Sports Hall"),
    (Room::Clinic, 0, "{town} Health Centre"),
    (Room::Clinic, 15_000, "Riverside Clinic"),
    (Room::Clinic, 40_000, "{town} Community Hospital"),
    (Room::Library, 0, "{town} Library"),
    (Room::Library, 100_000, "Northfields Library"),
    (Room::Hall, 0, "{town} Memorial Hall"),
    (Room::Hall, 9_000, "{town} Community Centre"),
    (Room::Hall, 20_000, "The Old School"),
    (Room::Hall, 30_000, "Corn Exchange Rooms"),
    (Room::Faith, 0, "St Oswin's Church Hall"),
    (Room::Faith, 10_000, "{town} Chapel"),
    (Room::Faith, 40_000, "{town} Mosque and Community Centre"),
    (Room::Park, 0, "{town} Recreation Ground pavilion"),
    (Room::Park, 15_000, "{town} Park café"),
    (Room::Office, 0, "{town} Town Hall"),
    (Room::Office, 20_000, "Market Chambers"),
];

const STREETS: [&str; 14] = [
    "Mill Lane",
    "Market Place",
    "Church Street",
    "Station Road",
    "Eastgate",
    "Bridge Street",
    "Park Road",
    "School Lane",
    "Quay Street",
    "Chapel Row",
    "Windmill Hill",
    "Priory Walk",
    "Tanners Yard",
    "Orchard Way",
];

const WAYS: [&str; 6] = [
    "Buses stop outside.",
    "Five minutes on foot from the bus station.",
    "There are four blue badge spaces beside the door.",
    "Parking is free for two hours.",
    "The nearest bus stop is at the top of the hill; the path down is steep.",
    "Turn in beside the chemist; the entrance is at the back.",
];

/// A place in a town, under a key.
#[derive(Debug)]
pub(super) struct Venue {
    pub(super) key: String,
    pub(super) room: Room,
    pub(super) town: usize,
    pub(super) name: String,
    pub(super) site: Site,
}

/// Every place of every town.
pub(super) fn venues(county: &str, towns: &[Town], seed: u64) -> Vec<Venue> {
    let mut venues: Vec<Venue> = Vec::new();
    for (at, town) in towns.iter().enumerate() {
        for (room, from, pattern) in VENUES {
            // A sports hall stands where there is no leisure centre.
            let spare = pattern.ends_with("Sports Hall") && town.people >= 8_000;
            let Some(number) = (town.people >= from && !spare).then_some(venues.len()) else { continue };
            let name = pattern.replace("{town}", &town.name);
            let site = site(county, town, &name, &mut Chance::of(seed, 10_000_000 + number as u64));
            venues.push(Venue { key: format!("place-{:04}", number + 1), room, town: at, name, site });
        }
    }
    venues
}

fn site(county: &str, town: &Town, name: &str, chance: &mut Chance) -> Site {
    let postcode = chance.pick(&town.postcodes);
    let place = postcode.and_then(|(_, point)| from_grid(*point));
    let street = chance.pick(&STREETS).copied().unwrap_or_default();
    let step_free = match chance.below(100) {
        0..60 => Some(true),
        60..72 => Some(false),
        _ => None,
    };
    let words = match step_free {
        Some(true) if chance.in_hundred(60) => Some("Level entrance, wide doors and an accessible toilet."),
        Some(false) => Some("Three steps at the entrance; ring the bell for a portable ramp."),
        _ => None,
    };
    let accessibility =
        words.map(|words| Accessibility { description: Some(words.to_owned()), ..Accessibility::default() });
    Site {
        name: Some(name.to_owned()),
        // To about ten metres, as directories have them.
        latitude: place.map(|place| rounded(place.latitude)),
        longitude: place.map(|place| rounded(place.longitude)),
        getting_there: chance.in_hundred(50).then(|| chance.pick(&WAYS).map(|w| (*w).to_owned())).flatten(),
        addresses: vec![Address {
            lines: vec![format!("{} {street}", 1 + chance.below(90))],
            city: Some(town.name.clone()),
            county: Some(county.to_owned()),
            postcode: postcode.map(|(postcode, _)| postcode.clone()),
            country: Some("GB".to_owned()),
            kind: Some("physical".to_owned()),
            ..Address::default()
        }],
        accessibility: accessibility.into_iter().collect(),
        step_free,
        ..Site::default()
    }
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 10_000.0).round() / 10_000.0
}

/// Whether a town has a postcode at all: without one nothing can be placed there.
pub(super) fn has_place(town: &Town) -> bool {
    town.postcodes.iter().any(|(_, point)| GridPoint::in_great_britain(*point))
}
