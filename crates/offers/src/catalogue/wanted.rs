//! What somebody asks of the feed.

use time::OffsetDateTime;

use super::coverage::Here;
use crate::directory::LocalTime;

/// What is asked for. What is not said is not asked.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Small letters; all of them must occur.
    pub words: Vec<String>,
    /// Identifiers of a term and of a taxonomy.
    pub term: Option<String>,
    pub taxonomy: Option<String>,
    /// The service's own limits lie at or above the first, at or below the second.
    pub minimum_age: Option<f64>,
    pub maximum_age: Option<f64>,
    /// A bit a day, Monday first: one of them.
    pub days: Option<u8>,
    pub from: Option<LocalTime>,
    pub until: Option<LocalTime>,
    /// At or after it.
    pub modified: Option<OffsetDateTime>,
    pub near: Option<Near>,
}

/// Where somebody is, and how far they would go in metres; not said: whoever lives there may come.
#[derive(Clone, Debug)]
pub struct Near {
    pub here: Here,
    pub metres: Option<u32>,
}

impl Wanted {
    /// Of small letters, by blanks.
    pub fn words_of(text: &str) -> Vec<String> {
        text.to_lowercase().split_whitespace().map(str::to_owned).collect()
    }
}
