//! The files of an extract, taken to pieces and put together as the parts that will be written.

use std::path::PathBuf;
use std::sync::Arc;

use ground::files::{FileError, Kind, Part, Table};

use crate::extract::{Found, Heading, Mapping};
use crate::population::import::most_rows;
use crate::population::{MADE_UP, OPTIONAL_COLUMNS, PEOPLE_COLUMNS};

/// Rows that a part should have at least, so that a file of a thousand small row groups does not become a thousand files.
const ROWS_A_PART: u64 = 131_072;
/// What a row of a CSV file takes, roughly.
const BYTES_A_ROW: u64 = 100;

/// The files, opened and understood.
pub(super) struct Sources {
    tables: Vec<(Table, Heading, Arc<str>)>,
}

/// A piece of a file.
#[derive(Clone, Copy)]
pub(super) struct Piece<'s> {
    pub(super) heading: &'s Heading,
    /// The file's name for messages.
    pub(super) file: &'s Arc<str>,
    pub(super) part: Part<'s>,
}

impl Sources {
    pub(super) fn open(paths: &[PathBuf], mapping: &Mapping) -> Result<Self, FileError> {
        let open = |path: &PathBuf| {
            let table = Table::open(path)?;
            let heading = Heading::find(&table, mapping, &PEOPLE_COLUMNS, &OPTIONAL_COLUMNS)?;
            Ok((table, heading, Mapping::name_of(path).into()))
        };
        Ok(Self { tables: paths.iter().map(open).collect::<Result<_, FileError>>()? })
    }

    /// The most rows that there can be.
    pub(super) fn most_rows(&self) -> u64 {
        self.tables.iter().map(|(table, ..)| most_rows(table)).sum()
    }

    /// The invented county, where a file says that its people are made up.
    pub(super) fn made_up(&self) -> Option<&str> {
        self.tables.iter().rev().find_map(|(table, ..)| table.note(MADE_UP))
    }

    /// Which of the optional columns any file has.
    pub(super) fn optional(&self) -> [bool; OPTIONAL_COLUMNS.len()] {
        std::array::from_fn(|column| {
            let found = |heading: &Heading| heading.found[PEOPLE_COLUMNS.len() + column] != Found::Absent;
            self.tables.iter().any(|(_, heading, _)| found(heading))
        })
    }

    /// The pieces of each part that will be written, in the order of the files.
    pub(super) fn parts(&self) -> Vec<Vec<Piece<'_>>> {
        let mut parts = Vec::new();
        let mut pieces = Vec::new();
        let mut rows = 0;
        for (table, heading, file) in &self.tables {
            let in_file = table.parts();
            let in_all =
                if table.kind() == Kind::Csv { table.bytes() / BYTES_A_ROW } else { most_rows(table) };
            let a_piece = in_all / in_file.len().max(1) as u64;
            for part in in_file {
                pieces.push(Piece { heading, file, part });
                rows += a_piece;
                if rows >= ROWS_A_PART {
                    parts.push(std::mem::take(&mut pieces));
                    rows = 0;
                }
            }
        }
        if !pieces.is_empty() {
            parts.push(pieces);
        }
        parts
    }
}
