//! The lists of a request are made by a worker, from what a match run wrote down.

use std::path::PathBuf;

use disclosure::{Cells, Release, Shown, Working};
use ground::database::{Act, Change, DatabaseError};
use ground::jobs::{self, JobError, NewJob, Run as JobRun};
use planning::population::store as catalogue;
use planning::worklist::{self, CALLS, ListMade, Wanted};
use serde_json::json;
use vocabulary::{Actor, Id};
use web::{House, Problem, Visit};

use super::{List, Request, State, files, store};
use crate::data_path::DataPath;
use crate::match_room;

/// The kind of its job.
pub(super) const MAKE: &str = "worklist.make";

/// Keeps a request, and has its lists made.
pub(super) async fn queue(change: &mut Change, request: &Request) -> Result<(), DatabaseError> {
    store::add(change, request).await?;
    let payload = json!({"request": request.id.to_string()});
    let job = NewJob { most_attempts: 2, ..NewJob::new(MAKE, "worklist", payload) };
    let job = jobs::queue(change, &job).await?;
    store::made_by(change, request.id, job).await
}

pub(super) async fn run(house: House, job: JobRun) -> Result<(), JobError> {
    let unclear = || JobError::Never("which request it is, is not clear".to_owned());
    let id: Id<Request> =
        job.payload["request"].as_str().and_then(|id| Id::parse(id).ok()).ok_or_else(unclear)?;
    let mut session = job.database.read().await?;
    let request = store::find(&mut session, id).await?.ok_or_else(unclear)?;
    if request.state != State::Making {
        return Ok(());
    }
    let earlier = store::approved_for(&mut session, &request.purpose).await?;
    drop(session);
    job.progress(0, None, "Putting the lists together");
    let gate = house.shelf.of::<DataPath>().gate;
    let data = house.shelf.of::<DataPath>().folder.clone();
    let place = data.clone();
    let calls = match_room::file(&data, request.run, CALLS);
    let wanted = Wanted {
        practices: request.practices.iter().cloned().collect(),
        most: usize::try_from(request.most).unwrap_or_default(),
        again: request.again.is_some(),
    };
    let making = tokio::task::spawn_blocking(move || -> Result<Vec<ListMade>, String> {
        if !calls.is_file() {
            return Err("the rows of this run are gone: match the cohort again".to_owned());
        }
        let broken = |error: std::io::Error| format!("the lists could not be kept: {error}");
        files::begin(&data, id).map_err(broken)?;
        // Those of a population that was deleted since are gone with it: `forgotten` says so.
        let earlier: Vec<PathBuf> = earlier
            .into_iter()
            .map(|request| files::list(&data, request.id))
            .filter(|file| file.is_file())
            .collect();
        let made = worklist::make(&calls, &earlier, &wanted, &files::list(&data, id))
            .map_err(|error| format!("the lists could not be made: {error}"))?;
        files::settle(&data, id).map_err(broken)?;
        Ok(made)
    });
    let made = making.await.map_err(|_| JobError::Later("it was broken off".to_owned()))?;
    let mut change = job.database.change(&Actor::Meres).await?;
    let ended = match made {
        Ok(_) if !catalogue::list(&mut change).await?.iter().any(|entry| entry.id == request.population) => {
            Err("the population was deleted meanwhile".to_owned())
        }
        Ok(made) if made.iter().all(|list| list.people == Working::NOBODY) => {
            Err("nobody of these practices has an offer and was not asked before".to_owned())
        }
        other => other,
    };
    let (action, detail) = match ended {
        Ok(made) => {
            let (mut people, lists) = shown(&change, &request, (&made, gate));
            let beside = store::told_of(&mut change, request.population).await?;
            if beside.iter().any(|other| worklist::overlap(other, &request.practices)) {
                people = Shown::Hidden.to_string();
            }
            if !store::made(&mut change, id, &people, &lists).await? {
                // It was taken back, or its population deleted, while the lists were made.
                return removed(&place, id);
            }
            ("worklist.make", format!("{} practices; people on all lists: {people}", lists.len()))
        }
        Err(why) => {
            removed(&place, id)?;
            store::failed(&mut change, id, &why).await?;
            ("worklist.fail", why)
        }
    };
    job.finish_within(&mut change).await?;
    let purpose = Some(request.purpose);
    Ok(change.commit(Act { action, object: id.to_string(), purpose, detail }).await?)
}

/// How many requests for the same purpose had been approved before this one was asked for, of which the lists are gone with their
/// population: nobody knows any more who was on them.
pub(super) async fn forgotten(visit: &Visit, request: &Request) -> Result<usize, Problem> {
    let approved = store::approved_for(&mut visit.read().await?, &request.purpose).await?;
    let data = &visit.house.shelf.of::<DataPath>().folder;
    let is_before = |one: &Request| one.decided_at.as_ref().is_some_and(|at| *at <= request.asked_at);
    let is_gone = |one: &&Request| !files::list(data, one.id).is_file();
    Ok(approved.iter().filter(|one| one.id != request.id && is_before(one)).filter(is_gone).count())
}

fn removed(data: &std::path::Path, request: Id<Request>) -> Result<(), JobError> {
    let why = |error| JobError::Later(format!("the lists could not be removed: {error}"));
    files::remove(data, request).map_err(why)
}

/// The lists as anybody but the practice may know them: through the gate, once, and from then on the same everywhere. How many
/// are on one of them is for its practice, which fetches it.
fn shown(change: &Change, request: &Request, (made, gate): (&[ListMade], Release)) -> (String, Vec<List>) {
    let list = |list: &ListMade| List {
        id: change.new_id(),
        request: request.id,
        practice: list.practice.clone(),
        partner: None,
        people: gate.count(Cells::WithHealthAttribute, list.people).to_string(),
        fetched_at: None,
        report: None,
        reported_at: None,
    };
    let lists = made.iter().filter(|list| list.people != Working::NOBODY).map(list).collect();
    let most = usize::try_from(request.most).unwrap_or_default();
    (worklist::together(&gate, made, most).to_string(), lists)
}
