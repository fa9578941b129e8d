//! What one import brings: records under their keys at the source, and what was wrong.

use std::collections::BTreeMap;

use super::{Organisation, Service, Site};

/// Everything that was read from one source. Keys are the source's own, as text.
#[derive(Clone, Debug, Default, PartialEq)]
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
    pub problems: Vec<FeedProblem>,
    /// What those who gave the source say of it, where a mapping says so: "historic, 2014".
    pub about: Option<String>,
}

/// Something wrong in a source: where, and what was expected; never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The record went in; this is only said.
    Warning,
    /// The record went in without this field, which was not understood.
    FieldNotUsed,
    /// The record was left out.
    LeftOut,
}
