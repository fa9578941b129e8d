//! Places through the front door: every kind of file, good and hostile.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use vocabulary::{Day, GridPoint, Lsoa, Postcode};

use super::*;

mod county;
mod kept;

/// Reads files with these contents; they have names that say nothing.
fn read(files: &[&str]) -> Result<PlaceFeed, PlaceError> {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = files
        .iter()
        .enumerate()
        .map(|(at, text)| file(folder.path(), &at.to_string(), text.as_bytes()))
        .collect();
    read_places(&paths)
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

fn refused(text: &str, why: &str) {
    let error = read(&[text]).expect_err(why).to_string();
    assert!(error.contains(why), "{error}\nshould say: {why}");
    assert!(!error.contains("secret"), "{error}");
}

fn lsoa(code: &str) -> Lsoa {
    Lsoa::parse(code).expect("a code")
}

fn only(feed: &PlaceFeed) -> PostcodePlace {
    let [only] = feed.postcodes.as_slice() else { panic!("one postcode: {feed:?}") };
    *only
}

/// `file:line column: expected` of every problem.
fn listed(feed: &PlaceFeed) -> Vec<String> {
    feed.problems.iter().map(|p| format!("{}:{} {}: {}", p.file, p.line, p.column, p.expected)).collect()
}

const TABLE: &str = "postcode,lat,long,lsoa21cd,lsoa21nm,lad,imd2025_decile\n";
const GRANTHAM: &str = "NG317AA,52.91,-0.64,E01026317,South Kesteven 006A,E07000141,4\n";

#[test]
fn a_plain_table_gives_places_and_facts() {
    let feed =
        read(&[&format!("\u{FEFF}{TABLE}{GRANTHAM}{GRANTHAM}NG31 7AB,52.92,-0.65,,,,\n")]).expect("readable");
    assert_eq!(feed.postcodes.len(), 2);
    let place = feed.postcodes[0];
    assert_eq!((place.postcode.to_string().as_str(), place.lsoa), ("NG31 7AA", Some(lsoa("E01026317"))));
    assert!(
        place.point.squared_distance(GridPoint { easting: 491_525, northing: 335_650 }) < 300 * 300,
        "{place:?}"
    );
    assert_eq!((feed.postcodes[1].lsoa, feed.postcodes[1].terminated), (None, false));
    let facts = &feed.areas[0];
    assert_eq!((facts.name.as_deref(), facts.imd_decile), (Some("South Kesteven 006A"), Some(4)));
    assert_eq!(facts.district.as_deref(), Some("E07000141"));
    let source = &feed.sources[0];
    assert_eq!(
        (source.kind, source.rows, source.left_out, source.repeats),
        (SourceKind::PostcodeTable, 3, 0, 1)
    );
    assert!(feed.problems.is_empty());
}

#[test]
fn directories_of_every_year_are_known() {
    let new = "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,lad26cd,lsoa21cd,ruc21ind,lat,long,imd25ind\n\
        NG317AA,NG31 7AA,NG31 7AA,198001,,0,491000,335000,1,E07000141,E01026317,UN1,52.9,-0.6,12000\n\
        NG317AB,NG31 7AB,NG31 7AB,198001,202401,0,491100,335100,1,E07000141,E01026317,RSN1,52.9,-0.6,12000\n\
        NG317AD,NG31 7AD,NG31 7AD,198001,,0,,,9,E07000141,E01026317,,99.999999,0,\n\
        BT1 1AA,BT1  1AA,BT1 1AA,198001,,0,333800,374000,1,N09000003,N20000001,,54.6006,-5.9221,12\n\
        ZE1 0AA,ZE1  0AA,ZE1 0AA,198001,,0,447400,1141400,1,S12000027,S01012345,,60.15,-1.14,12\n";
    let old = "\"pcd\",\"pcd2\",\"pcds\",\"doterm\",\"oseast1m\",\"osnrth1m\",\"osgrdind\",\"laua\",\"lsoa11\",\"ru11ind\",\"lat\",\"long\",\"imd\"\n\
        \"NG317AA\",\"NG31 7AA\",\"NG31 7AA\",\"\",\"491000\",\"335000\",\"1\",\"E07000141\",\"E01026317\",\"C1\",52.9,-0.6,\"12000\"\n";
    let feed = read(&[new]).expect("readable");
    assert_eq!(feed.problems, []);
    assert_eq!(feed.sources[0].kind, SourceKind::PostcodeDirectory);
    assert_eq!(feed.sources[0].without_position, 1);
    let shown: Vec<String> = feed
        .postcodes
        .iter()
        .map(|p| format!("{} {} {} {}", p.postcode, p.point.easting, p.lsoa.is_some(), p.terminated))
        .collect();
    // Belfast by its degrees: its reference is one of the Irish grid.
    assert_eq!(
        shown[1..],
        ["NG31 7AA 491000 true false", "NG31 7AB 491100 true true", "ZE1 0AA 447400 false false"]
    );
    assert!(shown[0].starts_with("BT1 1AA 146"), "{}", shown[0]);
    assert_eq!(feed.areas.len(), 1);
    let facts = &feed.areas[0];
    assert_eq!(
        (facts.imd_rank, facts.rural.as_deref()),
        (Some(12_000), None),
        "rural is by output area there"
    );
    let feed = read(&[old]).expect("readable");
    assert_eq!(
        (only(&feed).point, only(&feed).lsoa),
        (GridPoint { easting: 491_000, northing: 335_000 }, Some(lsoa("E01026317")))
    );
    assert_eq!(feed.areas[0].imd_rank, None, "an older rank, by areas of 2011");
}

#[test]
fn code_point_open_has_no_heading_and_keeps_what_others_know() {
    let code_point = "\"NG317AA\",10,491525,335650,\"E92000001\",\"E19000002\",\"E18000002\",\"\",\"E07000141\",\"E05009999\"\n\
        \"NG31 7AZ\",90,0,0,\"E92000001\",\"\",\"\",\"\",\"\",\"\"\n";
    let alone = read(&[code_point]).expect("readable");
    assert_eq!(only(&alone).point, GridPoint { easting: 491_525, northing: 335_650 });
    assert_eq!((alone.sources[0].kind, alone.sources[0].without_position), (SourceKind::CodePointOpen, 1));
    let table = format!("{TABLE}{GRANTHAM}");
    let (one, other) =
        (read(&[code_point, &table]).expect("read"), read(&[&table, code_point]).expect("read"));
    assert_eq!(one.postcodes, other.postcodes, "the order does not matter");
    assert_eq!((only(&one).point, only(&one).lsoa), (only(&alone).point, Some(lsoa("E01026317"))));
}

#[test]
fn facts_about_areas_come_in_several_dresses() {
    let ours = "lsoa21_code,IMD_decile,Income_decile,IMD_rank\nE01026317,4.0,6.0,12186.0\n";
    let official = "LSOA code (2021),LSOA name (2021),Local Authority District code (2024),Local Authority District name (2024),\
        Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived),Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)\n\
        E01026317,South Kesteven 006A,E07000141,South Kesteven,\"12,186\",4\n";
    let rural = "LSOA21CD,LSOA21NM,RUC21CD,RUC21NM\nE01026317,South Kesteven 006A,UN1,Urban: Nearer to a major town or city\n";
    let named = "LSOA11CD,Rural Urban Classification 2011 code\nE01026317,C1\n";
    for text in [ours, official] {
        let feed = read(&[text, rural]).expect("readable");
        assert_eq!(feed.problems, []);
        let facts = &feed.areas[0];
        assert_eq!(
            (facts.imd_decile, facts.imd_rank, facts.rural.as_deref()),
            (Some(4), Some(12_186), Some("UN1"))
        );
        assert_eq!(facts.name.as_deref(), Some("South Kesteven 006A"));
    }
    assert_eq!(read(&[named]).expect("readable").areas[0].rural.as_deref(), Some("C1"));
    let feed = read(&["lsoa21cd,imd_decile\nE01026317,11\nE01026318,2.5\nsecret,1\nE01026319,1\n"])
        .expect("readable");
    assert_eq!(feed.areas.iter().map(|a| a.imd_decile).collect::<Vec<_>>(), [None, None, Some(1)]);
    assert_eq!(listed(&feed).len(), 3);
    assert_eq!(listed(&feed)[0], "0:2 imd_decile: a whole number from 1 to 10");
}

/// Rows of the list of practices: code, postcode, opened, status, setting.
fn practice(code: &str, postcode: &str, opened: &str, status: &str, setting: &str) -> String {
    format!(
        "{code},THE SURGERY,Y60,QJM,\"1 HIGH STREET, ANNEX\",,,GRANTHAM,,{postcode},{opened},,{status},B,71E,20200401,,01476 000000,,,,0,,71E,,{setting},\n"
    )
}

#[test]
fn practices_are_read_with_and_without_a_heading() {
    let rows =
        practice("C83001", "NG31 7AA", "19740401", "A", "4") + &practice("C83002", "", "19740401", "C", "4");
    let heading = "organisation_code,".to_owned() + &vec!["x"; 26].join(",") + "\n";
    for text in [rows.clone(), heading + &rows] {
        let feed = read(&[&text]).expect("readable");
        assert_eq!(feed.problems, []);
        let [open, closed] = feed.practices.as_slice() else { panic!("two practices") };
        assert!(open.is_gp_practice() && !closed.is_gp_practice());
        assert_eq!(open.address, ["1 HIGH STREET, ANNEX", "GRANTHAM"]);
        assert_eq!(open.postcode, Postcode::parse("NG31 7AA").ok());
        assert_eq!(open.opened, Day::parse("1974-04-01").ok());
        assert_eq!(
            (open.phone.as_deref(), closed.status),
            (Some("01476 000000"), Some(PracticeStatus::Closed))
        );
    }
    let odd = practice("C83001", "33101", "1974", "X", "x") + &practice("secret!", "", "", "A", "4");
    let feed = read(&[&(practice("C83009", "", "19740401", "A", "4") + &odd)]).expect("readable");
    assert_eq!(feed.practices.len(), 2);
    assert_eq!((feed.practices[0].postcode, feed.practices[0].status), (None, None));
    assert_eq!(listed(&feed).len(), 5);
}

#[test]
fn a_row_that_cannot_be_used_is_listed_and_left_out() {
    let text = format!(
        "{TABLE}{GRANTHAM}33101,25.77,-80.19,,,,\nNG31,52.9,-0.6,,,,\nNG31 7AB,25.77,-80.19,,,,\nNG31 7AH,secret,,,,,\n\
         NG31 7AD,NaN,inf,,,,\n<script>,52.9,-0.6,,,,\nNG31 7AE,52.9,-0.6,secret,,,\nNG31 7AF,52.9\nNG31 7AG,52.9,-0.6,E01026399,a\u{7}b,,\n"
    );
    let feed = read(&[&text]).expect("readable");
    let kept: Vec<String> =
        feed.postcodes.iter().map(|p| format!("{} {}", p.postcode, p.lsoa.is_some())).collect();
    assert_eq!(kept, ["NG31 7AA true", "NG31 7AE false", "NG31 7AG true"]);
    assert_eq!((feed.sources[0].rows, feed.sources[0].left_out), (10, 7));
    let listed = listed(&feed);
    assert_eq!(listed.len(), 9, "{listed:#?}");
    assert_eq!(listed[0], "0:3 postcode: a postcode such as NG31 7AA");
    assert_eq!(listed[7], "0:10 : 7 fields, found 2");
    assert!(listed.iter().all(|p| !p.contains("secret")));
}

#[test]
fn of_two_rows_that_differ_the_last_counts_and_is_listed() {
    let moved = GRANTHAM.replace("52.91,", "52.95,").replace(",4\n", ",5\n");
    let feed = read(&[&format!("{TABLE}{GRANTHAM}{moved}")]).expect("readable");
    assert!(only(&feed).point.northing > 338_000);
    assert_eq!(feed.areas[0].imd_decile, Some(5));
    assert_eq!(listed(&feed).len(), 2, "{:#?}", listed(&feed));
    let near = GRANTHAM.replace("52.91,", "52.9101,");
    assert_eq!(
        listed(&read(&[&format!("{TABLE}{GRANTHAM}{near}")]).expect("readable")),
        [""; 0],
        "11 metres"
    );
}

#[test]
fn a_folder_is_its_files_and_a_file_is_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("{TABLE}{GRANTHAM}");
    let first = file(folder.path(), "a.csv", text.as_bytes());
    file(folder.path(), "b.txt", text.as_bytes());
    file(folder.path(), "README.md", b"# Not ours\n");
    file(folder.path(), ".hidden", b"x");
    let twice = folder.path().join(".").join("a.csv");
    let feed = read_places(&[first.clone(), folder.path().to_owned(), twice, first]).expect("readable");
    assert_eq!((feed.sources.len(), feed.sources[0].rows, feed.sources[0].digest.len()), (1, 1, 64));
    assert_eq!(listed(&feed), ["README.md:1 : a file about places; this one was passed over"]);
    let empty = tempfile::tempdir().expect("a folder");
    assert!(
        read_places(&[empty.path().to_owned()])
            .is_err_and(|e| e.to_string().contains("no file about places"))
    );
    assert!(read_places(&[]).is_err());
    assert!(matches!(read_places(&["nowhere.csv".into()]), Err(PlaceError::File(_))));
}

