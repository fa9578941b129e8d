//! A part of an extract while it is read: cells become people, and what cannot be understood is listed.

use std::sync::Arc;

use ground::files::{Batch, Cell, Problem, Ragged};
use matching::{People, PeopleColumns};
use vocabulary::{Condition, GridPoint, Lsoa};

use super::columns::at;
use super::{Codes, PEOPLE_COLUMNS, Pseudonyms, Warnings};
use crate::extract::{ColumnKind, Expected, Found, Heading, WholeCell, each_whole, text_fits, whole_cell};

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

/// A batch, column by column, as it was understood. Kept from batch to batch, so that its memory is asked for once.
#[derive(Debug, Default)]
struct Cells {
    numbers: Vec<Vec<Option<i32>>>,
    /// The conditions of each row, held and not known, as bits.
    held: Vec<u32>,
    not_known: Vec<u32>,
    practice: Vec<u32>,
    lsoa: Vec<u32>,
    pseudonyms: Pseudonyms,
    lines: Vec<u32>,
    /// Whether a row is to be left out.
    wrong: Vec<bool>,
}

/// What a code was understood as.
#[derive(Clone, Copy)]
enum Code {
    /// Its number; 0 is not known.
    Number(u32),
    NotRecognised,
    Unfit,
}

/// What a chunk needs to know of its file.
#[derive(Clone, Debug)]
pub(super) struct Reading<'h> {
    pub(super) heading: &'h Heading,
    pub(super) file: Arc<str>,
    pub(super) index_year: i32,
}

