//! Outlines, good and hostile.

use std::path::PathBuf;

use super::super::feed::SourceKind;
use super::*;

fn file(folder: &tempfile::TempDir, text: &[u8]) -> PathBuf {
    let path = folder.path().join("outlines");
    std::fs::write(&path, text).expect("written");
    path
}

fn read(text: &[u8]) -> Result<Brought, FileError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder, text);
    let mut brought = Brought::new(&path, SourceKind::Outlines, String::new());
    read_outlines(&path, &mut brought).map(|()| brought)
}

fn refused(text: &[u8], why: &str) {
    let error = read(text).map(|_| ()).expect_err(why).to_string();
    assert!(error.contains(why), "{error}\nshould say: {why}");
    assert!(!error.contains("secret"), "{error}");
}

/// A collection of features with these properties and geometries.
fn collection(features: &[(&str, &str)]) -> String {
    let features: Vec<String> = features
        .iter()
        .map(|(properties, geometry)| {
            format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
        })
        .collect();
    format!(
        r#"{{"type":"FeatureCollection","crs":{{"a":[1,{{}}]}},"features":[{}],"after":null}}"#,
        features.join(",")
    )
}

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[490000,335000],[491000,335000,12.5],[491000,336000],[490000,336000],[490000,335000]]]}"#;

#[test]
fn metres_and_degrees_are_told_apart_by_magnitude() {
    let degrees = r#"{"type":"MultiPolygon","coordinates":[[[[-0.64,52.91],[-0.62,52.91],[-0.62,52.93],[-0.64,52.91]]]]}"#;
    let text = collection(&[
        (
            r#"{"FID":1,"LSOA21CD":"E01026317","LSOA21NM":"South Kesteven 006A","LAD22CD":"E07000141"}"#,
            SQUARE,
        ),
        (r#"{"lsoa21cd":"E01026318","other":null}"#, degrees),
    ]);
    let brought = read(text.as_bytes()).expect("readable");
    assert!(brought.problems.is_empty(), "{:?}", brought.problems);
    let [(1, square), (2, triangle)] = brought.outlines.as_slice() else { panic!("two outlines") };
    assert_eq!(square.rings.len(), 1);
    assert_eq!(square.rings[0].len(), 4);
    assert!(square.contains(GridPoint { easting: 490_500, northing: 335_500 }));
    assert!(triangle.bounds().is_some_and(|(low, _)| low.easting.abs_diff(491_500) < 1_000));
    let facts = &brought.areas[&square.lsoa];
    assert_eq!(facts.name.as_deref(), Some("South Kesteven 006A"));
    assert_eq!(facts.district.as_deref(), Some("E07000141"));
}

#[test]
fn an_odd_feature_is_listed_and_the_others_stay() {
    let code = r#"{"LSOA21CD":"E01026317"}"#;
    let outside = r#"{"type":"Polygon","coordinates":[[[2.3,48.8],[2.4,48.8],[2.4,48.9],[2.3,48.8]]]}"#;
    let text = collection(&[
        (code, "null"),
        ("null", SQUARE),
        (r#"{"secret":"secret"}"#, SQUARE),
        (r#"{"LSOA21CD":"secret"}"#, SQUARE),
        (code, r#"{"type":"Point","coordinates":[1,2]}"#),
        (code, r#"{"type":"Polygon","coordinates":"secret"}"#),
        (code, r#"{"type":"Polygon","coordinates":[[[1,2],[3],["secret",5]]]}"#),
        (code, r#"{"type":"Polygon","coordinates":[[[490000,335000],[490000,335000]]]}"#),
        (code, outside),
        (code, SQUARE),
    ]);
    let text = text.replace(r#""features":["#, r#""features":[null,7,["secret"],"#);
    let brought = read(text.as_bytes()).expect("readable");
    assert_eq!((brought.outlines.len(), brought.source.rows, brought.source.left_out), (1, 13, 12));
    let listed: Vec<String> = brought.problems.iter().map(|p| format!("{} {}", p.line, p.column)).collect();
    assert_eq!(listed[0], "1 features[0].properties");
    assert_eq!(listed[3], "4 features[3].geometry");
    assert!(brought.problems.iter().all(|p| !p.expected.contains("secret")));
}

#[test]
fn what_is_no_collection_is_refused_with_the_reason() {
    refused(b"{}", "no list called features");
    refused(br#"{"type":"Topology","secret":[]}"#, "no list called features");
    refused(b"[]", "expected a FeatureCollection");
    refused(br#"{"features":{"secret":1}}"#, "expected a FeatureCollection");
    refused(br#"{"features":[{"secret":1},"#, "cut short");
    refused(&collection(&[("{}", SQUARE)]).as_bytes()[..120], "cut short");
    refused(br#"{"features":[]} secret"#, "not JSON");
    refused(br#"{"features":[secret]}"#, "not JSON");
    refused(b"{\"features\":[\"\xFF\"]}", "not JSON");
    refused(br#"{"features":[{"properties":{"a":1e999}}]}"#, "not JSON");
    let deep = |open: &str| format!(r#"{{"features":[{{"geometry":{}"#, open.repeat(10_000));
    refused(deep("[").as_bytes(), "nested deeper");
    refused(deep(r#"{"a":"#).as_bytes(), "nested deeper");
    refused(format!(r#"{{"other":{}"#, "[".repeat(10_000)).as_bytes(), "");
}

#[test]
fn large_files_and_features_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder, collection(&[("{}", SQUARE)]).as_bytes());
    let mut brought = Brought::new(&path, SourceKind::Outlines, String::new());
    assert!(read_within(&path, 10, &mut brought).is_err_and(|e| e.to_string().contains("larger than")));
    let many = format!(r#"{{"features":[[0,{}0]]}}"#, "[],".repeat(MOST_PARTS));
    refused(many.as_bytes(), "feature 1 is too large");
}
