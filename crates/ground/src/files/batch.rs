//! Rows of a table, column by column.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

/// What stands in one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Empty, `NA`, `NULL` or a missing value: not known, never zero.
    NotKnown,
    /// Text as it stands in a CSV file or a text column, without the spaces around it. It is UTF-8.
    Text(&'a [u8]),
    Whole(i64),
    Real(f64),
    Bool(bool),
    /// Days since 1 January 1970.
    Day(i32),
}

impl<'a> Cell<'a> {
    /// The cell of a text.
    #[inline]
    pub fn of_text(text: &'a [u8]) -> Self {
        // Most cells of a machine's extract have no spaces around them: look before trimming.
        let text = match (text.first(), text.last()) {
            (None, _) | (_, None) => return Self::NotKnown,
            (Some(first), Some(last)) if *first > b' ' && *last > b' ' => text,
            _ => text.trim_ascii(),
        };
        match text {
            b"" | b"NA" | b"NULL" => Self::NotKnown,
            text => Self::Text(text),
        }
    }

    /// The text of a cell that is text.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Cell::Text(text) => std::str::from_utf8(text).ok(),
            _ => None,
        }
    }
}

/// Records of a CSV file, one behind the other, as the parser wrote them: nothing is copied again.
#[derive(Debug, Default)]
pub struct TextRows {
    pub(super) bytes: Vec<u8>,
    /// Where each record begins in `bytes`.
    pub(super) starts: Vec<usize>,
    /// Where each field ends, counted from the start of its record; `width` for each record.
    pub(super) ends: Vec<usize>,
    pub(super) width: usize,
}

impl TextRows {
    pub(super) fn push(&mut self, record: &[u8], ends: &[usize]) {
        self.starts.push(self.bytes.len());
        self.bytes.extend_from_slice(record);
        self.ends.extend_from_slice(ends);
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.starts.clear();
        self.ends.clear();
    }

    #[inline]
    fn each_cell<'a>(&'a self, column: usize, mut each: impl FnMut(usize, Cell<'a>)) {
        let records = self.ends.chunks_exact(self.width.max(1)).zip(&self.starts);
        for (row, (ends, start)) in records.enumerate() {
            let from = if column == 0 { 0 } else { ends[column - 1] };
            each(row, Cell::of_text(&self.bytes[start + from..start + ends[column]]));
        }
    }
}

/// A row with too few or too many fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ragged {
    pub line: u64,
    pub found: usize,
    pub expected: usize,
}

/// Rows of a table: the columns that were asked for, in the order asked.
#[derive(Debug)]
pub struct Batch<'a> {
    pub(super) columns: Columns<'a>,
    pub(super) lines: Lines<'a>,
    pub(super) rows: usize,
}

#[derive(Debug)]
pub(super) enum Columns<'a> {
    /// Records, and the position of each column that was asked for.
    Text(&'a TextRows, &'a [usize]),
    Parquet(&'a [Held<'a>]),
}

/// A column of some rows of a Parquet file.
#[derive(Debug)]
pub(super) enum Held<'a> {
    Array(ArrayRef),
    Numbered(Numbers<'a>),
}

/// Whole numbers or days of which none is missing, each as the place of its value in a list.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    pub distinct: &'a [i32],
    /// For each row; every place is in the list.
    pub places: &'a [u16],
    /// Days since 1 January 1970.
    pub days: bool,
}

#[derive(Debug)]
pub(super) enum Lines<'a> {
    /// A CSV file: the line on which each row begins.
    Each(&'a [u64]),
    /// A Parquet file: the number of the first row, from 1.
    From(u64),
}

/// Visits a column of numbers.
fn visit<'a, T: ArrowPrimitiveType>(
    array: &'a ArrayRef,
    to_cell: impl Fn(T::Native) -> Cell<'a>,
    mut each: impl FnMut(usize, Cell<'a>),
) {
    let values = array.as_primitive::<T>().values();
    match array.nulls() {
        None => values.iter().enumerate().for_each(|(row, v)| each(row, to_cell(*v))),
        Some(nulls) => values.iter().enumerate().for_each(|(row, v)| {
            each(row, if nulls.is_null(row) { Cell::NotKnown } else { to_cell(*v) });
        }),
    }
}

