//! The way of a run, the same for `match`, `invite` and `demo`: read, select, match, release.

use std::path::Path;

use ground::files::Problem;
use matching::Invitation;
use planning::by_part;
use planning::match_run::{
    Counting, DEFAULT_RADIUS, DEFAULT_STANDS, Findings, Hub, MatchRun, Near, Sections, Tallies,
    busiest_place, release,
};
use planning::supply::Services;
use vocabulary::GridPoint;

use super::failure::Failure;
use super::inputs::{Definitions, InputFiles, Read};
use super::outputs;
use super::progress::Step;

/// A cohort matched, with what it was read from.
pub(super) struct Matched {
    pub(super) read: Read,
    pub(super) run: MatchRun,
    pub(super) problems: Vec<Problem>,
}

/// Which findings are wanted.
pub(super) enum Wanted {
    Counts,
    /// With the shortlist that was asked for, or else one for the busiest place.
    All(Option<Invitation>),
}

/// Reads and matches. Where the input is refused for its problems, `problems.csv` is all that is written.
pub(super) fn run(
    inputs: &InputFiles,
    definitions: &Definitions,
    out: &Path,
    changed: &dyn Fn(&mut Services) -> Result<(), Failure>,
) -> Result<Matched, Failure> {
    let mut problems = Vec::new();
    let mut read = match inputs.read(definitions, &mut problems) {
        Ok(read) => read,
        Err(failure) => return Err(refused(out, &problems, failure)),
    };
    outputs::folder(out)?;
    by_part::forget(out)?;
    let cohort = read.selected.rows.len() as u64;
    let step = Step::begin("Matching", cohort);
    let mut services = std::mem::take(&mut read.services);
    changed(&mut services)?;
    let people = &read.population.people;
    let run = MatchRun::new(read.rules.clone(), services, people, &read.selected, &|n| step.more(n));
    // How many were matched is a count about people: it is said once it has passed the gate, and not before.
    step.done("every offer against every person of the cohort");
    Ok(Matched { read, run, problems })
}

/// Lists what is wrong with the input that is refused; the failure, or why not even that could be written.
pub(super) fn refused(out: &Path, problems: &[Problem], failure: Failure) -> Failure {
    if problems.is_empty() {
        return failure;
    }
    if let Err(unwritten) = outputs::folder(out).and_then(|()| outputs::problems(out, problems)) {
        return unwritten;
    }
    if out.join("summary.json").exists() {
        eprintln!("The other results in {} are those of an earlier run.", out.display());
    }
    failure
}

/// Leaves out what these providers offer. A name that nobody has is refused: it would change nothing in silence.
pub(super) fn leave_out(services: &mut Services, without: &[String]) -> Result<(), Failure> {
    let names: std::collections::BTreeSet<&String> = without.iter().collect();
    for name in names {
        let is_theirs = |service: &matching::Service| {
            service.provider == *name || service.provider_name.as_deref().is_some_and(|known| known == name)
        };
        if !services.services.iter().any(is_theirs) {
            return Err(Failure::Usage(format!("--without: no provider is called \"{name}\"")));
        }
        services.services.retain(|service| !is_theirs(service));
    }
    Ok(())
}

/// Releases what was found.
pub(super) fn findings(
    definitions: &Definitions,
    matched: &Matched,
    wanted: Wanted,
) -> Result<Findings, Failure> {
    let step = Step::begin("Counting", 0);
    let Read { population, selected, backgrounds, facts, .. } = &matched.read;
    let counting = Counting {
        small_areas: &facts.small_areas,
        backgrounds: backgrounds.as_ref(),
        for_report: matches!(wanted, Wanted::All(_)),
    };
    let tallies = Tallies::of(&matched.run, population, selected, &counting);
    let near = Near { people: &population.people, rows: &selected.rows };
    let sections = match wanted {
        Wanted::Counts => Sections::Counts,
        Wanted::All(asked) => {
            let home = busiest_place(&tallies, &facts.gate);
            Sections::All { hub: hub(asked, home).map(|hub| (hub, near)), home }
        }
    };
    let findings = release(&matched.run.plan, &tallies, &definitions.cohort, facts.clone(), sections)?;
    step.done("every count passed the gate");
    Ok(findings)
}

/// The hub that was asked for, or else one for the busiest place, if there is one.
pub(super) fn hub(asked: Option<Invitation>, busiest: Option<GridPoint>) -> Option<Hub> {
    let chosen = || Some(Invitation::to(busiest?, DEFAULT_RADIUS, DEFAULT_STANDS));
    match asked {
        Some(asked) => Some(Hub { asked, place_chosen: false }),
        None => chosen().map(|asked| Hub { asked, place_chosen: true }),
    }
}
