//! One person, one row, found on disk: what `population::import` settles in memory, by the same rules and in the same
//! words. Identical rows of one pseudonym count once, differing rows are all left out, and a row that cannot be read
//! contradicts those that can.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ground::files::{FileError, Problem};
use rayon::prelude::*;

use super::fingerprints::{Fingerprint, Fingerprints, UNREADABLE};
use crate::population::MOST_LISTED;

/// Where the rows of a part came from: first row, file, and what that file calls the column of pseudonyms.
pub(in crate::population) type Span = (u32, Arc<str>, Arc<str>);

/// What became of the rows that stand twice.
#[derive(Debug, Default)]
pub(in crate::population) struct Settled {
    /// For each part a bit for each row, set where the row is to be dropped; nothing for a part that stays as it is.
    pub(in crate::population) drops: Vec<Option<Vec<u64>>>,
    pub(in crate::population) dropped: u64,
    pub(in crate::population) repeats: u64,
    pub(in crate::population) problems: Vec<Problem>,
}

/// A row that is dropped, and why. The order is that of the list: first rows that are contradicted, then the others.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Dropped {
    again: bool,
    part: u32,
    row: u32,
    line: u32,
    why: Why,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    UnreadableToo { line: u32 },
    OtherValues(Fingerprint),
    Contradicted { first: Fingerprint },
    Repeats { first: Fingerprint },
}

/// Finds every row that is a repeat or a contradiction; `rows` and `origins` are told part by part, and so many problems
/// are listed already.
pub(in crate::population) fn settle(
    fingerprints: &Fingerprints,
    rows: &[u32],
    origins: &[Vec<Span>],
    listed: u64,
) -> Result<Settled, FileError> {
    let drops: Vec<Mutex<Option<Vec<u64>>>> = rows.iter().map(|_| Mutex::new(None)).collect();
    let (dropped, repeats, listed) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(listed));
    let found: Vec<Result<Vec<Dropped>, FileError>> = (0..fingerprints.len())
        .into_par_iter()
        .map(|file| {
            let mut found = Vec::new();
            let all = fingerprints.sorted(file)?;
            for person in all.chunk_by(|a, b| a.pseudonym == b.pseudonym).filter(|rows| rows.len() > 1) {
                settle_one(person, |row| {
                    let part = &drops[row.part as usize];
                    let mut bits = part.lock().unwrap_or_else(PoisonError::into_inner);
                    let words = (rows[row.part as usize] as usize).div_ceil(64);
                    bits.get_or_insert_with(|| vec![0; words])[row.row as usize / 64] |= 1 << (row.row % 64);
                    dropped.fetch_add(1, Ordering::Relaxed);
                    let repeat = matches!(row.why, Why::Repeats { .. });
                    repeats.fetch_add(u64::from(repeat), Ordering::Relaxed);
                    if listed.fetch_add(1, Ordering::Relaxed) < MOST_LISTED {
                        found.push(row);
                    }
                });
            }
            Ok(found)
        })
        .collect();
    let mut all = Vec::new();
    for one in found {
        all.append(&mut one?);
    }
    all.sort_unstable();
    Ok(Settled {
        drops: drops
            .into_iter()
            .map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect(),
        dropped: dropped.into_inner(),
        repeats: repeats.into_inner(),
        problems: all.iter().map(|row| problem(origins, row)).collect(),
    })
}

/// The rows of one pseudonym, in the order in which they came.
fn settle_one(person: &[Fingerprint], mut drop: impl FnMut(Dropped)) {
    let mut rows = person.iter().filter(|row| row.row != UNREADABLE);
    let Some(first) = rows.next() else { return };
    let unreadable = person.iter().rfind(|row| row.row == UNREADABLE);
    let other = rows.clone().find(|row| row.content != first.content);
    let contradicted = match (unreadable, other) {
        (Some(row), _) => Some(Why::UnreadableToo { line: row.line }),
        (None, Some(row)) => Some(Why::OtherValues(*row)),
        (None, None) => None,
    };
    let contradiction = contradicted.is_some();
    let dropped = |row: &Fingerprint, again: bool, why: Why| Dropped {
        again,
        part: row.part,
        row: row.row,
        line: row.line,
        why,
    };
    if let Some(why) = contradicted {
        drop(dropped(first, false, why));
    }
    for row in rows {
        let first = *first;
        let why = if contradiction { Why::Contradicted { first } } else { Why::Repeats { first } };
        drop(dropped(row, true, why));
    }
}

fn problem(origins: &[Vec<Span>], row: &Dropped) -> Problem {
    let (_, file, column) = origin(origins, row.part, row.row);
    let place = |other: &Fingerprint, seen_from: &Arc<str>| {
        let (_, file, _) = origin(origins, other.part, other.row);
        let line = other.line;
        if file == seen_from { format!("line {line}") } else { format!("line {line} of {file}") }
    };
    let why = match &row.why {
        Why::UnreadableToo { line } => format!("line {line} has the same pseudonym and cannot be read"),
        Why::OtherValues(other) => format!("{} has the same pseudonym and other values", place(other, file)),
        Why::Contradicted { first } => format!("{} has the same pseudonym", place(first, file)),
        Why::Repeats { first } => format!("this row repeats {} and was counted once", place(first, file)),
    };
    Problem {
        file: file.clone(),
        line: u64::from(row.line),
        column: column.clone(),
        expected: format!("one row for each person; {why}").into(),
    }
}

fn origin(origins: &[Vec<Span>], part: u32, row: u32) -> &Span {
    let spans = &origins[part as usize];
    &spans[spans.partition_point(|(first, ..)| *first <= row).saturating_sub(1)]
}
