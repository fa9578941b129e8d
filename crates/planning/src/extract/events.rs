//! Coded events, one row an event: a pseudonym, a code of a system, and the day on which it was recorded.

use std::path::Path;
use std::sync::Arc;

use ground::files::{Batch, FileError, Problem, Table};
use vocabulary::Day;

use super::{
    Allowance, Column, ColumnKind, EventColumns, Found, Heading, ImportError, Mapping, WholeCell, column,
    text_fits, whole_cell,
};

/// The columns of an events file.
pub const EVENT_COLUMNS: [Column; 4] = [
    column("pid", ColumnKind::Text(128), "a pseudonym of 1 to 128 letters"),
    column("system", ColumnKind::Text(256), "a code system of at most 256 letters"),
    column("code", ColumnKind::Text(64), "a code of 1 to 64 letters"),
    column("date", ColumnKind::Day, "a date such as 2026-09-01"),
];

/// A row that was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'e> {
    pub pid: &'e str,
    /// The code system's address; empty where the file does not say.
    pub system: &'e str,
    pub code: &'e str,
    pub day: Option<Day>,
}

/// What a file of events held.
#[derive(Debug, Default)]
pub struct EventRows {
    pub read: u64,
    pub left_out: u64,
    pub problems: Vec<Problem>,
}

/// Problems of a file that are listed; all of them are counted.
const MOST_LISTED: usize = 1_000_000;

/// Reads an events file and hands on each row that can be used. More rows that cannot be used than are allowed refuse the
/// file, which is known at its end.
pub fn each_event(
    path: &Path,
    columns: &EventColumns,
    allowance: Allowance,
    take: impl FnMut(Event<'_>) -> Result<(), FileError>,
) -> Result<EventRows, ImportError> {
    let table = Table::open(path)?;
    let heading = heading(&table, columns)?;
    let reader =
        Reader { heading: &heading, file: Mapping::name_of(path).into(), rows: EventRows::default(), take };
    let reader = std::cell::RefCell::new(reader);
    for part in table.parts() {
        part.read::<FileError>(
            &heading.positions,
            |batch| reader.borrow_mut().batch(batch),
            |row| {
                let expected = format!("{} fields, found {}", row.expected, row.found);
                reader.borrow_mut().ragged(row.line, &expected);
                Ok(())
            },
        )?;
    }
    let rows = reader.into_inner().rows;
    if allowance.is_passed(rows.left_out, rows.read) {
        return Err(ImportError::TooManyProblems {
            file: Mapping::name_of(path),
            left_out: rows.left_out,
            rows: rows.read,
            so_far: "",
            allowed: allowance.percent,
            problems: rows.problems,
        });
    }
    Ok(rows)
}

/// Where the columns of an events file are; refused where one is missing.
pub fn heading(table: &Table, columns: &EventColumns) -> Result<Heading, FileError> {
    let mut mapping = Mapping::default();
    for (name, source) in
        [("pid", &columns.pid), ("system", &columns.system), ("code", &columns.code), ("date", &columns.date)]
    {
        mapping.columns.insert(name.to_owned(), source.clone());
    }
    Heading::find(table, &mapping, &EVENT_COLUMNS, &[])
}

/// The texts of a column, behind each other.
#[derive(Default)]
struct Texts {
    all: String,
    cells: Vec<TextCell>,
}

#[derive(Clone, Copy)]
enum TextCell {
    NotKnown,
    /// Longer than it may be, say.
    Wrong,
    Known(usize, usize),
}

impl Texts {
    fn push(&mut self, text: Option<&str>, longest: usize) {
        let from = self.all.len();
        self.cells.push(match text {
            None => TextCell::NotKnown,
            Some(text) if !text_fits(text, longest) => TextCell::Wrong,
            Some(text) => {
                self.all.push_str(text);
                TextCell::Known(from, self.all.len())
            }
        });
    }

    /// The text of a row; nothing where it is not known, and an error where it cannot be used.
    fn get(&self, row: usize) -> Result<Option<&str>, ()> {
        match self.cells[row] {
            TextCell::NotKnown => Ok(None),
            TextCell::Wrong => Err(()),
            TextCell::Known(from, to) => Ok(Some(&self.all[from..to])),
        }
    }
}

struct Reader<'a, T> {
    heading: &'a Heading,
    file: Arc<str>,
    rows: EventRows,
    take: T,
}

impl<T: FnMut(Event<'_>) -> Result<(), FileError>> Reader<'_, T> {
    /// Counts a row that cannot be used, and lists it as long as the list does not fill the memory.
    fn problem(&mut self, line: u64, column: Arc<str>, expected: &str) {
        self.rows.left_out += 1;
        if self.rows.problems.len() < MOST_LISTED {
            let (file, expected) = (self.file.clone(), expected.into());
            self.rows.problems.push(Problem { file, line, column, expected });
        }
    }

    fn ragged(&mut self, line: u64, expected: &str) {
        self.rows.read += 1;
        self.problem(line, "".into(), expected);
    }

    fn texts(&self, batch: &Batch<'_>, index: usize) -> Texts {
        let expected = self.heading.expected(index, &EVENT_COLUMNS[index], 0);
        let longest = match EVENT_COLUMNS[index].kind {
            ColumnKind::Text(longest) => longest,
            _ => 0,
        };
        let mut texts = Texts::default();
        match &self.heading.found[index] {
            Found::Absent => (0..batch.rows()).for_each(|_| texts.push(None, longest)),
            Found::Fixed(text) => (0..batch.rows()).for_each(|_| texts.push(Some(text), longest)),
            Found::Read(position) => {
                batch.each_cell(*position, |_, cell| texts.push(expected.text(cell).as_deref(), longest));
            }
        }
        texts
    }

    fn batch(&mut self, batch: &Batch<'_>) -> Result<(), FileError> {
        let (pids, systems, codes) = (self.texts(batch, 0), self.texts(batch, 1), self.texts(batch, 2));
        let mut days = vec![WholeCell::NotKnown; batch.rows()];
        if let Found::Read(position) = self.heading.found[3] {
            let expected = self.heading.expected(3, &EVENT_COLUMNS[3], 0);
            batch.each_cell(position, |row, cell| days[row] = whole_cell(&expected, cell));
        }
        for (row, day) in days.into_iter().enumerate() {
            self.rows.read += 1;
            let wrong = match (pids.get(row), systems.get(row), codes.get(row), day) {
                (Ok(None) | Err(()), ..) => 0,
                (_, Err(()), ..) => 1,
                (_, _, Ok(None) | Err(()), _) => 2,
                (.., WholeCell::Wrong) => 3,
                (Ok(Some(pid)), Ok(system), Ok(Some(code)), day) => {
                    let day = match day {
                        WholeCell::Value(day) => Some(Day::from_days(day)),
                        _ => None,
                    };
                    (self.take)(Event { pid, system: system.unwrap_or_default(), code, day })?;
                    continue;
                }
            };
            self.wrong(batch.line(row), wrong);
        }
        Ok(())
    }

    fn wrong(&mut self, line: u64, column: usize) {
        self.problem(line, self.heading.names[column].clone(), EVENT_COLUMNS[column].expected);
    }
}
