//! A crosstab: an analyst takes the table of counts that a population tool exports, and gets the area view.

use std::path::Path;

use crate::support::meres::{done, files, say, summary};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/crosstab");

fn command(population: &str, more: &str) -> String {
    format!(
        "match --population {population} --services {EXAMPLE}/services.csv --mapping {EXAMPLE}/mapping.toml --out out{more}"
    )
}

fn example() -> String {
    command(&format!("{EXAMPLE}/crosstab.csv"), "")
}

/// The example's report, for the test in a browser.
pub(crate) fn example_report() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    done(folder.path(), &example());
    std::fs::read_to_string(folder.path().join("out/report.html")).expect("a report")
}

/// The example with one text in place of another, under a name of its own.
fn changed(folder: &Path, name: &str, from: &str, to: &str) -> String {
    let text = std::fs::read_to_string(format!("{EXAMPLE}/crosstab.csv")).expect("the example");
    assert!(text.contains(from), "the example has no {from}");
    std::fs::write(folder.join(name), text.replacen(from, to, 1)).expect("written");
    command(name, "")
}

#[test]
fn a_name_in_a_crosstab_steers_no_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = changed(folder.path(), "odd.csv", "Eastgate", "\u{1b}[2JEast\u{9b}gate");
    let said = done(folder.path(), &format!("{line} --explain"));
    assert!(said.out.contains("\u{fffd}[2JEast\u{fffd}gate"), "{}", said.out);
    assert!(!said.out.contains(['\u{1b}', '\u{9b}']), "{:?}", said.out);
}

#[test]
fn a_crosstab_gives_demand_supply_and_gaps_by_practice() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("out")).expect("a folder");
    let earlier = "file,line,column,expected\nold.csv,2,x,of an earlier run\n";
    std::fs::write(folder.path().join("out/problems.csv"), earlier).expect("written");
    let said = done(folder.path(), &example());
    assert!(said.out.contains("44,500 people in 5 practices"), "{}", said.out);
    assert_eq!(files(&folder.path().join("out")), ["report.html", "summary.json"]);

    let summary = summary(&folder.path().join("out"));
    assert_eq!((&summary["format"], &summary["kind"]), (&1.into(), &"crosstab".into()));
    assert_eq!(summary["people"], 44_500);
    let strength = &summary["topics"]["strength"];
    // Osteoarthritis alone, and with back pain, falls and frailty, each to the nearest 5.
    assert_eq!((&strength["people"]["low"], &strength["people"]["high"]), (&5_105.into(), &11_525.into()));
    assert_eq!(
        (&strength["supply"]["services"], &strength["supply"]["weekly_places"]),
        (&2.into(), &69.into())
    );
    assert_eq!(summary["topics"]["carers_and_company"]["gap"], "nothing");
    assert_eq!(summary["topics"]["fatigue"]["gap"], "online_only");
    let eastgate = &summary["segments"][4];
    assert_eq!(
        (&eastgate["segment"], &eastgate["place"]),
        (&"Eastgate Medical Practice".into(), &"partly".into())
    );
    assert_eq!(eastgate["topics"]["strength"]["gap"], "not_known");
    assert_eq!(summary["metrics_not_read"], serde_json::json!(["Average age", "Emergency admissions"]));
    assert_eq!(summary["inputs"]["population"]["digest"].as_str().map(str::len), Some(64));

    let report = std::fs::read_to_string(folder.path().join("out/report.html")).expect("a report");
    for words in
        ["Invented county", "1 September 2026", "Hartwell Health Centre", "What a crosstab cannot say"]
    {
        assert!(report.contains(words), "{words}");
    }
    // Five practices have rheumatoid arthritis by ones and tens; none of the file's own numbers is passed on.
    for exact in ["5,107", "5107", "1,097", "883", "12,480 ", ">96<", ">71<", ">206<"] {
        assert!(!report.contains(exact) && !summary.to_string().contains(exact), "{exact}");
    }
}

#[test]
fn explain_says_how_it_was_understood_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = done(folder.path(), &format!("{} --explain", example()));
    for words in [
        "column 7, \"Whole population\"",
        "The Priory Surgery",
        "under Fenside PCN",
        "column 8, which has no heading",
    ] {
        assert!(said.out.contains(words), "{}\nshould say: {words}", said.out);
    }
    assert!(!said.out.contains("12,480") && !said.out.contains("1,340"), "no counts: {}", said.out);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn what_cannot_be_used_is_refused_or_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (line, status, why) in [
        (changed(at, "gouty.csv", "Gout,", "Gouty,"), 3, "this metric is missing: \"Gout\""),
        (
            changed(at, "everyone.csv", "Whole population", "Everyone"),
            3,
            "no column is called \"Whole population\"",
        ),
        (
            changed(at, "many.csv", "Osteoarthritis,\"1,340\"", "Osteoarthritis,many") + " --max-problems 0",
            3,
            "1 of 78 cells",
        ),
        (example() + " --cohort nobody.toml", 3, "nobody.toml"),
        (example() + " --events nobody.csv", 2, "--cohort and --events cannot be used"),
        (example() + " --rows-only", 2, "--venue, --rows-only and --calls cannot be used"),
        (
            example().replace("match", "invite") + " --venue 500000,340000 --radius 5000 --stands 4",
            2,
            "use meres match",
        ),
    ] {
        let said = say(at, &line);
        assert_eq!(said.status, status, "{line}\n{}", said.err);
        assert!(said.err.contains(why), "{}\nshould say: {why}", said.err);
        assert!(!said.err.replace("many.csv", "").contains("many"), "{}", said.err);
    }
    let problems = std::fs::read_to_string(at.join("out/problems.csv")).expect("a list");
    assert!(problems.contains("many.csv,5,Quayside Surgery,\"a whole number such as 1,234,"), "{problems}");
    assert_eq!(files(&at.join("out")), ["problems.csv"]);

    done(
        at,
        &(changed(at, "many.csv", "Osteoarthritis,\"1,340\"", "Osteoarthritis,many") + " --max-problems 5"),
    );
    assert_eq!(files(&at.join("out")), ["problems.csv", "report.html", "summary.json"]);
    let topics = &summary(&at.join("out"))["segments"][0]["topics"];
    assert_eq!(topics["self_management"]["people"], serde_json::json!({ "low": 250, "high": "not known" }));
}
