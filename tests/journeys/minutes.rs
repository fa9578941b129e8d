//! Rules that go by minutes from a table: what is matched, what is said of it, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::meres::{done, files, say, summary};

fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Forty people at each of two places, of which the table has the first.
fn prepared(here: &Path) {
    let names = planning::population::PEOPLE_COLUMNS.map(|c| c.name).join(",");
    let mut text = format!("{names}\n");
    for n in 0..80 {
        let cells = planning::population::PEOPLE_COLUMNS.map(|c| match c.name {
            "pid" => format!("p{n}"),
            "birth_year" => "1950".to_owned(),
            "c_oa" | "has_car" => "1".to_owned(),
            "easting" => "500200".to_owned(),
            "northing" => if n < 40 { "340100" } else { "340200" }.to_owned(),
            "imd" => "5".to_owned(),
            "last_activity" => "2026-01-01".to_owned(),
            _ => "0".to_owned(),
        });
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    fs::write(here.join("people.csv"), text).expect("written");
    fs::write(here.join("who"), "p0\n").expect("written");
    fs::copy(examples().join("crosstab/services.csv"), here.join("services.csv")).expect("copied");
    fs::create_dir(here.join("rules")).expect("a folder");
    for name in ["rules.toml", "minutes.csv"] {
        fs::copy(examples().join("minutes").join(name), here.join("rules").join(name)).expect("copied");
    }
}

const MATCH: &str =
    "match --population people.csv --services services.csv --rules rules/rules.toml --out out --format csv";

#[test]
fn a_match_by_minutes_says_minutes_wherever_it_says_how_far() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    prepared(here);
    done(here, MATCH);
    let out = here.join("out");
    let matches = fs::read_to_string(out.join("matches.csv")).expect("rows");
    let rows: Vec<Vec<&str>> = matches.lines().skip(1).map(|line| line.split(',').collect()).collect();
    // 12 minutes to service 1: 250 × 4 for strength, 1000 − 1000 × 12 div 45 for nearness, 3 £ at decile 5 take 36.
    let first: Vec<_> = rows.iter().filter(|row| row[2] == "1").collect();
    assert_eq!(first.len(), 40, "those of the place that the table has");
    assert!(first.iter().all(|row| row[3..5] == ["1698", "12"]), "{:?}", first[0]);
    // 46 minutes to service 2 are one more than its 45; from the other place there is no row, however near it is.
    assert!(rows.iter().all(|row| row[2] != "2"), "{rows:?}");

    let summary = summary(&out);
    assert_eq!((&summary["distances_in"], &summary["minutes_by"]), (&"minutes".into(), &"by bus".into()));
    assert_eq!(summary["distances"][0]["label"], "Less than 15 minutes");
    let table = here.join("rules/minutes.csv");
    let digest = ground::files::digest(&[&table]).expect("a digest");
    assert_eq!(summary["inputs"]["minutes"]["digest"], *digest);
    assert_eq!(summary["inputs"]["minutes"]["rows_used"], 5);
    let warnings = summary["warnings"].to_string();
    assert!(warnings.contains("About 40 people live where the table of minutes has no row"), "{warnings}");
    let report = fs::read_to_string(out.join("report.html")).expect("a report");
    assert!(report.contains("minutes by bus, from the table that the rules name"), "the method");
    assert!(report.contains("12 minutes away by bus"), "the made-up people live at a place of the table");
    for straight in [" miles away", "a mile away", "Less than 1 mile"] {
        assert!(!report.contains(straight), "{straight}");
    }

    let person = done(here, &MATCH.replace("match ", "person --pid-file who ").replace(" --format csv", ""));
    assert!(person.out.contains("12 minutes away by bus"), "{}", person.out);

    // By metres the same people reach what is near in a straight line, and the summary says so.
    done(here, &MATCH.replace("--rules rules/rules.toml ", ""));
    let matches = fs::read_to_string(out.join("matches.csv")).expect("rows");
    assert_eq!(matches.lines().filter(|line| line.split(',').nth(2) == Some("1")).count(), 80);
    let summary = self::summary(&out);
    assert_eq!(summary["distances_in"], "metres");
    assert!(summary["inputs"].get("minutes").is_none());
}