impl Chunk {
    /// With room for so many rows.
    pub(super) fn for_rows(rows: usize) -> Self {
        let mut chunk = Self::default();
        chunk.people.reserve(rows);
        chunk.pseudonyms.reserve(rows);
        for column in [&mut chunk.practice, &mut chunk.lsoa, &mut chunk.lines] {
            column.reserve(rows);
        }
        chunk
    }

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
        self.cells.numbers.resize_with(PEOPLE_COLUMNS.len(), Vec::new);
        self.cells.wrong.clear();
        self.cells.wrong.resize(rows, false);
        for conditions in [&mut self.cells.held, &mut self.cells.not_known] {
            conditions.clear();
            conditions.resize(rows, 0);
        }
        self.cells.lines.extend((0..rows).map(|row| u32::try_from(batch.line(row)).unwrap_or(u32::MAX)));
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
        if self.cells.wrong.contains(&true) {
            self.leave_out(batch);
        }
        self.keep();
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
        let mut values = std::mem::take(&mut self.cells.numbers[column]);
        if all_in_range(reading, batch, column, expected, &mut values) {
            self.cells.numbers[column] = values;
            return;
        }
        values.clear();
        values.resize(batch.rows(), None);
        let mut wrong = Vec::new();
        Self::each_number(reading, batch, column, expected, |row, cell| match cell {
            WholeCell::Value(value) => values[row] = Some(value),
            WholeCell::NotKnown => {}
            WholeCell::Wrong => wrong.push(row),
        });
        if column == at::BIRTH_YEAR {
            let future = |row: &usize| values[*row].is_some_and(|year| year > reading.index_year);
            wrong.extend((0..values.len()).filter(future));
        }
        if column == at::SEX {
            let unheard = |row: &usize| !matches!(values[*row], None | Some(0 | 1 | 2 | 9));
            wrong.extend((0..values.len()).filter(unheard));
        }
        self.cells.numbers[column] = values;
        for row in wrong {
            self.wrong(reading, batch.line(row), row, column);
        }
    }

    fn take_pseudonyms(&mut self, reading: &Reading<'_>, batch: &Batch<'_>) {
        let pseudonyms = &mut self.cells.pseudonyms;
        let mut wrong = Vec::new();
        let expected = reading.heading.expected(at::PID, &PEOPLE_COLUMNS[at::PID], reading.index_year);
        if let Found::Read(position) = reading.heading.found[at::PID]
            && expected.is_as_it_is()
            && let Some((texts, begins)) = batch.texts(position)
            && all_plain(texts, begins)
        {
            pseudonyms.extend(texts, begins);
            return;
        }
        let mut take = |row: usize, cell: Cell<'_>| {
            if let Some(text) = expected.text(cell).filter(|t| text_fits(t, 128)) {
                pseudonyms.push(&text);
            } else {
                pseudonyms.push("");
                wrong.push(row);
            }
        };
        match reading.heading.found[at::PID] {
            Found::Read(position) => batch.each_cell(position, take),
            _ => (0..batch.rows()).for_each(|row| take(row, Cell::NotKnown)),
        }
        for row in wrong {
            self.wrong(reading, batch.line(row), row, at::PID);
        }
    }

    /// A column of codes, as numbers into its list.
    fn take_codes(&mut self, reading: &Reading<'_>, batch: &Batch<'_>, column: usize) {
        let expected = reading.heading.expected(column, &PEOPLE_COLUMNS[column], reading.index_year);
        let (codes, values) = if column == at::PRACTICE {
            (&mut self.practices, &mut self.cells.practice)
        } else {
            (&mut self.lsoas, &mut self.cells.lsoa)
        };
        let mut unfit = Vec::new();
        let warnings = &mut self.warnings;
        let mut take = |row: usize, code: Code| {
            values.push(if let Code::Number(number) = code { number } else { 0 });
            match code {
                Code::Number(_) => {}
                Code::NotRecognised => warnings.lsoa_not_recognised += 1,
                Code::Unfit => unfit.push(row),
            }
        };
        match &reading.heading.found[column] {
            Found::Absent => (0..batch.rows()).for_each(|row| take(row, Code::Number(0))),
            Found::Fixed(text) => {
                let code = understood(codes, column, &expected, Cell::of_text(text.as_bytes()));
                (0..batch.rows()).for_each(|row| take(row, code));
            }
            Found::Read(position) => match batch.distinct_cells(*position) {
                None => batch.each_cell(*position, |row, cell| {
                    take(row, understood(codes, column, &expected, cell));
                }),
                Some((cells, numbers)) => {
                    let mut known = vec![None; cells.len()];
                    for (row, number) in numbers.enumerate() {
                        let code = number.map_or(Code::Number(0), |number| {
                            *known[number]
                                .get_or_insert_with(|| understood(codes, column, &expected, cells[number]))
                        });
                        take(row, code);
                    }
                }
            },
        }
        for row in unfit {
            self.wrong(reading, batch.line(row), row, column);
        }
    }

    /// Takes the rows that are wrong out of the batch.
    fn leave_out(&mut self, batch: &Batch<'_>) {
        fn retain<T>(column: &mut Vec<T>, wrong: &[bool]) {
            let mut wrong = wrong.iter();
            column.retain(|_| wrong.next() == Some(&false));
        }
        let cells = &mut self.cells;
        let mut kept = Pseudonyms::default();
        for (row, wrong) in cells.wrong.iter().enumerate() {
            let pseudonym = cells.pseudonyms.get(row);
            if !wrong {
                kept.push(pseudonym);
                continue;
            }
            self.rows_left_out += 1;
            if !pseudonym.is_empty() {
                self.left_out.push((pseudonym.to_owned(), batch.line(row)));
            }
        }
        cells.pseudonyms = kept;
        cells.numbers.iter_mut().for_each(|column| retain(column, &cells.wrong));
        for column in
            [&mut cells.held, &mut cells.not_known, &mut cells.practice, &mut cells.lsoa, &mut cells.lines]
        {
            retain(column, &cells.wrong);
        }
    }

    /// Puts what is left of the batch behind what there is.
    fn keep(&mut self) {
        let cells = &self.cells;
        let numbers = |column: usize| cells.numbers[column].as_slice();
        let outside = |(easting, northing): &(&Option<i32>, &Option<i32>)| match (easting, northing) {
            (Some(easting), Some(northing)) => {
                !GridPoint { easting: *easting, northing: *northing }.in_great_britain()
            }
            _ => false,
        };
        let places = numbers(at::EASTING).iter().zip(numbers(at::NORTHING));
        self.warnings.outside_great_britain += places.filter(outside).count() as u64;
        self.people.extend(&PeopleColumns {
            birth_year: numbers(at::BIRTH_YEAR),
            sex: numbers(at::SEX),
            easting: numbers(at::EASTING),
            northing: numbers(at::NORTHING),
            county: numbers(at::COUNTY),
            area: numbers(at::AREA),
            imd: numbers(at::IMD),
            conditions: &cells.held,
            conditions_not_known: &cells.not_known,
            waiting: numbers(at::WL),
            waiting_weeks: numbers(at::WL_WEEKS),
            language: numbers(at::LANG),
            mobility: numbers(at::MOBILITY),
            has_car: numbers(at::HAS_CAR),
            internet: numbers(at::INTERNET),
            last_activity: numbers(at::LAST_ACTIVITY),
        });
        self.pseudonyms.append(&mut self.cells.pseudonyms);
        self.practice.append(&mut self.cells.practice);
        self.lsoa.append(&mut self.cells.lsoa);
        self.lines.append(&mut self.cells.lines);
    }
}

