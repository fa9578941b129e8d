//! `meres import population`: an extract or a crosstab, kept in the population zone under its digest.

use std::path::{Path, PathBuf};

use clap::Args;
use disclosure::with_commas;
use ground::database::Act;
use ground::files::FileError;
use planning::crosstab::import_crosstab;
use planning::extract::{Allowance, CrosstabMapping, ImportError, Mapping, MappingKind};
use planning::population::kept::{Keeping, Kept, Kind, Zone, keep, keep_crosstab, problems_of, rehearse};
use planning::population::{self, Added, Import, NewEntry, OPTIONAL_COLUMNS, PEOPLE_COLUMNS, store};
use planning::rules::{self, parse_rules};
use vocabulary::{CodeSystem, Day};

use super::super::asked::percent;
use super::super::data_folder::{self, DataArgs, DataFolder, actor};
use super::super::failure::Failure;
use super::super::inputs::{start_threads, text_of};
use super::super::outputs;
use super::super::progress::{Step, counted};
use super::{only_files, problems_apart, problems_file};

pub(super) const EXAMPLE: &str = "Example:\n  meres import population demo/population.parquet --name demo \
    --purpose \"Planning a hub\" --data data\n\n\
    What is kept is what Meres reads, as Parquet under the digest of the input. The same input again changes nothing. \
    \"meres population list\" shows what is kept, \"meres population delete\" removes it for good.";

#[derive(Args, Debug)]
pub(super) struct PopulationArgs {
    /// A CSV or Parquet file, or a folder of parts
    #[arg(value_name = "FILE|DIR")]
    source: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Coded events of the same people (CSV or Parquet: pid, system, code, date), kept with them; may be given several times
    #[arg(long, value_name = "FILE")]
    events: Vec<PathBuf>,
    /// How the extract names its columns (TOML); kind = "crosstab" for a table of counts
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Name under which it is kept; the file's unless given
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it may be used for
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    purpose: Option<String>,
    /// The agreement under which it was given
    #[arg(long, value_name = "TEXT")]
    agreement: Option<String>,
    /// The last day on which it may be kept
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    keep_until: Option<Day>,
    /// Rows that may be left out before the extract is refused
    #[arg(long, value_name = "PERCENT", default_value = "1", value_parser = percent)]
    max_problems: f64,
    /// Threads to use; all processors unless given. The answer is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Read everything, show what would be kept, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the list of problems goes; beside what is kept unless given
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|error| error.to_string())
}

pub(super) fn run(args: &PopulationArgs) -> Result<(), Failure> {
    only_files([&args.source])?;
    let mapping_text = args.mapping.as_deref().map(text_of).transpose()?.unwrap_or_default();
    let mapping = match &args.mapping {
        None => Mapping::default(),
        Some(path) => {
            let columns = [&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS];
            Mapping::parse(&Mapping::name_of(path), &mapping_text, &columns)?
        }
    };
    if mapping.kind == MappingKind::Services {
        return Err(Failure::Refused("--mapping: this is a mapping of services".to_owned()));
    }
    start_threads(args.threads)?;
    // First, so that a source that is not there makes no data folder.
    let parts = population::parts_of(&args.source, &mapping).map_err(Failure::reading)?;
    for part in &parts {
        std::fs::metadata(part).map_err(FileError::system(part)).map_err(Failure::reading)?;
    }
    let events = events_of(args, &mapping)?;
    let read = [&args.source].into_iter().chain(&args.mapping).chain(&events);
    problems_apart(args.problems.as_ref(), read)?;
    data_folder::run(async {
        let data = args.data.to_import(args.dry_run).await?;
        let zone = data.enter_zone()?;
        // What an earlier run left behind when it was stopped.
        let catalogued = store::catalogued(&mut data.database.read().await?).await?;
        zone.sweep(&catalogued)?;
        let step = Step::begin("Reading and keeping", 0);
        let kept = match &mapping.crosstab {
            Some(mapping) => crosstab(args, &zone, mapping, &mapping_text),
            None => people(args, &zone, (&parts, &events), (&mapping, &mapping_text), &step),
        };
        let kept = match kept {
            Ok(kept) => kept,
            Err(error) => {
                data.database.close().await?;
                return Err(refused(args, &data.path, error)?);
            }
        };
        step.done(&counted(kept.rows_read, "row"));
        if let Err(failure) = catalogue(args, &data, &kept).await {
            // What the catalogue does not take is not kept.
            if !args.dry_run && !kept.already_there {
                zone.remove_files(kept.kind, &kept.digest)?;
            }
            return Err(failure);
        }
        data.database.close().await?;
        Ok(())
    })
}

