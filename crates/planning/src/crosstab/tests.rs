//! Crosstabs, good and dirty, and what a reader can learn from the area view.

use std::fmt::Write;

use disclosure::Working;
use matching::{Catchment, RuleSet, Service};
use vocabulary::{Topic, TopicSet};

use super::*;
use crate::extract::{Allowance, ImportError, Mapping};
use crate::match_run::InputFile;

const MAPPING: &str = "format = 1\nkind = \"crosstab\"\n[crosstab]\nwhole_population = \"All\"\npeople = \"People\"\n\
    [crosstab.conditions]\nGout = \"gout\"\n\"Knee pain\" = \"oa\"\nFalls = \"falls\"\n";

fn read_with(text: &[u8], more: &str, percent: f64) -> Result<Crosstab, ImportError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("crosstab.csv");
    std::fs::write(&path, text).expect("written");
    let mapping = Mapping::parse("m.toml", &format!("{MAPPING}{more}"), &[]).expect("a mapping");
    import_crosstab(&path, &mapping.crosstab.expect("a crosstab"), Allowance { percent })
}

/// The counts of a crosstab as text: a raw count cannot be printed, so it is found by trying.
fn shown(crosstab: &Crosstab) -> String {
    let one = |count: &Count| match count {
        Count::NotKnown => "?".to_owned(),
        Count::Suppressed => "*".to_owned(),
        Count::Known(n) => (0..100_000).find(|i| Working::from(*i) == *n).expect("small").to_string(),
    };
    let mut text = String::new();
    for segment in &crosstab.headings.segments {
        let _ = write!(text, "[{}|{}]", segment.group.as_deref().unwrap_or("-"), segment.called);
    }
    for metric in crosstab.metrics() {
        let cells: Vec<String> = metric.segments.iter().map(one).collect();
        let _ = write!(text, "\n{}: {} = {}", metric.name, cells.join(" "), one(&metric.whole));
    }
    for problem in &crosstab.problems {
        let _ = write!(text, "\nline {} {}: {}", problem.line, problem.column, problem.expected);
    }
    text
}

#[track_caller]
fn check(table: &str, expected: &str) {
    let read = read_with(table.as_bytes(), "", 100.0).map(|c| shown(&c));
    assert_eq!(read.map_err(|e| e.to_string()).as_deref(), Ok(expected), "{table}");
}

#[track_caller]
fn refused(table: &[u8], why: &str) {
    let error = read_with(table, "", 1.0).expect_err(why).to_string();
    assert!(error.contains(why), "{error}\nshould say: {why}");
}

const ROWS: &str = "People,10,20,30,60\nGout,1,2,3,6\nKnee pain,4,5,6,15\nFalls,7,8,9,24\n";

#[test]
fn headings_in_every_order() {
    let counts = "\nPeople: 10 20 30 = 60\nFalls: 7 8 9 = 24\nGout: 1 2 3 = 6\nKnee pain: 4 5 6 = 15";
    for (heading, segments) in [
        // Above the first only, above each, and a stray last column that has no heading.
        (",N,,S,All\n,a,b,c,\n", "[N|a][N|b][S|c]"),
        ("x,N,N,S,\nMetric,a,b,c,All\n", "[N|a][N|b][S|c]"),
        (",N,,S,,\n,a,b,c,All,\n", "[N|a][N|b][S|c]"),
        // One name under two networks; a network without practices.
        (",N,,S,All\n,a,b,a,\n", "[N|N / a][N|b][S|S / a]"),
        (",N,,S,All\n,a,b,,\n", "[N|a][N|b][-|S]"),
        // Names in quotes, with commas and spaces.
        (",\" N \",,S,All\n,\"a, b\",\"b\"\"c\",c ,\n", "[N|a, b][N|b\"c][S|c]"),
        // Deciles are names.
        (",N,,S,All\n,1,2,3,\n", "[N|1][N|2][S|3]"),
    ] {
        check(&format!("{heading}{ROWS}"), &format!("{segments}{counts}"));
    }
    // Everybody first: what stands over everybody is no network.
    let first = ROWS.lines().map(|l| {
        let f: Vec<&str> = l.split(',').collect();
        format!("{},{},{},{},{}\n", f[0], f[4], f[1], f[2], f[3])
    });
    check(&format!(",All,,N,\n,,a,b,c\n{}", first.collect::<String>()), &format!("[-|a][N|b][N|c]{counts}"));
}

