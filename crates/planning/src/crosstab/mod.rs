//! A crosstab: a table of counts that somebody else has made, with a row for each metric ("people with gout") and a
//! column for each segment of the population (a practice), under two heading rows (the network, then the practice).
//!
//! It has no people in it, so nobody can be matched. What can be said is the **area view**: for each segment and
//! topic, between how many and how many people have the need, which services reach the segment, and where nothing
//! does. [`import`] reads the file, [`reach`] says which services reach a segment, and [`release`] turns both into an
//! [`AreaView`] by the gate: raw counts do not leave this slice.
//!
//! From counts of conditions alone the people with a need cannot be counted, because somebody with two conditions
//! stands in two rows. They are at least as many as have the most frequent condition that asks for the topic, and at
//! most as many as all these conditions together ([`Demand`]).

mod cell;
mod heading;
mod import;
mod odd;
mod reach;
mod release;
mod summary;
mod view;

#[cfg(test)]
mod tests;

use disclosure::Working;
use ground::files::Problem;
use vocabulary::Condition;

use crate::extract::SegmentPlace;

pub use heading::{Headings, Segment};
pub use import::import_crosstab;
pub use release::{AreaFacts, release_area_view};
pub use summary::area_summary_json;
pub use view::*;

/// What a cell of the file says. Three things that never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Known(Working),
    /// Blank, `NA` or `NULL`, or a cell that is listed as a problem.
    NotKnown,
    /// Hidden by those who made the file: `*`, `<5`, `c`.
    Suppressed,
}

impl Count {
    /// The count, where there is one.
    pub const fn known(self) -> Option<Working> {
        match self {
            Self::Known(count) => Some(count),
            Self::NotKnown | Self::Suppressed => None,
        }
    }
}

/// A row of the file that the mapping names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    pub name: String,
    /// The whole-population column.
    pub whole: Count,
    /// In the order of [`Headings::segments`].
    pub segments: Vec<Count>,
}

/// A crosstab that was read.
#[derive(Debug)]
pub struct Crosstab {
    pub headings: Headings,
    /// Where each segment's people live, as the mapping says.
    pub places: Vec<SegmentPlace>,
    pub people: Metric,
    /// Several metrics may count people with the same condition.
    pub conditions: Vec<(Condition, Metric)>,
    /// Names of metrics that the mapping does not name, as many as are worth listing, and how many there are.
    pub not_read: Vec<String>,
    pub not_read_in_all: u64,
    /// Segments that the mapping places and the file does not have.
    pub placed_but_not_there: Vec<String>,
    /// Rows under the headings, and those of them that were used.
    pub rows_read: u64,
    pub rows_used: u64,
    pub problems: Vec<Problem>,
    /// The highest count that the file's own symbols hide (`<10` hides 9); ours is never lower than that.
    pub hides_up_to: u64,
}

impl Crosstab {
    /// People, then the conditions.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        std::iter::once(&self.people).chain(self.conditions.iter().map(|(_, metric)| metric))
    }
}
