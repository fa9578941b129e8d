//! A demonstration has worklists that wait for somebody to decide.

use ground::database::{Act, Change, DatabaseError};
use ground::jobs::{JobError, Run as JobRun};
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
pub async fn invent(change: &mut Change, run: Id<Run>, hub: &str) -> Result<(), DatabaseError> {
    match_room::queue_after(change, run, INVENT, json!({"hub": hub})).await
}

pub(super) async fn ask(house: House, job: JobRun) -> Result<(), JobError> {
    let Some(run) = match_room::awaited(&job).await? else { return Ok(()) };
    let mut change = job.database.change(&Actor::Meres).await?;
    let request = Request {
        id: change.new_id(),
        run: run.id,
        population: run.population,
        about: run.name(),
        purpose: format!(
            "Invitation to the hub at {}, first wave",
            job.payload["hub"].as_str().unwrap_or_default()
        ),
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