#[test]
fn cells_and_rows() {
    let head = ",N,,S,All,\n,a,b,c,,\n";
    check(
        &format!(
            "{head}People,\"1,234\",\" 20 \",30.0,\"1,284\",\nOther,x,y,z,1,\nGout,,NA,null,6,junk\n\
             Knee pain,*,<5,c,15\n\n,,,,,\nFalls,1,twelve,-3,24,\n"
        ),
        "[N|a][N|b][S|c]\nPeople: 1234 20 30 = 1284\nFalls: 1 ? ? = 24\nGout: ? ? ? = 6\nKnee pain: * * * = 15\n\
         line 9 b: a whole number such as 1,234, blank or NA where it is not known, * or <5 where it is hidden\n\
         line 9 c: a whole number such as 1,234, blank or NA where it is not known, * or <5 where it is hidden",
    );
    check(
        &format!(
            "{head}People,10,20,30,60\nGout,1,2,3,6\nGout,1,2,3,6\nKnee pain,4,5\nFalls,7,8,9,24\nFalls,7,8,9,25\n,1\n"
        ),
        "[N|a][N|b][S|c]\nPeople: 10 20 30 = 60\nFalls: ? ? ? = ?\nGout: 1 2 3 = 6\nKnee pain: ? ? ? = ?\n\
         line 6 : 6 fields, found 3\nline 9 : the metric's name in the first column\n\
         line 7 metric: one row for each metric; other rows of this one differ\n\
         line 8 metric: one row for each metric; other rows of this one differ\n\
         line 5 metric: one row for each metric; this row repeats line 4 and was counted once",
    );
    let left_out = read_with(format!(",N,,S,All\n,a,Total,c,\n{ROWS}").as_bytes(), "", 0.0).expect("read");
    assert_eq!(left_out.headings.segments.len(), 3);
}

#[test]
fn what_is_no_crosstab_is_refused_and_nothing_of_it_is_repeated() {
    let head = ",N,,S,All\n,a,b,c,\n";
    refused(format!(",a,b,c,All\n{ROWS}").as_bytes(), "expected two heading rows");
    refused(b"pid,birth_year,imd\nAnna,1950,4\n", "line 2 holds counts");
    refused(b"pid,name,town\nAnna,Smith,York\n", "no column is called \"All\"");
    refused(format!(",N,All,S,All\n,a,b,c,\n{ROWS}").as_bytes(), "2 columns are called \"All\"");
    refused(format!(",N,,N,All\n,a,b,a,\n{ROWS}").as_bytes(), "two columns are called \"N / a\"");
    refused(b",All,\nMetric,,\n", "no column for a segment");
    refused(b"a;b;c\n", "fewer than three columns");
    refused(b",N,All\n", "ends before the second heading row");
    refused(
        format!("{head}People,1,2,3,6\nGout,1,2,3,6\n").as_bytes(),
        "these metrics are missing: \"Falls\", \"Knee pain\"",
    );
    refused(
        format!("{head}{}", ROWS.replace("10,", "ten,")).as_bytes(),
        "1 of 16 cells cannot be used, which is more than 1 %",
    );
    refused(",".repeat(20_000).as_bytes(), "more than 4096 columns");
    refused(b",N,All\n,a\0,\n", "NUL byte");
    refused(b",N,All\n,\"a,\n", "never closed");
    refused(format!(",{},All\n,a,\n", "N".repeat(201)).as_bytes(), "longer than 200 letters");
    refused(format!(",N,All\n,{},\n", "a".repeat(2_000_000)).as_bytes(), "longer than 1024 KiB");
    refused(format!("{head}{ROWS}{}", "Other,1,2,3,4\n".repeat(100_001)).as_bytes(), "more than 100000 rows");
    let error = read_with(b"pid,name,town\nAnna,Smith,York\n", "", 1.0).expect_err("no crosstab").to_string();
    assert!(!error.contains("Anna") && !error.contains("York"), "{error}");
}

