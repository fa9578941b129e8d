//! A part of an extract while it is read: cells become people, and what cannot be understood is listed.

use std::sync::Arc;

use ground::files::{Batch, Problem, Ragged};
use matching::{Mobility, People, Person, Sex};
use vocabulary::{Condition, ConditionSet, Day, GridPoint, Lsoa};

use super::columns::{at, of_condition};
use super::{Codes, PEOPLE_COLUMNS, Pseudonyms, Warnings};
use crate::extract::{ColumnKind, Expected, Found, Heading, WholeCell, whole_cell};

/// What one part of an extract gave.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) people: People,
    pub(super) pseudonyms: Pseudonyms,
    pub(super) practice: Vec<u32>,
    pub(super) practices: Codes,
    pub(super) lsoa: Vec<u32>,
    pub(super) lsoas: Codes,
    pub(super) lines: Vec<u32>,
    pub(super) rows_read: u64,
    pub(super) rows_left_out: u64,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Warnings,
    /// Pseudonyms of rows that were left out: a row that cannot be read contradicts the others of that person.
    pub(super) left_out: Vec<(String, u64)>,
    cells: Cells,
}

/// The numbers of a batch, column by column; `NOT_KNOWN` and `WRONG` are no values of any column.
#[derive(Debug, Default)]
struct Cells {
    columns: Vec<Vec<i32>>,
    wrong: Vec<bool>,
}

const NOT_KNOWN: i32 = i32::MIN;

impl Cells {
    #[inline]
    fn known(&self, column: usize, row: usize) -> Option<i32> {
        Some(self.columns[column][row]).filter(|v| *v != NOT_KNOWN)
    }

    #[inline]
    fn yes(&self, column: usize, row: usize) -> Option<bool> {
        self.known(column, row).map(|v| v == 1)
    }
}

/// What a chunk needs to know of its file.
#[derive(Clone, Debug)]
pub(super) struct Reading<'h> {
    pub(super) heading: &'h Heading,
    pub(super) file: Arc<str>,
    pub(super) index_year: i32,
}

impl Chunk {
    pub(super) fn ragged(&mut self, reading: &Reading<'_>, row: Ragged) {
        self.rows_read += 1;
        self.rows_left_out += 1;
        self.problems.push(Problem {
            file: reading.file.clone(),
            line: row.line,
            column: "".into(),
            expected: format!("{} fields, found {}", row.expected, row.found).into(),
        });
    }

    /// Takes the rows of a batch.
    pub(super) fn take(&mut self, reading: &Reading<'_>, batch: &Batch<'_>) {
        let rows = batch.rows();
        self.rows_read += rows as u64;
        self.cells.columns.resize_with(PEOPLE_COLUMNS.len(), Vec::new);
        self.cells.wrong.clear();
        self.cells.wrong.resize(rows, false);
        for (index, column) in PEOPLE_COLUMNS.iter().enumerate() {
            let expected = reading.heading.expected(index, column, reading.index_year);
            match (column.kind, index) {
                (ColumnKind::Text(_), _) => {}
                _ => self.take_numbers(reading, batch, index, &expected),
            }
        }
        let pseudonyms = self.take_pseudonyms(reading, batch);
        self.take_codes(reading, batch, at::PRACTICE);
        self.take_codes(reading, batch, at::LSOA);
        self.people.reserve(rows);
        for (row, pseudonym) in pseudonyms.iter().enumerate() {
            self.take_row(reading, batch.line(row), row, pseudonym.as_deref());
        }
    }

    fn wrong(&mut self, reading: &Reading<'_>, line: u64, row: usize, column: usize) {
        self.cells.wrong[row] = true;
        let expected = PEOPLE_COLUMNS[column].expected;
        self.problems.push(Problem {
            file: reading.file.clone(),
            line,
            column: reading.heading.names[column].clone(),
            expected: expected.into(),
        });
    }

    fn take_numbers(&mut self, reading: &Reading<'_>, batch: &Batch<'_>, column: usize, expected: &Expected<'_>) {
        let mut values = std::mem::take(&mut self.cells.columns[column]);
        values.clear();
        let mut wrong = Vec::new();
        match &reading.heading.found[column] {
            Found::Absent => values.resize(batch.rows(), NOT_KNOWN),
            Found::Fixed(text) => {
                let value = whole_cell(expected, ground::files::Cell::of_text(text.as_bytes()));
                values.resize(batch.rows(), if let WholeCell::Value(v) = value { v } else { NOT_KNOWN });
                if value == WholeCell::Wrong {
                    wrong.extend(0..batch.rows());
                }
            }
            Found::Read(position) => {
                batch.each_cell(*position, |row, cell| {
                    values.push(match whole_cell(expected, cell) {
                        WholeCell::Value(v) => v,
                        WholeCell::NotKnown => NOT_KNOWN,
                        WholeCell::Wrong => {
                            wrong.push(row);
                            NOT_KNOWN
                        }
                    });
                });
            }
        }
        if column == at::BIRTH_YEAR {
            let future = |row: &usize| values[*row] != NOT_KNOWN && values[*row] > reading.index_year;
            wrong.extend((0..values.len()).filter(future));
        }
        if column == at::SEX {
            let unheard = |row: &usize| !matches!(values[*row], NOT_KNOWN | 0 | 1 | 2 | 9);
            wrong.extend((0..values.len()).filter(unheard));
        }
        self.cells.columns[column] = values;
        for row in wrong {
            self.wrong(reading, batch.line(row), row, column);
        }
    }

