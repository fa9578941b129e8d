//! CSV files (RFC 4180) in UTF-8, by `csv-core`, which never holds more than one record: so an unclosed quote or a
//! file without line ends costs a megabyte and not the memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv_core::{ReadRecordResult, Reader};

use super::batch::{Columns, Lines, Ragged, TextRows};
use super::kind::{Kind, kind_of};
use super::limits::{BLOCK_BYTES, MOST_COLUMNS, MOST_RECORD_BYTES};
use super::{Batch, FileError};

/// Rows of a batch: records are read whole and looked at column by column, so that fewer of them stay in the cache.
const CSV_BATCH_ROWS: usize = 1_024;

/// Bytes of text after which a batch is handed on, however few its rows.
const BATCH_BYTES: usize = 1 << 24;

/// The names in the first row.
pub(super) fn heading(path: &Path) -> Result<Vec<String>, FileError> {
    let mut records = Records::open(path)?;
    let Some(_) = records.next_record()? else {
        return Err(FileError::refused(
            path,
            "the file has no heading row; expected the names of the columns",
        ));
    };
    let names: Vec<String> = records.fields().map(|f| String::from_utf8_lossy(f).trim().to_owned()).collect();
    if let [only] = names.as_slice() {
        for (separator, called) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
            if only.contains(separator) {
                let why = format!("the columns are separated by {called}; expected commas");
                return Err(FileError::refused(path, why));
            }
        }
    }
    Ok(names)
}

/// Reads all rows behind the heading.
pub(super) fn read<E: From<FileError>>(
    path: &Path,
    width: usize,
    columns: &[usize],
    each: &mut impl FnMut(&Batch<'_>) -> Result<(), E>,
    ragged: &mut impl FnMut(Ragged) -> Result<(), E>,
) -> Result<(), E> {
    let mut records = Records::open(path)?;
    records.next_record()?;
    let mut rows = TextRows { width, ..TextRows::default() };
    let mut lines = Vec::with_capacity(CSV_BATCH_ROWS);
    loop {
        let line = records.next_record()?;
        if let Some(line) = line {
            let ends = &records.ends.at[..records.ends.len];
            if ends.len() == width {
                rows.push(&records.text[..ends.last().copied().unwrap_or(0)], ends);
                lines.push(line);
            } else {
                ragged(Ragged { line, found: ends.len(), expected: width })?;
            }
        }
        let full = lines.len() == CSV_BATCH_ROWS || rows.bytes.len() > BATCH_BYTES;
        if full || (line.is_none() && !lines.is_empty()) {
            let batch = Batch {
                columns: Columns::Text(&rows, columns),
                lines: Lines::Each(&lines),
                rows: lines.len(),
            };
            each(&batch)?;
            rows.clear();
            lines.clear();
        }
        if line.is_none() {
            return Ok(());
        }
    }
}

/// One record of a CSV file: the fields of a row as they stand, quotes taken off.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    text: &'r [u8],
    ends: &'r [usize],
    line: u64,
}

impl<'r> Record<'r> {
    /// The line on which it begins; the first is 1.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The fields, in order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &'r str> + use<'r> {
        let (text, ends) = (self.text, self.ends);
        (0..ends.len()).map(move |at| {
            let start = if at == 0 { 0 } else { ends[at - 1] };
            // Blocks are known to be UTF-8, and a comma never cuts a character.
            std::str::from_utf8(&text[start..ends[at]]).unwrap_or_default()
        })
    }
}

/// Reads every record of a CSV file, the first row too: for files whose heading is not one row of names. Only one
/// record is held at a time. An error of `each` ends the reading and comes back.
pub fn read_records<E: From<FileError>>(
    path: &Path,
    mut each: impl FnMut(Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    if kind_of(path)? != Kind::Csv {
        return Err(FileError::refused(path, "this is a Parquet file; expected a CSV file").into());
    }
    let mut records = Records::open(path)?;
    while let Some(line) = records.next_record()? {
        let ends = &records.ends.at[..records.ends.len];
        each(Record { text: &records.text, ends, line })?;
    }
    Ok(())
}

/// One record after the other.
struct Records<'p> {
    path: &'p Path,
    input: Input<'p>,
    reader: Reader,
    text: Vec<u8>,
    ends: Ends,
}

/// Where the fields of the record end in its text.
struct Ends {
    at: Vec<usize>,
    len: usize,
}

impl<'p> Records<'p> {
    fn open(path: &'p Path) -> Result<Self, FileError> {
        Ok(Self {
            path,
            input: Input::open(path)?,
            reader: Reader::new(),
            text: vec![0; MOST_RECORD_BYTES],
            ends: Ends { at: vec![0; MOST_COLUMNS + 1], len: 0 },
        })
    }