fn viewed(table: &str, places: &str, services: &[Service]) -> AreaView {
    let crosstab = read_with(table.as_bytes(), places, 100.0).expect("read");
    let file =
        || InputFile { name: String::new(), digest: String::new(), rows_read: 0, rows_used: 0, problems: 0 };
    let inputs = AreaInputs {
        population: file(),
        services: file(),
        mapping: String::new(),
        mapping_digest: String::new(),
        rules: String::new(),
        rules_digest: String::new(),
        program: String::new(),
    };
    let facts = AreaFacts {
        about: "a test".to_owned(),
        made_up: true,
        as_at: None,
        segments_are: "practices".to_owned(),
        inputs,
        warnings: Vec::new(),
        policy: disclosure::Policy::default(),
    };
    release_area_view(&crosstab, &RuleSet::version_1(), services, facts)
}

fn topic(topics: &[TopicView], topic: Topic) -> TopicView {
    topics.iter().find(|t| t.topic == topic).expect("asked for").clone()
}

/// Strength is asked for by falls and by osteoarthritis, self-management by gout and by osteoarthritis.
#[test]
fn a_need_lies_between_two_released_numbers() {
    for (people, gout, knee, strength, self_management) in [
        // Between the largest and the sum, in fives.
        ("1,000", "100", "203", "205–305", "205–305"),
        // No more than there are people.
        ("250", "100", "203", "205–250", "205–250"),
        // A small count adds what it may be at most, up to the next five.
        ("1,000", "3", "203", "205–305", "205–215"),
        ("1,000", "3", "2", "100–110", "≤15"),
        // What is not known or hidden at source leaves the upper end open.
        ("1,000", "NA", "203", "205–305", "205 or more"),
        ("1,000", "*", "NA", "100 or more", "hidden"),
        ("1,000", "NA", "NA", "100 or more", "not known"),
        ("NA", "100", "203", "205–305", "205–305"),
    ] {
        let whole = "50,000";
        let table = format!(
            ",N,,All\n,a,b,\nPeople,\"{people}\",\"40,000\",\"{whole}\"\nGout,\"{gout}\",900,NA\n\
             Knee pain,{knee},900,NA\nFalls,100,900,NA\n"
        );
        let view = viewed(&table, "", &[]);
        let topics = &view.segments[0].topics;
        assert_eq!(topic(topics, Topic::Strength).demand.to_string(), strength, "{table}");
        assert_eq!(topic(topics, Topic::SelfManagement).demand.to_string(), self_management, "{table}");
    }
}

const PLACES: &str = "[crosstab.segments]\na = { easting = 500000, northing = 300000, county = 0, area = 3 }\n\
    b = { county = 0 }\nelsewhere = { county = 1 }\n";

