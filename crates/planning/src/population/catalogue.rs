//! The catalogue of populations: what is kept, under which name, what for and until when. It is about data sets and not
//! about people: names and digests may stand in messages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ground::database::DatabaseError;
use vocabulary::{Day, Id};

use super::kept::{Kept, Kind, folder_of};

/// The longest name and the longest purpose.
const LONGEST_NAME: usize = 100;
const LONGEST_WORDS: usize = 1_000;
/// Digits of a digest that name a population.
const FEWEST_DIGITS: usize = 8;

/// A line of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Id<Entry>,
    pub kind: Kind,
    pub name: String,
    pub digest: String,
    pub mapping_digest: String,
    /// Names of the files that came in.
    pub sources: Vec<String>,
    pub made_up: Option<String>,
    pub rows_read: u64,
    pub people: u64,
    /// How many problems were listed.
    pub problems: u64,
    pub bytes: u64,
    pub purpose: String,
    pub agreement: Option<String>,
    /// The last day on which it may be kept.
    pub keep_until: Option<Day>,
    /// UTC.
    pub imported_at: String,
}

impl Entry {
    /// Where its files are in a data folder.
    pub fn folder(&self, data: &Path) -> PathBuf {
        folder_of(data, self.kind, &self.digest)
    }

    /// As much of the digest as is shown.
    pub fn short_digest(&self) -> &str {
        self.digest.get(..FEWEST_DIGITS + 4).unwrap_or(&self.digest)
    }
}

/// A list of people of a population, by its name: a waiting list, a register of a class.
#[derive(Clone, Debug)]
pub struct PeopleList {
    pub id: Id<Self>,
    pub population: Id<Entry>,
    pub name: String,
    /// Of its file.
    pub digest: String,
    /// UTC.
    pub made_at: String,
    pub actor: String,
    /// Its file is gone; its name stays taken.
    pub removed: bool,
}

/// What is to be entered for a population that was kept.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    pub kept: &'a Kept,
    pub name: String,
    pub purpose: String,
    pub agreement: Option<String>,
    pub keep_until: Option<Day>,
}

impl NewEntry<'_> {
    /// Whether the words can stand in the catalogue.
    pub(super) fn check(&self) -> Result<(), CatalogueError> {
        let plain = |text: &str, longest: usize| {
            !text.trim().is_empty() && text.chars().count() <= longest && !text.contains(char::is_control)
        };
        if !plain(&self.name, LONGEST_NAME) || self.name.trim() != self.name || self.name.contains('/') {
            return Err(CatalogueError::Name);
        }
        if could_be_digest(&self.name) {
            return Err(CatalogueError::NameLikeDigest);
        }
        let agreement = self.agreement.as_ref().is_none_or(|text| plain(text, LONGEST_WORDS));
        if plain(&self.purpose, LONGEST_WORDS) && agreement { Ok(()) } else { Err(CatalogueError::Words) }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    New(Entry),
    /// The same population is in the catalogue; its line was not changed, whatever was to be entered.
    Already(Entry),
}

/// Where the population is that somebody named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    Path(PathBuf),
    Kept(Box<Entry>),
}

/// Kinds and digests of everything in the catalogue; what a sweep must leave alone.
pub type Catalogued = BTreeSet<(Kind, String)>;

/// Why the catalogue could not do it.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("expected a name of 1 to {LONGEST_NAME} letters without \"/\" and without spaces around it")]
    Name,
    #[error(
        "a name of {FEWEST_DIGITS} or more hexadecimal digits would be taken for a digest; choose another"
    )]
    NameLikeDigest,
    #[error(
        "expected a purpose, and an agreement if there is one, of 1 to {LONGEST_WORDS} letters on one line"
    )]
    Words,
    #[error("another population is called \"{0}\"; choose another name, or delete that one first")]
    NameTaken(String),
    #[error("{0}")]
    NotFound(String),
    #[error("several digests begin with {begin}: {those}; give more digits")]
    Ambiguous { begin: String, those: String },
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Whether a text can be the beginning of a digest.
pub(super) fn could_be_digest(text: &str) -> bool {
    (FEWEST_DIGITS..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// That nothing has this name, and what there is.
pub(super) fn not_found(named: &str, there: &[Entry]) -> CatalogueError {
    let kept: Vec<String> = there.iter().map(|e| format!("{} ({})", e.name, e.short_digest())).collect();
    let there = if kept.is_empty() {
        "no population is kept in the data folder; import one first".to_owned()
    } else {
        format!("kept are {}", kept.join(", "))
    };
    CatalogueError::NotFound(format!("\"{named}\" is no file, no folder, no digest and no name; {there}"))
}
