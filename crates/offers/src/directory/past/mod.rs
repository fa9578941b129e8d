//! How records stood before they were changed: their history, and what can be put back.

pub mod store;

use vocabulary::Id;

use super::{Entry, Kind};

/// How a record stood until somebody changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub id: Id<Self>,
    pub kind: Kind,
    pub entry: Id<Entry>,
    /// JSON.
    pub record: String,
    /// RFC 3339, UTC.
    pub until: String,
    pub how: How,
    /// Who ended it.
    pub actor: String,
}

/// What ended a state of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Import,
    Edit,
    Undo,
}

impl How {
    /// The word by which it is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Edit => "edit",
            Self::Undo => "undo",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Import, Self::Edit, Self::Undo].into_iter().find(|how| how.word() == word)
    }
}

/// A record that is about to be changed.
#[derive(Clone, Debug)]
pub struct Ended {
    pub kind: Kind,
    pub entry: Id<Entry>,
    pub record: String,
}

/// The kind of the job that tells those who watch what was changed.
pub const TELL: &str = "directory.tell";
