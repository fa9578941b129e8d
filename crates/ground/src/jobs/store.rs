//! Every statement about jobs.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use vocabulary::Id;

use super::run::Run;
use super::{Cancelled, Job, NewJob, Progress, State};
use crate::database::{Change, Database, DatabaseError, Param, Row, Session, utc};

pub(super) async fn queue(change: &mut Change, job: &NewJob) -> Result<Id<Job>, DatabaseError> {
    let id: Id<Job> = change.new_id();
    let at = change.at();
    let row: Vec<Param> = vec![
        id.into(),
        job.kind.into(),
        job.lane.as_str().into(),
        job.payload.to_string().into(),
        job.dedupe_key.as_deref().into(),
        "queued".into(),
        job.run_at.map_or_else(|| at.clone(), utc).into(),
        0.into(),
        job.most_attempts.max(1).into(),
        0.into(),
        0.into(),
        at.into(),
    ];
    let columns = [
        "id",
        "kind",
        "lane",
        "payload",
        "dedupe_key",
        "state",
        "run_at",
        "attempts",
        "most_attempts",
        "cancel_asked",
        "steps_done",
        "queued_at",
    ];
    let once = "ON CONFLICT (dedupe_key) WHERE state IN ('queued', 'running') DO NOTHING";
    if change.insert("job", &columns, once, [row]).await? > 0 {
        return Ok(id);
    }
    let sql = "SELECT id FROM job WHERE dedupe_key = $1 AND state IN ('queued', 'running')";
    let there = change.row(sql, vec![job.dedupe_key.as_deref().into()]).await?;
    there.ok_or_else(|| DatabaseError::Column("dedupe_key".to_owned()))?.id("id")
}

pub(super) async fn cancel(change: &mut Change, job: Id<Job>) -> Result<Cancelled, DatabaseError> {
    let at = change.at();
    let waits = "UPDATE job SET state = 'cancelled', ended_at = $2 WHERE id = $1 AND state = 'queued'";
    if change.run(waits, vec![job.into(), at.into()]).await? > 0 {
        return Ok(Cancelled::AtOnce);
    }
    let runs = "UPDATE job SET cancel_asked = 1 WHERE id = $1 AND state = 'running'";
    let asked = change.run(runs, vec![job.into()]).await? > 0;
    Ok(if asked { Cancelled::Asked } else { Cancelled::TooLate })
}

pub(super) async fn withdraw(change: &mut Change, dedupe_key: &str) -> Result<(), DatabaseError> {
    let at = change.at();
    let sql = "UPDATE job SET state = 'cancelled', ended_at = $2 WHERE dedupe_key = $1 AND state = 'queued'";
    change.run(sql, vec![dedupe_key.into(), at.into()]).await.map(drop)
}

/// Whether there is anything for [`settle`] or [`take`] to do: asked without becoming the writer.
pub(super) async fn is_waiting(
    session: &mut Session,
    kinds: &str,
    now: OffsetDateTime,
) -> Result<bool, DatabaseError> {
    let sql = "SELECT id FROM job WHERE $2 LIKE '%,' || kind || ',%' AND ((state = 'queued' AND run_at <= $1) \
               OR (state = 'running' AND lease_until < $1)) LIMIT 1";
    Ok(session.row(sql, vec![utc(now).into(), kinds.into()]).await?.is_some())
}

/// Ends what was left by workers that died and is not to be begun again; says how many.
pub(super) async fn settle(change: &mut Change, kinds: &str) -> Result<u64, DatabaseError> {
    let now = change.at();
    let sql = "UPDATE job SET state = CASE cancel_asked WHEN 1 THEN 'cancelled' ELSE 'failed' END, \
               last_error = CASE cancel_asked WHEN 1 THEN last_error \
                   ELSE 'the worker stopped in the middle of it, each time that it was tried' END, \
               ended_at = $1, lease_holder = NULL, lease_until = NULL \
               WHERE $2 LIKE '%,' || kind || ',%' AND state = 'running' AND lease_until < $1 \
               AND (cancel_asked = 1 OR attempts >= most_attempts)";
    change.run(sql, vec![now.into(), kinds.into()]).await
}

