//! The rows of a run in the format that somebody asks for.

use std::path::Path;

use ground::files::{Cell, CsvOut, Field, FileError, Table};

use tokio::sync::Semaphore;

use crate::workbook::{self, Sheet, workbook};

/// A format: its word, what a form says of it, what browsers are told.
pub(super) const FORMATS: [(&str, &str, &str, &str); 3] = [
    ("parquet", "Parquet", "For programs: the file as it was written.", "application/vnd.apache.parquet"),
    ("csv", "A table (CSV)", "For a program or a spreadsheet.", "text/csv; charset=utf-8"),
    ("xlsx", "A workbook (Excel)", "For up to 200,000 rows; a county has more.", workbook::KIND),
];

/// The file in this format, in a workbook as a sheet of this name. The error is for whoever asked.
pub(super) fn bytes_of(file: &Path, format: &str, sheet: &str) -> Result<Vec<u8>, String> {
    if format == "parquet" {
        return std::fs::read(file).map_err(|_| broken());
    }
    let table = Table::open(file).map_err(|_| broken())?;
    if table.rows().is_none_or(|rows| rows > MOST_ROWS) {
        return Err("There are more rows than can be made here: choose Parquet".to_owned());
    }
    if format == "csv" { as_csv(&table).map_err(|_| broken()) } else { as_xlsx(&table, sheet) }
}

/// Rows of a table that is made in memory; Parquet is a tenth of it.
const MOST_ROWS: u64 = 3_000_000;
/// Two of them at once, and whoever comes third waits.
pub(super) static MAKING: Semaphore = Semaphore::const_new(2);

fn broken() -> String {
    "The rows of this run are not there any more".to_owned()
}

/// Batch by batch, each row as texts.
fn each_row(
    table: &Table,
    mut each: impl FnMut(Vec<String>) -> std::io::Result<()>,
) -> Result<(), FileError> {
    let columns: Vec<usize> = (0..table.columns().len()).collect();
    for part in table.parts() {
        part.read::<FileError>(
            &columns,
            |batch| {
                let mut rows = vec![vec![String::new(); columns.len()]; batch.rows()];
                for column in &columns {
                    batch.each_cell(*column, |row, cell| rows[row][*column] = text(cell));
                }
                rows.into_iter().try_for_each(&mut each).map_err(FileError::system(table.path()))
            },
            |_| Ok(()),
        )?;
    }
    Ok(())
}

/// A cell of matches: numbers and pseudonyms.
fn text(cell: Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Cell::Whole(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Bool(yes) => u8::from(yes).to_string(),
        Cell::Day(days) => vocabulary::Day::from_days(days).to_string(),
        Cell::NotKnown => String::new(),
    }
}

fn as_csv(table: &Table) -> Result<Vec<u8>, FileError> {
    let mut out = CsvOut::new(Vec::new());
    let head: Vec<Field<'_>> = table.columns().iter().map(|name| Field::Text(name)).collect();
    out.row(&head).map_err(FileError::system(table.path()))?;
    each_row(table, |row| out.row(&row.iter().map(|text| Field::Text(text)).collect::<Vec<_>>()))?;
    out.finish().map_err(FileError::system(table.path()))
}

fn as_xlsx(table: &Table, name: &str) -> Result<Vec<u8>, String> {
    if table.rows().is_none_or(|rows| rows > workbook::MOST_ROWS as u64) {
        return Err("There are more rows than a workbook holds well: choose a table or Parquet".to_owned());
    }
    let mut rows = Vec::new();
    each_row(table, |row| {
        rows.push(row);
        Ok(())
    })
    .map_err(|_| broken())?;
    let head: Vec<&str> = table.columns().iter().map(String::as_str).collect();
    let sheet = Sheet { name, head: &head, rows, counts: &[1, 2, 3, 4], widths: &[24, 8, 12, 10, 10, 12] };
    workbook(&[sheet]).map_err(|error| format!("The workbook could not be made: {error}"))
}
