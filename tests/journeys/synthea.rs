//! Synthea's patients through the mapping and the cohort that ship with Meres.

use std::path::Path;

use crate::support::bench::test_data;
use crate::support::meres::{county, run, summary};

#[test]
fn syntheas_patients_run_and_their_place_is_not_known() {
    let Some(data) = test_data("synthea-us") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    county(folder.path(), 500);
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/synthea");
    let (mapping, cohort) = (examples.join("mapping.toml"), examples.join("cohort.toml"));
    let mut line: Vec<&std::ffi::OsStr> = vec!["match".as_ref(), "--population".as_ref(), data.as_ref()];
    line.extend::<[&std::ffi::OsStr; 4]>([
        "--mapping".as_ref(),
        mapping.as_ref(),
        "--cohort".as_ref(),
        cohort.as_ref(),
    ]);
    line.extend::<[&std::ffi::OsStr; 4]>([
        "--services".as_ref(),
        "county/services.csv".as_ref(),
        "--out".as_ref(),
        "out".as_ref(),
    ]);
    let said = run(folder.path(), &line);
    assert_eq!(said.status, 0, "{}", said.err);
    let out = folder.path().join("out");
    let summary = summary(&out);
    assert_eq!(summary["rows_read"]["population"], 111);
    assert_eq!(summary["place_known"], false);
    let lists = summary["inputs"]["code_lists"].as_array().expect("lists");
    let found: Vec<(&str, String)> =
        lists.iter().map(|l| (l["name"].as_str().unwrap_or_default(), l["events"].to_string())).collect();
    // 8 condition rows of the knee read as 10; 3 of the hip and 4 of the hand as seven or fewer.
    assert_eq!(
        found,
        [
            ("Osteoarthritis of knee", "10".to_owned()),
            ("Osteoarthritis of hip", "\"≤7\"".to_owned()),
            ("Osteoarthritis of hand", "\"≤7\"".to_owned()),
        ]
    );
    let report = std::fs::read_to_string(out.join("report.html")).expect("a report");
    assert!(report.contains("lace not known"), "the report says that place is not known");
}
