//! A match run: a cohort against the offers near it.
//!
//! [`MatchRun`] holds the raw result in memory; [`rows_file`] writes the rows, the only place where they go out;
//! everything else is counted in [`Tallies`], those of parts of the people added up, and leaves through [`release`],
//! which turns raw counts into [`Findings`] by the gate.

mod around;
mod declared;
mod findings;
mod left_out;
mod missing;
mod need_counts;
mod one_person;
mod packed;
mod parquet_rows;
mod read_counts;
mod release;
mod rows_file;
mod shortlist;
mod summary;
mod tallies;
mod within;
mod worked;

use std::sync::Arc;

use matching::{Match, People, Plan, Rows, RuleSet, match_cohort};
use vocabulary::GridPoint;

use crate::cohort::Selected;
use crate::population::Population;
use crate::supply::Services;

pub(crate) use declared::keep_planned;
pub use declared::{Cube, RELEASED};
pub use findings::*;
pub use one_person::{OnePerson, one_person};
pub use read_counts::ReadCounts;
pub use release::{Facts, Sections, release};
pub use rows_file::{RowFormat, write_rows, write_rows_to};
pub use shortlist::{DEFAULT_RADIUS, DEFAULT_STANDS, Hub, Near, busiest_place};
pub use summary::summary_json;
pub use tallies::{Counting, Tallies};
pub(crate) use within::withhold_within;

/// Side of a square of the map, in metres.
pub const SQUARE_SIDE: i32 = 2_000;

/// A cohort matched.
#[derive(Debug)]
pub struct MatchRun {
    pub plan: Arc<Plan>,
    pub parts: Vec<Rows>,
}

impl MatchRun {
    /// Matches a cohort; `progress` is told how many people were done, from any thread.
    pub fn new(
        rules: RuleSet,
        services: Services,
        people: &People,
        selected: &Selected,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Self {
        Self::by(Arc::new(Plan::new(rules, services.services)), people, selected, progress)
    }

    /// The same by a plan that is compiled already.
    pub fn by(
        plan: Arc<Plan>,
        people: &People,
        selected: &Selected,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Self {
        let parts = match_cohort(&plan, people, &selected.rows, progress);
        Self { plan, parts }
    }

    /// All rows, person by person.
    pub fn matches(&self) -> impl Iterator<Item = &Match> {
        self.parts.iter().flat_map(|part| &part.matches)
    }
}

/// The south-west corner of the square in which a row's person lives.
fn square_of(population: &Population, row: u32) -> Option<(i32, i32)> {
    population.people.place(row as usize).map(corner_of)
}

/// The south-west corner of the square in which a place is.
const fn corner_of(place: GridPoint) -> (i32, i32) {
    let (easting, northing) = (place.easting, place.northing);
    (easting - easting.rem_euclid(SQUARE_SIDE), northing - northing.rem_euclid(SQUARE_SIDE))
}
