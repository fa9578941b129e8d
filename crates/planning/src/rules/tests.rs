//! Rule sets, right and wrong, with and without a table of minutes.

use std::path::Path;

use matching::{Catchment, Measure, MinutesRow, RuleSet, Service};
use vocabulary::GridPoint;

use super::{MinutesWarnings, RulesDocument, VERSION_1, parse_rules};
use crate::extract::{Allowance, ImportError};

#[test]
fn the_default_file_is_version_1_to_the_last_number() {
    assert_eq!(parse_rules("version-1.toml", VERSION_1).expect("a rule set"), RuleSet::version_1());
}

#[test]
fn an_error_points_at_its_line() {
    let line_of = |text: &str| VERSION_1.lines().position(|l| l.starts_with(text)).expect("in the file") + 1;
    for (from, to, why) in [
        ("keep = 5", "keep = 0", "expected a whole number from 1 to 20"),
        ("keep = 5", "keep = \"five\"", "invalid type"),
        ("oa = [", "oaa = [", "\"oaa\" is no condition"),
        ("gout = [\"self_management\"]", "gout = [\"self\"]", "\"self\" is no topic"),
        ("strength = 4", "strength = -4", "from 0 to 1000"),
        ("radius = { start = 1000, lost_at_edge = 1000 }", "radius = { start = 1000 }", "lost_at_edge"),
        (
            "areas = { start = 1000, metres_per_point = 25 }",
            "areas = { start = 1000, metres_per_point = 0 }",
            "from 1 to 1000000",
        ),
        ("imd_from = 11", "imd_from = 9", "from 10 to 100"),
        ("recent_from = 2025-09-01", "recent_from = 2026-09-02", "recent_from is after index_date"),
        (
            "areas = { start = 1000, metres_per_point = 25 }",
            "areas = { start = 1000, points_per_minute = 25 }",
            "by metres, since it has no [minutes]: expected metres_per_point and no points_per_minute",
        ),
        (
            "county = { start = 1000, metres_per_point = 50 }",
            "county = { start = 1000 }",
            "metres_per_point is missing",
        ),
        ("metres = 5000", "minutes = 15", "expected metres and no minutes"),
    ] {
        let text = VERSION_1.replacen(from, to, 1);
        let error = parse_rules("r.toml", &text).expect_err(to);
        assert_eq!(error.line, line_of(from), "{error}");
        assert!(error.why.contains(why), "{error}\nshould say: {why}");
    }
    let without = VERSION_1.replacen("ckd = [\"self_management\"]\n", "", 1);
    assert!(parse_rules("r.toml", &without).expect_err("missing").why.contains("\"ckd\" are missing"));
}

#[test]
fn clauses_are_read() {
    let commented: String = VERSION_1
        .lines()
        .map(|l| {
            l.strip_prefix("# ").filter(|l| l.contains(['[', '{']) || l.starts_with("name")).unwrap_or(l)
        })
        .collect::<Vec<_>>()
        .join("\n");
    let commented = commented.replace("imd_at_most = 5", "imd_from = 1, imd_at_most = 5, has_car = true");
    let rules = parse_rules("r.toml", &commented).expect("the example in the comments works");
    assert_eq!(rules.clauses.len(), 1);
    assert_eq!(rules.clauses[0].people.age_from, Some(50));
    assert_eq!(rules.clauses[0].people.has_car, Some(true));
    for (from, to) in [("age_to = 90", "age_to = 40"), ("imd_from = 1,", "imd_from = 6,")] {
        let error = parse_rules("r.toml", &commented.replace(from, to)).expect_err("nobody");
        assert!(error.why.contains("nobody passes"), "{error}");
        let line = commented.lines().position(|line| line.contains(from)).expect("in the file") + 1;
        assert_eq!(error.line, line, "{error}");
    }
}

/// What the guide shows of TOML.
fn guide() -> impl Iterator<Item = &'static str> {
    const GUIDE: &str = include_str!("../../../../docs/guide/rules.md");
    GUIDE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

#[test]
fn the_guide_s_clauses_are_clauses() {
    let clauses: Vec<&str> = guide().filter(|text| text.contains("[[clause]]")).collect();
    let rules = parse_rules("r.toml", &format!("{VERSION_1}\n{}", clauses.join("\n"))).expect("a rule set");
    let people: Vec<_> =
        rules.clauses.iter().map(|c| (c.people.age_from, c.people.imd_from, c.people.has_car)).collect();
    assert_eq!(people, [(Some(60), None, None), (None, Some(4), None), (None, None, Some(true))]);
}