    /// Reads the next record and gives the line on which it begins.
    fn next_record(&mut self) -> Result<Option<u64>, FileError> {
        let Some(line) = self.input.skip_line_ends()? else { return Ok(None) };
        let (mut text_len, mut ends_len) = (0, 0);
        loop {
            let block = self.input.block()?;
            if block.is_empty() {
                let why = format!("a quote that opens in the row of line {line} is never closed");
                return Err(FileError::refused(self.path, why));
            }
            let (result, read, text, ends) =
                self.reader.read_record(block, &mut self.text[text_len..], &mut self.ends.at[ends_len..]);
            self.input.consume(read);
            text_len += text;
            ends_len += ends;
            match result {
                ReadRecordResult::Record => {
                    self.ends.len = ends_len;
                    return Ok(Some(line));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    let why = format!(
                        "the row of line {line} is longer than {} KiB; look for a quote that is never closed",
                        MOST_RECORD_BYTES / 1024
                    );
                    return Err(FileError::refused(self.path, why));
                }
                ReadRecordResult::OutputEndsFull => {
                    let why = format!("line {line} has more than {MOST_COLUMNS} columns");
                    return Err(FileError::refused(self.path, why));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    #[inline]
    fn field(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends.at[at - 1] };
        &self.text[start..self.ends.at[at]]
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len).map(|at| self.field(at))
    }
}

/// The file in blocks that are known to be UTF-8 without NUL bytes, with a line end behind the last line.
struct Input<'p> {
    path: &'p Path,
    file: File,
    buffer: Vec<u8>,
    /// What of the buffer is valid and not yet used; behind it the first bytes of a cut character.
    from: usize,
    to: usize,
    filled: usize,
    /// Line ends used so far.
    line_ends: u64,
    finished: bool,
}

impl<'p> Input<'p> {
    fn open(path: &'p Path) -> Result<Self, FileError> {
        let file = File::open(path).map_err(FileError::system(path))?;
        let buffer = vec![0; BLOCK_BYTES];
        let mut input = Self { path, file, buffer, from: 0, to: 0, filled: 0, line_ends: 0, finished: false };
        input.fill()?;
        if input.buffer[..input.to].starts_with("\u{FEFF}".as_bytes()) {
            input.from = 3;
        }
        Ok(input)
    }

    /// What can be read now; empty at the end of the file.
    fn block(&mut self) -> Result<&[u8], FileError> {
        if self.from == self.to {
            self.fill()?;
        }
        Ok(&self.buffer[self.from..self.to])
    }

    fn consume(&mut self, bytes: usize) {
        let used = &self.buffer[self.from..self.from + bytes];
        self.line_ends += used.iter().map(|b| u64::from(*b == b'\n')).sum::<u64>();
        self.from += bytes;
    }

    /// Goes to the first byte that is no line end and gives its line; nothing at the end of the file.
    fn skip_line_ends(&mut self) -> Result<Option<u64>, FileError> {
        loop {
            let block = self.block()?;
            if block.is_empty() {
                return Ok(None);
            }
            let ends = block.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
            let more = ends < block.len();
            self.consume(ends);
            if more {
                return Ok(Some(self.line_ends + 1));
            }
        }
    }

    fn fill(&mut self) -> Result<(), FileError> {
        // The bytes of a character that the last block cut come first.
        self.buffer.copy_within(self.to..self.filled, 0);
        let kept = self.filled - self.to;
        let room = &mut self.buffer[kept..BLOCK_BYTES - 1];
        let read = self.file.read(room).map_err(FileError::system(self.path))?;
        (self.from, self.filled) = (0, kept + read);
        if read == 0 && !self.finished {
            self.finished = true;
            self.buffer[self.filled] = b'\n';
            self.filled += 1;
        }
        let block = &self.buffer[..self.filled];
        self.to = match std::str::from_utf8(block) {
            Ok(_) => self.filled,
            Err(e) if e.error_len().is_none() && read > 0 => e.valid_up_to(),
            Err(e) => {
                let line = self.line_at(e.valid_up_to());
                let why = format!("line {line} is not UTF-8 text; save the file as \"CSV UTF-8\"");
                return Err(FileError::refused(self.path, why));
            }
        };
        if let Some(at) = self.buffer[..self.to].iter().position(|b| *b == 0) {
            let why = format!("line {} holds a NUL byte, so this is not a text file", self.line_at(at));
            return Err(FileError::refused(self.path, why));
        }
        Ok(())
    }

    fn line_at(&self, position: usize) -> u64 {
        let before = self.buffer[..position].iter().filter(|b| **b == b'\n').count();
        self.line_ends + before as u64 + 1
    }
}