#[test]
fn services_reach_by_radius_area_county_and_online() {
    let table = format!(
        ",N,,S,All\n,a,b,c,\n{}",
        "People,1000,2000,3000,6000\nGout,100,200,300,600\nKnee pain,100,200,300,600\nFalls,100,200,300,600\n"
    );
    let of = |catchment: Catchment| Service {
        catchment,
        offers: TopicSet::EMPTY.with(Topic::Strength),
        county: Some(0),
        place: Some(vocabulary::GridPoint { easting: 503_000, northing: 304_000 }),
        radius: 5_000,
        area_mask: 1 << 3,
        weekly_sessions: Some(2),
        capacity: Some(10),
        ..Service::default()
    };
    let check = |service: Service, expected: [(u64, u64, u64, Gap); 4]| {
        let view = viewed(&table, PLACES, &[service]);
        let all = view.segments.iter().map(|s| &s.topics).chain([&view.topics]);
        let seen: Vec<_> = all
            .map(|topics| {
                let strength = topic(topics, Topic::Strength);
                let supply = strength.supply;
                (supply.services, supply.online, supply.reach_not_known, strength.gap)
            })
            .collect();
        assert_eq!(seen, expected);
    };
    let not_known = (0, 0, 1, Gap::NotKnown);
    check(of(Catchment::Radius), [(1, 0, 0, Gap::None), not_known, not_known, (1, 0, 0, Gap::None)]);
    check(
        Service { radius: 4_999, ..of(Catchment::Radius) },
        [(0, 0, 0, Gap::Nothing), not_known, not_known, (1, 0, 0, Gap::None)],
    );
    check(of(Catchment::Areas), [(1, 0, 0, Gap::None), not_known, not_known, (1, 0, 0, Gap::None)]);
    check(
        of(Catchment::County),
        [(1, 0, 0, Gap::None), (1, 0, 0, Gap::None), not_known, (1, 0, 0, Gap::None)],
    );
    let online = (0, 1, 0, Gap::OnlineOnly);
    check(of(Catchment::Online), [online; 4]);
    let nobody = (0, 0, 0, Gap::Nothing);
    check(Service { place: None, ..of(Catchment::Radius) }, [nobody; 4]);
    let view = viewed(&table, PLACES, &[of(Catchment::Radius)]);
    assert_eq!(topic(&view.topics, Topic::Strength).people_per_place, Some((30, Some(60))));
    assert!(view.warnings.iter().any(|w| w.contains("does not have: elsewhere")), "{:?}", view.warnings);
}

#[test]
fn warnings_count_metrics_and_cells_and_never_people() {
    let table = ",N,,S,All,\n,a,b,c,,\nPeople,1000,2000,3000,6000,\nGout,100,200,300,700,\nKnee pain,1001,*,NA,90,\nFalls,1,2,3,6,\n";
    let view = viewed(table, "", &[]);
    let said = view.warnings.join("\n");
    for line in [
        "2 metrics whose column for everybody is not the sum",
        "1 metric with more people",
        "1 cell of segments without a count",
        "1 cell of segments hidden at source",
        "1 column without a heading",
        "3 segments with place not known",
    ] {
        assert!(said.contains(line), "{said}\nshould say: {line}");
    }
}

/// Small counts, alone or by subtraction, in the file's numbers or behind its symbols, are in neither output.
#[test]
fn nothing_small_can_be_read_off_or_worked_out() {
    let table = ",N,,S,All\n,a,b,c,\nPeople,1003,2004,5,3012\nGout,3,104,2,109\nKnee pain,203,304,*,511\nFalls,998,103,5,1106\n";
    let view = viewed(table, "", &[]);
    let json = area_summary_json(&view);
    for exact in ["1003", "2004", "3012", "109", "511", "203", "998", "1106"] {
        assert!(!json.contains(exact), "{exact} in\n{json}");
    }
    let people = |at: usize| view.segments[at].people.to_string();
    assert_eq!([people(0), people(1), people(2)], ["hidden", "2,005", "≤7"]);
    let numbers: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let mut all = Vec::new();
    people_in(&numbers, false, &mut all);
    assert!(all.len() > 10 && all.iter().all(|n| *n >= 10 && n % 5 == 0), "{all:?}");
    // Where the file hides more than we would, so do we.
    let table = ",N,,S,All\n,a,b,c,\nPeople,1000,2000,3000,6000\nGout,<20,100,15,130\nKnee pain,100,200,300,600\nFalls,100,200,300,600\n";
    let view = viewed(table, "", &[]);
    assert!(!area_summary_json(&view).contains("≤7\","), "nothing is small at seven here");
    assert_eq!(view.metrics[2].whole.to_string(), "130");
}

/// Every number that stands for people.
fn people_in(value: &serde_json::Value, about_people: bool, found: &mut Vec<u64>) {
    match value {
        serde_json::Value::Number(n) if about_people => found.extend(n.as_u64()),
        serde_json::Value::Array(all) => all.iter().for_each(|v| people_in(v, about_people, found)),
        serde_json::Value::Object(fields) => {
            for (key, v) in fields {
                people_in(
                    v,
                    key == "people" || (about_people && matches!(key.as_str(), "low" | "high")),
                    found,
                );
            }
        }
        _ => {}
    }
}
