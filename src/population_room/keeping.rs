//! An extract is read and kept by a worker: however long it takes, whoever sent it may close the page.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ground::database::{Act, Change, DatabaseError};
use ground::files::{CsvOut, Field, Problem as RowProblem};
use ground::jobs::{self, JobError, NewJob, Run};
use planning::extract::{Allowance, ImportError, Mapping};
use planning::population::kept::{Keeping, Kept, Zone, keep as keep_files};
use planning::population::{
    Added, CatalogueError, Import, NewEntry, OPTIONAL_COLUMNS, PEOPLE_COLUMNS, parts_of, store as catalogue,
};
use planning::rules::{VERSION_1, parse_rules};
use serde_json::json;
use vocabulary::{Actor, Id};
use web::House;

use super::{State, Upload, files, store};
use crate::data_path::DataPath;

/// The kind of its job.
pub(super) const KEEP: &str = "population.keep";

/// Rows of an extract that may be left out before it is refused, in per cent: as on the command line.
const ALLOWED: f64 = 1.0;
/// Problems that are kept of an extract that was refused: one that has more has one fault many times over.
const MOST_PROBLEMS: usize = 20_000;

/// Has it read and kept.
pub(super) async fn queue(change: &mut Change, upload: Id<Upload>) -> Result<(), DatabaseError> {
    let payload = json!({"upload": upload.to_string()});
    let job = NewJob { most_attempts: 3, ..NewJob::new(KEEP, "population", payload) };
    let job = jobs::queue(change, &job).await?;
    store::read_by(change, upload, job).await
}

/// A mapping that was typed or chosen; nothing where the columns are called as Meres calls them.
pub(super) fn mapping(text: &str) -> Result<Mapping, String> {
    if text.trim().is_empty() {
        return Ok(Mapping::default());
    }
    let columns = [&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS];
    Mapping::parse("mapping", text, &columns).map_err(|error| error.to_string())
}

/// What came of the files.
enum Outcome {
    Kept(Zone, Box<Kept>),
    Refused(String, Vec<RowProblem>),
}

pub(super) async fn keep(house: House, run: Run) -> Result<(), JobError> {
    let unclear = || JobError::Never("which extract it is, is not clear".to_owned());
    let id: Id<Upload> =
        run.payload["upload"].as_str().and_then(|id| Id::parse(id).ok()).ok_or_else(unclear)?;
    let upload = store::find(&mut run.database.read().await?, id).await?.ok_or_else(unclear)?;
    if upload.state != State::Reading {
        return Ok(());
    }
    let data = house.shelf.of::<DataPath>();
    run.progress(0, None, "Waiting for its turn");
    let outcome = read(&run, &data.folder, &upload).await?;
    let mut change = run.database.change(&Actor::Meres).await?;
    let detail = match outcome {
        Outcome::Kept(zone, kept) => {
            let new = NewEntry {
                kept: &kept,
                name: upload.name.clone(),
                purpose: upload.purpose.clone(),
                agreement: upload.agreement.clone(),
                keep_until: upload.keep_until,
            };
            match catalogue::add(&mut change, &new).await {
                Ok(Added::New(entry) | Added::Already(entry)) => {
                    store::kept(&mut change, upload.id, entry.id).await?;
                    run.finish_within(&mut change).await?;
                    let detail =
                        format!("{} rows, {} people; digest {}", kept.rows_read, entry.people, entry.digest);
                    let (object, purpose) = (entry.id.to_string(), Some(entry.purpose));
                    change.commit(Act { action: "population.import", object, purpose, detail }).await?;
                    // Held until the catalogue knows it: to a sweep, what has no line is rubbish.
                    drop(zone);
                    return removed(&data.folder, upload.id);
                }
                Err(CatalogueError::Database(error)) => return Err(error.into()),
                // What the catalogue does not take is swept away by the next import.
                Err(error) => {
                    let why = error.to_string();
                    store::refused(&mut change, upload.id, (&why, None)).await?;
                    why
                }
            }
        }
        Outcome::Refused(why, problems) => {
            let listed = if problems.is_empty() { None } else { Some(as_csv(&problems)) };
            store::refused(&mut change, upload.id, (&why, listed)).await?;
            why
        }
    };
    run.finish_within(&mut change).await?;
    let act = Act { action: "population.refuse", object: upload.id.to_string(), purpose: None, detail };
    change.commit(act).await?;
    removed(&data.folder, upload.id)
}

