//! What one import brings: records under their keys at the source, and what was wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Kind, Organisation, Service, Site};

/// Everything that was read from one source. Keys are the source's own, as text. Kept as JSON until somebody has decided on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    pub organisations: BTreeMap<String, Organisation>,
    pub services: BTreeMap<String, Service>,
    pub sites: BTreeMap<String, Site>,
    /// Terms of taxonomies that the source lists, used by a service or not: name by key.
    pub terms: BTreeMap<String, String>,
    /// Records that were read, usable or not.
    pub records_read: u64,
    /// Records that could not be used and are listed in `problems`.
    pub left_out: u64,
    /// Records that the source still has, and that are not among those above or only as a summary.
    pub unread: Unread,
    /// Kept apart from the rest.
    #[serde(skip)]
    pub problems: Vec<FeedProblem>,
    /// What those who gave the source say of it, where a mapping says so: "historic, 2014".
    pub about: Option<String>,
}

/// Records that a source has and that could not be read: nobody may take them for gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    keys: BTreeSet<(Kind, String)>,
    summaries: BTreeSet<(Kind, String)>,
    nameless: BTreeSet<Kind>,
}

impl Unread {
    /// Notes a record that was left out, under its key where that can be read.
    pub fn note(&mut self, kind: Kind, key: Option<String>) {
        match key {
            Some(key) => {
                self.keys.insert((kind, key));
            }
            None => {
                self.nameless.insert(kind);
            }
        }
    }

    /// Notes a record that the feed holds, but only as a list has it.
    pub fn note_summary(&mut self, kind: Kind, key: String) {
        self.summaries.insert((kind, key));
    }

    /// Whether a record was left out or is there only as a summary.
    pub fn has(&self, kind: Kind, key: &str) -> bool {
        self.keys.contains(&(kind, key.to_owned())) || self.is_summary(kind, key)
    }

    /// Whether what the feed has of a record is less than the source would have.
    pub fn is_summary(&self, kind: Kind, key: &str) -> bool {
        self.summaries.contains(&(kind, key.to_owned()))
    }

    /// Whether a record of this kind was left out of which nobody can say which one it is: it may be any that is missing.
    pub fn may_be_any(&self, kind: Kind) -> bool {
        self.nameless.contains(&kind)
    }
}

/// Something wrong in a source: where, and what was expected; never the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedProblem {
    /// The file's name, or the page's address without its query.
    pub file: String,
    /// "line 7", "row 7" (a sheet) or "$.contents[3].status".
    pub place: String,
    /// The column or field as the source calls it; empty where the whole record is meant.
    pub column: String,
    pub expected: String,
    pub outcome: Outcome,
}

/// What became of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The record went in; this is only said.
    Warning,
    /// The record went in without this field, which was not understood.
    FieldNotUsed,
    /// Only a summary could be had: what is known of the record stays, and a new one is known by its summary.
    NotWhole,
    /// The record was left out.
    LeftOut,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Warning, Self::FieldNotUsed, Self::NotWhole, Self::LeftOut];

    /// For whoever reads the list of problems.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Warning => "used as it is",
            Self::FieldNotUsed => "used without this field",
            Self::NotWhole => "not read whole",
            Self::LeftOut => "left out",
        }
    }
}

impl FeedProblem {
    /// The columns of a list of problems.
    pub const COLUMNS: [&str; 5] = ["file", "place", "column", "expected", "outcome"];

    /// A row of it.
    pub fn row(&self) -> [&str; 5] {
        [&self.file, &self.place, &self.column, &self.expected, self.outcome.words()]
    }
}