#[test]
fn what_is_no_file_about_places_is_refused_with_what_was_expected() {
    refused("", "empty");
    refused("\n\n", "no row");
    refused("name,secret\na,b\n", "none of the files about places");
    refused("postcode,name\nNG31 7AA,secret\n", "none of the files about places");
    refused("lsoa21cd\nE01026317\n", "none of the files about places");
    refused("<!DOCTYPE html><title>secret</title>", "a web page");
    refused("PK\u{3}\u{4}", "Excel");
    refused("PAR1", "Parquet");
    refused("{\"a\":", "cut short");
    refused("{\"features\":[]}", "none of 0 rows can be used");
    refused(TABLE, "none of 0 rows can be used");
    refused(&format!("{TABLE}33101,1,2,,,,secret\n"), "the first, line 2, column postcode");
    refused(&practice("c83001", "", "19740401", "A", "4"), "none of the files about places");
}

#[test]
fn whereabouts_say_how_sure_they_are() {
    let feed = read(&[&format!("{TABLE}{GRANTHAM}NG31 9AA,52.93,-0.60,E01026318,,,\n")]).expect("readable");
    let places = Places::new(feed.postcodes, feed.areas, &feed.outlines);
    let Whereabouts::Postcode(found) = places.whereabouts(" ng317aa.") else { panic!("known") };
    assert_eq!(found.lsoa, Some(lsoa("E01026317")));
    let Whereabouts::Outcode(about) = places.whereabouts("ng31") else { panic!("known") };
    assert_eq!(about.postcodes, 2);
    assert!(found.point.northing < about.about.northing && found.point.easting < about.about.easting);
    for text in ["NG31 7ZZ", "LN1", "LN1 1AA"] {
        assert_eq!(places.whereabouts(text), Whereabouts::NotFound, "{text}");
    }
    for text in ["", "33101", "Grantham", "<b>", "NG31 7", "\0"] {
        assert_eq!(places.whereabouts(text), Whereabouts::NotAPostcode, "{text}");
    }
    let area = places.area(lsoa("E01026317")).expect("known");
    assert_eq!((area.facts.imd_decile, area.centre), (Some(4), Some(found.point)));
    assert_eq!(places.area(lsoa("E01026318")).map(|a| a.facts.imd_decile), Some(None));
    assert!(places.area(lsoa("E01000001")).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_a_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        rows in "[A-Z0-9,.\"\\[\\]{}:\n-]{0,200}",
        start in 0..7_usize,
    ) {
        let practice = practice("C83001", "NG31 7AA", "19740401", "A", "4");
        let starts = [
            "",
            TABLE,
            "lsoa21cd,imd_decile,ruc21cd\n",
            "pcds,east1m,north1m,gridind,doterm,lsoa21cd\n",
            "\"NG317AA\",10,491525,335650,a,b,c,d,e,f\n",
            &practice,
            "{\"features\":[{\"properties\":{\"LSOA21CD\":\"E01026317\"},\"geometry\":",
        ];
        for rest in [bytes.as_slice(), rows.as_bytes()] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = file(folder.path(), "input", &[starts[start].as_bytes(), rest].concat());
            let _ = read_places(&[path]);
        }
    }
}

