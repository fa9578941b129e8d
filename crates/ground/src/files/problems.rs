//! What is wrong with the rows of a file: where, and what was expected; never the value.

use std::path::Path;
use std::sync::Arc;

use super::{Field, FileError, write_table};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name without its folder.
    pub file: Arc<str>,
    /// Line of a CSV file (the heading is line 1), row of a Parquet file (from 1).
    pub line: u64,
    /// The column as the file calls it; empty where the whole row is meant.
    pub column: Arc<str>,
    /// What was expected there.
    pub expected: Arc<str>,
}

/// Writes `problems.csv`: file, line, column, expected.
pub fn write_problems<'p>(
    place: &Path,
    problems: impl IntoIterator<Item = &'p Problem>,
) -> Result<(), FileError> {
    let rows = problems.into_iter().map(|problem| {
        [
            Field::Text(&problem.file),
            Field::Whole(i64::try_from(problem.line).unwrap_or(i64::MAX)),
            Field::Text(&problem.column),
            Field::Text(&problem.expected),
        ]
    });
    write_table(place, &["file", "line", "column", "expected"], rows)
}
