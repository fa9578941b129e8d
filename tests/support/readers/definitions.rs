//! Definitions: TOML that an analyst writes. They hold nobody's values, so that their errors may quote them; but they
//! are sent from one to the other, and what they say is shown.

use std::path::Path;

use ground::files::DefinitionError;
use matching::{Plan, judge, match_cohort};
use offers::directory::import::DirectoryMapping;
use offers::directory::{Settings, Term};
use planning::cohort::{Evidence, parse_cohort, select};
use planning::extract::{Allowance, Mapping};
use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use planning::rules::{RulesDocument, parse_rules};
use planning::supply::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS, import_services};

use super::people::{few_people, index_date, refused};
use super::{names_it, problems, written};

/// Gives a line that the text has, and a sentence of a length that somebody reads.
fn answered<T>(bytes: &[u8], parse: impl Fn(&str) -> Result<T, DefinitionError>) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    match parse(text) {
        Ok(definition) => Some(definition),
        Err(error) => {
            let lines = text.matches('\n').count() + 1;
            assert!((1..=lines).contains(&error.line), "line {} of {lines}", error.line);
            assert!(!error.why.is_empty() && !error.why.contains(char::is_control), "{:?}", error.why);
            None
        }
    }
}

/// Whoever it leaves out is left out by one of its criteria.
pub(super) fn cohort(folder: &Path, bytes: &[u8]) {
    let Some(cohort) = answered(bytes, |text| parse_cohort("cohort.toml", text, folder)) else { return };
    let population = few_people(folder);
    let selected = select(&cohort, &population, &Evidence::none(&cohort, &population), index_date());
    assert!(selected.rows.iter().all(|row| population.usable.contains(row)), "{:?}", selected.rows);
    assert_eq!(selected.attrition.len(), cohort.criteria.len());
}

/// No rule set makes a score too large to be counted, and the fast way finds what the readable way finds.
pub(super) fn rules(folder: &Path, bytes: &[u8]) {
    let document = |text: &str| RulesDocument::parse("rules.toml", text, folder);
    let Some(document) = answered(bytes, document) else { return };
    // Alone it may name no table.
    let alone = std::str::from_utf8(bytes).is_ok_and(|text| parse_rules("rules.toml", text).is_ok());
    assert_eq!(alone, document.table().is_none());
    let population = few_people(folder);
    let services =
        import_services(&written(folder, "services.csv", SERVICES), &Mapping::default(), NONE_LEFT_OUT);
    let services = services.expect("services").services;
    // No other file of this machine is opened.
    if document.table().is_some_and(|table| table != folder.join("minutes.csv")) {
        return;
    }
    written(folder, "minutes.csv", MINUTES);
    let (rules, _) = document.read(&services, NONE_LEFT_OUT).expect("a table that is right");
    let plan = Plan::new(rules, services);
    let rows = match_cohort(&plan, &population.people, &population.usable, &|_| {});
    for found in rows.iter().flat_map(|rows| &rows.matches) {
        let person = population.people.get(found.person as usize);
        let judged = judge(plan.rules(), &person, &plan.services()[found.service as usize]).expect("a match");
        assert_eq!((judged.score, judged.reasons.0), (found.score, found.reasons));
    }
    for outcome in rows.iter().flat_map(|rows| &rows.people) {
        let person = population.people.get(outcome.person as usize);
        let offers = plan.services().iter().filter(|service| judge(plan.rules(), &person, service).is_ok());
        let kept = rows.iter().flat_map(|rows| &rows.matches).filter(|found| found.person == outcome.person);
        assert_eq!(kept.count(), offers.count().min(plan.rules().keep));
    }
}

const SERVICES: &[u8] = include_bytes!("../../../examples/crosstab/services.csv");

/// A table of minutes: what is used, left out, repeated or about services that are not there is what was read.
pub(super) fn minutes(folder: &Path, bytes: &[u8]) {
    let text = planning::rules::VERSION_1
        .replace("metres_per_point", "points_per_minute")
        .replace("metres = 5000", "minutes = 15");
    let text = format!("{text}\n[minutes]\ntable = \"minutes.csv\"\nby = \"by bus\"\nat_most = 45\n");
    let document = RulesDocument::parse("rules.toml", &text, folder).expect("a rule set");
    let services =
        import_services(&written(folder, "services.csv", SERVICES), &Mapping::default(), NONE_LEFT_OUT);
    written(folder, "minutes.csv", bytes);
    match document.read(&services.expect("services").services, Allowance { percent: 100.0 }) {
        Ok((rules, Some(file))) => {
            problems(names_it(bytes), &file.problems);
            let other = file.rows_left_out + file.warnings.repeats + file.warnings.strangers;
            assert_eq!(file.rows_used + other, file.rows_read, "{:?}", file.warnings);
            let table = &rules.measure.minutes().expect("by minutes").table;
            assert_eq!(table.rows().len() as u64, file.rows_used);
            for row in table.rows() {
                assert!((0..=1_440).contains(&row.minutes), "{row:?}");
                assert_eq!(table.between(row.place, row.sid), Some(row.minutes));
            }
        }
        Ok((_, None)) => panic!("the rules go by minutes"),
        Err(error) => refused(names_it(bytes), &error),
    }
}

/// From where the few people live, and from elsewhere.
const MINUTES: &[u8] =
    b"easting,northing,sid,minutes\n500200,340100,1,12\n500200,340100,2,0\n512000,350000,4,1440\n";

const NONE_LEFT_OUT: Allowance = Allowance { percent: 0.0 };

/// A mapping of people, of services or of a crosstab.
pub(super) fn mapping(_: &Path, bytes: &[u8]) {
    let people = [&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS];
    let services = [&SERVICE_COLUMNS[..], &OPTIONAL_SERVICE_COLUMNS];
    if let Some(mapping) = answered(bytes, |text| Mapping::parse("mapping.toml", text, &people)) {
        assert!(mapping.absent().iter().all(|name| people.iter().any(|l| l.iter().any(|c| c.name == *name))));
    }
    answered(bytes, |text| Mapping::parse("mapping.toml", text, &services));
}

pub(super) fn directory_mapping(_: &Path, bytes: &[u8]) {
    answered(bytes, |text| DirectoryMapping::parse("mapping.toml", text));
}

pub(super) fn directory_settings(_: &Path, bytes: &[u8]) {
    if let Some(settings) = answered(bytes, |text| Settings::parse("directory.toml", text)) {
        let term = |name: &str| Term { name: name.to_owned(), ..Term::default() };
        for line in String::from_utf8_lossy(bytes).lines() {
            let _ =
                (settings.topics_of(&term(line)), settings.is_whole_county(line), settings.language(line));
        }
    }
}
