//! The files of a real county.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;
use crate::test_data::test_data;

fn geography() -> Option<PathBuf> {
    test_data("geography")
}

#[test]
fn the_county_is_read_whole() {
    let Some(folder) = geography() else { return };
    let feed = read_places(std::slice::from_ref(&folder)).expect("readable");
    assert_eq!(feed.sources.len(), 4);
    assert_eq!(
        listed(&feed),
        ["postcode-normalisation.md:1 : a file about places; this one was passed over"]
    );
    assert_eq!((feed.postcodes.len(), feed.areas.len(), feed.outlines.len()), (29_654, 435, 435));
    assert!(feed.areas.iter().all(|a| a.imd_decile.is_some() && a.imd_rank.is_some() && a.name.is_some()));
    assert_eq!(feed.practices.len(), 154);
    assert_eq!(feed.practices.iter().filter(|p| p.is_gp_practice()).count(), 81);

    let points: usize = feed.outlines.iter().flat_map(|o| &o.rings).map(Vec::len).sum();
    let outlines: BTreeMap<Lsoa, &AreaOutline> = feed.outlines.iter().map(|o| (o.lsoa, o)).collect();
    let inside =
        feed.postcodes.iter().filter(|p| p.lsoa.is_some_and(|l| outlines[&l].contains(p.point))).count();
    eprintln!(
        "{inside} of {} postcodes lie within the outline of their area; {points} points",
        feed.postcodes.len()
    );
    assert!(inside * 100 >= feed.postcodes.len() * 99, "{inside} of {}", feed.postcodes.len());

    let places = Places::new(feed.postcodes.clone(), feed.areas, &feed.outlines);
    let Whereabouts::Postcode(grantham) = places.whereabouts("NG31 7AA") else { panic!("known") };
    let area = places.area(grantham.lsoa.expect("an area")).expect("known");
    assert_eq!(area.facts.lsoa, lsoa("E01026317"));
    assert_eq!((area.facts.name.as_deref(), area.facts.imd_decile), (Some("South Kesteven 006A"), Some(4)));
    assert!(area.centre.is_some_and(|c| c.squared_distance(grantham.point) < 3_000_u64.pow(2)));
    let Whereabouts::Outcode(about) = places.whereabouts("NG31") else { panic!("known") };
    assert!(about.postcodes > 500 && about.about.squared_distance(grantham.point) < 5_000_u64.pow(2));
}

/// Every row of the given table by another reader, cell by cell, and by the other files: they say the same.
#[test]
fn every_row_agrees_with_the_table() {
    let Some(folder) = geography() else { return };
    let feed = read_places(std::slice::from_ref(&folder)).expect("readable");
    let alone = read_places(&[folder.join("lincolnshire_imd2025.csv")]).expect("readable");
    let deciles: BTreeMap<Lsoa, Option<u8>> = alone.areas.iter().map(|a| (a.lsoa, a.imd_decile)).collect();
    let places = Places::new(feed.postcodes, feed.areas, &feed.outlines);
    let table = folder.join("lincolnshire_postcode_lsoa21_imd2025.csv");
    let mut rows = 0;
    for row in std::fs::read_to_string(table).expect("read").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let [postcode, latitude, longitude, code, name, _, decile] = cells[..] else { panic!("seven cells") };
        let Whereabouts::Postcode(place) = places.whereabouts(postcode) else { panic!("{postcode}") };
        let decile: Option<u8> = decile.parse().ok();
        assert_eq!(place.lsoa, Some(lsoa(code)));
        assert_eq!(deciles[&lsoa(code)], decile);
        let facts = &places.area(lsoa(code)).expect("known").facts;
        assert_eq!((facts.imd_decile, facts.name.as_deref()), (decile, Some(name)));
        // Nearby points of the table are as far from each other on the sphere as on the grid.
        let back = grid::from_grid(place.point).expect("in Great Britain");
        let number = |text: &str| text.parse::<f64>().expect("a number");
        assert!((back.latitude - number(latitude)).abs() < 0.000_01, "{postcode}");
        assert!((back.longitude - number(longitude)).abs() < 0.000_02, "{postcode}");
        rows += 1;
    }
    assert_eq!(rows, 29_654);
}
