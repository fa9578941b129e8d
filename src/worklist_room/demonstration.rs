//! A demonstration has worklists that wait for somebody to decide.

use ground::database::{Act, Change, DatabaseError};
use ground::jobs::{self, JobError, NewJob, Run as JobRun};
use serde_json::json;
use vocabulary::{Actor, Day, Id};
use web::{House, day_of};

use super::{Request, State, making};
use crate::match_room::{self, Run};

/// The kind of its job.
pub(super) const INVENT: &str = "worklist.invent";

/// Days for which the invented lists can be fetched.
const OPEN: i32 = 60;

/// Has worklists asked for as soon as a run is done.
pub async fn invent(change: &mut Change, run: Id<Run>) -> Result<(), DatabaseError> {
    // In the lane of the run: it comes after it.
    let job = NewJob::new(INVENT, "match", json!({"run": run.to_string()}));
    jobs::queue(change, &job).await.map(drop)
}

pub(super) async fn ask(house: House, job: JobRun) -> Result<(), JobError> {
    let unclear = || JobError::Never("which run it is, is not clear".to_owned());
    let id: Id<Run> = job.payload["run"].as_str().and_then(|id| Id::parse(id).ok()).ok_or_else(unclear)?;
    let run = match_room::find(&mut job.database.read().await?, id).await?.ok_or_else(unclear)?;
    match run.state {
        match_room::State::Running => return Err(JobError::Later("its match run is under way".to_owned())),
        match_room::State::Failed => return Ok(()),
        match_room::State::Done => {}
    }
    let mut change = job.database.change(&Actor::Meres).await?;
    let request = Request {
        id: change.new_id(),
        run: run.id,
        population: run.population,
        about: run.name(),
        purpose: "Invitation to the hub at Saltby Leisure Centre, first wave".to_owned(),
        practices: (99_001..=99_006).map(|code| format!("Z{code}")).collect(),
        most: 60,
        again: None,
        until: Day::from_days(day_of((house.clock)()).days() + OPEN),
        job: None,
        state: State::Making,
        why: None,
        people: None,
        asked_by: Actor::Meres.to_string(),
        asked_at: change.at(),
        decided_by: None,
        decided_at: None,
    };
    making::queue(&mut change, &request).await?;
    job.finish_within(&mut change).await?;
    let (object, purpose) = (request.id.to_string(), Some(request.purpose));
    Ok(change.commit(Act { action: "worklist.ask", object, purpose, detail: "invented".to_owned() }).await?)
}
