//! Addresses are read in the background: when somebody asks, and by their schedules.

use std::sync::Arc;

use ground::database::{Act, Change, DatabaseError};
use ground::fetch::Reach;
use ground::jobs::{self, JobError, NewJob, Run};
use serde_json::json;
use time::Duration;
use vocabulary::{Actor, Id};
use web::House;

use super::reading::{self, Read};
use super::store::{self, Found};
use super::taking::{self, Taken};
use super::{Import, Schedule, Shown, State};
use crate::import_room::words::{ALONE, name_of_address};

/// The kinds of its jobs.
pub(in crate::import_room) const FETCH: &str = "directory.fetch";
pub(in crate::import_room) const AGAIN: &str = "directory.again";
const LANE: &str = "directory";

/// Queues an import from an address, on behalf of whoever makes the change.
pub(super) async fn ask(
    change: &mut Change,
    source: &str,
    address: &str,
    actor: &str,
) -> Result<Id<Import>, DatabaseError> {
    let import = new(change, source, address);
    store::add(change, &import, actor).await?;
    // What goes wrong is told on the import's own page: trying again is for whoever asked.
    let job =
        NewJob { most_attempts: 2, ..NewJob::new(FETCH, LANE, json!({"import": import.id.to_string()})) };
    let job = jobs::queue(change, &job).await?;
    store::read_by(change, import.id, job).await?;
    Ok(import.id)
}

fn new(change: &Change, source: &str, address: &str) -> Import {
    let came = name_of_address(address);
    Import { address: Some(address.to_owned()), ..Import::begun(change, source.to_owned(), came) }
}

fn id_in<T>(run: &Run, name: &str) -> Result<Id<T>, JobError> {
    let id = run.payload[name].as_str().and_then(|id| Id::parse(id).ok());
    id.ok_or_else(|| JobError::Never(format!("the job names no {name}")))
}

async fn read(house: &House, run: &Run, address: &str) -> Read {
    run.progress(0, None, "Reading the feed");
    let said = |records: u64| {
        let records = i64::try_from(records).unwrap_or(i64::MAX);
        run.progress(records, None, &format!("{records} records read"));
    };
    let reach: Arc<Reach> = house.shelf.of();
    reading::address(address, *reach, &said).await
}

/// Reads the address of an import that somebody asked for.
pub(in crate::import_room) async fn fetch(house: House, run: Run) -> Result<(), JobError> {
    let id = id_in(&run, "import")?;
    let import = store::find(&mut run.database.read().await?, id).await?;
    let Some((import, address)) = import.and_then(|import| Some((import.clone(), import.address?))) else {
        return Ok(());
    };
    if import.state != State::Reading {
        return Ok(());
    }
    let read = read(&house, &run, &address).await;
    let mut change = run.database.change(&Actor::Meres).await?;
    let import = settled(&mut change, import, &read).await?;
    store::found(&mut change, &import, found(&read)).await?;
    run.finish_within(&mut change).await?;
    Ok(change.commit(act(&import, "directory.read", said(&import))).await?)
}

fn found(read: &Read) -> Found<'_> {
    Found { feed: read.feed.as_ref().ok(), problems: &read.problems }
}

/// The import with what was read of it.
pub(super) async fn settled(
    change: &mut Change,
    import: Import,
    read: &Read,
) -> Result<Import, DatabaseError> {
    let ended_at = Some(change.at());
    Ok(match &read.feed {
        Ok(feed) => {
            let present = taking::present(change, &import.source, feed, read.all_problems).await?;
            Import { shown: present.shown, state: State::Ready, ..import }
        }
        Err(why) => {
            let shown = Shown { problems: read.all_problems, ..Shown::default() };
            Import { shown, state: State::Failed, why: Some(why.clone()), ended_at, ..import }
        }
    })
}

fn said(import: &Import) -> String {
    import.why.clone().unwrap_or_else(|| import.shown.words.clone())
}

pub(super) fn act(import: &Import, action: &'static str, detail: String) -> Act {
    Act { action, object: import.source.clone(), purpose: None, detail }
}

/// Queues the next import of a schedule; what was queued before is not done.
pub(super) async fn plan(
    house: &House,
    change: &mut Change,
    schedule: &Schedule,
    (every_days, begin): (i64, Duration),
) -> Result<(), DatabaseError> {
    let key = key(schedule.id);
    jobs::withdraw(change, &key).await?;
    if every_days == 0 {
        return store::every(change, schedule.id, 0, None).await;
    }
    let at = house.database.now() + begin;
    jobs::queue(change, &next(schedule.id, key, at)).await?;
    store::every(change, schedule.id, every_days, Some(&at.date().to_string())).await
}

fn key(schedule: Id<Schedule>) -> String {
    format!("{AGAIN} {schedule}")
}

fn next(schedule: Id<Schedule>, key: String, at: time::OffsetDateTime) -> NewJob {
    NewJob {
        dedupe_key: Some(key),
        run_at: Some(at),
        // A server that is away is told of as an import that failed, and does not count as an attempt.
        most_attempts: 5,
        ..NewJob::new(AGAIN, LANE, json!({"feed": schedule.to_string()}))
    }
}

/// Reads an address by its schedule, and queues the next time. It is taken over by itself where it looks like the same
/// list as before; else it waits for a person.
pub(in crate::import_room) async fn again(house: House, run: Run) -> Result<(), JobError> {
    let id: Id<Schedule> = id_in(&run, "feed")?;
    let schedule = store::schedule(&mut run.database.read().await?, id).await?;
    let Some(schedule) = schedule.filter(|schedule| schedule.every_days > 0) else { return Ok(()) };
    let read = read(&house, &run, &schedule.address).await;
    let mut change = run.database.change(&Actor::Meres).await?;
    change.alone(ALONE).await?;
    // Somebody may have set it otherwise while it was read: what came is then no longer asked for.
    let now = store::schedule(&mut change, id).await?.filter(|now| now.every_days > 0);
    let Some(now) = now else {
        run.finish_within(&mut change).await?;
        let detail = "its schedule was ended while it was read".to_owned();
        return Ok(change
            .commit(Act { action: "directory.read", object: schedule.source, purpose: None, detail })
            .await?);
    };
    let at = house.database.now() + Duration::days(now.every_days);
    if now.address != schedule.address {
        run.finish_within(&mut change).await?;
        jobs::queue(&mut change, &next(now.id, key(now.id), house.database.now())).await?;
        let detail = "its address was changed while it was read".to_owned();
        return Ok(change
            .commit(Act { action: "directory.read", object: schedule.source, purpose: None, detail })
            .await?);
    }
    let import = new(&change, &schedule.source, &schedule.address);
    let import = Import { by_itself: true, job: Some(run.job), ..import };
    // One that could not be read says nothing of what waits.
    if read.feed.is_ok() {
        store::overtaken(&mut change, &schedule.source).await?;
    }
    store::add(&mut change, &import, &Actor::Meres.to_string()).await?;
    let mut import = settled(&mut change, import, &read).await?;
    store::found(&mut change, &import, found(&read)).await?;
    let mut done = act(&import, "directory.read", said(&import));
    if let Ok(feed) = &read.feed
        && let Taken::Done(detail) = taking::take(&mut change, &import, feed, (None, false)).await?
    {
        import.state = State::Taken;
        done = act(&import, "directory.import", detail);
    }
    run.finish_within(&mut change).await?;
    jobs::queue(&mut change, &next(now.id, key(now.id), at)).await?;
    store::every(&mut change, now.id, now.every_days, Some(&at.date().to_string())).await?;
    Ok(change.commit(done).await?)
}