#[test]
fn partners_of_networks_are_those_of_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("partners.csv");
    let text = "Partner Organisation Code,Partner Name,PCN Code,PCN Name,Practice to PCN Relationship Start Date,\
                Practice to PCN Relationship End Date\n\
                C83001,One,U11111,Old Town,20190701,20230331\n\
                C83001,One,U22222,New Town,20230401,\n\
                C83002,Two,U22222,New Town,2019-07-01,\n\
                C83003,Three,U11111,Old Town,20190701,20230331\n\
                C83004,Four,,Old Town,20190701,\n\
                C83005,Five,U11111,Old Town,last year,\n\
                C83002,Two,U11111,Old Town,2018-07-01,\n\
                C83005,Five,U22222,New Town,20200101,\n\
                C83006,Six,U11111,Old Town,20190701,31.3.23\n";
    std::fs::write(&file, text).expect("written");
    let feed = read_places(&[file]).expect("read");
    let known = KnownPlaces {
        memberships: feed.memberships.iter().map(|one| (one.key(), one.clone())).collect(),
        ..KnownPlaces::default()
    };
    let on = |year, month, day| -> Vec<(String, String)> {
        let there = known.networks_on(Day::of(year, month, day).expect("a day"));
        there.into_iter().map(|(practice, one)| (practice.to_owned(), one.network.clone())).collect()
    };
    let pair = |practice: &str, network: &str| (practice.to_owned(), network.to_owned());
    let today = [pair("C83001", "U22222"), pair("C83002", "U22222"), pair("C83005", "U22222")];
    assert_eq!(on(2026, 9, 1), today);
    // The last day is still one, and what was is not forgotten.
    let before =
        [pair("C83001", "U11111"), pair("C83002", "U22222"), pair("C83003", "U11111"), today[2].clone()];
    assert_eq!(on(2023, 3, 31), before);
    let problems: Vec<(u64, &str)> = feed.problems.iter().map(|p| (p.line, &*p.column)).collect();
    let [start, end] = ["Start", "End"].map(|which| format!("Practice to PCN Relationship {which} Date"));
    let expected = [(6, "PCN Code"), (7, start.as_str()), (8, ""), (10, end.as_str())];
    let mut sorted = problems;
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{:?}", feed.problems);
    let mut change = feed.clone();
    change.memberships[0].name = Some("Older Town".to_owned());
    let difference = PlaceDifference::between(&known, change);
    assert_eq!((difference.memberships.changed, difference.memberships.unchanged), (1, 5));
}
