//! `meres match --by-part`: the parts of an extract one after the other, with memory for the largest of them.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ground::files::{Problem, digest, digest_text};
use matching::{Invitation, People, Plan};
use planning::by_part::{ByPart, Stage, Whole};
use planning::extract::Allowance;
use planning::match_run::{Findings, Near, RowFormat, Sections, busiest_place, release};
use planning::population::{self, Import, Population};
use planning::rules::MinutesFile;
use planning::supply::Services;
use planning::worklist::CALLS;

use super::county::County;
use super::failure::Failure;
use super::flow::{self, Wanted};
use super::inputs::{Beside, Definitions, InputFiles, keep, text_of};
use super::outputs;
use super::progress::{Step, counted};
use super::said;

/// What is asked of a run part by part beside its files.
pub(super) struct AskedByPart<'a> {
    pub(super) out: &'a Path,
    /// How the rows are written; nothing where only counts are wanted.
    pub(super) rows: Option<RowFormat>,
    /// No report is wanted.
    pub(super) counts: bool,
    pub(super) invitation: Option<Invitation>,
    /// What is left out of the services or added to them, and in what words that was asked.
    pub(super) changed: &'a dyn Fn(&mut Services) -> Result<(), Failure>,
    pub(super) changed_words: String,
}

/// Refuses what cannot be done part by part, before anything is read.
fn check(inputs: &InputFiles, definitions: &Definitions) -> Result<(), Failure> {
    let needs_all = |what: &str| {
        let why = format!("--by-part: {what}; leave --by-part out, or the other");
        Err(Failure::Usage(why))
    };
    if definitions.cohort.wants_events() || inputs.events_to_read(definitions)?.is_some() {
        return needs_all("events are looked up among all people at once");
    }
    if !definitions.cohort.lists.is_empty() {
        return needs_all("the cohort's lists of pseudonyms are looked up among all people at once");
    }
    Ok(())
}

/// Matches and writes everything that is wanted.
pub(super) fn run(
    inputs: &InputFiles,
    definitions: &Definitions,
    asked: &AskedByPart<'_>,
) -> Result<(), Failure> {
    check(inputs, definitions)?;
    let mut problems = Vec::new();
    let services = inputs
        .services(definitions, &mut problems)
        .map_err(|failure| flow::refused(asked.out, &problems, failure))?;
    let (rules, minutes) = inputs
        .rules(definitions, &services, &mut problems)
        .map_err(|failure| flow::refused(asked.out, &problems, failure))?;
    let index_date = rules.index_date;
    let mut matched = Services { services: services.services.clone(), ..Services::default() };
    (asked.changed)(&mut matched)?;
    outputs::folder(asked.out)?;
    let question = question((inputs, definitions, asked), minutes.as_ref())?;
    let plan = Arc::new(Plan::new(rules, matched.services));
    let parts = population::parts_of(&inputs.population, &definitions.mapping).map_err(Failure::reading)?;
    let complete = inputs
        .county
        .as_ref()
        .map(|county| |population: &mut Population| county.complete(population, inputs.area_numbers()));
    let networks = inputs
        .county
        .as_ref()
        .map(|county| |population: &Population| county.networks(population, index_date));
    let small_areas = inputs.county.as_ref().map(County::small_areas).unwrap_or_default();
    let step = RefCell::new(None);
    let by_part = ByPart {
        extract: &inputs.population,
        parts: &parts,
        import: Import {
            mapping: &definitions.mapping,
            index_date,
            allowance: Allowance { percent: inputs.max_problems },
            progress: &|_| {},
        },
        plan: plan.clone(),
        cohort: &definitions.cohort,
        small_areas: &small_areas,
        fairness: inputs.fairness,
        for_report: !asked.counts,
        rows: asked.rows,
        complete: complete.as_ref().map(|complete| complete as _),
        networks: networks.as_ref().map(|networks| networks as _),
        one_row_each: inputs.kept.is_some(),
        question: &question,
        out: asked.out,
        said: &|stage| say(stage, &step),
    };
    let mut whole = by_part.run().map_err(|error| {
        let failure = keep(error, &mut problems);
        flow::refused(asked.out, &problems, failure)
    })?;
    problems.append(&mut whole.problems);
    let findings = findings((inputs, definitions, asked), &services, (&plan, minutes.as_ref()), &whole)?;
    write(inputs, asked, &problems, &findings)?;
    whole.finish()?;
    tell!("{}", said::answer(&findings));
    tell!("Results are in {}.", asked.out.display());
    Ok(())
}

