//! Which kind of job is done by what.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use super::run::{JobError, Run};

type Working = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;
type Work = Arc<dyn Fn(Run) -> Working + Send + Sync>;

/// The kinds of job that a worker knows. It leaves all others to those who do.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<&'static str, Work>);

impl Registry {
    /// Says what does jobs of this kind. It waits for whatever it likes; what blocks belongs on a thread of its own.
    pub fn add<F: Future<Output = Result<(), JobError>> + Send + 'static>(
        &mut self,
        kind: &'static str,
        work: impl Fn(Run) -> F + Send + Sync + 'static,
    ) {
        self.0.insert(kind, Arc::new(move |run| Box::pin(work(run))));
    }

    /// All kinds, each with a comma on either side, as the statement that takes a job looks for them.
    pub(super) fn kinds(&self) -> String {
        self.0.keys().fold(",".to_owned(), |kinds, kind| kinds + kind + ",")
    }

    pub(super) fn of(&self, kind: &str) -> Option<&Work> {
        self.0.get(kind)
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
