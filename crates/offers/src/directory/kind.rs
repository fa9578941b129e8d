//! The kinds of record that a directory has.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Organisation,
    Service,
    Site,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Organisation, Self::Service, Self::Site];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Service => "service",
            Self::Site => "site",
        }
    }

    /// The kind that this word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
