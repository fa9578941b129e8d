//! A match run over the parts of an extract, one after the other: memory for the largest part, however many there are.
//!
//! Each part is read, selected, matched, written and counted as an extract of its own would be; the raw counts of all parts
//! are added up, and what is released is released of the sum, once. So the rows and the figures are those of one run over
//! all parts. What needs all people at once is asked afterwards of the parts that it concerns: who stands in more than one
//! part ([`across`]), and who lives around a hub.
//!
//! Whatever is finished stays finished: a run that is broken off goes on where it was when it is asked the same again. Until
//! then a hidden folder beside the results, which its owner alone may read, holds what it needs ([`unfinished`]).

mod around;
mod others;
mod part;
mod record;
mod unfinished;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ground::files::{FileError, Problem, digests};
use matching::Plan;

use crate::cohort::Cohort;
use crate::extract::{ImportError, Mapping};
use crate::match_run::{ReadCounts, RowFormat, Tallies};
use crate::population::across::{Settled, in_more_than_one, settle};
use crate::population::{Completed, Import, MOST_LISTED, Networks, Population, Stamp, most_rows_of};
use record::{Done, Record};
use unfinished::Unfinished;

pub use others::{Commission, Others};
pub use unfinished::{FOLDER, ROWS_FOLDER, forget, remove_rows};

/// Says which practices of a part make up a network.
pub type NetworksOf<'a> = dyn Fn(&Population) -> Option<Networks> + 'a;

/// A run to be made part by part.
pub struct ByPart<'a> {
    /// The extract, and its parts in order.
    pub extract: &'a Path,
    pub parts: &'a [PathBuf],
    pub import: Import<'a>,
    pub plan: Arc<Plan>,
    pub cohort: &'a Cohort,
    /// Small areas by which is counted; see [`crate::match_run::Counting`].
    pub small_areas: &'a [(String, String)],
    /// It is asked who is left out.
    pub fairness: bool,
    pub for_report: bool,
    /// How the rows are written; nothing where none are wanted.
    pub rows: Option<RowFormat>,
    /// What the tables of places fill in.
    pub complete: Option<&'a dyn Fn(&mut Population) -> Completed>,
    /// Which practices of a part make up a network; nothing where it is not known of any.
    pub networks: Option<&'a NetworksOf<'a>>,
    /// Whether pseudonyms of different parts are known to differ, as in a population that is kept.
    pub one_row_each: bool,
    /// All else that decides the answer, as a text: rules, services, cohort, mapping. Other words are another run.
    pub question: &'a str,
    /// Who does the parts; the run itself, one after the other, where nobody is named.
    pub others: Option<&'a dyn Others>,
    /// The folder of the results.
    pub out: &'a Path,
    /// Told what is being done.
    pub said: &'a dyn Fn(Stage<'_>),
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage<'s> {
    /// So many parts are finished since an earlier run.
    Resumed(usize),
    /// What an earlier run with another question left was removed.
    Anew,
    /// A part is begun, from 0.
    Part { number: usize, of: usize, name: &'s str },
    /// So many rows were read of it, and it is finished.
    Finished { rows: u64 },
    /// Others have finished a part.
    ByOthers { number: usize, of: usize, name: &'s str, rows: u64 },
    /// A part is read again for what needs all people; it is finished by [`Stage::Finished`] too.
    Again { name: &'s str },
}

/// What is known of the files before any of them is read.
struct Files {
    digests: Vec<String>,
    all: String,
    stamps: Vec<Stamp>,
}

/// What is known of one part before it is read.
struct Part<'f> {
    number: usize,
    digest: &'f str,
    stamp: Stamp,
}

impl Files {
    fn part(&self, number: usize) -> Part<'_> {
        Part { number, digest: &self.digests[number], stamp: self.stamps[number] }
    }
}

/// All parts, done.
pub struct Whole<'a> {
    asked: &'a ByPart<'a>,
    pub tallies: Tallies,
    pub read: ReadCounts,
    pub problems: Vec<Problem>,
    /// Of the bytes of all parts.
    pub digest: String,
    files: Files,
    settled: Settled,
    unfinished: Unfinished,
}

