//! From a cell to a whole number, whatever kind of column it stood in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ground::files::{Batch, Cell};
use vocabulary::Day;

use super::{ColumnKind, Form, Source};

/// Days of a living person's record, since 1 January 1970: the years 1880 to 2199.
const DAYS: std::ops::Range<i32> = -32_872..84_006;

/// What a cell was understood as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeCell {
    NotKnown,
    Value(i32),
    /// Not what was expected.
    Wrong,
}

/// What a column's cells must be, with what a mapping says of them.
#[derive(Clone, Debug)]
pub struct Expected<'m> {
    kind: ColumnKind,
    form: Form,
    recode: Option<&'m BTreeMap<String, String>>,
    /// Year of the index date: no birth is later, and an age counts back from it.
    index_year: i32,
}

impl<'m> Expected<'m> {
    pub fn new(kind: ColumnKind, source: Option<&'m Source>, index_year: i32) -> Self {
        let (form, recode) = match source {
            Some(Source::Column { form, recode, .. }) => (*form, Some(recode).filter(|r| !r.is_empty())),
            _ => (Form::AsItIs, None),
        };
        Self { kind, form, recode, index_year }
    }

    /// Whether cells mean what they say: no table of codes, no other form.
    pub fn is_as_it_is(&self) -> bool {
        self.recode.is_none() && self.form == Form::AsItIs
    }

    /// The least and the most that a number may be, or a day where days are asked for, if cells mean what they say.
    pub fn range(&self, days: bool) -> Option<std::ops::RangeInclusive<i32>> {
        match self.kind {
            _ if !self.is_as_it_is() => None,
            ColumnKind::Whole(from, to) if !days => Some(from..=to),
            ColumnKind::YesNo if !days => Some(0..=1),
            ColumnKind::Day if days => Some(DAYS.start..=DAYS.end - 1),
            _ => None,
        }
    }

    /// The text of a cell that is kept as text, through the table of codes if there is one; `None` is not known.
    pub fn text<'c>(&self, cell: Cell<'c>) -> Option<Cow<'c, str>> {
        let text = match cell {
            Cell::NotKnown => return None,
            Cell::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(text),
            },
            other => Cow::Owned(text_of(other)),
        };
        match self.recode.and_then(|codes| codes.get(text.as_ref())) {
            None => Some(text),
            Some(code) if code.is_empty() => None,
            Some(code) => Some(Cow::Owned(code.clone())),
        }
    }

    /// A number from 0 that may need 64 bits.
    pub fn large(&self, cell: Cell<'_>, most: u64) -> Option<Option<u64>> {
        let text = match cell {
            Cell::Whole(number) if self.recode.is_none() => {
                return u64::try_from(number).ok().filter(|n| *n <= most).map(Some);
            }
            other => self.text(other),
        };
        let Some(text) = text else { return Some(None) };
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| digits && *n <= most).map(Some)
    }
}

/// Whether a text is one that is kept. A text file refuses the NUL byte, Parquet does not; the files that a run writes
/// are read again.
pub fn text_fits(text: &str, longest: usize) -> bool {
    text.len() <= longest && !text.contains('\0')
}

