//! What everybody who holds the database shares.

use std::sync::Arc;

use time::OffsetDateTime;
use tokio::sync::Mutex;

use super::connection::Engine;
use super::writer::Writer;

/// What time it is: a parameter, so that tests can say.
pub type Clock = fn() -> OffsetDateTime;

pub(super) struct Inner {
    pub(super) writer: Arc<Mutex<Writer>>,
    pub(super) engine: Engine,
    pub(super) clock: Clock,
    pub(super) ids: std::sync::Mutex<uuid::ContextV7>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}
