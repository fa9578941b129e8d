//! `meres allocate`: who gets which place, with a proof that nobody could do better.

use std::path::{Path, PathBuf};

use clap::Args;
use ground::files::{digest, write_whole};
use matching::Service;
use planning::allocation::{
    Allocated, AllocationError, Asked, InputFile, Oddities, Wishes, allocate, certificate_json, plan,
    plan_json, read_matches, read_wishes, weekly_places, words, write_rows,
};
use planning::extract::{Allowance, Mapping};
use planning::supply::import_services;

use super::asked::InputArgs;
use super::data_folder::DatabaseArgs;
use super::failure::Failure;
use super::gate::GateArgs;
use super::inputs::file_name;
use super::outputs;
use super::progress::{Step, counted};

/// Give people places in sessions, so that the total score is the most that it can be
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  meres allocate --scores scores.csv --sessions sessions.csv --out plan\n  \
                        meres allocate --scores scores.csv --sessions sessions.csv --people people.csv \
                        --hold-back 12=3,15=1 --floor 40 --out plan\n  \
                        meres allocate --scores run/matches.parquet --services run/services.parquet --weeks 6 --out plan"
)]
pub(super) struct AllocateArgs {
    /// Who suits which session: pid, sid, score (CSV or Parquet); with --services the matches of a run
    #[arg(long, value_name = "FILE")]
    scores: PathBuf,
    /// How many places each session has: sid, capacity
    #[arg(long, value_name = "FILE", required_unless_present = "services")]
    sessions: Option<PathBuf>,
    /// Instead of sessions, the services that a run matched: each has its weekly sessions times its capacity, and no limit where
    /// one of them is not known
    #[arg(long, value_name = "FILE", conflicts_with = "sessions")]
    services: Option<PathBuf>,
    /// So many weeks of the services' places; one unless given
    #[arg(long, value_name = "N", requires = "services", value_parser = clap::value_parser!(u32).range(1..=104))]
    weeks: Option<u32>,
    /// Who lives in which deprivation decile, and who goes together: pid, imd, group
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// The data folder whose population says who lives in which deprivation decile
    #[arg(long, value_name = "DIR", requires = "population")]
    data: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgs,
    /// A population of the data folder, by its digest or name
    #[arg(long, value_name = "NAME", requires_all = ["data", "services"], conflicts_with = "people")]
    population: Option<PathBuf>,
    /// Places to keep free, with commas between
    #[arg(long, value_name = "SID=N", value_delimiter = ',', value_parser = held_back)]
    hold_back: Vec<(i32, u32)>,
    /// At least so many people of deciles 1 and 2 must have a place
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    floor: Option<u32>,
    /// Write plan.json alone, whose counts have been through the gate, and no rows of people. Without places held back and
    /// without a floor: asked one by one, those would count single people
    #[arg(long, conflicts_with_all = ["hold_back", "floor"])]
    counts_only: bool,
    #[command(flatten)]
    gate: GateArgs,
    /// Folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// "12=3": three places of session 12.
fn held_back(text: &str) -> Result<(i32, u32), String> {
    let (sid, places) = text.split_once('=').ok_or("expected SID=N, as in 12=3")?;
    let sid = sid.trim().parse().ok().filter(|sid| *sid >= 0);
    let places = places.trim().parse().ok();
    sid.zip(places).ok_or_else(|| "expected SID=N with two whole numbers, as in 12=3".to_owned())
}

pub(super) fn run(args: &AllocateArgs) -> Result<(), Failure> {
    // The command line asks for one of both.
    let places = args.sessions.as_ref().map(|file| ("sessions", file));
    let places = places.or_else(|| args.services.as_ref().map(|file| ("services", file)));
    let files: Vec<(&'static str, &Path)> = std::iter::once(("scores", &args.scores))
        .chain(places)
        .chain(args.people.iter().map(|people| ("people", people)))
        .map(|(what, path)| (what, path.as_path()))
        .collect();
    outputs::folder_apart(&args.out, files.iter().map(|(_, path)| *path))?;
    let asked = asked(args)?;

    let step = Step::begin("Reading", 0);
    let services = args.services.as_deref().map(|file| services_of(file, &args.scores)).transpose()?;
    let wishes = match read(args, services.as_deref()) {
        Ok(wishes) => wishes,
        Err(error) => {
            if let AllocationError::Problems { problems, .. } = &error {
                outputs::folder(&args.out)?;
                outputs::problems(&args.out, problems)?;
            }
            return Err(error.into());
        }
    };
    step.done(&format!(
        "{} of scores, {}",
        counted(wishes.demand.wishes() as u64, "row"),
        counted(wishes.sids.len() as u64, "session")
    ));
    let wishes = with_deciles(args, wishes)?;
    if !args.counts_only {
        odd(&wishes.oddities).iter().for_each(|said| eprintln!("{said}"));
    }

    let step = Step::begin("Allocating", 0);
    let allocated = allocate(&wishes, &asked)?;
    step.done(proved(&allocated));

    outputs::folder(&args.out)?;
    outputs::problems(&args.out, &[])?;
    if args.counts_only {
        for stale in ["allocation.parquet", "unplaced.parquet", "certificate.json"] {
            outputs::remove_stale(&args.out, stale)?;
        }
        let shown = plan(&wishes, &allocated, services.as_deref(), &args.gate.release());
        let weeks = services.is_some().then(|| args.weeks.unwrap_or(1));
        let text = plan_json(&shown, weeks, env!("CARGO_PKG_VERSION"));
        write_whole(&args.out.join("plan.json"), text.as_bytes())?;
    } else {
        outputs::remove_stale(&args.out, "plan.json")?;
        let read = files.iter().map(|(what, path)| {
            let digest = digest(&[path]).map_err(Failure::reading)?;
            Ok((*what, InputFile { name: file_name(path), digest }))
        });
        let read = read.collect::<Result<Vec<_>, Failure>>()?;
        write_rows(&wishes, &allocated, &args.out)?;
        let certificate = certificate_json(&wishes, &asked, &allocated, &read, env!("CARGO_PKG_VERSION"));
        write_whole(&args.out.join("certificate.json"), certificate.as_bytes())?;
    }
    if !args.counts_only {
        words(&wishes, &asked, &allocated, &args.gate.release()).iter().for_each(|line| tell!("{line}"));
    }
    tell!("Results are in {}.", args.out.display());
    Ok(())
}

/// The services of a run, which were looked through when it matched them. Refused are services that the run whose matches these
/// are did not match: another file has other numbers. Nothing is known of matches without a summary beside them.
fn services_of(file: &Path, matches: &Path) -> Result<Vec<Service>, Failure> {
    let allowance = Allowance { percent: 100.0 };
    let services = import_services(file, &Mapping::default(), allowance)?;
    let summary = std::fs::read(matches.with_file_name("summary.json")).unwrap_or_default();
    let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap_or_default();
    let known = summary["inputs"]["services"]["digest"].as_str();
    if known.is_none_or(|known| known == services.digest) {
        return Ok(services.services);
    }
    Err(Failure::Refused(format!(
        "{}: these are not the services that were matched: summary.json beside the matches has another digest",
        file.display()
    )))
}

fn read(args: &AllocateArgs, services: Option<&[Service]>) -> Result<Wishes, AllocationError> {
    let people = args.people.as_deref();
    match (&args.services, services, &args.sessions) {
        (Some(file), Some(services), _) => {
            let places = weekly_places(services, args.weeks.unwrap_or(1));
            read_matches(&args.scores, file, &places, people)
        }
        (_, _, Some(sessions)) => read_wishes(&args.scores, sessions, people),
        _ => Err(AllocationError::Usage("--sessions FILE or --services FILE is needed".to_owned())),
    }
}

/// Who lives in which decile, from a kept population.
fn with_deciles(args: &AllocateArgs, mut wishes: Wishes) -> Result<Wishes, Failure> {
    let (Some(data), Some(population), Some(services)) = (&args.data, &args.population, &args.services)
    else {
        return Ok(wishes);
    };
    let inputs =
        InputArgs::of_kept((data.clone(), args.database.clone()), population.clone(), services.clone());
    let inputs = inputs.made_out(&args.out)?;
    let definitions = inputs.definitions()?;
    if definitions.mapping.crosstab.is_some() {
        return Err(Failure::Usage("a crosstab knows no people to give places to".to_owned()));
    }
    let (_, population, _) = inputs.people(&definitions, &mut Vec::new())?;
    wishes.know_deciles(|pid| population.people.imd(population.pseudonyms.row(pid)? as usize));
    Ok(wishes)
}

fn asked(args: &AllocateArgs) -> Result<Asked, Failure> {
    let mut held_back = args.hold_back.clone();
    held_back.sort_unstable();
    if let Some(twice) = held_back.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Failure::Usage(format!("--hold-back: session {} is named twice", twice[0].0)));
    }
    held_back.retain(|(_, places)| *places > 0);
    Ok(Asked { held_back, floor: args.floor.unwrap_or(0) })
}

fn proved(allocated: &Allocated) -> &'static str {
    match allocated.allocation.certificate.gap() {
        0 => "the best there is; verified",
        _ => "the best that was found, with a bound; verified",
    }
}

/// What was odd and did not stop the run. Counts of rows are exact.
fn odd(oddities: &Oddities) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |n: u64, one: &str, what: &str| {
        if n > 0 {
            said.push(format!("{} {what}", counted(n, one)));
        }
    };
    say(oddities.capacity_zero, "session", "with no places (capacity zero)");
    let strangers = "of scores that the file of people does not have: taken as without decile and group";
    say(oddities.strangers, "pseudonym", strangers);
    say(oddities.imd_not_known, "row", "of people without a decile, who do not count for a floor");
    say(oddities.without_points, "row", "of matches without points, left out");
    said
}