/// Begins the job whose turn it is: of the lane that was served longest ago, the one that has waited longest.
pub(super) async fn take(
    change: &mut Change,
    database: &Database,
    kinds: &str,
    lease: Duration,
) -> Result<Option<Run>, DatabaseError> {
    let sql = "UPDATE job SET state = 'running', attempts = attempts + 1, lease_holder = $3, lease_until = $2, \
                   taken_at = $1 \
               WHERE id = (SELECT ready.id FROM job AS ready JOIN ( \
                       SELECT lane, COALESCE((SELECT MAX(earlier.taken_at) FROM job AS earlier \
                                              WHERE earlier.lane = waiting.lane), '') AS served \
                       FROM job AS waiting \
                       WHERE $4 LIKE '%,' || kind || ',%' AND ((state = 'queued' AND run_at <= $1) \
                           OR (state = 'running' AND lease_until < $1)) \
                       GROUP BY lane) AS turn ON turn.lane = ready.lane \
                   WHERE $4 LIKE '%,' || ready.kind || ',%' AND ((ready.state = 'queued' AND ready.run_at <= $1) \
                       OR (ready.state = 'running' AND ready.lease_until < $1)) \
                   ORDER BY turn.served, ready.run_at, ready.id LIMIT 1 {unlocked ready}) \
               RETURNING id, kind, payload, attempts, most_attempts, lease_holder";
    let holder: Id<Run> = change.new_id();
    let (now, until) = (change.at(), change.at_after(lease));
    let params = vec![now.into(), until.into(), holder.into(), kinds.into()];
    let taken = change.claim(sql, params).await?;
    taken.first().map(|row| begun(row, database)).transpose()
}

fn begun(row: &Row, database: &Database) -> Result<Run, DatabaseError> {
    let payload = serde_json::from_str(&row.text("payload")?);
    Ok(Run {
        database: database.clone(),
        job: row.id("id")?,
        kind: row.text("kind")?,
        payload: payload.map_err(|_| DatabaseError::Column("payload".to_owned()))?,
        attempt: row.whole("attempts")?,
        most_attempts: row.whole("most_attempts")?,
        holder: row.text("lease_holder")?,
        progress: Arc::default(),
        stepped: Arc::default(),
        stopping: Arc::default(),
    })
}

/// What the holder of a lease finds when it renews it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lease {
    Held,
    /// Held, and the job is to be stopped.
    CancelAsked,
    /// It passed to another, or the job has ended.
    Lost,
}

pub(super) async fn renew(
    change: &mut Change,
    run: &Run,
    so_far: &Progress,
    lease: Duration,
) -> Result<Lease, DatabaseError> {
    let until = change.at_after(lease);
    let sql = "UPDATE job SET lease_until = $3, steps_done = $4, steps_total = $5, progress = $6 \
               WHERE id = $1 AND lease_holder = $2 AND state = 'running' RETURNING cancel_asked";
    let params = [vec![run.job.into(), run.holder.as_str().into(), until.into()], values(so_far)].concat();
    let row = change.row(sql, params).await?;
    Ok(match row.map(|row| row.yes("cancel_asked")).transpose()? {
        None => Lease::Lost,
        Some(true) => Lease::CancelAsked,
        Some(false) => Lease::Held,
    })
}

fn values(so_far: &Progress) -> Vec<Param> {
    vec![so_far.done.into(), so_far.total.into(), so_far.sentence.as_deref().into()]
}

/// The job is done, if the lease is still held.
pub(super) async fn finish(change: &mut Change, run: &Run, so_far: &Progress) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE job SET state = 'done', ended_at = $3, lease_holder = NULL, lease_until = NULL, \
               last_error = NULL, steps_done = $4, steps_total = $5, progress = $6 \
               WHERE id = $1 AND lease_holder = $2 AND state = 'running'";
    let params = [vec![run.job.into(), run.holder.as_str().into(), at.into()], values(so_far)].concat();
    Ok(change.run(sql, params).await? > 0)
}

