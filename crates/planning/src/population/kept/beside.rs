//! What a reader of people passes over and a keeper keeps: codes that mean "not known" in two ways, and the optional
//! columns.

use ground::files::{Batch, Cell};

use crate::extract::{Expected, Found, WholeCell};
use crate::population::chunk::{Chunk, Reading};
use crate::population::columns::at;
use crate::population::{Codes, OPTIONAL_COLUMNS, PEOPLE_COLUMNS};

/// The optional columns, as they stand in [`OPTIONAL_COLUMNS`].
const ETHNICITY: usize = 0;
const RURAL: usize = 1;
const LONGEST_ETHNICITY: usize = 8;

/// Columns of the rows that stand in a chunk, row by row.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// 0 not known and 9 not specified are two answers.
    pub(super) sex: Vec<Option<i32>>,
    /// Not known is not English.
    pub(super) language: Vec<Option<i32>>,
    /// Numbers into the list beside it; 0 is not known.
    pub(super) ethnicity: Vec<u32>,
    pub(super) ethnicities: Codes,
    pub(super) rural: Vec<Option<bool>>,
    /// Cells of optional columns that were not understood.
    pub(super) not_understood: u64,
}

impl Beside {
    /// Takes the rows of a batch that went into the chunk: those whose lines these are.
    pub(super) fn take(&mut self, reading: &Reading<'_>, batch: &Batch<'_>, lines: &[u32]) {
        let mut wanted = lines.iter().copied().peekable();
        let line = |row: usize| u32::try_from(batch.line(row)).unwrap_or(u32::MAX);
        let rows: Vec<usize> = (0..batch.rows())
            .filter(|row| wanted.next_if(|wanted| *wanted == line(*row)).is_some())
            .collect();

        let year = reading.index_year;
        for (column, into) in [(at::SEX, &mut self.sex), (at::LANG, &mut self.language)] {
            let expected = reading.heading.expected(column, &PEOPLE_COLUMNS[column], year);
            let (values, _) = numbers(reading, batch, column, &expected);
            into.extend(rows.iter().map(|row| values[*row]));
        }

        let column = PEOPLE_COLUMNS.len() + RURAL;
        let expected = reading.heading.expected(column, &OPTIONAL_COLUMNS[RURAL], year);
        let (values, wrong) = numbers(reading, batch, column, &expected);
        self.rural.extend(rows.iter().map(|row| values[*row].map(|answer| answer == 1)));
        self.not_understood += wrong;
        self.take_ethnicity(reading, batch, &rows);
    }

    /// Lets go of the rows.
    pub(super) fn clear(&mut self) {
        self.sex.clear();
        self.language.clear();
        self.ethnicity.clear();
        self.ethnicities = Codes::default();
        self.rural.clear();
    }

    fn take_ethnicity(&mut self, reading: &Reading<'_>, batch: &Batch<'_>, rows: &[usize]) {
        let column = PEOPLE_COLUMNS.len() + ETHNICITY;
        let expected = reading.heading.expected(column, &OPTIONAL_COLUMNS[ETHNICITY], reading.index_year);
        let mut numbers = vec![0; batch.rows()];
        let mut take = |row: usize, cell: Cell<'_>| match expected.text(cell) {
            None => {}
            Some(text) if text.len() > LONGEST_ETHNICITY => self.not_understood += 1,
            Some(text) => numbers[row] = self.ethnicities.number(&text),
        };
        match &reading.heading.found[column] {
            Found::Absent => {}
            Found::Fixed(text) => {
                (0..batch.rows()).for_each(|row| take(row, Cell::of_text(text.as_bytes())));
            }
            Found::Read(position) => batch.each_cell(*position, take),
        }
        self.ethnicity.extend(rows.iter().map(|row| numbers[*row]));
    }
}

/// The numbers of a column, and how many cells were not understood.
fn numbers(
    reading: &Reading<'_>,
    batch: &Batch<'_>,
    column: usize,
    expected: &Expected<'_>,
) -> (Vec<Option<i32>>, u64) {
    let mut values = vec![None; batch.rows()];
    let mut wrong = 0;
    Chunk::each_number(reading, batch, column, expected, |row, cell| match cell {
        WholeCell::Value(value) => values[row] = Some(value),
        WholeCell::NotKnown => {}
        WholeCell::Wrong => wrong += 1,
    });
    (values, wrong)
}
