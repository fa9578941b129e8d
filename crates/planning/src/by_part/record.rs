//! What came of a part, put down so that nobody has to do it again.

use std::sync::Arc;

use ground::files::{Problem, digest_text};
use serde::{Deserialize, Serialize};

use crate::match_run::{ReadCounts, Tallies};
use crate::population::across::Settled;

/// The number of this format, and of all that decides what a record says without being asked.
pub(super) const FORMAT: u32 = 1;

/// What came of a part. Raw counts of people: for its owner alone.
#[derive(Deserialize, Serialize)]
pub(super) struct Record {
    /// Name of the file and digest of its bytes.
    pub(super) part: String,
    pub(super) digest: String,
    /// Which of its rows were dropped because their people stand in other parts too.
    pub(super) dropped: String,
    pub(super) bytes_of_rows: Option<u64>,
    pub(super) read: ReadCounts,
    /// Line, column, and what was expected.
    pub(super) problems: Vec<(u64, String, String)>,
    pub(super) tallies: Tallies,
}

/// What of a record decides how a run goes on.
pub(super) struct Done {
    pub(super) rows: u64,
    pub(super) left_out: u64,
    pub(super) listed: u64,
    pub(super) dropped: String,
}

impl Record {
    pub(super) fn done(&self) -> Done {
        let (rows, left_out) = (self.read.rows_read, self.read.rows_left_out);
        Done { rows, left_out, listed: self.problems.len() as u64, dropped: self.dropped.clone() }
    }

    pub(super) fn listed(problems: &[Problem]) -> Vec<(u64, String, String)> {
        let one = |one: &Problem| (one.line, one.column.to_string(), one.expected.to_string());
        problems.iter().map(one).collect()
    }

    /// The problems of the part, as they will be listed.
    pub(super) fn problems(&self) -> impl Iterator<Item = Problem> {
        let file: Arc<str> = self.part.as_str().into();
        self.problems.iter().map(move |(line, column, expected)| Problem {
            file: file.clone(),
            line: *line,
            column: column.as_str().into(),
            expected: expected.as_str().into(),
        })
    }
}

/// What says which rows of a part are dropped; empty where none are.
pub(super) fn digest_of(settled: &Settled, part: usize) -> String {
    let rows = settled.dropped(part);
    if rows.is_empty() { String::new() } else { digest_text(&format!("{rows:?}")) }
}
