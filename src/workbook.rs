//! Tables as a workbook for a spreadsheet: texts stay texts, whatever they look like, and counts are numbers.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// What browsers are told that it is.
pub(crate) const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows that a spreadsheet still opens well.
pub(crate) const MOST_ROWS: usize = 200_000;

/// A sheet: its name of at most 31 letters, its head, its rows.
pub(crate) struct Sheet<'a> {
    pub(crate) name: &'a str,
    pub(crate) head: &'a [&'a str],
    pub(crate) rows: Vec<Vec<String>>,
    /// Columns that are counts; every other is text, also where it looks like a number.
    pub(crate) counts: &'a [usize],
    /// Widths in letters.
    pub(crate) widths: &'a [u16],
}

/// Writes the sheets.
pub(crate) fn workbook(sheets: &[Sheet<'_>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        for (column, (words, width)) in (0_u16..).zip(sheet.head.iter().zip(sheet.widths)) {
            page.write_string_with_format(0, column, *words, &bold)?;
            page.set_column_width(column, f64::from(*width))?;
        }
        for (row, cells) in (1_u32..).zip(&sheet.rows) {
            for (column, text) in (0_u16..).zip(cells) {
                match number(text).filter(|_| sheet.counts.contains(&usize::from(column))) {
                    Some(number) => page.write_number(row, column, number)?,
                    None => page.write_string(row, column, text)?,
                };
            }
        }
    }
    book.save_to_buffer()
}

/// "1,235" is a number; "≤7", "hidden" and codes with leading noughts are texts.
fn number(text: &str) -> Option<f64> {
    let digits = text.replace(',', "");
    let number: u32 = digits.parse().ok().filter(|number: &u32| number.to_string() == digits)?;
    Some(f64::from(number))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn counts_are_numbers_and_everything_else_is_text() {
        assert_eq!(number("1,235"), Some(1_235.0));
        assert_eq!(["≤7", "hidden", "007", "", "=1+1", "-5"].map(number), [None; 6]);
    }
}
