//! `meres match --by-part`: the parts of an extract one after the other, with memory for the largest of them.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use ground::files::{Problem, digest_text};
use matching::{Invitation, People, Plan};
use planning::by_part::{ByPart, Others, Stage, Whole};
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
pub(super) struct AskedByPart {
    pub(super) out: PathBuf,
    /// How the rows are written; nothing where only counts are wanted.
    pub(super) rows: Option<RowFormat>,
    /// No report is wanted.
    pub(super) counts: bool,
    pub(super) invitation: Option<Invitation>,
    /// In what words it was asked to leave something out of the services or to add something to them.
    pub(super) changed: String,
}

/// Leaves something out of the services, or adds something to them.
pub(super) type Change<'a> = dyn Fn(&mut Services, &InputFiles) -> Result<(), Failure> + 'a;

/// A run, with all that is read before its first part.
pub(super) struct Prepared {
    inputs: InputFiles,
    definitions: Definitions,
    asked: AskedByPart,
    services: Services,
    plan: Arc<Plan>,
    minutes: Option<MinutesFile>,
    parts: Vec<PathBuf>,
    small_areas: Vec<(String, String)>,
    /// All that decides the answer, but for the people: with other words it is another run.
    question: String,
}

impl Prepared {
    /// Reads it. Every problem that was found is in `problems`, whatever becomes of it.
    pub(super) fn of(
        inputs: InputFiles,
        definitions: Definitions,
        asked: AskedByPart,
        change: &Change<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<Self, Failure> {
        check(&inputs, &definitions)?;
        let services = inputs.services(&definitions, problems)?;
        let (rules, minutes) = inputs.rules(&definitions, &services, problems)?;
        let mut matched = Services { services: services.services.clone(), ..Services::default() };
        change(&mut matched, &inputs)?;
        Ok(Self {
            question: question((&inputs, &definitions, &asked), &services.digest, minutes.as_ref())?,
            plan: Arc::new(Plan::new(rules, matched.services)),
            parts: population::parts_of(&inputs.population, &definitions.mapping)
                .map_err(Failure::reading)?,
            small_areas: inputs.county.as_ref().map(County::small_areas).unwrap_or_default(),
            inputs,
            definitions,
            asked,
            services,
            minutes,
        })
    }

    /// Does with it what is wanted of a run part by part. Others do the parts, where any are named.
    pub(super) fn by_part<T>(&self, others: Option<&dyn Others>, then: impl FnOnce(&ByPart<'_>) -> T) -> T {
        let (inputs, index_date) = (&self.inputs, self.plan.rules().index_date);
        let county = inputs.county.as_ref();
        let complete =
            county.map(|county| |people: &mut Population| county.complete(people, inputs.area_numbers()));
        let networks = county.map(|county| |people: &Population| county.networks(people, index_date));
        let step = RefCell::new(None);
        then(&ByPart {
            extract: &inputs.population,
            parts: &self.parts,
            import: Import {
                mapping: &self.definitions.mapping,
                index_date,
                allowance: Allowance { percent: inputs.max_problems },
                progress: &|_| {},
            },
            plan: self.plan.clone(),
            cohort: &self.definitions.cohort,
            small_areas: &self.small_areas,
            fairness: inputs.fairness,
            for_report: !self.asked.counts,
            rows: self.asked.rows,
            complete: complete.as_ref().map(|complete| complete as _),
            networks: networks.as_ref().map(|networks| networks as _),
            one_row_each: inputs.kept.is_some(),
            question: &self.question,
            others,
            out: &self.asked.out,
            said: &|stage| say(stage, &step),
        })
    }
}

/// Refuses what cannot be done part by part, before anything is read.
fn check(inputs: &InputFiles, definitions: &Definitions) -> Result<(), Failure> {
    let needs_all = |what: &str| {
        let why = format!("{what}: not with --by-part, nor with --cluster");
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

/// Matches and writes everything that is wanted. Others do the parts, where any are named.
pub(super) fn run(
    (inputs, definitions, asked): (InputFiles, Definitions, AskedByPart),
    change: &Change<'_>,
    others: Option<&dyn Others>,
) -> Result<(), Failure> {
    let (mut problems, out) = (Vec::new(), asked.out.clone());
    let refused = |problems: &[Problem], failure| match failure {
        // Nothing that was read is wrong: an earlier list stays.
        Failure::Usage(_) => failure,
        _ => flow::refused(&out, problems, failure),
    };
    let run = Prepared::of(inputs, definitions, asked, change, &mut problems)
        .map_err(|failure| refused(&problems, failure))?;
    outputs::folder(&out)?;
    run.by_part(others, |by_part| {
        let mut whole = by_part.run().map_err(|error| {
            let failure = keep(error, &mut problems);
            refused(&problems, failure)
        })?;
        problems.append(&mut whole.problems);
        let findings = findings(&run, &whole)?;
        write(&run, &problems, &findings)?;
        whole.finish()?;
        tell!("{}", said::answer(&findings));
        tell!("Results are in {}.", out.display());
        Ok(())
    })
}

/// See [`Prepared::question`].
fn question(
    (inputs, definitions, asked): (&InputFiles, &Definitions, &AskedByPart),
    services: &str,
    minutes: Option<&MinutesFile>,
) -> Result<String, Failure> {
    let text = |path: &Option<PathBuf>| -> Result<String, Failure> {
        path.as_ref().map_or(Ok(String::new()), |path| Ok(digest_text(&text_of(path)?)))
    };
    let minutes = minutes.map(|table| &table.digest);
    Ok(format!(
        "services {services}\nminutes {minutes:?}\nchanged {}\nservice mapping {}\nmapping {} {:?}\nrules {}\ncohort {}\nplaces {} {:?}\n",
        asked.changed,
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
        Stage::ByOthers { number, of, name, rows } => {
            eprintln!("Part {} of {of}, {name}, {}: done.", number + 1, counted(rows, "row"));
        }
        Stage::Finished { rows } => {
            if let Some((step, what)) = step.borrow_mut().take() {
                step.done(&format!("{what}, {}", counted(rows, "row")));
            }
        }
    }
}

/// Releases what was counted in all parts.
fn findings(run: &Prepared, whole: &Whole<'_>) -> Result<Findings, Failure> {
    let Prepared { inputs, definitions, asked, plan, .. } = run;
    let digest = inputs.digest.clone().unwrap_or_else(|| whole.digest.clone());
    let facts = inputs.facts(
        definitions,
        (&whole.read, digest),
        &Beside::default(),
        &run.services,
        (plan.rules(), run.minutes.as_ref()),
    );
    let wanted = if asked.counts { Wanted::Counts } else { Wanted::All(asked.invitation.clone()) };
    let (mut around, mut rows) = (People::default(), Vec::new());
    let sections = match wanted {
        Wanted::Counts => Sections::Counts,
        Wanted::All(invitation) => {
            let home = busiest_place(&whole.tallies, &facts.gate);
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
fn write(run: &Prepared, problems: &[Problem], findings: &Findings) -> Result<(), Failure> {
    let Prepared { inputs, asked, .. } = run;
    let out = &asked.out;
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
