//! A part of an extract while it is read: cells become people, and what cannot be understood is listed.

use std::sync::Arc;

use ground::files::{Batch, Cell, Problem, Ragged};
use matching::{Mobility, People, Person, Sex};
use vocabulary::{Condition, ConditionSet, Day, GridPoint, Lsoa};

use super::columns::at;
use super::{Codes, PEOPLE_COLUMNS, Pseudonyms, Warnings};
use crate::extract::{ColumnKind, Expected, Found, Heading, WholeCell, each_whole, whole_cell};

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

/// The numbers of a batch, column by column; `NOT_KNOWN` is no value of any column. Kept from batch to batch, so that
/// its memory is asked for once.
#[derive(Debug, Default)]
struct Cells {
    columns: Vec<Vec<i32>>,
    /// The conditions of each row, held and not known, as bits.
    held: Vec<u32>,
    not_known: Vec<u32>,
    pseudonyms: Texts,
    wrong: Vec<bool>,
}

/// Texts of a batch, one behind the other.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }
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
        for conditions in [&mut self.cells.held, &mut self.cells.not_known] {
            conditions.clear();
            conditions.resize(rows, 0);
        }
        for (index, column) in PEOPLE_COLUMNS.iter().enumerate() {
            let expected = reading.heading.expected(index, column, reading.index_year);
            let condition = index.checked_sub(at::CONDITIONS).filter(|bit| *bit < Condition::ALL.len());
            match (column.kind, condition) {
                (ColumnKind::Text(_), _) => {}
                (_, Some(bit)) => self.take_condition(reading, batch, index, bit, &expected),
                (_, None) => self.take_numbers(reading, batch, index, &expected),
            }
        }
        self.take_pseudonyms(reading, batch);
        self.take_codes(reading, batch, at::PRACTICE);
        self.take_codes(reading, batch, at::LSOA);
        self.people.reserve(rows);
        let pseudonyms = std::mem::take(&mut self.cells.pseudonyms);
        for row in 0..rows {
            self.take_row(batch.line(row), row, pseudonyms.get(row));
        }
        self.cells.pseudonyms = pseudonyms;
    }

    fn wrong(&mut self, reading: &Reading<'_>, line: u64, row: usize, column: usize) {
        self.cells.wrong[row] = true;
        let expected = reading.heading.expected_words(column, &PEOPLE_COLUMNS[column]);
        self.problems.push(Problem {
            file: reading.file.clone(),
            line,
            column: reading.heading.names[column].clone(),
            expected: expected.into(),
        });
    }

    /// What every cell of a column says, also where the mapping says it for all rows at once.
    pub(super) fn each_number(
        reading: &Reading<'_>,
        batch: &Batch<'_>,
        column: usize,
        expected: &Expected<'_>,
        mut each: impl FnMut(usize, WholeCell),
    ) {
        match &reading.heading.found[column] {
            Found::Absent => (0..batch.rows()).for_each(|row| each(row, WholeCell::NotKnown)),
            Found::Fixed(text) => {
                let value = whole_cell(expected, Cell::of_text(text.as_bytes()));
                (0..batch.rows()).for_each(|row| each(row, value));
            }
            Found::Read(position) => each_whole(expected, batch, *position, each),
        }
    }

    fn take_condition(
        &mut self,
        reading: &Reading<'_>,
        batch: &Batch<'_>,
        column: usize,
        bit: usize,
        expected: &Expected<'_>,
    ) {
        let mut wrong = Vec::new();
        let (held, not_known) = (&mut self.cells.held, &mut self.cells.not_known);
        if let Found::Read(position) = reading.heading.found[column]
            && expected.is_as_it_is()
            && let Some(rows) = batch.rows_of_yes(position)
        {
            // Few have any one condition: only they are visited.
            rows.for_each(|row| held[row] |= 1 << bit);
            return;
        }
        Self::each_number(reading, batch, column, expected, |row, cell| match cell {
            WholeCell::Value(yes) => held[row] |= yes.unsigned_abs() << bit,
            WholeCell::NotKnown => not_known[row] |= 1 << bit,
            WholeCell::Wrong => wrong.push(row),
        });
        for row in wrong {
            self.wrong(reading, batch.line(row), row, column);
        }
    }

    fn take_numbers(
        &mut self,
        reading: &Reading<'_>,
        batch: &Batch<'_>,
        column: usize,
        expected: &Expected<'_>,
    ) {
        let mut values = std::mem::take(&mut self.cells.columns[column]);
        values.clear();
        values.resize(batch.rows(), NOT_KNOWN);
        let mut wrong = Vec::new();
        Self::each_number(reading, batch, column, expected, |row, cell| match cell {
            WholeCell::Value(value) => values[row] = value,
            WholeCell::NotKnown => {}
            WholeCell::Wrong => wrong.push(row),
        });
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

    fn take_pseudonyms(&mut self, reading: &Reading<'_>, batch: &Batch<'_>) {
        let mut pseudonyms = std::mem::take(&mut self.cells.pseudonyms);
        pseudonyms.text.clear();
        pseudonyms.ends.clear();
        let mut wrong = Vec::new();
        let expected = reading.heading.expected(at::PID, &PEOPLE_COLUMNS[at::PID], reading.index_year);
        if let Found::Read(position) = reading.heading.found[at::PID] {
            batch.each_cell(position, |row, cell| {
                match expected.text(cell).filter(|t| t.len() <= 128) {
                    Some(text) => pseudonyms.text.push_str(&text),
                    None => wrong.push(row),
                }
                pseudonyms.ends.push(pseudonyms.text.len());
            });
        } else {
            pseudonyms.ends.resize(batch.rows(), 0);
            wrong.extend(0..batch.rows());
        }
        self.cells.pseudonyms = pseudonyms;
        for row in wrong {
            self.wrong(reading, batch.line(row), row, at::PID);
        }
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
        let mut take = |row: usize, cell: Cell<'_>| {
            // Nearly every code was seen before: then its bytes are enough.
            if let Cell::Text(bytes) = cell
                && expected.is_as_it_is()
                && let Some(number) = codes.known(bytes)
            {
                return i32::try_from(number).unwrap_or(0);
            }
            let number = match expected.text(cell).as_deref() {
                None => 0,
                Some(text) => match codes.known(text.as_bytes()) {
                    Some(number) => number,
                    None if column == at::LSOA && Lsoa::parse(text).is_err() => {
                        unrecognised += 1;
                        0
                    }
                    None if text.len() > longest => {
                        too_long.push(row);
                        0
                    }
                    None => codes.number(text),
                },
            };
            i32::try_from(number).unwrap_or(0)
        };
        match &reading.heading.found[column] {
            Found::Absent => values.resize(batch.rows(), 0),
            Found::Fixed(text) => {
                values.extend((0..batch.rows()).map(|row| take(row, Cell::of_text(text.as_bytes()))));
            }
            Found::Read(position) => batch.each_cell(*position, |row, cell| values.push(take(row, cell))),
        }
        self.warnings.lsoa_not_recognised += unrecognised;
        self.cells.columns[column] = values;
        for row in too_long {
            self.wrong(reading, batch.line(row), row, column);
        }
    }

    fn take_row(&mut self, line: u64, row: usize, pseudonym: &str) {
        let cells = &self.cells;
        if cells.wrong[row] {
            self.rows_left_out += 1;
            if !pseudonym.is_empty() {
                self.left_out.push((pseudonym.to_owned(), line));
            }
            return;
        }
        let conditions = |bits: u32| ConditionSet::from_bits(bits).unwrap_or_default();
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
            conditions: conditions(cells.held[row]),
            conditions_not_known: conditions(cells.not_known[row]),
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
        self.pseudonyms.push(pseudonym);
    }
}
