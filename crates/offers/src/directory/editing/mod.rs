//! Records that are changed here. A change stands beside the record as its source has it: when the source changes too,
//! the two are brought together (see [`super::revision`]).

pub mod store;

#[cfg(test)]
mod tests;

use vocabulary::Id;

use super::{Entry, Kind, Source};

/// A record as its table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub kind: Kind,
    pub id: Id<Entry>,
    pub source: Id<Source>,
    pub source_name: String,
    pub key: String,
    /// JSON, as its source has it.
    pub record: String,
    /// JSON, as it was changed here.
    pub own: Option<String>,
    pub gone: bool,
    pub changed_at: String,
}

impl Standing {
    /// As it is public.
    pub fn shown(&self) -> &str {
        self.own.as_deref().unwrap_or(&self.record)
    }
}
