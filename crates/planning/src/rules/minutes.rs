//! The table of minutes that a rule set may name: from which place to which service, and how long it takes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ground::files::{Batch, FileError, Problem, Table, digest};
use matching::{Catchment, MinutesRow, MinutesTable, Service};
use vocabulary::{GridPoint, and_list};

use crate::extract::ColumnKind::Whole;
use crate::extract::{Allowance, Column, Heading, ImportError, Mapping, WholeCell, column, each_whole};
use crate::population::{FAR, METRES, Stamp};

/// The columns, in metres of the British National Grid, the services file's numbers and whole minutes.
pub const MINUTES_COLUMNS: [Column; 4] = [
    column("easting", Whole(-FAR, FAR), METRES),
    column("northing", Whole(-FAR, FAR), METRES),
    column("sid", Whole(0, i32::MAX), "the number of a service of the services file"),
    column("minutes", Whole(0, MOST_MINUTES), "whole minutes from 0 to 1440"),
];

/// In place of minutes that could not be read.
const NOT_READ: i32 = -1;
/// The minutes of a day.
pub(super) const MOST_MINUTES: i32 = 1_440;
/// A county's postcodes to all of its services are a few million.
const MOST_ROWS: u64 = 50_000_000;
/// Problems that are listed; all of them are counted.
const MOST_LISTED: usize = 1_000_000;

/// What was read of a table of minutes.
#[derive(Clone, Debug)]
pub struct MinutesFile {
    pub path: PathBuf,
    pub digest: String,
    pub rows_read: u64,
    /// Rows that the rules go by.
    pub rows_used: u64,
    /// Rows left out and listed, repeats not counted.
    pub rows_left_out: u64,
    pub problems: Vec<Problem>,
    pub warnings: MinutesWarnings,
}

/// What was counted and not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinutesWarnings {
    /// Rows of services that the services file does not have, and the line of the first; they change nothing.
    pub strangers: u64,
    pub first_stranger: Option<u64>,
    /// Rows that say again what another says.
    pub repeats: u64,
    /// Services that one goes to and that no row speaks of: nobody can go there.
    pub services_without_rows: u64,
}

/// Reads a table of minutes to these services; more rows left out than allowed, and it is not taken.
pub(super) fn read_minutes(
    path: &Path,
    services: &[Service],
    allowance: Allowance,
) -> Result<(MinutesTable, MinutesFile), ImportError> {
    let before = Stamp::of(path)?;
    let table = Table::open(path)?;
    let missing: Vec<&str> = MINUTES_COLUMNS
        .iter()
        .map(|column| column.name)
        .filter(|name| table.position(name).is_none())
        .collect();
    if !missing.is_empty() {
        let why = format!(
            "a table of minutes needs the columns easting, northing, sid and minutes; it has no {}",
            and_list(&missing)
        );
        return Err(FileError::refused(path, why).into());
    }
    let heading = Heading::find(&table, &Mapping::default(), &MINUTES_COLUMNS, &[])?;
    let reader = std::cell::RefCell::new(Reader::new(path, services, allowance));
    for part in table.parts() {
        part.read::<ImportError>(
            &heading.positions,
            |batch| reader.borrow_mut().take(batch, &heading),
            |row| {
                let expected = format!("{} fields, found {}", row.expected, row.found);
                reader.borrow_mut().rows_read += 1;
                reader.borrow_mut().leave_out(row.line, "", &expected);
                Ok(())
            },
        )?;
    }
    let (table, mut file) = reader.into_inner().finish()?;
    file.digest = digest(&[path])?;
    // What was read must be what the digest is of.
    before.check(path)?;
    Ok((table, file))
}

struct Reader<'a> {
    path: &'a Path,
    file: Arc<str>,
    services: &'a [Service],
    sids: BTreeSet<i32>,
    allowance: Allowance,
    /// Rows that can be used, and their lines.
    rows: Vec<(MinutesRow, u64)>,
    rows_read: u64,
    left_out: u64,
    problems: Vec<Problem>,
    warnings: MinutesWarnings,
}

impl<'a> Reader<'a> {
    fn new(path: &'a Path, services: &'a [Service], allowance: Allowance) -> Self {
        Self {
            path,
            file: Mapping::name_of(path).into(),
            services,
            sids: services.iter().map(|service| service.sid).collect(),
            allowance,
            rows: Vec::new(),
            rows_read: 0,
            left_out: 0,
            problems: Vec::new(),
            warnings: MinutesWarnings::default(),
        }
    }