fn visit_texts<'a>(texts: impl Iterator<Item = Option<&'a [u8]>>, mut each: impl FnMut(usize, Cell<'a>)) {
    for (row, text) in texts.enumerate() {
        each(row, text.map_or(Cell::NotKnown, Cell::of_text));
    }
}

impl Batch<'_> {
    /// How many rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// The line of a CSV file on which a row begins (the heading is line 1), or the row's number in a Parquet file.
    pub fn line(&self, row: usize) -> u64 {
        match self.lines {
            Lines::Each(lines) => lines[row],
            Lines::From(first) => first + row as u64,
        }
    }

    /// The decoder's array of a column, where there is one.
    fn array(&self, column: usize) -> Option<&ArrayRef> {
        match self.columns {
            Columns::Parquet(held) => match &held[column] {
                Held::Array(array) => Some(array),
                Held::Numbered(_) => None,
            },
            Columns::Text(..) => None,
        }
    }

    /// The numbers of a column, where the file keeps them as places in a list and none is missing.
    pub fn numbers(&self, column: usize) -> Option<Numbers<'_>> {
        match self.columns {
            Columns::Parquet(held) => match &held[column] {
                Held::Numbered(numbers) => Some(*numbers),
                Held::Array(_) => None,
            },
            Columns::Text(..) => None,
        }
    }

    /// All texts of a column one behind the other and where each of them begins, and the last ends, where the file keeps
    /// each row's own text and none is missing. Nothing was taken off their ends.
    pub fn texts(&self, column: usize) -> Option<(&str, &[i32])> {
        let texts = self.array(column)?.as_string_opt::<i32>().filter(|texts| texts.null_count() == 0)?;
        let (from, to) = (*texts.offsets().first()?, *texts.offsets().last()?);
        let all = std::str::from_utf8(texts.values()).ok()?;
        all.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?).map(|all| (all, &**texts.offsets()))
    }

    /// The rows that say yes, where the column is one of yes and no without a missing answer, and nothing else.
    pub fn rows_of_yes(&self, column: usize) -> Option<impl Iterator<Item = usize>> {
        let values = self.array(column)?.as_boolean_opt().filter(|values| values.null_count() == 0)?;
        Some(values.values().set_indices())
    }

    /// The distinct cells of a column and for each row which of them it holds, where the file keeps the column so: what is
    /// done for each cell need then be done once for each distinct one.
    pub fn distinct_cells(
        &self,
        column: usize,
    ) -> Option<(Vec<Cell<'_>>, impl Iterator<Item = Option<usize>>)> {
        let numbered = self.array(column)?.as_dictionary_opt::<Int32Type>()?;
        let texts = numbered.values().as_string_opt::<i32>()?;
        let cells = texts.iter().map(|text| text.map_or(Cell::NotKnown, |t| Cell::of_text(t.as_bytes())));
        Some((cells.collect(), numbered.keys_iter()))
    }

    /// Visits every cell of a column, top to bottom. A column of a kind that nobody expects (a
    /// duration, say) comes as text that no column of numbers takes; nested columns are refused before.
    pub fn each_cell<'b>(&'b self, column: usize, mut each: impl FnMut(usize, Cell<'b>)) {
        let array = match self.columns {
            Columns::Text(records, positions) => return records.each_cell(positions[column], each),
            Columns::Parquet(held) => match &held[column] {
                Held::Array(array) => array,
                Held::Numbered(numbers) => {
                    let cell = |n: i32| if numbers.days { Cell::Day(n) } else { Cell::Whole(n.into()) };
                    let cells: Vec<Cell<'_>> = numbers.distinct.iter().map(|n| cell(*n)).collect();
                    let places = numbers.places.iter().enumerate();
                    return places.for_each(|(row, place)| each(row, cells[usize::from(*place)]));
                }
            },
        };
        let day = |seconds: i64| Cell::Day(i32::try_from(seconds.div_euclid(86_400)).unwrap_or(i32::MAX));
        match array.data_type() {
            DataType::Int8 => visit::<Int8Type>(array, |v| Cell::Whole(v.into()), each),
            DataType::Int16 => visit::<Int16Type>(array, |v| Cell::Whole(v.into()), each),
            DataType::Int32 => visit::<Int32Type>(array, |v| Cell::Whole(v.into()), each),
            DataType::Int64 => visit::<Int64Type>(array, Cell::Whole, each),
            DataType::UInt8 => visit::<UInt8Type>(array, |v| Cell::Whole(v.into()), each),
            DataType::UInt16 => visit::<UInt16Type>(array, |v| Cell::Whole(v.into()), each),
            DataType::UInt32 => visit::<UInt32Type>(array, |v| Cell::Whole(v.into()), each),
            DataType::UInt64 => {
                visit::<UInt64Type>(array, |v| Cell::Whole(i64::try_from(v).unwrap_or(i64::MAX)), each);
            }
            DataType::Float32 => visit::<Float32Type>(array, |v| Cell::Real(v.into()), each),
            DataType::Float64 => visit::<Float64Type>(array, Cell::Real, each),
            DataType::Date32 => visit::<Date32Type>(array, Cell::Day, each),
            DataType::Date64 => visit::<Date64Type>(array, |v| day(v.div_euclid(1_000)), each),
            DataType::Timestamp(unit, _) => match unit {
                TimeUnit::Second => visit::<TimestampSecondType>(array, day, each),
                TimeUnit::Millisecond => {
                    visit::<TimestampMillisecondType>(array, |v| day(v.div_euclid(1_000)), each);
                }
                TimeUnit::Microsecond => {
                    visit::<TimestampMicrosecondType>(array, |v| day(v.div_euclid(1_000_000)), each);
                }
                TimeUnit::Nanosecond => {
                    visit::<TimestampNanosecondType>(array, |v| day(v.div_euclid(1_000_000_000)), each);
                }
            },
            #[expect(clippy::cast_precision_loss, reason = "a number that needs more digits is none of ours")]
            DataType::Decimal128(_, scale) => {
                let unit = 10_f64.powi(i32::from(*scale));
                visit::<Decimal128Type>(array, |v| Cell::Real(v as f64 / unit), each);
            }
            DataType::Boolean => {
                let values = array.as_boolean();
                match values.nulls() {
                    None => {
                        values.values().iter().enumerate().for_each(|(row, yes)| each(row, Cell::Bool(yes)));
                    }
                    Some(_) => values.iter().enumerate().for_each(|(row, value)| {
                        each(row, value.map_or(Cell::NotKnown, Cell::Bool));
                    }),
                }
            }
            DataType::Utf8 => {
                visit_texts(array.as_string::<i32>().iter().map(|t| t.map(str::as_bytes)), each);
            }
            DataType::LargeUtf8 => {
                visit_texts(array.as_string::<i64>().iter().map(|t| t.map(str::as_bytes)), each);
            }
            DataType::Utf8View => {
                visit_texts(array.as_string_view().iter().map(|t| t.map(str::as_bytes)), each);
            }
            DataType::Dictionary(..) => {
                let Some((cells, numbers)) = self.distinct_cells(column) else { return };
                numbers.enumerate().for_each(|(row, number)| {
                    each(row, number.map_or(Cell::NotKnown, |number| cells[number]));
                });
            }
            DataType::Binary => visit_texts(utf8_only(array.as_binary::<i32>().iter()), each),
            DataType::LargeBinary => visit_texts(utf8_only(array.as_binary::<i64>().iter()), each),
            DataType::Null => (0..self.rows).for_each(|row| each(row, Cell::NotKnown)),
            _ => (0..self.rows).for_each(|row| each(row, Cell::Text(b"(not plain)"))),
        }
    }
}

/// Old writers leave out the note that bytes are text; bytes that are not UTF-8 become what nobody expects.
fn utf8_only<'a>(values: impl Iterator<Item = Option<&'a [u8]>>) -> impl Iterator<Item = Option<&'a [u8]>> {
    values.map(|value| value.map(|v| if std::str::from_utf8(v).is_ok() { v } else { "\u{FFFD}".as_bytes() }))
}
