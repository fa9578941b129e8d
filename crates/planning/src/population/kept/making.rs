//! From the pieces of an extract to one part of a kept population, a block of rows at a time.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ground::files::{Batch, FileError, Problem};
use matching::{People, Person};

use super::beside::Beside;
use super::duplicates::Span;
use super::fingerprints::{Collector, Fingerprint, Fingerprints, UNREADABLE};
use super::part_file::{Layout, PartFile};
use super::parts::Piece;
use super::row::{hash_of_content, hash_of_pseudonym};
use crate::extract::Allowance;
use crate::population::chunk::{Chunk, Reading};
use crate::population::columns::at;
use crate::population::import::Stop;
use crate::population::{Codes, MOST_LISTED, Pseudonyms, Warnings};

/// Rows that are in memory for each thread before they are written.
const BLOCK: usize = 32_768;
/// Codes remembered from block to block; more are no codes that come again and again.
const MOST_CODES: usize = 100_000;

/// What all threads count together.
pub(super) struct Tally<'a> {
    pub(super) most_rows: u64,
    pub(super) allowance: Allowance,
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
    pub(super) read: AtomicU64,
    pub(super) left_out: AtomicU64,
}

impl Tally<'_> {
    /// However the rest turns out, whether there are too many by now.
    fn left_out(&self, more: u64) -> Result<(), Stop> {
        let so_far = self.left_out.fetch_add(more, Ordering::Relaxed) + more;
        let passed = so_far > MOST_LISTED || self.allowance.is_passed(so_far, self.most_rows);
        if passed { Err(Stop::TooMany) } else { Ok(()) }
    }
}

/// A part that was written.
#[derive(Default)]
pub(super) struct Made {
    pub(super) rows: u32,
    pub(super) bytes: u64,
    pub(super) origins: Vec<Span>,
    pub(super) problems: Vec<Problem>,
    pub(super) rows_read: u64,
    pub(super) rows_left_out: u64,
    pub(super) warnings: Warnings,
    pub(super) not_understood: u64,
    /// The reading ended early, since too much of it could not be used.
    pub(super) too_many: bool,
}

/// Writes one part.
pub(super) fn make(
    number: u32,
    place: &Path,
    pieces: &[Piece<'_>],
    layout: &Layout,
    (fingerprints, index_year, tally): (&Fingerprints, i32, &Tally<'_>),
) -> Result<Made, FileError> {
    let maker = RefCell::new(Maker {
        number,
        out: PartFile::create(place, layout)?,
        fingerprints: fingerprints.collector(),
        chunk: Chunk::default(),
        beside: Beside::default(),
        rows: 0,
        unreadable: 0,
        origins: Vec::new(),
        bytes: Vec::new(),
    });
    let mut too_many = false;
    for piece in pieces {
        let file: Arc<str> = piece.file.clone();
        let reading = Reading { heading: piece.heading, file: file.clone(), index_year };
        maker.borrow_mut().begin(file, piece.heading.names[at::PID].clone());
        let ended = piece.part.read::<Stop>(
            &piece.heading.positions,
            |batch| maker.borrow_mut().take(&reading, batch, tally),
            |row| {
                maker.borrow_mut().chunk.ragged(&reading, row);
                tally.left_out(1)
            },
        );
        match ended {
            Ok(()) => {}
            Err(Stop::TooMany) => {
                too_many = true;
                break;
            }
            Err(Stop::File(error)) => return Err(error),
        }
    }
    maker.into_inner().finish(too_many)
}

struct Maker<'m> {
    number: u32,
    out: PartFile<'m>,
    fingerprints: Collector<'m>,
    chunk: Chunk,
    beside: Beside,
    /// Rows written, and rows that could not be read.
    rows: u32,
    unreadable: u64,
    origins: Vec<Span>,
    /// Room for the content of a row, asked for once.
    bytes: Vec<u8>,
}

impl Maker<'_> {
    /// From here on rows come from this file.
    fn begin(&mut self, file: Arc<str>, column: Arc<str>) {
        let first = self.rows.saturating_add(u32::try_from(self.chunk.people.len()).unwrap_or(u32::MAX));
        self.origins.push((first, file, column));
    }

    fn take(&mut self, reading: &Reading<'_>, batch: &Batch<'_>, tally: &Tally<'_>) -> Result<(), Stop> {
        let (before, left_out) = (self.chunk.people.len(), self.chunk.rows_left_out);
        self.chunk.take(reading, batch);
        self.beside.take(reading, batch, &self.chunk.lines[before..]);
        (tally.progress)(tally.read.fetch_add(batch.rows() as u64, Ordering::Relaxed));
        if self.chunk.people.len().max(self.chunk.left_out.len()) >= BLOCK {
            self.write()?;
        }
        tally.left_out(self.chunk.rows_left_out - left_out)
    }

    /// Writes what is in memory and lets go of it.
    fn write(&mut self) -> Result<(), FileError> {
        let chunk = &mut self.chunk;
        let people: Vec<Person> = (0..chunk.people.len()).map(|row| chunk.people.get(row)).collect();
        let text = |number: u32, codes: &Codes| -> Arc<str> {
            number.checked_sub(1).map_or_else(|| "".into(), |before| codes.names()[before as usize].clone())
        };
        for (row, person) in people.iter().enumerate() {
            let practice = text(chunk.practice[row], &chunk.practices);
            let lsoa = text(chunk.lsoa[row], &chunk.lsoas);
            self.fingerprints.add(&Fingerprint {
                pseudonym: hash_of_pseudonym(chunk.pseudonyms.get(row)),
                part: self.number,
                row: self.rows,
                content: hash_of_content(person, &practice, &lsoa, &mut self.bytes),
                line: chunk.lines[row],
            })?;
            self.rows += 1;
        }
        for (pseudonym, line) in chunk.left_out.drain(..) {
            self.fingerprints.add(&Fingerprint {
                pseudonym: hash_of_pseudonym(&pseudonym),
                part: self.number,
                row: UNREADABLE,
                content: self.unreadable,
                line: u32::try_from(line).unwrap_or(u32::MAX),
            })?;
            self.unreadable += 1;
        }
        self.out.write(&people, chunk, &self.beside)?;

        chunk.people = People::default();
        chunk.pseudonyms = Pseudonyms::default();
        chunk.practice.clear();
        chunk.lsoa.clear();
        chunk.lines.clear();
        for codes in [&mut chunk.practices, &mut chunk.lsoas] {
            if codes.names().len() > MOST_CODES {
                *codes = Codes::default();
            }
        }
        self.beside.clear();
        Ok(())
    }

    fn finish(mut self, too_many: bool) -> Result<Made, FileError> {
        self.write()?;
        self.fingerprints.finish()?;
        Ok(Made {
            rows: self.rows,
            bytes: self.out.finish()?,
            origins: self.origins,
            problems: self.chunk.problems,
            rows_read: self.chunk.rows_read,
            rows_left_out: self.chunk.rows_left_out,
            warnings: self.chunk.warnings,
            not_understood: self.beside.not_understood,
            too_many,
        })
    }
}