/// The text of a cell, for a table of codes.
fn text_of(cell: Cell<'_>) -> String {
    match cell {
        Cell::NotKnown => String::new(),
        Cell::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Cell::Whole(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Bool(yes) => yes.to_string(),
        Cell::Day(days) => Day::from_days(days).to_string(),
    }
}

/// Understands every cell of a column and hands on row and answer. The same as [`whole_cell`] for each, with what is the
/// same for all of them settled before the first.
pub fn each_whole(
    expected: &Expected<'_>,
    batch: &Batch<'_>,
    column: usize,
    mut each: impl FnMut(usize, WholeCell),
) {
    let answer = |value: Option<i32>| value.map_or(WholeCell::Wrong, WholeCell::Value);
    match (expected.recode, expected.form, expected.kind) {
        (None, Form::AsItIs, ColumnKind::YesNo) => batch.each_cell(column, |row, cell| {
            each(row, if cell == Cell::NotKnown { WholeCell::NotKnown } else { answer(yes_no(cell)) });
        }),
        (None, Form::AsItIs, ColumnKind::Whole(from, to)) => batch.each_cell(column, |row, cell| {
            let value = whole(cell).filter(|v| (from..=to).contains(v));
            each(row, if cell == Cell::NotKnown { WholeCell::NotKnown } else { answer(value) });
        }),
        _ => batch.each_cell(column, |row, cell| each(row, whole_cell(expected, cell))),
    }
}

/// Understands a cell of a column that holds numbers, answers or days (days since 1 January 1970).
#[inline]
pub fn whole_cell(expected: &Expected<'_>, cell: Cell<'_>) -> WholeCell {
    if let Some(codes) = expected.recode {
        return match codes.get(&text_of(cell)) {
            Some(code) => formed(expected, Cell::of_text(code.as_bytes())),
            None => formed(expected, cell),
        };
    }
    formed(expected, cell)
}

#[inline]
fn formed(expected: &Expected<'_>, cell: Cell<'_>) -> WholeCell {
    if cell == Cell::NotKnown {
        return WholeCell::NotKnown;
    }
    let value = match (expected.form, expected.kind) {
        (Form::AsItIs, ColumnKind::YesNo) => yes_no(cell),
        (Form::AsItIs, ColumnKind::Day) => day(cell),
        (Form::AsItIs, _) => whole(cell),
        (Form::YearOfDate, _) => day(cell).map(|d| Day::from_days(d).year()),
        (Form::YearOfDayMonthYear, _) => day_month_year(cell).map(|d| Day::from_days(d).year()),
        (Form::DayMonthYear, _) => day_month_year(cell),
        (Form::Age, _) => whole(cell).map(|age| expected.index_year.saturating_sub(age)),
    };
    match (value, expected.kind) {
        (None, _) => WholeCell::Wrong,
        (Some(v), ColumnKind::Whole(from, to)) if v < from || v > to => WholeCell::Wrong,
        (Some(v), ColumnKind::Day) if !DAYS.contains(&v) => WholeCell::Wrong,
        (Some(v), _) => WholeCell::Value(v),
    }
}

#[inline]
fn whole(cell: Cell<'_>) -> Option<i32> {
    match cell {
        Cell::Text(text) => whole_text(text),
        Cell::Whole(number) => i32::try_from(number).ok(),
        #[expect(clippy::cast_possible_truncation, reason = "a whole number within the range of i32")]
        Cell::Real(number) if number.fract() == 0.0 && number.abs() < 2e9 => Some(number as i32),
        Cell::Bool(yes) => Some(i32::from(yes)),
        _ => None,
    }
}

/// Digits with or without a sign; a decimal point may follow if only zeros stand behind it (`5.0`).
#[inline]
fn whole_text(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let mut number = 0_i32;
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => number = number.checked_mul(10)?.checked_add(i32::from(byte - b'0'))?,
            b'.' if at > 0 => {
                return digits[at + 1..].iter().all(|b| *b == b'0').then_some(if negative {
                    -number
                } else {
                    number
                });
            }
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(if negative { -number } else { number })
}

#[inline]
fn yes_no(cell: Cell<'_>) -> Option<i32> {
    match cell {
        Cell::Bool(yes) => Some(i32::from(yes)),
        Cell::Text([b'0']) | Cell::Whole(0) => Some(0),
        Cell::Text([b'1']) | Cell::Whole(1) => Some(1),
        Cell::Text(text) if text.eq_ignore_ascii_case(b"true") => Some(1),
        Cell::Text(text) if text.eq_ignore_ascii_case(b"false") => Some(0),
        Cell::Real(_) => whole(cell).filter(|number| matches!(number, 0 | 1)),
        _ => None,
    }
}

#[inline]
fn day(cell: Cell<'_>) -> Option<i32> {
    match cell {
        Cell::Text(text) => Day::parse(std::str::from_utf8(text).ok()?).ok().map(Day::days),
        Cell::Day(days) => Some(days),
        _ => None,
    }
}

/// `31/12/2025`, as spreadsheets in Britain write it.
fn day_month_year(cell: Cell<'_>) -> Option<i32> {
    let Cell::Text(text) = cell else { return day(cell) };
    let mut parts = std::str::from_utf8(text).ok()?.split(['/', '-', '.']);
    let mut number = |most: usize| {
        let part = parts.next().filter(|p| (1..=most).contains(&p.len()))?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i32>().ok())?
    };
    let (day, month, year) = (number(2)?, number(2)?, number(4)?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    Day::of(year, month, day).ok().map(Day::days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn understood(kind: ColumnKind, cell: Cell<'_>) -> WholeCell {
        whole_cell(&Expected::new(kind, None, 2026), cell)
    }

    #[test]
    fn numbers_are_told_from_other_text() {
        let any = ColumnKind::Whole(i32::MIN, i32::MAX);
        for (text, value) in
            [("0", 0), ("-12", -12), ("+7", 7), ("5.0", 5), ("5.", 5), ("2147483647", i32::MAX)]
        {
            assert_eq!(understood(any, Cell::Text(text.as_bytes())), WholeCell::Value(value), "{text}");
        }
        for text in ["x", "5.5", ".0", "-", "1e3", "1,000", "2147483648", "１", "5.0x"] {
            assert_eq!(understood(any, Cell::Text(text.as_bytes())), WholeCell::Wrong, "{text}");
        }
        assert_eq!(understood(ColumnKind::Whole(1, 10), Cell::Whole(11)), WholeCell::Wrong);
        assert_eq!(understood(ColumnKind::Whole(1, 10), Cell::Real(4.0)), WholeCell::Value(4));
        assert_eq!(understood(ColumnKind::Whole(1, 10), Cell::Real(4.5)), WholeCell::Wrong);
        assert_eq!(understood(ColumnKind::Whole(1, 10), Cell::Real(f64::NAN)), WholeCell::Wrong);
    }

    #[test]
    fn days_come_in_two_orders() {
        let parsed = |text: &str| day_month_year(Cell::Text(text.as_bytes()));
        assert_eq!(parsed("31/12/2025"), Day::parse("2025-12-31").ok().map(Day::days));
        assert_eq!(parsed("1.2.2025"), Day::parse("2025-02-01").ok().map(Day::days));
        for text in ["2025/12/31", "31/12/25", "31/12", "29/02/2025", "1/2/2025/3", "+1/2/2025"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_whole_number_reads_back(number: i32) {
            // The lowest number has no positive twin and stands for nothing in an extract.
            prop_assume!(number != i32::MIN);
            let any = ColumnKind::Whole(i32::MIN, i32::MAX);
            prop_assert_eq!(understood(any, Cell::Text(number.to_string().as_bytes())), WholeCell::Value(number));
        }

        #[test]
        fn no_text_makes_a_parser_panic(text in ".{0,20}") {
            for kind in [ColumnKind::YesNo, ColumnKind::Day, ColumnKind::Whole(0, 9)] {
                let _ = understood(kind, Cell::Text(text.as_bytes()));
            }
            let _ = day_month_year(Cell::Text(text.as_bytes()));
        }
    }
}
