//! Reads an extract, whole or in parts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ground::files::{FileError, Table};
use rayon::prelude::*;
use vocabulary::Day;

use super::chunk::{Chunk, Reading};
use super::columns::at;
use super::duplicates::{Elsewhere, Origins, settle};
use super::{Codes, MADE_UP, MOST_LISTED, OPTIONAL_COLUMNS, PEOPLE_COLUMNS, Population, Pseudonyms};
use crate::extract::{Allowance, Found, Heading, ImportError, Mapping};

/// How an extract is to be read.
#[derive(Clone, Copy)]
pub struct Import<'a> {
    pub mapping: &'a Mapping,
    pub index_date: Day,
    pub allowance: Allowance,
    /// Told how many rows were read so far, from any thread.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// The files of an extract: itself, or the parts of a folder in the order of their names, or the one that the
/// mapping names.
pub fn parts_of(path: &Path, mapping: &Mapping) -> Result<Vec<PathBuf>, FileError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    if let Some(files) = &mapping.files {
        return Ok(vec![path.join(&files.people)]);
    }
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(path).map_err(FileError::system(path))? {
        let entry = entry.map_err(FileError::system(path))?;
        let hidden = entry.file_name().to_string_lossy().starts_with(['.', '_']);
        if !hidden && entry.path().is_file() {
            parts.push(entry.path());
        }
    }
    parts.sort();
    if parts.is_empty() {
        return Err(FileError::refused(path, "the folder holds no files; expected the parts of an extract"));
    }
    Ok(parts)
}

/// Reads the parts of an extract into one population.
pub fn import(parts: &[PathBuf], settings: &Import<'_>) -> Result<Population, ImportError> {
    let AllRead { mut population, origins, unreadable, whole } = read(parts, settings)?;
    settle(&mut population, &origins, &unreadable, &Elsewhere::default());
    population.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));

    let rows = population.rows_read;
    if !whole || settings.allowance.is_passed(population.rows_left_out, rows) {
        return Err(refused(parts, settings, population, whole));
    }
    if rows == 0
        && let Some(path) = parts.first()
    {
        return Err(FileError::refused(path, "the extract holds no rows").into());
    }
    Ok(population)
}

/// A part of an extract that is read part by part.
#[derive(Debug)]
pub struct PartRead {
    pub population: Population,
    pub(super) origins: Origins,
    /// Pseudonyms and lines of rows that could not be used.
    pub(super) unreadable: Vec<(String, u64)>,
}

/// Reads one part of an extract by itself. Whether too many rows of the extract were left out is for the caller to say, who
/// sees all parts; a part may also be empty.
pub fn import_part(
    part: &Path,
    settings: &Import<'_>,
    elsewhere: &Elsewhere<'_>,
) -> Result<PartRead, ImportError> {
    let parts = [part.to_owned()];
    let settings = Import { allowance: Allowance { percent: 100.0 }, ..*settings };
    let AllRead { mut population, origins, unreadable, whole } = read(&parts, &settings)?;
    settle(&mut population, &origins, &unreadable, elsewhere);
    population.problems.sort_by_key(|problem| problem.line);
    if !whole {
        return Err(refused(&parts, &settings, population, whole));
    }
    Ok(PartRead { population, origins, unreadable })
}

fn refused(parts: &[PathBuf], settings: &Import<'_>, population: Population, whole: bool) -> ImportError {
    ImportError::TooManyProblems {
        file: parts.first().map(|p| Mapping::name_of(p)).unwrap_or_default(),
        left_out: population.rows_left_out,
        rows: population.rows_read,
        so_far: if whole { "" } else { " read so far" },
        allowed: settings.allowance.percent,
        problems: population.problems,
    }
}

/// The most rows that these files can have.
pub fn most_rows_of(parts: &[PathBuf]) -> Result<u64, FileError> {
    parts.iter().map(|part| Ok(most_rows(&Table::open(part)?))).sum()
}