/// Version 1 by minutes, as the guide shows it.
fn by_minutes() -> String {
    let example = guide().find(|text| text.contains("[minutes]")).expect("the guide's example");
    // The example's sections take the place of those of version 1.
    let sections = |text: &str| -> Vec<(String, String)> {
        let mut sections = vec![(String::new(), String::new())];
        for line in text.lines() {
            if line.starts_with('[') {
                sections.push((line.to_owned(), String::new()));
            }
            let (_, body) = sections.last_mut().expect("one");
            body.push_str(line);
            body.push('\n');
        }
        sections
    };
    let own = sections(example);
    let kept = sections(VERSION_1)
        .into_iter()
        .filter(|(name, _)| own.iter().all(|(own, _)| own != name || name.is_empty()));
    kept.chain(own.clone()).map(|(_, body)| body).collect()
}

fn service(sid: i32, catchment: Catchment) -> Service {
    let place = Some(GridPoint { easting: 500_000, northing: 340_000 });
    Service { sid, catchment, place, ..Service::default() }
}

/// Reads version 1 by minutes with this table; where it is refused, the sentence or the first problem.
fn read(table: &str, percent: f64) -> Result<(RuleSet, super::MinutesFile), String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("minutes.csv"), table).expect("written");
    let document = RulesDocument::parse("ours.toml", &by_minutes(), folder.path()).expect("a rule set");
    let services =
        [service(3, Catchment::Radius), service(4, Catchment::County), service(9, Catchment::Online)];
    match document.read(&services, Allowance { percent }) {
        Ok((rules, file)) => Ok((rules, file.expect("a table"))),
        Err(ImportError::TooManyProblems { problems, .. }) => Err(problems
            .iter()
            .map(|p| format!("{} {}: {}", p.line, p.column, p.expected))
            .collect::<Vec<_>>()
            .join("; ")),
        Err(error) => Err(error.to_string().replace(&folder.path().display().to_string(), "")),
    }
}

#[test]
fn the_guide_s_example_of_minutes_is_a_rule_set() {
    let document = RulesDocument::parse("ours.toml", &by_minutes(), Path::new("rules")).expect("a rule set");
    assert_eq!(document.table(), Some(Path::new("rules/minutes.csv")));
    let (rules, _) = read("easting,northing,sid,minutes\n1,2,3,4\n", 0.0).expect("read");
    let minutes = rules.measure.minutes().expect("by minutes");
    assert_eq!((&*minutes.by, minutes.at_most, rules.near), ("by bus", 45, 15));
    assert_eq!((rules.decay.areas.loss.points, rules.decay.areas.loss.every), (20, 1));
    let shipped = include_str!("../../../../examples/minutes/rules.toml");
    let shipped = RulesDocument::parse("rules.toml", shipped, Path::new("rules")).expect("a rule set").rules;
    let (name, version) = (document.rules.name.clone(), document.rules.version.clone());
    assert_eq!(RuleSet { name, version, ..shipped }, document.rules, "the example that ships is the guide's");
    // The rest is version 1's.
    let as_version_1 = RuleSet::version_1();
    let back = RuleSet {
        measure: Measure::Metres,
        name: as_version_1.name.clone(),
        version: as_version_1.version.clone(),
        decay: as_version_1.decay,
        travel: as_version_1.travel,
        near: as_version_1.near,
        ..rules
    };
    assert_eq!(back, as_version_1);
}

