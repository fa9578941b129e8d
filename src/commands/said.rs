//! What the commands say in plain words: warnings that were counted, and the summary at the end.

use disclosure::{Cells, Release, Shown, Working, with_commas};
use matching::pounds;
use planning::cohort::EventCounts;
use planning::match_run::{Findings, ReadCounts};
use planning::population::Completed;
use planning::rules::MinutesFile;
use planning::supply::Services;
use vocabulary::Topic;
use web::capital;

use super::progress::counted;

/// What the tables of places filled in where the extract leaves it open. Counts of rows are exact.
pub(super) fn completed(completed: &Completed) -> Vec<String> {
    let parts = [
        (completed.place, "placed at the middle of their small area, since the extract has no place"),
        (completed.imd, "given the deprivation of their small area, since the extract has none"),
        (completed.area, "given the district of their small area"),
        (
            completed.strangers,
            "in small areas (LSOA) that no file of the data folder has: where they live, their deprivation and their district \
             are known only where the extract says them. Is it the same year's list of areas?",
        ),
    ];
    let said = parts.into_iter().filter(|(rows, _)| *rows > 0);
    let replaced = completed.areas_replaced.then(|| {
        "The extract's own numbers of areas were replaced by districts, as the directory's services have them".to_owned()
    });
    said.map(|(rows, what)| format!("{} of people {what}", counted(rows, "row"))).chain(replaced).collect()
}

/// What was odd about the input and did not stop the run. Counts of rows are exact.
pub(super) fn warnings(
    (people, gate): (&ReadCounts, &Release),
    services: &Services,
    (events, strangers_on_lists): (Option<&EventCounts>, u64),
    minutes: Option<&MinutesFile>,
    absent: &[&str],
) -> Vec<String> {
    let mut said = Vec::new();
    if !absent.is_empty() {
        said.push(format!("Not in this extract, so not known of anybody: {}", absent.join(", ")));
    }
    let unheard = Topic::ALL.into_iter().filter(|topic| !people.heard.holds(*topic));
    let unheard: Vec<&str> = unheard.map(Topic::title).collect();
    if !unheard.is_empty() {
        said.push(format!(
            "Who needs these cannot be said, since nothing that asks for them is in this extract: {}",
            unheard.join(", ")
        ));
    }
    let mut say = |n: u64, what: &str| {
        if n > 0 {
            said.push(format!("{} {what}", counted(n, "row")));
        }
    };
    say(people.rows_left_out, "of people left out; problems.csv says why");
    say(services.rows_left_out, "of services left out; problems.csv says why");
    say(events.map_or(0, |e| e.rows_left_out), "of events left out; problems.csv says why");
    say(people.warnings.outside_great_britain, "of people with coordinates outside Great Britain");
    say(
        people.warnings.lsoa_not_recognised,
        "of people with an LSOA that is no LSOA code, kept as not known",
    );
    say(people.warnings.repeats, "of people that repeat another row and were counted once");
    say(services.warnings.outside_great_britain, "of services with coordinates outside Great Britain");
    say(services.warnings.nobody_can_reach, "of services that nobody can reach or use");
    say(services.warnings.capacity_zero, "of services with no places (capacity zero)");
    say(services.warnings.repeats, "of services that repeat another row and were counted once");
    say(events.map_or(0, |e| e.strangers), "of events of people who are not in the extract");
    say(events.map_or(0, |e| e.other_systems), "of events of code systems that no code list is of");
    say(strangers_on_lists, "of lists with a pseudonym that is not in the extract");
    said.extend(minutes.iter().flat_map(|file| about_minutes((people, gate), file)));
    said
}

