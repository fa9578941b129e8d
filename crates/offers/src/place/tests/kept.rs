//! Places in the tables: kept once, completed by later files, never taken away.

use ground::database::{Act, Database};
use time::OffsetDateTime;
use time::macros::datetime;
use vocabulary::{Actor, GridPoint, Lsoa, Postcode};

use crate::place::*;
use crate::test_data::database;

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

fn lsoa(text: &str) -> Lsoa {
    Lsoa::parse(text).expect("a code")
}

fn postcode(text: &str, easting: i32, area: Option<&str>) -> PostcodePlace {
    PostcodePlace {
        postcode: Postcode::parse(text).expect("a postcode"),
        point: GridPoint { easting, northing: 336_000 },
        lsoa: area.map(lsoa),
        terminated: false,
    }
}

fn facts(area: &str, name: Option<&str>, decile: Option<u8>) -> AreaFacts {
    AreaFacts {
        name: name.map(str::to_owned),
        district: name.map(|_| "E07000141".to_owned()),
        imd_decile: decile,
        ..AreaFacts::unknown(lsoa(area))
    }
}

async fn import(database: &Database, feed: PlaceFeed) -> PlaceDifference {
    let mut change = database.change(&Actor::CommandLine("tester".into())).await.expect("begun");
    let difference = PlaceDifference::between(&store::known(&mut change).await.expect("known"), feed);
    store::write(&mut change, &difference).await.expect("written");
    let act = Act { action: "place.import", object: "places".into(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
    difference
}

#[tokio::test]
async fn a_later_file_completes_what_an_earlier_one_said_and_the_same_again_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    let practice = Practice {
        ods: "C82076".into(),
        name: "The Surgery".into(),
        address: vec!["1 High Street".into(), "Grantham".into()],
        postcode: Postcode::parse("NG31 7AA").ok(),
        opened: vocabulary::Day::parse("1974-04-01").ok(),
        closed: None,
        status: Some(PracticeStatus::Active),
        prescribing_setting: Some(4),
        commissioner: Some("71E".into()),
        phone: None,
    };
    let ring =
        [(0, 0), (1_000, 0), (1_000, 1_000)].map(|(easting, northing)| GridPoint { easting, northing });
    let first = PlaceFeed {
        postcodes: vec![
            postcode("NG31 7AA", 491_000, Some("E01026317")),
            postcode("NG31 7AB", 492_000, None),
        ],
        areas: vec![facts("E01026317", Some("South Kesteven 006A"), None)],
        outlines: vec![AreaOutline { lsoa: lsoa("E01026317"), rings: vec![ring.to_vec()] }],
        practices: vec![practice.clone()],
        ..PlaceFeed::default()
    };
    let difference = import(&database, first.clone()).await;
    assert_eq!((difference.postcodes.added, difference.areas.added, difference.practices.added), (2, 1, 1));
    assert!(import(&database, first.clone()).await.is_empty());

    // The index of deprivation says nothing of names and outlines, and takes none away.
    let second = PlaceFeed { areas: vec![facts("E01026317", None, Some(4))], ..PlaceFeed::default() };
    assert_eq!(import(&database, second).await.areas.changed, 1);
    // A file that knows no small areas moves a postcode and leaves it in its own; a table of the whole country brings no
    // district that has neither an outline nor a postcode here.
    let third = PlaceFeed {
        postcodes: vec![postcode("NG31 7AA", 491_001, None)],
        areas: vec![AreaFacts { district: Some("E06000001".into()), ..facts("E01000001", None, Some(1)) }],
        ..PlaceFeed::default()
    };
    assert_eq!(import(&database, third).await.postcodes.changed, 1);
    let known = store::known(&mut database.read().await.expect("read")).await.expect("known");
    let area = &known.areas[&lsoa("E01026317")];
    assert_eq!(area.facts, facts("E01026317", Some("South Kesteven 006A"), Some(4)));
    assert_eq!(area.outline.as_ref(), first.outlines.first());
    assert_eq!(known.practices["C82076"], practice);
    let moved = [postcode("NG31 7AA", 491_001, Some("E01026317")), first.postcodes[1]];
    assert_eq!(known.postcodes.values().copied().collect::<Vec<_>>(), moved);
    let districts = known.districts();
    assert_eq!(districts, [District { code: "E07000141".into(), name: "South Kesteven".into() }]);
    let found = known.lookup().whereabouts("ng317ab");
    assert_eq!(found, Whereabouts::Postcode(first.postcodes[1]));
}