/// All that decides the answer, but for the people: with other words it is another run.
fn question(
    (inputs, definitions, asked): (&InputFiles, &Definitions, &AskedByPart<'_>),
    minutes: Option<&MinutesFile>,
) -> Result<String, Failure> {
    let text = |path: &Option<PathBuf>| -> Result<String, Failure> {
        path.as_ref().map_or(Ok(String::new()), |path| Ok(digest_text(&text_of(path)?)))
    };
    let services = digest(&[&inputs.services]).map_err(Failure::reading)?;
    let minutes = minutes.map(|table| &table.digest);
    Ok(format!(
        "services {services}\nminutes {minutes:?}\nchanged {}\nservice mapping {}\nmapping {} {:?}\nrules {}\ncohort {}\nplaces {} {:?}\n",
        asked.changed_words,
        text(&inputs.service_mapping)?,
        text(&inputs.mapping)?,
        inputs.digest,
        definitions.rules_digest,
        definitions.cohort_digest,
        inputs.county.as_ref().map(County::digest).unwrap_or_default(),
        inputs.area_numbers(),
    ))
}

/// Says what is being done, a line a part.
fn say(stage: Stage<'_>, step: &RefCell<Option<(Step, String)>>) {
    match stage {
        Stage::Resumed(parts) => {
            eprintln!("Finished by an earlier run that was broken off: {}.", counted(parts as u64, "part"));
        }
        Stage::Anew => eprintln!("What an earlier run of another question left here was removed."),
        Stage::Part { number, of, name } => {
            *step.borrow_mut() =
                Some((Step::begin("Matching a part", 0), format!("{} of {of}, {name}", number + 1)));
        }
        Stage::Again { name } => {
            *step.borrow_mut() = Some((Step::begin("Looking around the hub", 0), name.to_owned()));
        }
        Stage::Finished { rows } => {
            if let Some((step, what)) = step.borrow_mut().take() {
                step.done(&format!("{what}, {}", counted(rows, "row")));
            }
        }
    }
}

/// Releases what was counted in all parts.
fn findings(
    (inputs, definitions, asked): (&InputFiles, &Definitions, &AskedByPart<'_>),
    services: &Services,
    (plan, minutes): (&Plan, Option<&MinutesFile>),
    whole: &Whole<'_>,
) -> Result<Findings, Failure> {
    let digest = inputs.digest.clone().unwrap_or_else(|| whole.digest.clone());
    let facts = inputs.facts(
        definitions,
        (&whole.read, digest),
        &Beside::default(),
        services,
        (plan.rules(), minutes),
    )?;
    let wanted = if asked.counts { Wanted::Counts } else { Wanted::All(asked.invitation.clone()) };
    let (mut around, mut rows) = (People::default(), Vec::new());
    let sections = match wanted {
        Wanted::Counts => Sections::Counts,
        Wanted::All(invitation) => {
            let home = busiest_place(&whole.tallies);
            let hub = flow::hub(invitation, home);
            if let Some(hub) = &hub {
                around = whole.around(&hub.asked)?;
                rows = (0..u32::try_from(around.len()).unwrap_or(u32::MAX)).collect();
            }
            let near = Near { people: &around, rows: &rows };
            Sections::All { hub: hub.map(|hub| (hub, near)), home }
        }
    };
    let step = Step::begin("Counting", 0);
    let findings = release(plan, &whole.tallies, &definitions.cohort, facts, sections)?;
    step.done("every count passed the gate");
    Ok(findings)
}

/// Writes everything but the rows, which are there, and removes what another kind of run left.
fn write(
    inputs: &InputFiles,
    asked: &AskedByPart<'_>,
    problems: &[Problem],
    findings: &Findings,
) -> Result<(), Failure> {
    let out = asked.out;
    for stale in ["matches.parquet", "matches.csv", "shortlist.csv", CALLS] {
        outputs::remove_stale(out, stale)?;
    }
    outputs::problems(out, problems)?;
    outputs::summary(out, findings)?;
    if asked.counts {
        outputs::remove_stale(out, "report.html")
    } else {
        outputs::report(out, findings, inputs.backdrop().as_ref())
    }
}
