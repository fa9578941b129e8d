//! Files about places, told apart by what they hold: postcodes, small areas, practices, outlines.

use std::fmt::Debug;
use std::path::Path;

use offers::place::{PlaceFeed, read_places};
use vocabulary::GridPoint;

use super::{SECRET, names_it, problems, sentence, written};

pub(super) fn places(folder: &Path, bytes: &[u8]) {
    read(names_it(bytes), &written(folder, "places.csv", bytes));
}

pub(super) fn outlines(folder: &Path, bytes: &[u8]) {
    read(is_a_key(bytes), &written(folder, "outlines.geojson", bytes));
}

/// Whether the secret is the name of a property, or a part of one; such names may be said.
fn is_a_key(json: &[u8]) -> bool {
    let text = String::from_utf8_lossy(json);
    let behind = text.split(SECRET).skip(1).filter_map(|rest| rest.split_once('"'));
    // Where the name is written with signs that stand for others, nothing is learnt.
    text.contains('\\') || behind.into_iter().any(|(_, rest)| rest.trim_start().starts_with(':'))
}

fn read(named: bool, path: &Path) {
    match read_places(&[path.to_owned()]) {
        Ok(feed) => {
            problems(named, &feed.problems);
            in_order(&feed);
        }
        Err(error) => sentence(named, &error),
    }
}

/// Each list is in the order of its key and holds a key once; every outline can be drawn.
fn in_order(feed: &PlaceFeed) {
    ascending(&feed.postcodes.iter().map(|place| place.postcode.to_string()).collect::<Vec<_>>());
    ascending(&feed.areas.iter().map(|area| area.lsoa).collect::<Vec<_>>());
    ascending(&feed.outlines.iter().map(|outline| outline.lsoa).collect::<Vec<_>>());
    ascending(&feed.practices.iter().map(|practice| &practice.ods).collect::<Vec<_>>());
    for outline in &feed.outlines {
        assert!(!outline.rings.is_empty() && outline.rings.iter().all(|ring| ring.len() > 2), "{outline:?}");
        let (Some((low, high)), Some(centre)) = (outline.bounds(), outline.centre()) else {
            panic!("no middle: {outline:?}")
        };
        // Of a ring that crosses itself the centre of gravity lies anywhere.
        let _ = (outline.contains(centre), outline.contains(low), outline.contains(high));
        assert!(!outline.contains(GridPoint { easting: i32::MAX, northing: i32::MAX }));
    }
}

fn ascending<K: PartialOrd + Debug>(keys: &[K]) {
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
}
