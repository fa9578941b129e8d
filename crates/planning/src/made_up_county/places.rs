//! The county's postcodes, small areas and towns, as the tables of places have them.

use offers::place::{AreaFacts, AreaOutline, Membership, PlaceFeed, PostcodePlace};
use vocabulary::{Day, GridPoint, Lsoa, Postcode};

use super::geography::{AREAS, Geography, practice_sites};
use super::outline::{squared, within};
use super::population_file::{FIRST_LSOA, practice_code};

/// The largest towns are the seats of as many districts.
const DISTRICTS: usize = 7;
/// Towns around which practices work together, and the code of the first such network.
const NETWORKS: usize = 14;
const FIRST_NETWORK: usize = 99_001;
/// The first code of a district. Real ones end below E07000300.
const FIRST_DISTRICT: u32 = 7_999_001;
/// Letters that stand last in a postcode.
const LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";
/// How many postcodes a town is known by.
const NEAREST: usize = 16;

/// A town or a village with a hall.
#[derive(Clone, Debug)]
pub struct MadeUpTown {
    pub name: String,
    pub people: u32,
    /// The nearest to its middle first.
    pub postcodes: Vec<(Postcode, GridPoint)>,
}

/// What the tables of places would say of the county.
pub(super) fn places(county: &Geography) -> PlaceFeed {
    let lsoa = |at: usize| Lsoa::parse(&format!("E{:08}", FIRST_LSOA + at as u32)).ok();
    let mut feed = PlaceFeed::default();
    let codes = codes(county);
    for (postcode, code) in county.postcodes.iter().zip(codes) {
        let Some(postcode_of) = code else { continue };
        feed.postcodes.push(PostcodePlace {
            postcode: postcode_of,
            point: point(postcode.at),
            lsoa: lsoa(usize::from(postcode.lsoa)),
            terminated: false,
        });
    }
    feed.postcodes.sort_by_key(|place| place.postcode);
    let mut numbers = [0; DISTRICTS];
    let mut before = None;
    let mut letter = b'A';
    for (at, (area, cell)) in county.lsoas.iter().zip(&county.cells).enumerate() {
        let Some(lsoa) = lsoa(at) else { continue };
        let district = district(county, county.areas[usize::from(area.area)].at);
        if before == Some(area.area) {
            letter += 1;
        } else {
            numbers[district] += 1;
            (before, letter) = (Some(area.area), b'A');
        }
        let name = format!("{} {:03}{}", county.places[district].name, numbers[district], char::from(letter));
        feed.areas.push(AreaFacts {
            name: Some(name),
            district: Some(format!("E{:08}", FIRST_DISTRICT + district as u32)),
            imd_decile: Some(area.decile),
            rural: Some(if area.rural { "D1" } else { "C1" }.to_owned()),
            ..AreaFacts::unknown(lsoa)
        });
        let ring: Vec<GridPoint> = within(&county.outline.ring, *cell).into_iter().map(point).collect();
        if ring.len() > 2 {
            feed.outlines.push(AreaOutline { lsoa, rings: vec![ring] });
        }
    }
    feed.memberships =
        practice_sites(&county.postcodes).into_iter().enumerate().map(partner(county)).collect();
    feed
}

/// Practices work together with those around the same town.
fn partner(county: &Geography) -> impl Fn((usize, (i32, i32))) -> Membership {
    move |(practice, site)| {
        let towns = county.places.iter().take(NETWORKS).map(|town| squared(town.at, site)).enumerate();
        let nearest = towns.min_by_key(|(_, metres)| *metres).map_or(0, |(town, _)| town);
        Membership {
            practice: practice_code(practice),
            network: format!("U{}", FIRST_NETWORK + nearest),
            name: Some(format!("{} Primary Care Network", county.places[nearest].name)),
            joined: Day::of(2019, 7, 1).ok(),
            left: None,
        }
    }
}

/// The towns and villages, the largest first.
pub(super) fn towns(county: &Geography) -> Vec<MadeUpTown> {
    let codes = codes(county);
    let town = |place: &super::geography::Place| {
        let known = county.postcodes.iter().zip(&codes);
        let mut near: Vec<(i64, (Postcode, GridPoint))> = known
            .filter_map(|(postcode, code)| {
                Some((squared(postcode.at, place.at), ((*code)?, point(postcode.at))))
            })
            .collect();
        near.select_nth_unstable_by_key(NEAREST, |(metres, (code, _))| (*metres, *code));
        near.truncate(NEAREST);
        near.sort_unstable_by_key(|(metres, (code, _))| (*metres, *code));
        let postcodes = near.into_iter().map(|(_, known)| known).collect();
        MadeUpTown { name: place.name.to_owned(), people: place.thousands as u32 * 1_000, postcodes }
    };
    county.places.iter().map(town).collect()
}

/// A postcode for each group of homes: an area has the first half to itself.
fn codes(county: &Geography) -> Vec<Option<Postcode>> {
    let mut taken = [0; AREAS];
    let code = |postcode: &super::geography::Postcode| {
        let area = usize::from(county.lsoas[usize::from(postcode.lsoa)].area);
        let number = taken[area];
        taken[area] += 1;
        let letter = |at: usize| char::from(LETTERS[at % LETTERS.len()]);
        let (first, second) = (letter(number / 10), letter(number / 10 / LETTERS.len()));
        Postcode::parse(&format!("ZZ{} {}{second}{first}", area + 1, number % 10)).ok()
    };
    county.postcodes.iter().map(code).collect()
}

fn district(county: &Geography, at: (i32, i32)) -> usize {
    let seats = county.places.iter().take(DISTRICTS).map(|place| squared(place.at, at));
    seats.enumerate().min_by_key(|(_, metres)| *metres).map_or(0, |(seat, _)| seat)
}

const fn point((easting, northing): (i32, i32)) -> GridPoint {
    GridPoint { easting, northing }
}
