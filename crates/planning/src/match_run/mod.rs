//! A match run: a cohort against the offers near it.
//!
//! [`MatchRun`] holds the raw result in memory; [`rows_file`] writes the rows, the only place where they go out;
//! everything else leaves through [`release`], which turns raw counts into [`Findings`] by the gate.

mod findings;
mod left_out;
mod missing;
mod one_person;
mod packed;
mod parquet_rows;
mod release;
mod rows_file;
mod shortlist;
mod summary;
mod tallies;
mod within;
mod worked;

use matching::{Match, People, Plan, Rows, RuleSet, match_cohort};

use crate::cohort::Selected;
use crate::population::Population;
use crate::supply::Services;

pub use findings::*;
pub use one_person::{OnePerson, one_person};
pub use release::{Facts, Sections, release};
pub use rows_file::{RowFormat, write_rows};
pub use shortlist::{DEFAULT_RADIUS, DEFAULT_STANDS, Hub, busiest_place};
pub use summary::summary_json;

/// Side of a square of the map, in metres.
pub const SQUARE_SIDE: i32 = 2_000;

/// A cohort matched.
#[derive(Debug)]
pub struct MatchRun {
    pub plan: Plan,
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
        let plan = Plan::new(rules, services.services);
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
    let place = population.people.place(row as usize)?;
    let corner = |metres: i32| metres.div_euclid(SQUARE_SIDE) * SQUARE_SIDE;
    Some((corner(place.easting), corner(place.northing)))
}
