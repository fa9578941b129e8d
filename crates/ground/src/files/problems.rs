//! What is wrong with the rows of a file: where, and what was expected; never the value.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::{CsvOut, Field, FileError, SafeFile};

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
    let mut out = CsvOut::new(SafeFile::create(place)?);
    out.row(&["file", "line", "column", "expected"].map(Field::Text)).map_err(FileError::system(place))?;
    for problem in problems {
        let line = i64::try_from(problem.line).unwrap_or(i64::MAX);
        let fields = [
            Field::Text(&problem.file),
            Field::Whole(line),
            Field::Text(&problem.column),
            Field::Text(&problem.expected),
        ];
        out.row(&fields).map_err(FileError::system(place))?;
    }
    let mut file = out.finish().map_err(FileError::system(place))?;
    file.flush().map_err(FileError::system(place))?;
    file.keep()
}
