//! Spreadsheets (XLSX): a heading and rows of text, one sheet of the workbook.
//!
//! A formula is never worked out: the value that the spreadsheet program left beside it is used. A number comes as it
//! would be typed, a date as ISO 8601. Only one row is held at a time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::zip_guard::{WORKBOOK, check};
use super::{FileError, MOST_COLUMNS, MOST_RECORD_BYTES};

/// Rows and cells of a sheet that are read at most: far above any directory, far below what fills the memory.
const MOST_ROWS: u64 = 500_000;
const MOST_CELLS: u64 = 5_000_000;
/// Bytes of text that all rows may come to: a few texts can be pointed at by millions of cells.
const MOST_TEXT: usize = 256 << 20;

/// A row of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct SheetRow<'r> {
    number: u64,
    cells: &'r [String],
}

impl<'r> SheetRow<'r> {
    /// Its number in the sheet; the first is 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The cells from column A to the last that holds something.
    pub const fn cells(&self) -> &'r [String] {
        self.cells
    }
}

/// Whether a file is a spreadsheet or something that people take for one: told from its first bytes.
pub fn looks_like_sheet(path: &Path) -> Result<bool, FileError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(FileError::system(path))?;
    file.take(8).read_to_end(&mut start).map_err(FileError::system(path))?;
    Ok(start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") || start.starts_with(&OLD_OFFICE))
}

/// The begin of the files of old office programs, and of new ones that are locked with a password.
const OLD_OFFICE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Reads the rows of a sheet that hold something, in order: the sheet of this name, else the first. An error of `each`
/// ends the reading and comes back.
pub fn read_sheet<E: From<FileError>>(
    path: &Path,
    sheet: Option<&str>,
    mut each: impl FnMut(SheetRow<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut workbook = open(path)?;
    let name = chosen(path, &workbook, sheet)?;
    let mut cells = guarded(path, || workbook.worksheet_cells_reader(&name))?;
    let mut row = Row::default();
    let (mut rows, mut count, mut text) = (0, 0, 0);
    loop {
        let cell = guarded(path, || cells.next_cell())?;
        let number = cell.as_ref().map(|cell| u64::from(cell.get_position().0) + 1);
        if number != Some(row.number) && row.holds_something() {
            rows += 1;
            if rows > MOST_ROWS {
                return Err(
                    FileError::refused(path, format!("the sheet has more than {MOST_ROWS} rows")).into()
                );
            }
            each(SheetRow { number: row.number, cells: &row.cells })?;
        }
        let (Some(cell), Some(number)) = (cell, number) else { return Ok(()) };
        if number != row.number {
            row.begin(number);
        }
        let value = shown(cell.get_value());
        if value.is_empty() {
            continue;
        }
        let column = usize::try_from(cell.get_position().1).unwrap_or(usize::MAX);
        count += 1;
        text += value.len();
        let why = if column >= MOST_COLUMNS {
            format!("row {number} has more than {MOST_COLUMNS} columns")
        } else if count > MOST_CELLS {
            format!("the sheet has more than {MOST_CELLS} cells")
        } else if value.len() > MOST_RECORD_BYTES || text > MOST_TEXT {
            format!("the texts of the sheet come to more than {} MB at row {number}", MOST_TEXT >> 20)
        } else {
            row.put(column, value);
            continue;
        };
        return Err(FileError::refused(path, why).into());
    }
}

/// The row that is being put together.
#[derive(Default)]
struct Row {
    number: u64,
    cells: Vec<String>,
}

impl Row {
    fn begin(&mut self, number: u64) {
        self.number = number;
        self.cells.clear();
    }

    fn put(&mut self, column: usize, value: String) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = value;
    }

    const fn holds_something(&self) -> bool {
        !self.cells.is_empty()
    }
}

fn open(path: &Path) -> Result<Xlsx<BufReader<File>>, FileError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(FileError::system(path))?;
    (&file).take(8).read_to_end(&mut start).map_err(FileError::system(path))?;
    if start.starts_with(&OLD_OFFICE) {
        let why = "this is an old Excel workbook (.xls) or one that is locked with a password; save it as .xlsx without one";
        return Err(FileError::refused(path, why));
    }
    let names = check(path, WORKBOOK)?;
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if !has("xl/workbook.xml") {
        let what = if has("content.xml") && has("mimetype") {
            "an OpenDocument spreadsheet (.ods)"
        } else if has("xl/workbook.bin") {
            "a binary Excel workbook (.xlsb)"
        } else {
            "a ZIP archive that is no spreadsheet"
        };
        return Err(FileError::refused(path, format!("this is {what}; expected an Excel workbook (.xlsx)")));
    }
    let file = File::open(path).map_err(FileError::system(path))?;
    guarded(path, || Xlsx::new(BufReader::new(file)))
}

/// Does one step of the reader. It gives up on some damage (a reference such as `ZZZZZZZZ9`, in builds that check their
/// arithmetic) instead of saying so; nothing of it is used after that.
fn guarded<T>(path: &Path, step: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, FileError> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|e| FileError::refused(path, damage(&e))),
        Err(_) => Err(FileError::refused(path, "the spreadsheet is damaged beyond reading")),
    }
}

/// What went wrong, without the text in which it did.
fn damage(error: &XlsxError) -> String {
    let what = match error {
        XlsxError::Password => "is locked with a password; save it without one",
        XlsxError::NotAWorksheet(_) => "has a chart where a sheet of rows was expected",
        _ => "is damaged; open it, save it as a new .xlsx file and try again",
    };
    format!("the spreadsheet {what}")
}

/// The names of a workbook's sheets, in their order.
pub fn sheet_names(path: &Path) -> Result<Vec<String>, FileError> {
    let workbook = open(path)?;
    Ok(workbook.sheets_metadata().iter().map(|sheet| sheet.name.clone()).collect())
}

/// Whether two names mean the same sheet: spreadsheet programs take capitals for small letters.
pub fn same_sheet(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn chosen(path: &Path, workbook: &Xlsx<BufReader<File>>, sheet: Option<&str>) -> Result<String, FileError> {
    let sheets = workbook.sheets_metadata();
    let found = match sheet {
        Some(name) => sheets.iter().find(|known| same_sheet(&known.name, name)),
        None => sheets.iter().find(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let why = match sheet {
            Some(name) => format!("the workbook has no sheet \"{name}\""),
            None => "the workbook has no sheet of rows".to_owned(),
        };
        FileError::refused(path, why)
    })
}

/// A cell as somebody would type it.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.is_finite() => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => moment_shown(moment),
        // What a formula could not work out is not known.
        DataRef::Float(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// `2014-03-31`, `2014-03-31T09:30:00` or, where there is no day, `09:30`.
fn moment_shown(moment: &ExcelDateTime) -> String {
    const DAYS: f64 = 2_958_466.0; // to the end of the year 9999, which is as far as spreadsheets know dates
    let value = moment.as_f64();
    if !(0.0..DAYS).contains(&value) {
        return value.to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let seconds = if second == 0 { String::new() } else { format!(":{second:02}") };
    if value < 1.0 {
        format!("{hour:02}:{minute:02}{seconds}")
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