#[test]
fn rules_that_contradict_their_measure_are_refused_by_line() {
    let text = by_minutes();
    assert_eq!(parse_rules("r.toml", &text).expect_err("a file").line, line_of(&text, "table ="));
    for (from, to, why) in [
        ("at_most = 45", "at_most = 0", "from 1 to 1440"),
        ("at_most = 45", "at_most = 1441", "from 1 to 1440"),
        ("by = \"by bus\"", "by = \" \"", "how people travel"),
        ("table = \"minutes.csv\"", "table = \"\"", "the name of a file"),
        ("minutes = 15", "metres = 5000", "by minutes, as [minutes] says: expected minutes and no metres"),
        ("minutes = 15", "minutes = 1441", "from 0 to 1440"),
        (
            "points_per_minute = 10\n",
            "metres_per_point = 25\n",
            "expected points_per_minute and no metres_per_point",
        ),
        ("points_per_minute = 10\n", "points_per_minute = 10001\n", "from 0 to 10000"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let error = RulesDocument::parse("r.toml", &changed, Path::new(".")).expect_err(to);
        assert_eq!(error.line, line_of(&text, from.trim_end()), "{error}");
        assert!(error.why.contains(why), "{error}\nshould say: {why}");
    }
}

fn line_of(text: &str, start: &str) -> usize {
    text.lines().position(|line| line.starts_with(start)).expect("in the text") + 1
}

#[test]
fn a_table_is_read_and_what_is_odd_is_counted() {
    let table = "note,sid,minutes,northing,easting\n\
                 a,3,12,2,1\na,4,1440,2,1\nb,3,0,-5,7\n\
                 again,3,12,2,1\nnobody,77,5,2,1\nnobody,78,5,2,1\n";
    let (rules, file) = read(table, 0.0).expect("read");
    let at = |easting, northing| GridPoint { easting, northing };
    let expected = [
        MinutesRow { place: at(1, 2), sid: 3, minutes: 12 },
        MinutesRow { place: at(1, 2), sid: 4, minutes: 1_440 },
        MinutesRow { place: at(7, -5), sid: 3, minutes: 0 },
    ];
    assert_eq!(rules.measure.minutes().expect("by minutes").table.rows(), expected);
    assert_eq!((file.rows_read, file.rows_used, file.rows_left_out), (6, 3, 0));
    let warnings =
        MinutesWarnings { strangers: 2, first_stranger: Some(6), repeats: 1, services_without_rows: 0 };
    assert_eq!(file.warnings, warnings);
    assert_eq!(file.problems.len(), 1);
    assert_eq!(&*file.problems[0].expected, "one row for each place and sid; this row repeats line 2");
    let (_, file) = read("easting,northing,sid,minutes\n1,2,3,4\n", 0.0).expect("read");
    assert_eq!(file.warnings.services_without_rows, 1, "the online one is nowhere");
}

#[test]
fn what_is_wrong_in_a_table_is_said_by_line_and_column_and_never_by_value() {
    let row = |cells: &str| format!("easting,northing,sid,minutes\n1,2,3,4\n{cells}\n");
    for (cells, said) in [
        ("1,2,4,-1", "3 minutes: whole minutes from 0 to 1440"),
        ("1,2,4,1441", "3 minutes: whole minutes from 0 to 1440"),
        ("1,2,4,12.5", "3 minutes: whole minutes"),
        ("1,2,4,", "3 minutes: whole minutes"),
        (",2,4,5", "3 easting: whole metres"),
        ("1,x,4,5", "3 northing: whole metres"),
        ("1,2,-4,5", "3 sid: the number of a service"),
        ("1,2,4", "3 : 4 fields, found 3"),
    ] {
        let error = read(&row(cells), 0.0).expect_err(cells);
        assert!(error.contains(said), "{cells}: {error}");
        let (_, file) = read(&row(cells), 50.0).expect("half may be wrong");
        assert_eq!((file.rows_used, file.rows_left_out), (1, 1), "{cells}");
    }
    // Two numbers for one way: nobody knows which is right, so neither is used, whichever comes first.
    let both = "1,2,4,9\n1,2,4,10";
    let error = read(&row(both), 0.0).expect_err("a contradiction");
    assert!(
        error.contains("3 minutes: one number of minutes") && error.contains("4 minutes: one number"),
        "{error}"
    );
    let (rules, _) = read(&row(both), 90.0).expect("allowed");
    assert_eq!(rules.measure.minutes().expect("by minutes").table.rows().len(), 1);

    let missing = read("easting,northing,sid\n1,2,3\n", 0.0).expect_err("no minutes");
    assert!(missing.contains("needs the columns easting, northing, sid and minutes"), "{missing}");
    assert!(missing.ends_with("it has no minutes"), "{missing}");
    let strange = read("easting,northing,sid,minutes\n1,2,77,3\n", 0.0).expect_err("nothing in it");
    assert!(
        strange.contains("no row of it speaks of a service") && strange.contains("line 2 is the first"),
        "{strange}"
    );
    // One of two that cannot be read leaves it open whether the other is right.
    let (rules, file) = read(&row("1,2,4,12\n1,2,4,1500"), 90.0).expect("allowed");
    assert_eq!(rules.measure.minutes().expect("by minutes").table.rows().len(), 1);
    assert_eq!(file.rows_left_out, 2);
    // What repeats is listed and refuses nothing; what is all wrong is listed too.
    let (_, file) = read(&row("1,2,3,4\n1,2,3,4"), 0.0).expect("repeats");
    assert_eq!((file.warnings.repeats, file.rows_used), (2, 1));
    let wrong = read("easting,northing,sid,minutes\n1,2,3,none\n", 100.0).expect_err("nothing is left");
    assert!(wrong.contains("2 minutes: whole minutes"), "{wrong}");
}