    /// Lists what is wrong, as long as the list does not fill the memory.
    fn problem(&mut self, line: u64, column: &str, expected: &str) {
        if self.problems.len() < MOST_LISTED {
            let (file, column, expected) = (self.file.clone(), column.into(), expected.into());
            self.problems.push(Problem { file, line, column, expected });
        }
    }

    /// Counts a row that cannot be used, and lists it.
    fn leave_out(&mut self, line: u64, column: &str, expected: &str) {
        self.left_out += 1;
        self.problem(line, column, expected);
    }

    fn too_many(&mut self) -> ImportError {
        ImportError::TooManyProblems {
            file: Mapping::name_of(self.path),
            left_out: self.left_out,
            rows: self.rows_read,
            so_far: "",
            allowed: self.allowance.percent,
            problems: std::mem::take(&mut self.problems),
        }
    }

    fn take(&mut self, batch: &Batch<'_>, heading: &Heading) -> Result<(), ImportError> {
        self.rows_read += batch.rows() as u64;
        if self.rows_read > MOST_ROWS {
            let why = format!("the table has more than {MOST_ROWS} rows; leave out the longest ways");
            return Err(FileError::refused(self.path, why).into());
        }
        let mut rows = vec![[None; MINUTES_COLUMNS.len()]; batch.rows()];
        for (at, column) in MINUTES_COLUMNS.iter().enumerate() {
            each_whole(&heading.expected(at, column, 0), batch, at, |row, cell| {
                if let WholeCell::Value(value) = cell {
                    rows[row][at] = Some(value);
                }
            });
        }
        for (row, cells) in rows.into_iter().enumerate() {
            let line = batch.line(row);
            let wrong = cells.iter().zip(&MINUTES_COLUMNS).find(|(cell, _)| cell.is_none());
            if let Some((_, column)) = wrong {
                self.leave_out(line, column.name, column.expected);
            }
            let [Some(easting), Some(northing), Some(sid), minutes] = cells else { continue };
            if self.sids.contains(&sid) {
                let place = GridPoint { easting, northing };
                self.rows.push((MinutesRow { place, sid, minutes: minutes.unwrap_or(NOT_READ) }, line));
            } else if minutes.is_some() {
                self.warnings.strangers += 1;
                self.warnings.first_stranger.get_or_insert(line);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(MinutesTable, MinutesFile), ImportError> {
        let mut read = std::mem::take(&mut self.rows);
        read.sort_unstable_by_key(|(row, line)| (row.place, row.sid, *line));
        let mut rows = Vec::with_capacity(read.len());
        for pair in read.chunk_by(|(a, _), (b, _)| (a.place, a.sid) == (b.place, b.sid)) {
            let (first, first_line) = pair[0];
            if pair.iter().any(|(row, _)| *row != first) {
                // Nobody can know which of them is right. One that could not be read is listed already.
                for (_, line) in pair.iter().filter(|(row, _)| row.minutes != NOT_READ) {
                    let expected = "one number of minutes for each place and sid; other rows have another";
                    self.leave_out(*line, "minutes", expected);
                }
                continue;
            }
            if first.minutes == NOT_READ {
                continue;
            }
            for (_, line) in &pair[1..] {
                let expected = format!("one row for each place and sid; this row repeats line {first_line}");
                self.problem(*line, "sid", &expected);
                self.warnings.repeats += 1;
            }
            rows.push(first);
        }
        self.problems.sort_by_key(|problem| problem.line);
        if self.allowance.is_passed(self.left_out, self.rows_read) {
            return Err(self.too_many());
        }
        if rows.is_empty() && self.left_out > 0 {
            return Err(self.too_many());
        }
        if rows.is_empty() {
            let stranger = self.warnings.first_stranger.map_or_else(String::new, |line| {
                format!("; line {line} is the first about another one: is it the table of these services?")
            });
            let why = format!("no row of it speaks of a service of the services file{stranger}");
            return Err(FileError::refused(self.path, why).into());
        }
        let named: BTreeSet<i32> = rows.iter().map(|row| row.sid).collect();
        let without = self.services.iter().filter(|service| {
            service.catchment != Catchment::Online && service.place.is_some() && !named.contains(&service.sid)
        });
        self.warnings.services_without_rows = without.count() as u64;
        let file = MinutesFile {
            path: self.path.to_owned(),
            digest: String::new(),
            rows_read: self.rows_read,
            rows_used: rows.len() as u64,
            rows_left_out: self.left_out,
            problems: self.problems,
            warnings: self.warnings,
        };
        Ok((MinutesTable::new(rows), file))
    }
}
