//! One run of a job, in the hands of what does it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;
use vocabulary::Id;

use super::{Job, Progress};
use crate::database::{Database, DatabaseError};

/// A job that did not succeed. The sentence is shown on a page: no value from a person's row.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JobError {
    /// It may the next time.
    #[error("{0}")]
    Later(String),
    /// It will not, however often it is tried.
    #[error("{0}")]
    Never(String),
}

impl From<DatabaseError> for JobError {
    fn from(error: DatabaseError) -> Self {
        Self::Later(error.to_string())
    }
}

/// One run of a job, in the hands of what does it.
#[derive(Clone, Debug)]
pub struct Run {
    pub database: Database,
    pub job: Id<Job>,
    pub kind: String,
    pub payload: Value,
    /// From 1.
    pub attempt: i64,
    pub(super) holder: String,
    pub(super) most_attempts: i64,
    pub(super) progress: Arc<Mutex<Progress>>,
    pub(super) stepped: Arc<Notify>,
    pub(super) stopping: Arc<AtomicBool>,
}

impl Run {
    /// Says how far it is. It is written down when the lease is renewed.
    pub fn progress(&self, done: i64, total: Option<i64>, sentence: &str) {
        let progress = Progress { done, total, sentence: Some(sentence.to_owned()) };
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    /// Says which step it has begun. It is written down at once: for steps of which there are a few.
    pub fn step(&self, name: &str) {
        self.progress(0, None, name);
        self.stepped.notify_one();
    }

    /// Whether it is to stop. Only what blocks a thread has to ask: everything else is stopped where it waits.
    pub fn is_to_stop(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    pub(super) fn so_far(&self) -> Progress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