    fn take_pseudonyms(&mut self, reading: &Reading<'_>, batch: &Batch<'_>) -> Vec<Option<String>> {
        let mut found = Vec::with_capacity(batch.rows());
        let expected = reading.heading.expected(at::PID, &PEOPLE_COLUMNS[at::PID], reading.index_year);
        if let Found::Read(position) = reading.heading.found[at::PID] {
            batch.each_cell(position, |_, cell| {
                let text = expected.text(cell).filter(|t| t.len() <= 128);
                found.push(text.map(std::borrow::Cow::into_owned));
            });
        } else {
            found.resize(batch.rows(), None);
        }
        for row in 0..found.len() {
            if found[row].is_none() {
                self.wrong(reading, batch.line(row), row, at::PID);
            }
        }
        found
    }

    /// A column of codes, as numbers into its list.
    fn take_codes(&mut self, reading: &Reading<'_>, batch: &Batch<'_>, column: usize) {
        let mut values = std::mem::take(&mut self.cells.columns[column]);
        values.clear();
        let expected = reading.heading.expected(column, &PEOPLE_COLUMNS[column], reading.index_year);
        let ColumnKind::Text(longest) = PEOPLE_COLUMNS[column].kind else { return };
        let codes = if column == at::PRACTICE { &mut self.practices } else { &mut self.lsoas };
        let mut unrecognised = 0;
        let mut too_long = Vec::new();
        let mut take = |row: usize, text: Option<&str>| {
            let number = match text {
                None => 0,
                Some(text) if column == at::LSOA && Lsoa::parse(text).is_err() => {
                    unrecognised += 1;
                    0
                }
                Some(text) if text.len() > longest => {
                    too_long.push(row);
                    0
                }
                Some(text) => codes.number(text),
            };
            i32::try_from(number).unwrap_or(0)
        };
        match &reading.heading.found[column] {
            Found::Absent => values.resize(batch.rows(), 0),
            Found::Fixed(text) => values.extend((0..batch.rows()).map(|row| take(row, Some(text)))),
            Found::Read(position) => batch.each_cell(*position, |row, cell| {
                values.push(take(row, expected.text(cell).as_deref()));
            }),
        }
        self.warnings.lsoa_not_recognised += unrecognised;
        self.cells.columns[column] = values;
        for row in too_long {
            self.wrong(reading, batch.line(row), row, column);
        }
    }

    fn take_row(&mut self, reading: &Reading<'_>, line: u64, row: usize, pseudonym: Option<&str>) {
        debug_assert!(reading.index_year > 0);
        let cells = &self.cells;
        if cells.wrong[row] {
            self.rows_left_out += 1;
            if let Some(pseudonym) = pseudonym {
                self.left_out.push((pseudonym.to_owned(), line));
            }
            return;
        }
        let (mut conditions, mut not_known) = (ConditionSet::EMPTY, ConditionSet::EMPTY);
        for condition in Condition::ALL {
            match cells.yes(of_condition(condition), row) {
                Some(true) => conditions = conditions.with(condition),
                Some(false) => {}
                None => not_known = not_known.with(condition),
            }
        }
        let place = match (cells.known(at::EASTING, row), cells.known(at::NORTHING, row)) {
            (Some(easting), Some(northing)) => Some(GridPoint { easting, northing }),
            _ => None,
        };
        if place.is_some_and(|p| !p.in_great_britain()) {
            self.warnings.outside_great_britain += 1;
        }
        self.people.push(&Person {
            birth_year: cells.known(at::BIRTH_YEAR, row),
            sex: match cells.known(at::SEX, row) {
                Some(1) => Some(Sex::Male),
                Some(2) => Some(Sex::Female),
                _ => None,
            },
            place,
            county: cells.known(at::COUNTY, row),
            area: cells.known(at::AREA, row),
            imd: cells.known(at::IMD, row),
            conditions,
            conditions_not_known: not_known,
            waiting: cells.yes(at::WL, row),
            waiting_weeks: cells.known(at::WL_WEEKS, row),
            language: cells.known(at::LANG, row).unwrap_or(0),
            mobility: match cells.known(at::MOBILITY, row) {
                Some(0) => Some(Mobility::NoDifficulty),
                Some(1) => Some(Mobility::WalksWithAid),
                Some(2) => Some(Mobility::Wheelchair),
                Some(3) => Some(Mobility::Housebound),
                _ => None,
            },
            has_car: cells.yes(at::HAS_CAR, row),
            internet: cells.yes(at::INTERNET, row),
            last_activity: cells.known(at::LAST_ACTIVITY, row).map(Day::from_days),
        });
        self.practice.push(cells.columns[at::PRACTICE][row].unsigned_abs());
        self.lsoa.push(cells.columns[at::LSOA][row].unsigned_abs());
        self.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        self.pseudonyms.push(pseudonym.unwrap_or_default());
    }
}