/// Everything that was read, and not yet who stands twice.
struct AllRead {
    population: Population,
    origins: Origins,
    unreadable: Vec<(String, u64)>,
    /// All of it was read: not too much of it was left out on the way.
    whole: bool,
}

fn read(parts: &[PathBuf], settings: &Import<'_>) -> Result<AllRead, FileError> {
    let mut tables = Vec::new();
    for path in parts {
        let table = Table::open(path)?;
        let heading = Heading::find(&table, settings.mapping, &PEOPLE_COLUMNS, &OPTIONAL_COLUMNS)?;
        tables.push((table, heading));
    }
    let most_rows = tables.iter().map(|(table, _)| most_rows(table)).sum();
    let left_out = AtomicU64::new(0);
    let read = AtomicU64::new(0);

    // However the rest of the file turns out, whether there are too many by now.
    let too_many = |more: u64| {
        let so_far = left_out.fetch_add(more, Ordering::Relaxed) + more;
        let passed = so_far > MOST_LISTED || settings.allowance.is_passed(so_far, most_rows);
        if passed { Err(Stop::TooMany) } else { Ok(()) }
    };

    let work: Vec<_> = tables
        .iter()
        .flat_map(|(table, heading)| table.parts().into_iter().map(move |p| (table, heading, p)))
        .collect();
    // Parts that one thread reads one after the other go into one chunk: what need not be put together later.
    let alone = rayon::current_num_threads() == 1;
    let rows_a_chunk = if alone { likely_rows(&tables) } else { 0 };
    let chunks: Vec<Result<PartsRead, FileError>> = work
        .par_iter()
        .with_min_len(if alone { work.len() } else { 1 })
        .fold(
            || Ok(PartsRead { chunk: Chunk::for_rows(rows_a_chunk), ..PartsRead::default() }),
            |read_before: Result<PartsRead, FileError>, (table, heading, part)| {
                let mut parts = read_before?;
                let file: Arc<str> = Mapping::name_of(table.path()).into();
                parts.starts.push((parts.chunk.people.len(), file.clone(), heading.names[at::PID].clone()));
                let reading = Reading { heading, file, index_year: settings.index_date.year() };
                let chunk = std::cell::RefCell::new(parts.chunk);
                let ended = part.read::<Stop>(
                    &heading.positions,
                    |batch| {
                        let mut chunk = chunk.borrow_mut();
                        let before = chunk.rows_left_out;
                        chunk.take(&reading, batch);
                        (settings.progress)(read.fetch_add(batch.rows() as u64, Ordering::Relaxed));
                        too_many(chunk.rows_left_out - before)
                    },
                    |row| {
                        chunk.borrow_mut().ragged(&reading, row);
                        too_many(1)
                    },
                );
                parts.chunk = chunk.into_inner();
                match ended {
                    Ok(()) => Ok(parts),
                    Err(Stop::TooMany) => Ok(PartsRead { cut_short: true, ..parts }),
                    Err(Stop::File(error)) => Err(error),
                }
            },
        )
        .collect();

    let mut population = Population { has_place: true, ..Population::default() };
    for (table, heading) in &tables {
        if let Some(county) = table.note(MADE_UP) {
            population.made_up = Some(county.to_owned());
        }
        population.has_place &= heading.found[at::EASTING] != Found::Absent;
    }
    let mut all = AllRead { population, origins: Origins::default(), unreadable: Vec::new(), whole: true };
    let mut before = 0;
    let mut chunks_read = Vec::with_capacity(chunks.len());
    for parts in chunks {
        let parts = parts?;
        all.whole &= !parts.cut_short;
        all.origins.files.extend(
            parts.starts.into_iter().map(|(start, file, column)| {
                (u32::try_from(before + start).unwrap_or(u32::MAX), file, column)
            }),
        );
        before += parts.chunk.people.len();
        chunks_read.push(parts.chunk);
    }
    all.put_together(chunks_read);
    Ok(all)
}

