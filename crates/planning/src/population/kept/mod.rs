//! Populations kept in a data folder, so that a run can be repeated after the file that came in is gone.
//!
//! A population is kept under its digest, as Parquet parts under the names of [`super::PEOPLE_COLUMNS`], so that
//! [`super::import`] reads it without the mapping that it came with. The digest is made of the files, the mapping, the
//! year of the index date (ages and years of birth are understood by it) and the number of our own format: the same
//! input under the same mapping is the same population, and keeping it again changes nothing.
//!
//! What is kept is what Meres reads: the columns of an extract and the optional ones ([`super::OPTIONAL_COLUMNS`]). Any
//! other column of the file is left behind: of pseudonymous people nothing is held that nobody asked for. Rows that
//! cannot be used, repeats and contradictions are listed beside the parts and not kept. What is not known is missing,
//! never 0. Coded events that came with the extract are kept in the same folder, those of its people and of nobody else.
//!
//! A crosstab is kept as the file that it is, with its mapping: it has no people in it.
//!
//! Memory does not grow with the number of rows (but for 20 to 40 bytes a person where coded events come with them): they go through in blocks, a part for each thread, and who stands twice
//! is found by fingerprints on disk. Whatever happens, a population is in its place whole or not at all: it is made under
//! a hidden name and renamed. All of it happens within a [`Zone`], which one process at a time may enter.
//!
//! ```text
//! population/<digest>/part-00000.parquet …  _events.parquet  _kept.json  _mapping.toml  _problems.csv  _lists/
//! crosstab/<digest>/crosstab.csv  mapping.toml  _kept.json
//! ```

mod about;
mod beside;
pub(super) mod duplicates;
mod events;
mod events_file;
pub(super) mod fingerprints;
mod keep;
mod lists;
mod making;
mod part_file;
mod parts;
pub(super) mod row;
mod zone;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use ground::files::{FileError, Problem};

use super::{Import, Warnings};

pub use about::mapping_of;
pub use events::{KeptEvents, events_of};
pub use events_file::each_kept_event;
pub use keep::{keep, keep_crosstab, rehearse};
pub use lists::{MadeList, list_of, make_list, remove_list, sweep_lists};
pub use zone::{Zone, folder_of};

/// How a population is to be kept.
#[derive(Clone, Copy)]
pub struct Keeping<'a> {
    pub import: Import<'a>,
    /// The text of the mapping; empty where there is none.
    pub mapping_text: &'a str,
    /// Files of coded events of the same people; they are kept with them.
    pub events: &'a [PathBuf],
}

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One row a person.
    People,
    /// A table of counts.
    Crosstab,
}

impl Kind {
    /// The word of the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Crosstab => "crosstab",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::People, Self::Crosstab].into_iter().find(|kind| kind.key() == key)
    }
}

/// A population as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub kind: Kind,
    /// 64 hexadecimal digits; the first eight or more name it.
    pub digest: String,
    /// Of the mapping's text.
    pub mapping_digest: String,
    /// Names of the files that it was made from, without their folders.
    pub sources: Vec<String>,
    /// The invented county, where the file says that its people are made up.
    pub made_up: Option<String>,
    pub rows_read: u64,
    /// Rows that stand for a person and are kept.
    pub people: u64,
    /// Rows left out and listed, repeats not counted.
    pub rows_left_out: u64,
    pub warnings: Warnings,
    /// Cells of the optional columns that were not understood; they are kept as not known.
    pub optional_not_understood: u64,
    /// How many problems are listed.
    pub problems_listed: u64,
    /// What was kept of the coded events that came with it.
    pub events: Option<KeptEvents>,
    /// What is wrong with the rows. Empty where the population was kept before: the list is at [`problems_of`].
    pub problems: Vec<Problem>,
    /// What it takes on the disk.
    pub bytes: u64,
    /// It was there already, and nothing was changed.
    pub already_there: bool,
}

/// Whether the files of a population are in this data folder: a catalogue can be restored without them.
pub fn is_here(data: &Path, kind: Kind, digest: &str) -> bool {
    about::stands_in(&folder_of(data, kind, digest))
}

/// What was written down of a population when it was kept.
pub fn about(data: &Path, kind: Kind, digest: &str) -> Result<Kept, FileError> {
    about::read(&folder_of(data, kind, digest), digest)
}

/// Where the list of the rows left out of a kept population is.
pub fn problems_of(data: &Path, digest: &str) -> PathBuf {
    folder_of(data, Kind::People, digest).join("_problems.csv")
}