/// What the table of minutes leaves open.
fn about_minutes((people, gate): (&ReadCounts, &Release), file: &MinutesFile) -> Vec<String> {
    let counts = &file.warnings;
    let first = counts.first_stranger.map_or_else(String::new, |line| {
        format!("of the table of minutes about a service that is not in the services file; the first is line {line}")
    });
    let parts = [
        (file.rows_left_out, "row", "of the table of minutes left out; problems.csv says why"),
        (counts.repeats, "row", "of the table of minutes that repeat another and were counted once"),
        (counts.strangers, "row", &*first),
        (
            counts.services_without_rows,
            "service",
            "with a place that the table of minutes does not have: nobody was matched with it",
        ),
    ];
    let said = parts.into_iter().filter(|(n, _, _)| *n > 0);
    let mut said: Vec<String> =
        said.map(|(n, what, words)| format!("{} {words}", counted(n, what))).collect();
    // Of a table that somebody made of some places it would be a count of the people who live at the others.
    let without = gate.count(Cells::WithHealthAttribute, Working::from(people.without_minutes));
    if let Shown::Count(people) = without {
        said.push(format!(
            "About {} people live where the table of minutes has no row that can be used: nothing that one goes to was matched \
             with them",
            with_commas(people)
        ));
    }
    said
}

/// The answer in a few lines.
pub(super) fn answer(findings: &Findings) -> String {
    let shown = |n: Shown| n.rounded().is_some();
    let mut lines =
        vec![format!("{} {}: {}.", capital(&findings.cohort.to_string()), findings.who, findings.about)];
    if shown(findings.matched) {
        lines.push(format!(
            "{} of them have at least one offer that suits them and that they can reach.",
            findings.matched
        ));
    }
    if matches!((findings.matched, findings.unmatched), (Shown::Hidden, Shown::UpTo(_))) {
        lines.push(
            "All of them, or nearly all, have at least one offer that suits them and that they can reach."
                .to_owned(),
        );
    }
    if shown(findings.unmet) {
        lines.push(format!("{} have a need that no offer near them meets.", findings.unmet));
    }
    // Which is the worst can be said only where enough of them can be compared.
    let hidden = findings.topics.iter().filter(|topic| topic.unmet == Shown::Hidden).count();
    if let Some(worst) = findings.topics.iter().max_by_key(|t| t.unmet.rounded().unwrap_or(0))
        && worst.unmet.rounded().is_some_and(|n| n > 0)
        && 2 * hidden < findings.topics.len()
    {
        let of = if hidden > 0 { ", of the needs whose count can be shown" } else { "" };
        lines.push(format!(
            "Most often missing{of}: {} ({} of {} who need it go without).",
            worst.topic.title().to_lowercase(),
            worst.unmet,
            worst.need
        ));
    }
    if let Some(list) = &findings.shortlist
        && let Some(covered) = list.covered_percent
        && !list.invited.is_empty()
    {
        let bound = if list.best_possible { "; no other choice could cover more" } else { "" };
        lines.push(format!(
            "A hub at {},{}: {} providers would cover at least {covered} % of the need within {} km{bound}.",
            list.easting,
            list.northing,
            list.invited.len(),
            list.radius / 1000,
        ));
    }
    if let Some(list) = &findings.shortlist
        && let Some(cost) = list.cost
    {
        let of = list.budget.map_or_else(String::new, |budget| format!(" of {}", pounds(budget)));
        lines.push(format!("They cost {}{of}.", pounds(cost)));
        if list.cost_not_known > 0 {
            lines.push(format!(
                "{} left out: nobody says what they cost.",
                counted(list.cost_not_known, "provider")
            ));
        }
    }
    if let Some(list) = &findings.shortlist
        && !shown(list.people)
    {
        lines.push(format!(
            "Hardly anybody of the cohort lives within {} km of {},{}; the easting comes first.",
            list.radius / 1000,
            list.easting,
            list.northing
        ));
    }
    if matches!(findings.cohort, Shown::Hidden | Shown::UpTo(_)) {
        lines.push("How many people the cohort has is hidden: it is small, or another count could be worked out from it.".to_owned());
    }
    lines.extend(findings.warnings.iter().map(|warning| {
        let end = if warning.ends_with('?') { "" } else { "." };
        format!("Note: {warning}{end}")
    }));
    lines.join("\n")
}