/// Parts that follow each other, read into one chunk.
#[derive(Default)]
struct PartsRead {
    chunk: Chunk,
    /// First row of each in the chunk, its file, and what that calls the column of pseudonyms.
    starts: Vec<(usize, Arc<str>, Arc<str>)>,
    /// The reading ended early, since too much could not be used.
    cut_short: bool,
}

/// Why the reading of a part ended before its end.
pub(super) enum Stop {
    File(FileError),
    TooMany,
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// How many rows there are likely to be. Room is made for them, and what a file says of itself may be untrue: a person takes
/// more than four bytes of it.
fn likely_rows(tables: &[(Table, Heading)]) -> usize {
    let rows = tables.iter().map(|(table, _)| most_rows(table).min(table.bytes() / 4)).sum::<u64>();
    usize::try_from(rows).unwrap_or(0)
}

/// The most rows that a table can have: a row of a CSV file has at least a comma between its columns and a line end.
pub(super) fn most_rows(table: &Table) -> u64 {
    table.rows().unwrap_or_else(|| table.bytes() / table.columns().len().max(1) as u64)
}

impl AllRead {
    /// Puts these chunks behind each other, different columns at the same time.
    fn put_together(&mut self, chunks: Vec<Chunk>) {
        let Self { population, origins, unreadable, .. } = self;
        let rows = chunks.iter().map(|chunk| chunk.people.len()).sum::<usize>();
        let (mut people, mut pseudonyms) = (Vec::new(), Vec::new());
        let (mut practices, mut lsoas, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for mut chunk in chunks {
            population.rows_read += chunk.rows_read;
            population.rows_left_out += chunk.rows_left_out;
            population.problems.append(&mut chunk.problems);
            population.warnings.outside_great_britain += chunk.warnings.outside_great_britain;
            population.warnings.lsoa_not_recognised += chunk.warnings.lsoa_not_recognised;
            unreadable.append(&mut chunk.left_out);
            people.push(chunk.people);
            pseudonyms.push(chunk.pseudonyms);
            practices.push((chunk.practice, chunk.practices));
            lsoas.push((chunk.lsoa, chunk.lsoas));
            lines.push(chunk.lines);
        }
        let people = || {
            let mut people = people.into_iter();
            let mut all = people.next().unwrap_or_default();
            all.reserve(rows - all.len());
            people.for_each(|more| all.append(more));
            all
        };
        let codes = || (numbered(practices, rows), numbered(lsoas, rows));
        let rest = || rayon::join(codes, || (Pseudonyms::together(pseudonyms), behind(lines, rows)));
        let (people, ((practices, lsoas), (pseudonyms, lines))) = rayon::join(people, rest);
        (population.people, population.pseudonyms, origins.lines) = (people, pseudonyms, lines);
        (population.practice, population.practices) = practices;
        (population.lsoa, population.lsoas) = lsoas;
    }
}

/// All of these lists, one behind the other.
fn behind(lists: Vec<Vec<u32>>, rows: usize) -> Vec<u32> {
    let mut lists = lists.into_iter();
    let mut all = lists.next().unwrap_or_default();
    all.reserve(rows - all.len());
    lists.for_each(|more| all.extend_from_slice(&more));
    all
}

/// Columns of numbers, each into codes of its own, as one column into one list of codes.
fn numbered(columns: Vec<(Vec<u32>, Codes)>, rows: usize) -> (Vec<u32>, Codes) {
    let mut columns = columns.into_iter();
    let (mut all, mut codes) = columns.next().unwrap_or_default();
    all.reserve(rows - all.len());
    for (column, names) in columns {
        let numbers: Vec<u32> =
            std::iter::once(0).chain(names.names().iter().map(|name| codes.number(name))).collect();
        all.extend(column.iter().map(|row| numbers[*row as usize]));
    }
    (all, codes)
}