impl<'a> ByPart<'a> {
    /// Does what is not finished yet, and adds everything up.
    pub fn run(&'a self) -> Result<Whole<'a>, ImportError> {
        let (unfinished, anew) = Unfinished::enter(self.out, &self.whole_question())?;
        if anew {
            (self.said)(Stage::Anew);
        }
        match self.do_all(&unfinished) {
            Ok((files, settled, added)) => {
                let Added { tallies, read, problems } = added;
                let digest = files.all.clone();
                Ok(Whole { asked: self, tallies, read, problems, digest, files, settled, unfinished })
            }
            Err(error) => {
                // An extract that is refused for its rows is no run to go on with.
                if matches!(error, ImportError::TooManyProblems { .. }) {
                    // Why it is refused is worth more than why something could not be removed.
                    unfinished.remove().ok();
                }
                Err(error)
            }
        }
    }

    fn whole_question(&self) -> String {
        format!(
            "meres {} by part {}\nfairness {}\nreport {}\nrows {:?}\none row each {}\nyear {}\nareas {:?}\n{}\n",
            env!("CARGO_PKG_VERSION"),
            record::FORMAT,
            self.fairness,
            self.for_report,
            self.rows,
            self.one_row_each,
            self.import.index_date.year(),
            self.small_areas,
            self.question,
        )
    }

    fn do_all(&self, unfinished: &Unfinished) -> Result<(Files, Settled, Added), ImportError> {
        let stamps = Stamp::of_all(self.parts)?;
        let (digests, all) = digests(self.parts)?;
        let files = Files { digests, all, stamps };
        let most_rows = most_rows_of(self.parts)?;
        let finished = (0..self.parts.len())
            .map(|number| self.finished(unfinished, number, &files.digests[number]))
            .collect::<Result<Vec<Option<Done>>, FileError>>()?;
        let resumed: Vec<bool> = finished.iter().map(Option::is_some).collect();
        unfinished.keep_parts(&resumed, self.rows)?;
        let count = resumed.iter().filter(|done| **done).count();
        if count > 0 {
            (self.said)(Stage::Resumed(count));
        }
        let mut so_far = SoFar::of(finished);
        let missing = (0..resumed.len()).filter(|number| !resumed[*number]).collect::<Vec<_>>();
        self.do_parts(unfinished, &files, &missing, &Settled::default(), &mut |number, done| {
            so_far.add(number, done);
            // However the other parts turn out.
            if self.is_too_much(so_far.left_out, most_rows) {
                let added = Added::of(unfinished, &Settled::default(), so_far.numbers())?;
                return Err(self.refused(added, " read so far"));
            }
            Ok(())
        })?;
        let settled = self.settle(unfinished, &files, so_far.listed)?;
        let again = |(number, done): (usize, &Option<Done>)| {
            let same = done.as_ref().is_some_and(|done| done.dropped == record::digest_of(&settled, number));
            (!same).then_some(number)
        };
        let again: Vec<usize> = so_far.finished.iter().enumerate().filter_map(again).collect();
        self.do_parts(unfinished, &files, &again, &settled, &mut |_, _| Ok(()))?;
        let added = Added::of(unfinished, &settled, 0..self.parts.len())?;
        if self.is_too_much(added.read.rows_left_out, added.read.rows_read) {
            return Err(self.refused(added, ""));
        }
        if added.read.rows_read == 0 {
            return Err(FileError::refused(self.extract, "the extract holds no rows").into());
        }
        Ok((files, settled, added))
    }

    /// Does these parts, and tells of each when it is finished.
    fn do_parts(
        &self,
        unfinished: &Unfinished,
        files: &Files,
        parts: &[usize],
        settled: &Settled,
        each: &mut dyn FnMut(usize, Done) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        if let Some(others) = self.others.filter(|_| !parts.is_empty()) {
            return self.ask(others, unfinished, files, parts, settled, each);
        }
        for number in parts {
            let done = self.do_part(unfinished, &files.part(*number), settled)?;
            each(*number, done)?;
        }
        Ok(())
    }

    fn is_too_much(&self, left_out: u64, rows: u64) -> bool {
        left_out > MOST_LISTED || self.import.allowance.is_passed(left_out, rows)
    }

    fn refused(&self, added: Added, so_far: &'static str) -> ImportError {
        ImportError::TooManyProblems {
            file: Mapping::name_of(self.extract),
            left_out: added.read.rows_left_out,
            rows: added.read.rows_read,
            so_far,
            allowed: self.import.allowance.percent,
            problems: added.problems,
        }
    }

    /// What an earlier run did of a part, if it is what would be done now.
    fn finished(
        &self,
        unfinished: &Unfinished,
        number: usize,
        digest: &str,
    ) -> Result<Option<Done>, FileError> {
        let name = Mapping::name_of(&self.parts[number]);
        let record = unfinished.record(number)?;
        let record = record.filter(|record| record.part == name && record.digest == digest);
        let whole = |record: &Record| {
            let there = |place: PathBuf| std::fs::metadata(place).is_ok_and(|file| file.is_file());
            let rows = self.rows.map(|format| unfinished.rows(number, format));
            let length = rows.and_then(|place| Some(std::fs::metadata(place).ok()?.len()));
            length == record.bytes_of_rows && (self.one_row_each || there(unfinished.aside(number)))
        };
        Ok(record.filter(whole).as_ref().map(Record::done))
    }

    /// Settles the rows of those who stand in more than one part.
    fn settle(&self, unfinished: &Unfinished, files: &Files, listed: u64) -> Result<Settled, ImportError> {
        if self.one_row_each || self.parts.len() < 2 {
            return Ok(Settled::default());
        }
        let aside: Vec<PathBuf> = (0..self.parts.len()).map(|number| unfinished.aside(number)).collect();
        let hashes = in_more_than_one(&aside, self.extract)?;
        let settled = settle(self.parts, &aside, hashes, &self.import, (unfinished.place(), listed))?;
        Stamp::check_all(&files.stamps, self.parts)?;
        Ok(settled)
    }
}

/// What is finished of a run, by part.
#[derive(Default)]
struct SoFar {
    finished: Vec<Option<Done>>,
    left_out: u64,
    listed: u64,
}

impl SoFar {
    fn of(finished: Vec<Option<Done>>) -> Self {
        let mut so_far = Self { finished: finished.iter().map(|_| None).collect(), ..Self::default() };
        for (number, done) in (0..).zip(finished) {
            if let Some(done) = done {
                so_far.add(number, done);
            }
        }
        so_far
    }

