//! A run: `meres match` as a program of its own, on this data folder.

use std::time::Duration;

use ground::database::{Act, Change, DatabaseError};
use ground::jobs::{self, JobError, NewJob, Run as JobRun};
use planning::population::{Entry, store as catalogue};
use serde_json::json;
use vocabulary::{Actor, Id};
use web::House;

use super::{Run, State, files, store};
use crate::cohort_room;
use crate::data_path::DataPath;
use crate::trying::program;

/// The kind of its job.
pub(super) const MATCH: &str = "match.run";

/// Runs wait for each other here.
pub(super) const LANE: &str = "match";

/// Longer than a county takes by far; whatever takes longer was given a nation.
const LONGEST: Duration = Duration::from_mins(30);

/// Keeps a run that somebody asked for, and has it done.
pub(super) async fn queue(change: &mut Change, run: &Run, actor: &str) -> Result<(), DatabaseError> {
    store::add(change, run, actor).await?;
    let payload = json!({"run": run.id.to_string()});
    let job = NewJob { most_attempts: 2, ..NewJob::new(MATCH, LANE, payload) };
    let job = jobs::queue(change, &job).await?;
    store::done_by(change, run.id, job).await
}

fn unclear() -> JobError {
    JobError::Never("which run it is, is not clear".to_owned())
}

/// The run that a job is about.
pub(super) async fn of_job(job: &JobRun) -> Result<Run, JobError> {
    let id: Id<Run> = job.payload["run"].as_str().and_then(|id| Id::parse(id).ok()).ok_or_else(unclear)?;
    store::find(&mut job.database.read().await?, id).await?.ok_or_else(unclear)
}

/// What a run is given: texts and words, no handles.
struct Given {
    data: DataPath,
    digest: String,
    cohort: Option<String>,
    run: Run,
}

pub(super) async fn run(house: House, job: JobRun) -> Result<(), JobError> {
    let run = of_job(&job).await?;
    if run.state != State::Running {
        return Ok(());
    }
    let mut session = job.database.read().await?;
    let entry = catalogue::list(&mut session).await?.into_iter().find(|entry| entry.id == run.population);
    let cohort = match run.cohort {
        None => None,
        Some(version) => {
            let version = cohort_room::version(&mut session, &version.to_string()).await;
            Some(version.map_err(|_| unclear())?.text)
        }
    };
    drop(session);
    job.progress(0, None, "Starting");
    let ended = match entry {
        None => Err("the population was deleted meanwhile".to_owned()),
        Some(entry) => {
            let data = DataPath::clone(&house.shelf.of::<DataPath>());
            let given = Given { data, digest: entry.digest, cohort, run: run.clone() };
            let told = job.clone();
            let matched = tokio::task::spawn_blocking(move || matched(&given, told)).await;
            matched.map_err(|_| JobError::Later("it was broken off".to_owned()))?
        }
    };
    let mut change = job.database.change(&Actor::Meres).await?;
    // Its rows must not outlive it.
    let there = catalogue::list(&mut change).await?.iter().any(|entry| entry.id == run.population);
    let ended = if there { ended } else { Err("the population was deleted meanwhile".to_owned()) };
    if !there {
        let data = house.shelf.of::<DataPath>();
        let forgotten = files::forget_rows(&data.folder, run.id);
        forgotten.map_err(|error| JobError::Later(format!("its rows could not be removed: {error}")))?;
    }
    let of_run = ended.as_ref().map(String::as_str).map_err(String::as_str);
    store::ended(&mut change, run.id, of_run).await?;
    job.finish_within(&mut change).await?;
    let detail = match &ended {
        Ok(_) => run.name(),
        Err(why) => why.clone(),
    };
    let (action, purpose) = (if ended.is_ok() { "match.run" } else { "match.fail" }, None);
    Ok(change.commit(Act { action, object: run.id.to_string(), purpose, detail }).await?)
}

/// The summary of the run, or why there is none.
fn matched(given: &Given, job: JobRun) -> Result<String, String> {
    let folder = files::begin(&given.data.folder, given.run.id).map_err(program::broken)?;
    let mut command = program::command(&given.data, "match", &given.digest);
    program::definitions(&mut command, &folder, (given.cohort.as_deref(), given.run.rules.as_deref()))?;
    if let Some((venue, radius, stands)) = &given.run.hub {
        command.args(["--venue", venue, "--radius", &radius.to_string(), "--stands", &stands.to_string()]);
    }
    command.arg("--calls").arg("--out").arg(&folder);
    program::followed(&mut command, (&folder, "summary.json"), LONGEST, move |step| job.step(step))
}

/// Whether a population can be matched: one of people that is kept.
pub(super) fn can_be_matched(entry: &Entry) -> bool {
    entry.kind == planning::population::kept::Kind::People
}
