//! How the columns of a file that comes in are understood: what may stand in each, under which name it comes, and
//! in which form. Population extracts, services files and events all go this way.

mod cell;
mod column;
mod crosstab_mapping;
mod events;
mod heading;
mod list;
mod look;
mod mapping;

pub use cell::{Expected, WholeCell, each_whole, text_fits, whole_cell};
pub use column::{Column, ColumnKind, column};
pub use crosstab_mapping::{CrosstabMapping, SegmentPlace};
pub use events::{EVENT_COLUMNS, Event, EventRows, each_event, heading as event_heading};
pub use heading::{Found, Heading};
pub use list::each_on_list;
pub use look::{Looked, LookedColumn, TakenFrom, look};
pub use mapping::{EventColumns, Files, Form, Mapping, MappingKind, Source};

use ground::files::{DefinitionError, FileError, Problem};

/// Why a file that came in was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// More rows cannot be used than was allowed; the list is complete as far as the reading went.
    #[error(
        "{file}: {left_out} of {rows} rows{so_far} cannot be used, which is more than {allowed} %; see problems.csv"
    )]
    TooManyProblems {
        file: String,
        left_out: u64,
        rows: u64,
        /// " read so far" where the reading stopped before the end.
        so_far: &'static str,
        allowed: f64,
        problems: Vec<Problem>,
    },
    /// The same for a crosstab, whose rows are few and whose cells are many.
    #[error(
        "{file}: {left_out} of {cells} cells cannot be used, which is more than {allowed} %; see problems.csv"
    )]
    TooManyCells { file: String, left_out: u64, cells: u64, allowed: f64, problems: Vec<Problem> },
}

/// How many rows of a file may be left out.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Per cent of the rows.
    pub percent: f64,
}

impl Allowance {
    /// Whether so many rows left out of so many are too many.
    pub fn is_passed(self, left_out: u64, rows: u64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
        let (left_out, rows) = (left_out as f64, rows as f64);
        left_out * 100.0 > self.percent * rows
    }
}
