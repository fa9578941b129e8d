//! Proposals: changes of the directory that somebody wants and somebody else decides on. What is public stays as it was
//! until then.

pub mod store;

use vocabulary::{Id, Partner};

use super::{Entry, Kind};

/// A change that somebody proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub id: Id<Self>,
    pub wanted: Wanted,
    /// RFC 3339, UTC.
    pub made_at: String,
    pub state: State,
    pub decided_at: Option<String>,
    pub decided_by: Option<String>,
    pub reason: Option<String>,
}

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub kind: Kind,
    /// Of a new record: the identifier that it will have.
    pub entry: Id<Entry>,
    pub is_new: bool,
    /// For which organisation; nothing: for the programme, by a link or by a source.
    pub partner: Option<Id<Partner>>,
    pub actor: String,
    /// JSON: what it was made from; of a new record, `{"organisation": …}`: what it belongs to.
    pub base: String,
    /// JSON.
    pub proposed: String,
    /// JSON of a site that is to be made with it, where there is one.
    pub place: Option<String>,
    pub note: Option<String>,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Approved,
    Refused,
    Withdrawn,
}

impl State {
    const ALL: [Self; 4] = [Self::Waiting, Self::Approved, Self::Refused, Self::Withdrawn];

    /// The word by which it is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// How a source is named where it acts.
pub fn source_actor(name: &str) -> String {
    format!("source {name}")
}