fn removed(data: &std::path::Path, upload: Id<Upload>) -> Result<(), JobError> {
    files::remove(data, upload)
        .map_err(|error| JobError::Later(format!("the files could not be removed: {error}")))
}

/// Reads and keeps the files on a thread of their own, and tells how many rows were read.
async fn read(run: &Run, data: &std::path::Path, upload: &Upload) -> Result<Outcome, JobError> {
    let folder = data.to_owned();
    let entering = tokio::task::spawn_blocking(move || Zone::enter(&folder));
    let broken = |_| JobError::Later("reading it was broken off".to_owned());
    let zone = entering.await.map_err(broken)?.map_err(|error| JobError::Later(error.to_string()))?;
    // Within the zone: what somebody else has just kept is in the catalogue by now, and is not swept away.
    let catalogued = catalogue::catalogued(&mut run.database.read().await?).await?;
    let rows = Arc::new(AtomicU64::new(0));
    let (paths, events) = (files::of(data, upload), files::events_of(data, upload));
    let text = upload.mapping.clone();
    let counted = rows.clone();
    let work = move || -> Result<Outcome, String> {
        // What an earlier import left behind when it was stopped.
        zone.sweep(&catalogued).map_err(|error| error.to_string())?;
        Ok(match kept(&zone, (&paths, &events), &text, &counted) {
            Ok(kept) => Outcome::Kept(zone, Box::new(kept)),
            Err(ImportError::TooManyProblems { problems, .. }) if problems.is_empty() => {
                Outcome::Refused("no row of it can be used".to_owned(), problems)
            }
            Err(error) => {
                let why = without_folders(&error.to_string(), &[paths, events].concat());
                let problems = match error {
                    ImportError::TooManyProblems { problems, .. }
                    | ImportError::TooManyCells { problems, .. } => problems,
                    _ => Vec::new(),
                };
                Outcome::Refused(why, problems)
            }
        })
    };
    let mut working = tokio::task::spawn_blocking(work);
    loop {
        tokio::select! {
            done = &mut working => {
                return done.map_err(broken)?.map_err(JobError::Later);
            }
            () = tokio::time::sleep(Duration::from_millis(400)) => {
                let rows = rows.load(Ordering::Relaxed);
                let done = i64::try_from(rows).unwrap_or(i64::MAX);
                run.progress(done, None, &format!("{} rows read", disclosure::with_commas(rows)));
            }
        }
    }
}

fn kept(
    zone: &Zone,
    (paths, events): (&[PathBuf], &[PathBuf]),
    text: &str,
    rows: &AtomicU64,
) -> Result<Kept, ImportError> {
    // It was understood when it was sent.
    let mapping = Mapping::parse("mapping", text, &[&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS]);
    let mapping = if text.trim().is_empty() { Mapping::default() } else { mapping? };
    let rules = parse_rules("version-1.toml", VERSION_1)?;
    let progress = |read: u64| rows.store(read, Ordering::Relaxed);
    let import = Import {
        mapping: &mapping,
        index_date: rules.index_date,
        allowance: Allowance { percent: ALLOWED },
        progress: &progress,
    };
    let parts: Result<Vec<Vec<PathBuf>>, _> = paths.iter().map(|path| parts_of(path, &mapping)).collect();
    keep_files(zone, &parts?.concat(), &Keeping { import, mapping_text: text, events })
}

/// A sentence without the folder in which the files lay while they were read.
fn without_folders(sentence: &str, paths: &[PathBuf]) -> String {
    paths
        .iter()
        .filter_map(|path| path.parent())
        .fold(sentence.to_owned(), |sentence, folder| sentence.replace(&format!("{}/", folder.display()), ""))
}

fn as_csv(problems: &[RowProblem]) -> String {
    let mut out = CsvOut::new(Vec::new());
    let mut written = out.row(&["file", "line", "column", "expected"].map(Field::Text));
    for problem in problems.iter().take(MOST_PROBLEMS) {
        let line = problem.line.to_string();
        let row = [&*problem.file, &line, &*problem.column, &*problem.expected];
        written = written.and(out.row(&row.map(Field::Text)));
    }
    // Writing to memory cannot fail.
    written
        .and_then(|()| out.finish())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}
