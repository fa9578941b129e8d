//! Work that is done later: sent, fetched, counted, whatever a page cannot wait for.
//!
//! A job is queued in the change that it follows from ([`queue`]): either both are there, or neither. Workers
//! ([`work`]), in one process or in many, begin it one at a time:
//!
//! - Whoever begins a job holds a lease and renews it while it runs. Only the holder can end the job. A worker that died
//!   lets its lease pass, and another begins the job again.
//! - So a job is never run by two at once, but may be run again after it was begun. Whoever must not do a thing twice does
//!   it in one change with the end of the job: [`Run::finish_within`].
//! - A job that failed is tried again after a while, longer each time, up to a limit; one that cannot succeed fails at once.
//! - Jobs have lanes (an organisation, a kind of work), and the lanes take turns: a thousand jobs in one do not keep
//!   the next waiting.
//! - A job that waits is cancelled at once; one that runs is stopped at its next wait.
//!
//! Each of these steps is a change with its line in the audit log. A payload and a sentence hold no value from a person's
//! row: identifiers, from which the job finds what it needs.

mod one;
mod registry;
mod run;
mod settings;
mod store;
mod work;

use serde_json::Value;
use time::OffsetDateTime;
use vocabulary::Id;

use crate::database::{Change, DatabaseError, Session};

pub use registry::Registry;
pub use run::{JobError, Run};
pub use settings::Settings;
pub use work::work;

/// A job that is to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Small letters, dots and hyphens: `mail.send`.
    pub kind: &'static str,
    /// For whom: jobs of one lane wait for each other and for nobody else.
    pub lane: String,
    pub payload: Value,
    /// While one with this key waits or runs, a second is not queued.
    pub dedupe_key: Option<String>,
    /// Not before; at once unless given.
    pub run_at: Option<OffsetDateTime>,
    /// How often it is tried.
    pub most_attempts: u32,
}

impl NewJob {
    /// A job for now, tried up to eight times: over about twenty minutes.
    pub fn new(kind: &'static str, lane: &str, payload: Value) -> Self {
        Self { kind, lane: lane.to_owned(), payload, dedupe_key: None, run_at: None, most_attempts: 8 }
    }
}

/// A job, as a page shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    pub id: Id<Self>,
    pub kind: String,
    pub lane: String,
    pub state: State,
    /// How often it was begun.
    pub attempts: i64,
    pub progress: Progress,
    /// Why it did not succeed the last time.
    pub last_error: Option<String>,
    pub queued_at: String,
    /// While it waits: not before.
    pub run_at: String,
    pub ended_at: Option<String>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// How far a job is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Progress {
    pub done: i64,
    /// Nothing where nobody knows.
    pub total: Option<i64>,
    pub sentence: Option<String>,
}

/// What became of the wish to stop a job.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cancelled {
    /// It had not begun.
    AtOnce,
    /// It runs, and will be stopped.
    Asked,
    /// It had ended, or never was.
    TooLate,
}

/// Queues a job in a change. Where one with the same key waits or runs, gives that one.
pub async fn queue(change: &mut Change, job: &NewJob) -> Result<Id<Job>, DatabaseError> {
    store::queue(change, job).await
}

/// Stops a job, now or at its next wait.
pub async fn cancel(change: &mut Change, job: Id<Job>) -> Result<Cancelled, DatabaseError> {
    store::cancel(change, job).await
}

/// A job with this key that waits is not done.
pub async fn withdraw(change: &mut Change, dedupe_key: &str) -> Result<(), DatabaseError> {
    store::withdraw(change, dedupe_key).await
}

/// Has a job that failed or was cancelled done once more, as if it had just been queued; whether there was such a one, and
/// nothing waits in its place.
pub async fn again(change: &mut Change, job: Id<Job>) -> Result<bool, DatabaseError> {
    store::again(change, job).await
}

/// How many jobs stand where.
pub async fn counts(session: &mut Session) -> Result<Vec<(State, i64)>, DatabaseError> {
    store::counts(session).await
}

/// One job, if it is there.
pub async fn find(session: &mut Session, job: Id<Job>) -> Result<Option<Job>, DatabaseError> {
    store::find(session, job).await
}

/// The jobs that were queued last, the newest first.
pub async fn newest(session: &mut Session, most: u32) -> Result<Vec<Job>, DatabaseError> {
    store::newest(session, most).await
}

impl State {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Queued, "queued"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
    ];

    /// Every one of them.
    pub fn every() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(|(state, _)| state)
    }

    /// The word by which it is kept.
    pub fn word(self) -> &'static str {
        Self::ALL.into_iter().find_map(|(state, word)| (state == self).then_some(word)).unwrap_or_default()
    }

    /// Whether nothing more will come of it by itself.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(state, known)| (known == word).then_some(state))
    }
}

#[cfg(test)]
mod tests;
