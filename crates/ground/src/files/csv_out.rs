//! The one writer of CSV files. A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end
//! for a formula, quoted or not: such a text goes out with an apostrophe before it. Numbers are numbers.

use std::io::{self, Write};
use std::path::Path;

use super::{FileError, SafeFile};

/// One field of a row.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    Text(&'a str),
    Whole(i64),
}

/// Writes rows to anything that takes bytes.
#[derive(Debug)]
pub struct CsvOut<W: Write> {
    inner: csv::Writer<W>,
}

/// Beginnings that make a spreadsheet calculate, their full-width forms included.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－'];

impl<W: Write> CsvOut<W> {
    pub fn new(out: W) -> Self {
        Self { inner: csv::WriterBuilder::new().flexible(true).from_writer(out) }
    }

    /// Writes one row.
    pub fn row(&mut self, fields: &[Field<'_>]) -> io::Result<()> {
        for field in fields {
            match field {
                Field::Whole(number) => self.inner.write_field(digits(*number, &mut [0; LONGEST])),
                Field::Text(text) if text.starts_with(FORMULA_STARTS) || text.starts_with('＠') => {
                    self.inner.write_field(format!("'{text}"))
                }
                Field::Text(text) => self.inner.write_field(text),
            }?;
        }
        self.inner.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Gives back what was written to.
    pub fn finish(self) -> io::Result<W> {
        self.inner.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// Letters of the longest number.
const LONGEST: usize = 20;

/// A number as text, without asking for memory: a run's rows hold millions.
fn digits(number: i64, text: &mut [u8; LONGEST]) -> &[u8] {
    let mut left = number.unsigned_abs();
    let mut from = LONGEST;
    loop {
        from -= 1;
        text[from] = b'0' + (left % 10).to_le_bytes()[0];
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        from -= 1;
        text[from] = b'-';
    }
    &text[from..]
}

/// Writes a table whole or not at all: its heading and its rows.
pub fn write_table<'f, R: AsRef<[Field<'f>]>>(
    place: &Path,
    heading: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> Result<(), FileError> {
    let mut out = CsvOut::new(SafeFile::create(place)?);
    let heading: Vec<Field<'_>> = heading.iter().map(|name| Field::Text(name)).collect();
    out.row(&heading).map_err(FileError::system(place))?;
    for row in rows {
        out.row(row.as_ref()).map_err(FileError::system(place))?;
    }
    let mut file = out.finish().map_err(FileError::system(place))?;
    file.flush().map_err(FileError::system(place))?;
    file.keep()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula_and_numbers_stay_numbers() {
        let mut out = CsvOut::new(Vec::new());
        let fields = [Field::Text("=1+1"), Field::Text("＝1"), Field::Text("a,\"b\""), Field::Whole(-5)];
        out.row(&fields).expect("written");
        let text = String::from_utf8(out.finish().expect("finished")).expect("text");
        assert_eq!(text, "'=1+1,'＝1,\"a,\"\"b\"\"\",-5\n");
    }

    #[test]
    fn every_number_is_written_as_it_is_said() {
        for number in [0, 7, -7, 10, 1_075_560, -99, i64::MAX, i64::MIN] {
            assert_eq!(digits(number, &mut [0; LONGEST]), number.to_string().as_bytes());
        }
    }
}
