//! What comes of matching, row by row.

use vocabulary::TopicSet;

/// One matched offer of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Row of the person in [`People`].
    pub person: u32,
    /// From 1, the best.
    pub rank: u8,
    /// Index of the service in [`Plan::services`].
    pub service: u32,
    pub score: i32,
    /// In the rule set's [`crate::Measure`]; 0 where there is no distance (online, or the service's place is not known).
    pub distance: i32,
    pub reasons: i32,
}

/// What came of one person of the cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonOutcome {
    /// Row of the person in [`People`].
    pub person: u32,
    pub needs: TopicSet,
    /// Needs for which there is an offer that the person could use, kept among the first or not.
    pub covered: TopicSet,
}

/// What came of a part of the cohort; the parts come in an order that depends on the cohort alone.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub matches: Vec<Match>,
    pub people: Vec<PersonOutcome>,
}