    fn add(&mut self, number: usize, done: Done) {
        self.left_out += done.left_out;
        self.listed += done.listed;
        self.finished[number] = Some(done);
    }

    fn numbers(&self) -> impl Iterator<Item = usize> {
        (0..).zip(&self.finished).filter_map(|(number, done)| done.as_ref().map(|_| number))
    }
}

/// Parts, added up.
#[derive(Default)]
struct Added {
    tallies: Tallies,
    read: ReadCounts,
    problems: Vec<Problem>,
}

impl Added {
    /// Adds up these parts, from their records.
    fn of(
        unfinished: &Unfinished,
        settled: &Settled,
        parts: impl IntoIterator<Item = usize>,
    ) -> Result<Self, ImportError> {
        let mut added = Self::default();
        for number in parts {
            let Some(record) = unfinished.record(number)? else {
                let why = "what was finished is gone; start again";
                return Err(FileError::refused(unfinished.place(), why).into());
            };
            added.add(&record)?;
        }
        added.read.rows_left_out += settled.left_out;
        added.read.warnings.repeats += settled.repeats;
        added.problems.extend_from_slice(&settled.problems);
        added.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Ok(added)
    }

    fn add(&mut self, record: &Record) -> Result<(), FileError> {
        let (read, more) = (&mut self.read, &record.read);
        if let (Some(before), Some(now)) = (&read.completed, &more.completed)
            && before.areas_replaced == now.areas_replaced
            && !now.areas_replaced
            && read.rows_read > 0
            && more.rows_read > 0
            && before.own_areas != now.own_areas
        {
            let why = "some parts have numbers of areas and others have none; match the parts at once, or give all of them one";
            return Err(FileError::refused(Path::new(&record.part), why));
        }
        read.add(more);
        self.problems.extend(record.problems());
        self.tallies.add(&record.tallies);
        Ok(())
    }
}

impl Whole<'_> {
    /// Ends the run: everything that was asked of it is written, and what was kept to go on with is removed.
    pub fn finish(self) -> Result<(), FileError> {
        self.unfinished.remove()
    }
}
