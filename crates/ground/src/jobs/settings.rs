//! How a worker works.

use time::Duration;
use vocabulary::Actor;

use crate::database::DatabaseError;

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// As whom it writes into the audit log.
    pub actor: Actor,
    /// How many jobs it does at a time.
    pub at_once: usize,
    /// How long a worker that says nothing is believed to live. It says something three times in that time.
    pub lease: Duration,
    /// How often it looks whether there is something to do.
    pub poll: Duration,
    /// Before a job that failed for the first time is tried again.
    pub pause: Duration,
    /// How long a job that runs may go on when the worker is stopped.
    pub grace: Duration,
    /// Told what the worker lives through: the database did not answer, and it goes on trying.
    pub trouble: fn(&DatabaseError),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            actor: Actor::CommandLine("worker".to_owned()),
            at_once: 4,
            lease: Duration::seconds(30),
            poll: Duration::seconds(1),
            pause: Duration::seconds(10),
            grace: Duration::seconds(10),
            trouble: |_| (),
        }
    }
}
