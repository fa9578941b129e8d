//! An allocation: who gets which place, from a table of scores and a table of sessions.
//!
//! [`import`](read_wishes) makes people and sessions of the files, in the order of their pseudonyms and numbers, so that the
//! order of rows changes nothing, or of the matches of a run and the weekly places of its services ([`read_matches`],
//! [`weekly_places`]); [`allocate`] asks `matching` for the best, has it verified, and prices what was asked
//! for besides; [`write_rows`], [`certificate_json`] and [`words`] say what came of it, and [`plan_json`] what of it a page may
//! show. A row that cannot be used refuses the
//! whole: left out, it could change who gets a place.

mod answer;
mod certificate;
mod columns;
mod import;
mod plan;
mod rows_file;
mod weekly;
mod words;

#[cfg(test)]
mod tests;

use ground::files::{FileError, Problem};
use matching::allocation::{Allocation, Demand, Missed};

pub use answer::allocate;
pub use certificate::{InputFile, certificate_json};
pub use columns::{PERSON_COLUMNS, SCORE_COLUMNS, SESSION_COLUMNS};
pub use import::{read_matches, read_wishes};
pub use plan::{Deprived, PlaceLine, Plan, Price, plan, plan_json};
pub use rows_file::write_rows;
pub use weekly::{NO_LIMIT, weekly_places};
pub use words::words;

/// People, sessions and wishes as files say them.
#[derive(Debug)]
pub struct Wishes {
    /// Pseudonyms in their order; a person's number in the demand is the place here.
    pub pids: Vec<String>,
    /// Numbers of the sessions in their order, likewise.
    pub sids: Vec<i32>,
    /// With all places and no floor.
    pub demand: Demand,
    /// By person, where a file of people has deprivation deciles.
    pub deprived: Option<Vec<bool>>,
    pub oddities: Oddities,
}

/// What was counted and not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Sessions without places.
    pub capacity_zero: u64,
    /// People of the scores who are not in the file of people.
    pub strangers: u64,
    /// People whose deprivation is not known: they do not count for a floor.
    pub imd_not_known: u64,
    /// Matches of a run whose rules give no points for them, or take some off.
    pub without_points: u64,
}

/// What is asked for besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Places kept free: number of the session and how many.
    pub held_back: Vec<(i32, u32)>,
    /// At least so many people of deciles 1 and 2 must have a place.
    pub floor: u32,
}

/// An allocation that was verified.
#[derive(Debug)]
pub struct Allocated {
    /// With what was held back and the floor.
    pub demand: Demand,
    /// By session.
    pub held_back: Vec<u32>,
    pub allocation: Allocation,
    /// Everybody without a place, and why.
    pub missed: Vec<(u32, Missed)>,
    pub costs: Costs,
}

/// By how much the total would be higher without each thing that was asked for, exactly: none where it was not. What
/// is held back and the floor are priced as if nobody had to go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    pub held_back: Option<i64>,
    pub floor: Option<i64>,
    pub groups: Option<i64>,
}

/// Why there is no allocation.
#[derive(Debug, thiserror::Error)]
pub enum AllocationError {
    #[error(transparent)]
    File(#[from] FileError),
    /// Rows that cannot be used.
    #[error(
        "{first}. {}; see problems.csv. Nothing was allocated, since a row that is left out could change who gets a place",
        in_all(*.found)
    )]
    Problems {
        /// The first of them in words.
        first: String,
        found: u64,
        problems: Vec<Problem>,
    },
    /// What was asked for does not go with the files.
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    FloorTooHigh(String),
    /// Never seen; better no answer than a wrong one.
    #[error("the allocation did not pass its verification ({0}); please report this")]
    NotVerified(String),
}

fn in_all(found: u64) -> String {
    match found {
        1 => "This is the only problem".to_owned(),
        found => format!("There are {found} problems"),
    }
}
