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
use planning::rules::parse_rules;
use planning::supply::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS, import_services};

use super::people::{few_people, index_date};
use super::written;

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
    let Some(rules) = answered(bytes, |text| parse_rules("rules.toml", text)) else { return };
    let population = few_people(folder);
    let services =
        import_services(&written(folder, "services.csv", SERVICES), &Mapping::default(), NONE_LEFT_OUT);
    let plan = Plan::new(rules, services.expect("services").services);
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
