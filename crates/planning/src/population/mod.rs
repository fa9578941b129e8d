//! A population extract: one row a person, under a pseudonym.
//!
//! An extract comes as CSV or Parquet, whole or in parts, under its own column names; a mapping says which column
//! means what. What is not known stays not known. A row that cannot be understood is left out and listed, and so are
//! rows that contradict each other about one person.

pub mod across;
mod backgrounds;
mod catalogue;
mod chunk;
mod columns;
mod completed;
mod duplicates;
mod import;
pub mod kept;
mod pseudonyms;
mod stamp;
pub mod store;

#[cfg(test)]
pub(crate) mod made_rows;
#[cfg(test)]
mod tests;

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use ground::files::Problem;
use hashbrown::HashTable;
use matching::People;
use serde::{Deserialize, Serialize};

pub use backgrounds::{Backgrounds, Ethnicity, Network, Networks, read_backgrounds};
pub use catalogue::{Added, CatalogueError, Catalogued, Entry, Located, NewEntry, PeopleList};
pub(crate) use columns::{FAR, METRES, YES_NO};
pub use columns::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
pub use completed::{AreaNumbers, Completed};
pub use duplicates::Elsewhere;
pub use import::{Import, PartRead, import, import_part, most_rows_of, parts_of};
pub use pseudonyms::Pseudonyms;
pub use stamp::Stamp;

/// The people of an extract.
#[derive(Debug, Default)]
pub struct Population {
    pub people: People,
    pub pseudonyms: Pseudonyms,
    /// Practice and small area of each row, as numbers into the lists beside them; 0 is not known.
    pub practice: Vec<u32>,
    pub practices: Codes,
    pub lsoa: Vec<u32>,
    pub lsoas: Codes,
    /// Rows that stand for a person, ascending: those that are neither a repeat nor contradicted.
    pub usable: Vec<u32>,
    pub rows_read: u64,
    /// Rows left out and listed, repeats not counted.
    pub rows_left_out: u64,
    pub problems: Vec<Problem>,
    pub warnings: Warnings,
    /// The invented county, where the file says that its people are made up.
    pub made_up: Option<String>,
    /// Whether the extract has columns for where people live.
    pub has_place: bool,
}

impl Population {
    /// The practice of a row's person, by code.
    pub fn practice_of(&self, row: usize) -> Option<&str> {
        self.practices.name(self.practice[row])
    }

    /// The small area of a row's person, by code.
    pub fn lsoa_of(&self, row: usize) -> Option<&str> {
        self.lsoas.name(self.lsoa[row])
    }
}

/// The note in a Parquet file that says which invented county its people belong to.
pub const MADE_UP: &str = "meres.made_up";

/// Rows listed before a file is given up, whatever is allowed: a longer list helps nobody and fills the memory.
pub(crate) const MOST_LISTED: u64 = 1_000_000;

/// What was counted and not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Warnings {
    pub outside_great_britain: u64,
    pub lsoa_not_recognised: u64,
    pub repeats: u64,
}

impl Warnings {
    /// Adds those of other rows.
    pub const fn add(&mut self, other: Self) {
        self.outside_great_britain += other.outside_great_britain;
        self.lsoa_not_recognised += other.lsoa_not_recognised;
        self.repeats += other.repeats;
    }
}

/// Texts that come again and again, kept once.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    names: Vec<Arc<str>>,
    index: HashTable<u32>,
}

impl Codes {
    /// The number of a text, from 1.
    pub fn number(&mut self, text: &str) -> u32 {
        self.known(text.as_bytes()).unwrap_or_else(|| self.add(text))
    }

    /// The number of a text that is already known. Bytes that are no text are never known.
    #[inline]
    pub fn known(&self, text: &[u8]) -> Option<u32> {
        self.index.find(hash(text), |n| self.names[*n as usize - 1].as_bytes() == text).copied()
    }

    fn add(&mut self, text: &str) -> u32 {
        self.names.push(text.into());
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let names = &self.names;
        self.index.insert_unique(hash(text.as_bytes()), number, |n| hash(names[*n as usize - 1].as_bytes()));
        number
    }

    /// The text of a number; 0 has none.
    fn name(&self, number: u32) -> Option<&str> {
        let before = number.checked_sub(1)?;
        Some(&self.names[before as usize])
    }

    /// The texts, number 1 first.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }
}

/// A seed of our own choosing: the order of our tables never reaches an answer, so there is nothing to randomise.
#[inline]
fn hash(text: &[u8]) -> u64 {
    FixedState::with_seed(0x4D65_7265_7331).hash_one(text)
}