/// The job ends without success, if the lease is still held.
pub(super) async fn give_up(
    change: &mut Change,
    run: &Run,
    (state, why): (&'static str, Option<&str>),
) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE job SET state = $3, ended_at = $4, last_error = COALESCE($5, last_error), \
               lease_holder = NULL, lease_until = NULL WHERE id = $1 AND lease_holder = $2 AND state = 'running'";
    let params = vec![run.job.into(), run.holder.as_str().into(), state.into(), at.into(), why.into()];
    Ok(change.run(sql, params).await? > 0)
}

/// The job waits again, if the lease is still held; an attempt that was only interrupted does not count.
pub(super) async fn put_back(
    change: &mut Change,
    run: &Run,
    (after, counts, why): (Duration, bool, Option<&str>),
) -> Result<bool, DatabaseError> {
    let run_at = change.at_after(after);
    let sql = "UPDATE job SET state = 'queued', run_at = $3, attempts = attempts - $4, \
               last_error = COALESCE($5, last_error), lease_holder = NULL, lease_until = NULL \
               WHERE id = $1 AND lease_holder = $2 AND state = 'running'";
    let params =
        vec![run.job.into(), run.holder.as_str().into(), run_at.into(), (!counts).into(), why.into()];
    Ok(change.run(sql, params).await? > 0)
}

pub(super) async fn again(change: &mut Change, job: Id<Job>) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE job SET state = 'queued', run_at = $2, attempts = 0, cancel_asked = 0, ended_at = NULL \
               WHERE id = $1 AND state IN ('failed', 'cancelled') AND NOT EXISTS ( \
                   SELECT 1 FROM job AS other WHERE other.dedupe_key = job.dedupe_key \
                   AND other.state IN ('queued', 'running'))";
    Ok(change.run(sql, vec![job.into(), at.into()]).await? > 0)
}

pub(super) async fn counts(session: &mut Session) -> Result<Vec<(State, i64)>, DatabaseError> {
    let sql = "SELECT state, COUNT(*) AS n FROM job GROUP BY state ORDER BY state";
    let rows = session.rows(sql, Vec::new()).await?;
    rows.iter().map(|row| Ok((state_of(row)?, row.whole("n")?))).collect()
}

fn state_of(row: &Row) -> Result<State, DatabaseError> {
    State::from_word(&row.text("state")?).ok_or_else(|| DatabaseError::Column("state".to_owned()))
}

pub(super) async fn find(session: &mut Session, job: Id<Job>) -> Result<Option<Job>, DatabaseError> {
    let sql = "SELECT id, kind, lane, state, attempts, steps_done, steps_total, progress, last_error, queued_at, \
               run_at, ended_at FROM job WHERE id = $1";
    session.row(sql, vec![job.into()]).await?.map(|row| shown(&row)).transpose()
}

pub(super) async fn newest(session: &mut Session, most: u32) -> Result<Vec<Job>, DatabaseError> {
    let sql = "SELECT id, kind, lane, state, attempts, steps_done, steps_total, progress, last_error, queued_at, \
               run_at, ended_at FROM job ORDER BY id DESC LIMIT $1";
    session.rows(sql, vec![most.into()]).await?.iter().map(shown).collect()
}

fn shown(row: &Row) -> Result<Job, DatabaseError> {
    Ok(Job {
        id: row.id("id")?,
        kind: row.text("kind")?,
        lane: row.text("lane")?,
        state: state_of(row)?,
        attempts: row.whole("attempts")?,
        progress: Progress {
            done: row.whole("steps_done")?,
            total: row.maybe_whole("steps_total")?,
            sentence: row.maybe_text("progress")?,
        },
        last_error: row.maybe_text("last_error")?,
        queued_at: row.text("queued_at")?,
        run_at: row.text("run_at")?,
        ended_at: row.maybe_text("ended_at")?,
    })
}
