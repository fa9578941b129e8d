//! The columns of a list of resources.

/// A column of a list of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceColumn {
    pub name: &'static str,
    /// Whether the file must have it and each row must fill it.
    pub must: bool,
    /// What may stand there, in words that finish "expected …".
    pub expected: &'static str,
    /// Letters at most.
    pub(super) longest: usize,
}

const fn must(name: &'static str, expected: &'static str, longest: usize) -> ResourceColumn {
    ResourceColumn { name, must: true, expected, longest }
}

const fn may(name: &'static str, expected: &'static str, longest: usize) -> ResourceColumn {
    ResourceColumn { name, must: false, expected, longest }
}

/// Places in [`RESOURCE_COLUMNS`] of the columns that have a rule of their own.
pub(super) mod at {
    pub(crate) const KEY: usize = 0;
    pub(crate) const FORMAT: usize = 2;
    pub(crate) const LANGUAGE: usize = 4;
    pub(crate) const PURPOSE: usize = 6;
    pub(crate) const REVIEW_ON: usize = 11;
    pub(crate) const STOCK: usize = 12;
    pub(crate) const URL: usize = 13;
    pub(crate) const PRACTICE_NOTE: usize = 15;
    pub(crate) const PRACTICE_SOURCE: usize = 16;
    pub(crate) const ADOPTED_BY: usize = 17;
}

const LINE: &str = "a line of at most 1000 letters";

/// One row a resource. A resource with several notes on good practice has a row for each, which agree in all else.
pub const RESOURCE_COLUMNS: [ResourceColumn; 18] = [
    must("key", "the owner's own reference, 1 to 128 letters", 128),
    must("title", "a title of 1 to 500 letters", 500),
    must("format", "web, print, easy_read, large_print, audio, bsl or video", 32),
    must("version", "the owner's word for the version, 1 to 64 letters", 64),
    must("language", "a language by ISO 639, such as en, pl or bfi", 3),
    must("owner", "who owns it, 1 to 500 letters", 500),
    may("purpose", LINE, 1_000),
    may("audience", LINE, 1_000),
    may("body_region", LINE, 1_000),
    may("stage", LINE, 1_000),
    may("licence", LINE, 1_000),
    may("review_on", "a date such as 2026-09-01", 32),
    may("stock", "a whole number of copies from 0", 16),
    may("url", "an address that begins with https:// or http://", 2_000),
    may("where_given", LINE, 1_000),
    may("practice_note", "a note of at most 4000 letters", 4_000),
    may("practice_source", "a line of at most 1000 letters, beside a practice_note", 1_000),
    may("adopted_by", "names with semicolons between, beside a practice_note", 4_000),
];
