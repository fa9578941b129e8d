//! A table of text with one row of names, from a CSV file or a sheet of a workbook. Only cells that hold something are
//! kept, so that a file of commas costs nothing.

use std::path::Path;
use std::sync::Arc;

use ground::files::{FileError, looks_like_sheet, read_records, read_sheet};

use super::gathering::Place;
use crate::directory::Kind;

/// Bytes of a CSV file, and cells of a table.
const MOST_BYTES: u64 = 128 << 20;
const MOST_CELLS: usize = 8_000_000;

/// A table that was read.
#[derive(Debug)]
pub(super) struct TextTable {
    pub(super) file: Arc<str>,
    pub(super) heading: Vec<String>,
    pub(super) rows: Vec<TextRow>,
    /// Rows that have more cells than the heading, or fewer: where, and how many.
    pub(super) ragged: Vec<(Place, usize)>,
}

/// A row: where it stands, and its cells that hold something, by column.
#[derive(Debug)]
pub(super) struct TextRow {
    pub(super) place: Place,
    cells: Vec<(usize, String)>,
}

impl TextRow {
    /// What stands in a column.
    pub(super) fn get(&self, column: usize) -> Option<&str> {
        let at = self.cells.binary_search_by_key(&column, |(at, _)| *at).ok()?;
        Some(self.cells[at].1.as_str())
    }

    /// All cells that hold something, with their columns.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().map(|(at, text)| (*at, text.as_str()))
    }
}

impl TextTable {
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.heading.iter().position(|known| known == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.column(name).is_some()
    }
}

/// Reads a table; of a workbook the sheet of this name, else the first.
pub(super) fn read(path: &Path, name: &str, sheet: Option<&str>) -> Result<TextTable, FileError> {
    let file: Arc<str> = name.into();
    let mut making = Making { path, file, heading: None, rows: Vec::new(), ragged: Vec::new(), cells: 0 };
    if looks_like_sheet(path)? {
        read_sheet::<FileError>(path, sheet, |row| {
            making.row(&format!("row {}", row.number()), row.cells().iter().map(String::as_str), false)
        })?;
    } else {
        let bytes = std::fs::metadata(path).map_err(FileError::system(path))?.len();
        if bytes > MOST_BYTES {
            let why = format!("the file has more than {} MB", MOST_BYTES >> 20);
            return Err(FileError::refused(path, why));
        }
        read_records::<FileError>(path, |record| {
            making.row(&format!("line {}", record.line()), record.fields(), true)
        })?;
    }
    let Making { file, heading, rows, ragged, .. } = making;
    let heading = heading.ok_or_else(|| FileError::refused(path, "the table has no heading row"))?;
    Ok(TextTable { file, heading, rows, ragged })
}

struct Making<'p> {
    path: &'p Path,
    file: Arc<str>,
    heading: Option<Vec<String>>,
    rows: Vec<TextRow>,
    ragged: Vec<(Place, usize)>,
    cells: usize,
}

impl Making<'_> {
    /// `whole`: the row says how many cells it has, so that a wrong number means that some stand in the wrong column.
    fn row<'r>(
        &mut self,
        at: &str,
        cells: impl ExactSizeIterator<Item = &'r str>,
        whole: bool,
    ) -> Result<(), FileError> {
        let count = cells.len();
        let said = cells.map(str::trim).enumerate().filter(|(_, text)| !text.is_empty());
        let Some(heading) = &self.heading else {
            let mut names = vec![String::new(); count];
            said.for_each(|(at, text)| text.clone_into(&mut names[at]));
            return self.names(names);
        };
        let width = heading.len();
        let cells: Vec<(usize, String)> = said.map(|(at, text)| (at, text.to_owned())).collect();
        let Some((last, _)) = cells.last() else { return Ok(()) };
        let place = Place { file: self.file.clone(), at: at.to_owned() };
        self.cells += cells.len();
        if self.cells > MOST_CELLS {
            let why = format!("the table has more than {MOST_CELLS} cells");
            return Err(FileError::refused(self.path, why));
        }
        if *last >= width || (whole && count < width) {
            self.ragged.push((place, count));
        } else {
            self.rows.push(TextRow { place, cells });
        }
        Ok(())
    }

    fn names(&mut self, names: Vec<String>) -> Result<(), FileError> {
        for (at, name) in names.iter().enumerate() {
            if let Some(before) = names[..at].iter().position(|other| other == name && !name.is_empty()) {
                let why = format!("columns {} and {} have the same name", before + 1, at + 1);
                return Err(FileError::refused(self.path, why));
            }
        }
        self.heading = Some(names);
        Ok(())
    }
}

/// Lists the rows that are too long or too short: their cells may stand in the wrong columns.
/// So may their keys, and none of them is believed.
pub(super) fn list_ragged(table: &TextTable, kinds: &[Kind], all: &mut super::gathering::Gathering) {
    for (place, found) in &table.ragged {
        kinds.iter().for_each(|kind| all.unread(*kind, None));
        all.feed.records_read += 1;
        let why = format!("expected {} columns, found {found}; the row was left out", table.heading.len());
        all.left_out(place, "", why);
    }
}