/// The files of events: those that were named, or the one that the mapping names beside the people.
fn events_of(args: &PopulationArgs, mapping: &Mapping) -> Result<Vec<PathBuf>, Failure> {
    let mut events = args.events.clone();
    if !events.is_empty() && mapping.crosstab.is_some() {
        return Err(Failure::Usage("a table of counts has no coded events: leave --events away".to_owned()));
    }
    if events.is_empty() && args.source.is_dir() {
        let named = mapping.files.as_ref().and_then(|files| files.events.as_ref());
        events.extend(named.map(|file| args.source.join(file)));
    }
    only_files(&events)?;
    for file in &events {
        std::fs::metadata(file).map_err(FileError::system(file)).map_err(Failure::reading)?;
    }
    Ok(events)
}

fn people(
    args: &PopulationArgs,
    zone: &Zone,
    (parts, events): (&[PathBuf], &[PathBuf]),
    (mapping, mapping_text): (&Mapping, &str),
    step: &Step,
) -> Result<Kept, ImportError> {
    // Ages become years of birth by the year of the rules' index date.
    let rules = parse_rules("version-1.toml", rules::VERSION_1)?;
    let import = Import {
        mapping,
        index_date: rules.index_date,
        allowance: Allowance { percent: args.max_problems },
        progress: &|rows| step.at(rows),
    };
    let keeping = Keeping { import, mapping_text, events };
    if args.dry_run { rehearse(zone, parts, &keeping) } else { keep(zone, parts, &keeping) }
}

fn crosstab(
    args: &PopulationArgs,
    zone: &Zone,
    crosstab: &CrosstabMapping,
    mapping_text: &str,
) -> Result<Kept, ImportError> {
    let allowance = Allowance { percent: args.max_problems };
    let read = import_crosstab(&args.source, crosstab, allowance)?;
    let rows = read.rows_read;
    Ok(keep_crosstab(zone, &args.source, mapping_text, rows, &read.problems)?)
}

async fn catalogue(args: &PopulationArgs, data: &DataFolder, kept: &Kept) -> Result<(), Failure> {
    let left_out = kept.rows_left_out + kept.warnings.repeats;
    let rows = counted(kept.rows_read, "row");
    match kept.kind {
        Kind::People => {
            let people = counted(kept.people, "person").replace("persons", "people");
            tell!("{rows} read, {} left out, {people}.", with_commas(left_out));
            if let Some(events) = kept.events {
                let read = counted(events.rows_read, "event");
                tell!(
                    "{read} read, {} left out, {} of other people not kept.",
                    with_commas(events.rows_left_out),
                    with_commas(events.strangers)
                );
                if events.other_systems > 0 {
                    let known: Vec<&str> = CodeSystem::ALL.iter().map(|system| system.address).collect();
                    tell!(
                        "{} of those that are kept are of code systems that the pages do not know; they know {}.",
                        counted(events.other_systems, "event"),
                        known.join(", ")
                    );
                }
            }
        }
        Kind::Crosstab => tell!("{rows} of counts read."),
    }
    if let Some(file) = &args.problems {
        // Before anything is kept: a list that cannot be written is found out in time.
        outputs::problem_list(file, &kept.problems)?;
    }
    if args.dry_run {
        tell!("Nothing was kept.");
        return Ok(());
    }
    let name = args.name.clone().unwrap_or_else(|| Mapping::name_of(&args.source));
    let new = NewEntry {
        kept,
        name,
        purpose: args.purpose.clone().unwrap_or_default(),
        agreement: args.agreement.clone(),
        keep_until: args.keep_until,
    };
    let mut change = data.database.change(&actor()).await?;
    match store::add(&mut change, &new).await? {
        Added::New(entry) => {
            let detail = format!("{} rows, {} people; digest {}", kept.rows_read, entry.people, entry.digest);
            let (object, purpose) = (entry.id.to_string(), Some(entry.purpose.clone()));
            change.commit(Act { action: "population.import", object, purpose, detail }).await?;
            tell!("Kept as \"{}\" (digest {}).", entry.name, entry.short_digest());
        }
        Added::Already(entry) => {
            let digest = entry.short_digest();
            tell!("Already kept as \"{}\" (digest {digest}) for: {}", entry.name, entry.purpose);
            tell!(
                "Nothing was changed; delete it first to keep it under another name or for another purpose."
            );
        }
    }
    if kept.problems_listed > 0 && args.problems.is_none() {
        let place = problems_of(&data.path, &kept.digest);
        tell!("{} in {}.", counted(kept.problems_listed, "problem"), place.display());
    }
    Ok(())
}

/// Nothing is kept; what was found is listed.
fn refused(args: &PopulationArgs, folder: &Path, error: ImportError) -> Result<Failure, Failure> {
    let (ImportError::TooManyProblems { problems, .. } | ImportError::TooManyCells { problems, .. }) = &error
    else {
        return Ok(error.into());
    };
    if let Some(file) = problems_file(args.problems.as_ref(), args.dry_run, folder, "population")? {
        outputs::problem_list(&file, problems)?;
        eprintln!("{} in {}.", counted(problems.len() as u64, "problem"), file.display());
    }
    Ok(error.into())
}
