//! The lists of a request: of each practice the first so many, without those who were on a list before.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int32Array, StringArray};
use arrow_schema::DataType;
use disclosure::Working;
use ground::files::FileError;

use super::table::{BATCH, Out, column, read_each, texts};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Codes of practices; none: every one.
    pub practices: BTreeSet<String>,
    /// People of one practice at most.
    pub most: usize,
    /// Also those who were on a list for this purpose before; the list says so then.
    pub again: bool,
}

/// A practice's list, as far as anybody but the practice may know it.
#[derive(Clone, Debug)]
pub struct ListMade {
    pub practice: String,
    /// How many are on it.
    pub people: Working,
    /// How many others of the practice have an offer: those behind the last place, and those who were asked before.
    pub left: Working,
}

/// A line of a practice's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub place: i32,
    pub pid: String,
    pub asked_before: bool,
    pub reasons: String,
}

/// Makes the lists from the calls of a run. `earlier` are the lists of the same purpose that were approved before.
pub fn make(
    calls: &Path,
    earlier: &[PathBuf],
    wanted: &Wanted,
    to: &Path,
) -> Result<Vec<ListMade>, FileError> {
    let known = asked_before(earlier)?;
    let mut made: Vec<(ListMade, usize)> = Vec::new();
    let mut lines = Lines::create(to)?;
    read_each(calls, |batch| {
        let (practices, pids, reasons) =
            (texts(calls, batch, "practice")?, texts(calls, batch, "pid")?, texts(calls, batch, "reasons")?);
        for ((practice, pid), reasons) in
            practices.iter().flatten().zip(pids.iter().flatten()).zip(reasons.iter().flatten())
        {
            if !wanted.practices.is_empty() && !wanted.practices.contains(practice) {
                continue;
            }
            // The calls are sorted by practice.
            if made.last().is_none_or(|(list, _)| list.practice != practice) {
                let practice = practice.to_owned();
                made.push((ListMade { practice, people: Working::NOBODY, left: Working::NOBODY }, 0));
            }
            let Some((list, count)) = made.last_mut() else { continue };
            let before = known.contains(pid);
            if (before && !wanted.again) || *count == wanted.most {
                list.left += Working::from(1);
                continue;
            }
            *count += 1;
            list.people += Working::from(1);
            let place = i32::try_from(*count).unwrap_or(i32::MAX);
            lines.push(practice, (place, pid, before, reasons))?;
        }
        Ok(())
    })?;
    lines.keep()?;
    Ok(made.into_iter().map(|(list, _)| list).collect())
}

fn asked_before(earlier: &[PathBuf]) -> Result<HashSet<String>, FileError> {
    let mut known = HashSet::new();
    for file in earlier {
        read_each(file, |batch| {
            known.extend(texts(file, batch, "pid")?.iter().flatten().map(str::to_owned));
            Ok(())
        })?;
    }
    Ok(known)
}

/// The lines of one practice, in call order.
pub fn read(list: &Path, practice: &str) -> Result<Vec<Line>, FileError> {
    let mut lines = Vec::new();
    read_each(list, |batch| {
        let practices = texts(list, batch, "practice")?;
        let places: &Int32Array = column(list, batch, "place")?;
        let before: &BooleanArray = column(list, batch, "asked_before")?;
        let (pids, reasons) = (texts(list, batch, "pid")?, texts(list, batch, "reasons")?);
        for row in (0..batch.num_rows()).filter(|row| practices.value(*row) == practice) {
            lines.push(Line {
                place: places.value(row),
                pid: pids.value(row).to_owned(),
                asked_before: before.value(row),
                reasons: reasons.value(row).to_owned(),
            });
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Lines on their way into a file.
struct Lines {
    place: PathBuf,
    out: Out,
    practices: Vec<String>,
    places: Vec<i32>,
    pids: Vec<String>,
    before: Vec<bool>,
    reasons: Vec<String>,
}

impl Lines {
    fn create(place: &Path) -> Result<Self, FileError> {
        let columns = [
            ("practice", DataType::Utf8),
            ("place", DataType::Int32),
            ("pid", DataType::Utf8),
            ("asked_before", DataType::Boolean),
            ("reasons", DataType::Utf8),
        ];
        let out = Out::create(place, &columns)?;
        let (practices, places, pids, before, reasons) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { place: place.to_owned(), out, practices, places, pids, before, reasons })
    }

    fn push(
        &mut self,
        practice: &str,
        (place, pid, before, reasons): (i32, &str, bool, &str),
    ) -> Result<(), FileError> {
        self.practices.push(practice.to_owned());
        self.places.push(place);
        self.pids.push(pid.to_owned());
        self.before.push(before);
        self.reasons.push(reasons.to_owned());
        if self.places.len() == BATCH { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), FileError> {
        let text = |of: &mut Vec<String>| -> ArrayRef { Arc::new(StringArray::from(std::mem::take(of))) };
        let columns = vec![
            text(&mut self.practices),
            Arc::new(Int32Array::from(std::mem::take(&mut self.places))),
            text(&mut self.pids),
            Arc::new(BooleanArray::from(std::mem::take(&mut self.before))),
            text(&mut self.reasons),
        ];
        self.out.write(&self.place, columns)
    }

    fn keep(mut self) -> Result<(), FileError> {
        if !self.places.is_empty() {
            self.write()?;
        }
        self.out.keep(&self.place)
    }
}