/// Takes a column whose every number is known and may stand there, or whose every answer is known; says whether it is one.
fn all_in_range(
    reading: &Reading<'_>,
    batch: &Batch<'_>,
    column: usize,
    expected: &Expected<'_>,
    values: &mut Vec<Option<i32>>,
) -> bool {
    let Found::Read(position) = reading.heading.found[column] else { return false };
    values.clear();
    if expected.range(false) == Some(0..=1)
        && let Some(rows) = batch.rows_of_yes(position)
    {
        values.resize(batch.rows(), Some(0));
        rows.for_each(|row| values[row] = Some(1));
        return true;
    }
    let Some(numbers) = batch.numbers(position) else { return false };
    let Some(range) = expected.range(numbers.days) else { return false };
    let (least, most) = match column {
        at::BIRTH_YEAR => (*range.start(), reading.index_year.min(*range.end())),
        // What stands for "not known" is looked at one by one.
        at::SEX => (0, 2),
        _ => range.into_inner(),
    };
    let mut fits = true;
    values.extend(numbers.places.iter().map(|place| {
        let number = numbers.distinct[usize::from(*place)];
        fits &= least <= number && number <= most;
        Some(number)
    }));
    fits
}

/// Whether each of these texts is a pseudonym as it stands: nothing to take off its ends, no word for "not known".
fn all_plain(texts: &str, begins: &[i32]) -> bool {
    // `NULL` has four letters.
    let plain = begins.array_windows().all(|[begin, end]| (5..=128).contains(&(end - begin)));
    plain && texts.bytes().all(|byte| byte > b' ')
}

fn understood(codes: &mut Codes, column: usize, expected: &Expected<'_>, cell: Cell<'_>) -> Code {
    // Nearly every code was seen before: then its bytes are enough.
    if let Cell::Text(bytes) = cell
        && expected.is_as_it_is()
        && let Some(number) = codes.known(bytes)
    {
        return Code::Number(number);
    }
    let Some(text) = expected.text(cell) else { return Code::Number(0) };
    match (codes.known(text.as_bytes()), PEOPLE_COLUMNS[column].kind) {
        (Some(number), _) => Code::Number(number),
        // However it is written, it is the same area.
        (None, _) if column == at::LSOA => Lsoa::parse(&text)
            .map_or(Code::NotRecognised, |lsoa| Code::Number(codes.number(&lsoa.to_string()))),
        (None, ColumnKind::Text(longest)) if !text_fits(&text, longest) => Code::Unfit,
        (None, _) => Code::Number(codes.number(&text)),
    }
}