#[test]
fn how_few_people_live_beside_the_table_is_not_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    prepared(here);
    let people = fs::read_to_string(here.join("people.csv")).expect("people");
    let few: Vec<&str> = people.lines().take(41 + 7).collect();
    fs::write(here.join("people.csv"), few.join("\n")).expect("written");
    done(here, MATCH);
    let warnings = summary(&here.join("out"))["warnings"].to_string();
    assert!(!warnings.contains("people live where"), "{warnings}");
}

#[test]
fn a_match_by_minutes_part_by_part_says_the_same_and_begins_anew_with_another_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    prepared(here);
    let people = fs::read_to_string(here.join("people.csv")).expect("people");
    let (head, rows) = people.split_once('\n').expect("a heading");
    fs::create_dir(here.join("parts")).expect("made");
    let rows: Vec<&str> = rows.lines().collect();
    for (part, rows) in rows.chunks(40).enumerate() {
        let text = format!("{head}\n{}\n", rows.join("\n"));
        fs::write(here.join(format!("parts/part-{part}.csv")), text).expect("written");
    }
    let line = MATCH.replace("people.csv", "parts");
    done(here, &line);
    let once = fs::read_to_string(here.join("out/summary.json")).expect("a summary");
    done(here, &format!("{line} --by-part").replace("--out out", "--out parted"));
    let parted = fs::read_to_string(here.join("parted/summary.json")).expect("a summary");
    assert!(once == parted && once.contains("About 40 people live where"), "{once}\n{parted}");
    // Broken off at the second part; another table by then is another question.
    let second = here.join("parts/part-1.csv");
    let good = fs::read_to_string(&second).expect("read");
    fs::write(&second, "pid\nx\n").expect("written");
    let line = format!("{line} --by-part").replace("--out out", "--out broken");
    assert_eq!(say(here, &line).status, 3);
    fs::write(&second, good).expect("written");
    let said = done(here, &line);
    assert!(
        said.err.contains("broken off: 1 part.") && !said.err.contains("another question"),
        "{}",
        said.err
    );
    fs::write(&second, "pid\nx\n").expect("written");
    assert_eq!(say(here, &line.replace("broken", "changed")).status, 3);
    fs::write(&second, fs::read(here.join("parts/part-0.csv")).expect("read")).expect("written");
    let table = here.join("rules/minutes.csv");
    let text = fs::read_to_string(&table).expect("read");
    fs::write(&table, text.replace(",12\n", ",13\n")).expect("written");
    let said = done(here, &line.replace("broken", "changed"));
    assert!(said.err.contains("another question"), "{}", said.err);
}

#[test]
fn a_table_that_cannot_be_used_is_refused_and_so_is_what_has_no_minutes() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    prepared(here);
    let added = "--add-topics pain --add-at 500200,340100 --add-radius 5000";
    let said = say(here, &format!("{MATCH} {added}"));
    assert_eq!(said.status, 2, "{}", said.err);
    assert!(said.err.contains("the rules go by minutes"), "{}", said.err);

    let crosstab = examples().join("crosstab");
    for name in ["crosstab.csv", "mapping.toml"] {
        fs::copy(crosstab.join(name), here.join(name)).expect("copied");
    }
    let said = say(
        here,
        "match --population crosstab.csv --mapping mapping.toml --services services.csv --rules rules/rules.toml --out out",
    );
    assert_eq!(said.status, 2, "{}", said.err);
    assert!(said.err.contains("rules that go by minutes cannot be used"), "{}", said.err);

    let table = here.join("rules/minutes.csv");
    fs::write(&table, "easting,northing,sid,minutes\n500200,340100,1,-12\n500200,340100,3,7\n")
        .expect("written");
    let said = say(here, MATCH);
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("minutes.csv: 1 of 2 rows cannot be used"), "{}", said.err);
    assert_eq!(files(&here.join("out")), ["problems.csv"]);
    let problems = fs::read_to_string(here.join("out/problems.csv")).expect("problems");
    assert!(problems.contains("minutes.csv,2,minutes,whole minutes from 0 to 1440"), "{problems}");
    assert!(!problems.contains("-12"), "never the value: {problems}");

    fs::remove_file(&table).expect("removed");
    let said = say(here, MATCH);
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("minutes.csv") && said.err.contains("there is no such file"), "{}", said.err);
}
