//! A demonstration has figures that wait to be released.

use ground::database::{Act, Change, DatabaseError};
use ground::files::digest_text;
use ground::jobs::{JobError, Run as JobRun};
use serde_json::json;
use vocabulary::{Actor, Id};
use web::House;

use super::{Figures, State, files, store};
use crate::data_path::DataPath;
use crate::match_room::{self, Run};

/// The kind of its job.
pub(super) const INVENT: &str = "release.invent";

/// Has a release asked for as soon as a run is done.
pub async fn invent(change: &mut Change, run: Id<Run>) -> Result<(), DatabaseError> {
    match_room::queue_after(change, run, INVENT, json!({})).await
}

pub(super) async fn ask(house: House, job: JobRun) -> Result<(), JobError> {
    let Some(run) = match_room::awaited(&job).await? else { return Ok(()) };
    let Some(summary) = run.summary else { return Ok(()) };
    let mut change = job.database.change(&Actor::Meres).await?;
    store::alone(&mut change).await?;
    if store::about(&mut change, run.population).await?.is_some() {
        return Ok(());
    }
    let id = change.new_id();
    let data = house.shelf.of::<DataPath>();
    let freezing = tokio::task::spawn_blocking(move || files::freeze(&data.folder, run.id, id));
    let frozen = freezing.await.map_err(|_| JobError::Later("it was broken off".to_owned()))?;
    let report =
        frozen.map_err(|error| JobError::Later(format!("the report could not be copied: {error}")))?;
    let figures = Figures {
        id,
        run: run.id,
        population: run.population,
        title: "Joint pain in the county".to_owned(),
        purpose: "To plan the hubs of the spring".to_owned(),
        digest: digest_text(&format!("{}\n{report}", digest_text(&summary))),
        summary,
        state: State::Waiting,
        why: None,
        asked_by: Actor::Meres.to_string(),
        asked_at: change.at(),
        decided_by: None,
        decided_at: None,
    };
    store::add(&mut change, &figures).await?;
    job.finish_within(&mut change).await?;
    let (object, purpose) = (figures.id.to_string(), Some(figures.purpose));
    Ok(change.commit(Act { action: "release.ask", object, purpose, detail: "invented".to_owned() }).await?)
}
