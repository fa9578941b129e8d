//! What the commands say in plain words: warnings that were counted, and the summary at the end.

use disclosure::Shown;
use planning::cohort::{EventCounts, Evidence};
use planning::match_run::Findings;
use planning::population::Population;
use planning::supply::Services;

use super::progress::counted;

/// What was odd about the input and did not stop the run. Counts of rows are exact.
pub(super) fn warnings(
    population: &Population,
    services: &Services,
    events: Option<&EventCounts>,
    evidence: &Evidence,
) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |n: u64, what: &str| {
        if n > 0 {
            said.push(format!("{} {what}", counted(n, "row")));
        }
    };
    say(population.warnings.outside_great_britain, "of people with coordinates outside Great Britain");
    say(
        population.warnings.lsoa_not_recognised,
        "of people with an LSOA that is no LSOA code, kept as not known",
    );
    say(population.warnings.repeats, "of people that repeat another row and were counted once");
    say(services.warnings.outside_great_britain, "of services with coordinates outside Great Britain");
    say(services.warnings.nobody_can_reach, "of services that nobody can reach or use");
    say(services.warnings.capacity_zero, "of services with no places (capacity zero)");
    say(services.warnings.repeats, "of services that repeat another row and were counted once");
    say(events.map_or(0, |e| e.strangers), "of events of people who are not in the extract");
    say(evidence.strangers_on_lists, "of lists with a pseudonym that is not in the extract");
    said
}

/// The answer in a few lines.
pub(super) fn answer(findings: &Findings) -> String {
    let mut lines = vec![format!("{} {}: {}.", findings.cohort, findings.who, findings.about)];
    lines.push(format!(
        "{} of them have at least one offer that suits them and that they can reach.",
        findings.matched
    ));
    lines.push(format!("{} have a need that no offer near them meets.", findings.unmet));
    if let Some(worst) = findings.topics.iter().max_by_key(|t| t.unmet.rounded().unwrap_or(0))
        && worst.unmet.rounded().is_some_and(|n| n > 0)
    {
        lines.push(format!(
            "Most often missing: {} ({} of {} who need it go without).",
            worst.topic.title().to_lowercase(),
            worst.unmet,
            worst.need
        ));
    }
    if let Some(list) = &findings.shortlist
        && let Some(covered) = list.covered_percent
        && !list.invited.is_empty()
    {
        let bound = list
            .bound_percent
            .map_or_else(String::new, |b| format!("; no choice could cover more than {b} %"));
        lines.push(format!(
            "A hub at {},{}: {} providers would cover {covered} % of the need within {} km{bound}.",
            list.easting,
            list.northing,
            list.invited.len(),
            list.radius / 1000,
        ));
    }
    if matches!(findings.cohort, Shown::Hidden | Shown::UpTo(_)) {
        lines.push("The cohort is so small that most counts are hidden to protect people.".to_owned());
    }
    lines.join("\n")
}
