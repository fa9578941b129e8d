//! Feeds are looked at in the background.

use std::sync::Arc;

use ground::database::Act;
use ground::fetch::{FetchLimits, Reach};
use ground::jobs::{JobError, Run};
use offers::directory::import::{PageLimits, look_at};
use vocabulary::{Actor, Id};
use web::House;

use super::{Validation, store};

/// The kind of its job.
pub(in crate::import_room) const LOOK: &str = "directory.look";

pub(in crate::import_room) async fn look(house: House, run: Run) -> Result<(), JobError> {
    let id = run.payload["validation"].as_str().and_then(|id| Id::<Validation>::parse(id).ok());
    let id = id.ok_or_else(|| JobError::Never("the job names no feed".to_owned()))?;
    let validation = store::find(&mut run.database.read().await?, id).await?;
    let Some(address) = validation.as_ref().and_then(|validation| validation.address.clone()) else {
        return Ok(());
    };
    run.progress(0, None, "Looking at the feed");
    let said = |records: u64| {
        let records = i64::try_from(records).unwrap_or(i64::MAX);
        run.progress(records, None, &format!("{records} services looked at"));
    };
    let reach: Arc<Reach> = house.shelf.of();
    let fetch = FetchLimits { reach: *reach, ..FetchLimits::default() };
    let found = look_at(&address, PageLimits { fetch, ..PageLimits::default() }, &said).await;
    let mut change = run.database.change(&Actor::Meres).await?;
    store::found(&mut change, id, &found).await?;
    run.finish_within(&mut change).await?;
    let object = validation.map(|validation| validation.shown).unwrap_or_default();
    let act = Act { action: "directory.looked", object, purpose: None, detail: found.sentence };
    Ok(change.commit(act).await?)
}
