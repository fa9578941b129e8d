//! Backup and restore. A backup is a file for each zone: `care` is the database with the files beside it, `population`
//! the files of the population zone. Each is a snapshot, encrypted to keys of its own, in a form that belongs to neither
//! database: what came out of SQLite can go into PostgreSQL, and the other way.
//!
//! # The file
//!
//! An age file (age-encryption.org/v1, X25519 recipients). Decrypted, it is a run of frames: a letter, the length of what
//! follows (4 bytes, the highest first), and so many bytes:
//!
//! | letter | holds | comes |
//! |---|---|---|
//! | `H` | JSON: `format` 1, `part` `care` or `population`, `meres` the version, `made_at`, `steps` that made the tables | first |
//! | `T` | JSON: `name`, `columns` as `[name, kind]`, by name; kinds `text`, `whole`, `real`, `bytes` | before its rows |
//! | `R` | a row: for each column `N` (nothing), `T` and `B` (length, bytes), `I` and `F` (8 bytes, the highest first) | by primary key |
//! | `F` | the path of a file, its folders with `/` | before its bytes |
//! | `D` | bytes of the file: 1 MiB, and the rest | |
//! | `E` | nothing | behind each table, each file |
//! | `Z` | JSON: `tables`, `rows`, `files`, `bytes`, `digest` | last |
//!
//! Tables come by name, then files by path. `digest` is SHA-256 over all frames between `H` and `Z`. It depends on the rows
//! and the files and on nothing else: a restored backup that is backed up again has the digest that it had, whichever
//! database it stands in. That is how a backup is proved ([`digest_of`]).
//!
//! age shows that a file is whole and unchanged, not who made it: anybody who knows the recipient can make one. So
//! whatever a backup holds is held to the tables and the paths that are expected, and what was signed elsewhere
//! ([`crate::audit`]) says whether the log in it is the one that was written.

mod frames;
mod read;
mod seal;
mod tree;
mod values;
mod write;

use serde::{Deserialize, Serialize};

use crate::database::DatabaseError;
use crate::files::FileError;

pub use read::{Restoring, Target};
pub use seal::{Identity, KeyError, Recipient};
pub use tree::{LOCK, Tree};
pub use write::{Source, digest_of, write};

/// Which half of what is kept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The database, and the files beside it that hold no population.
    Care,
    /// The files of the population zone.
    Population,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Care => "care",
            Self::Population => "population",
        })
    }
}

/// What a backup says of itself.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Header {
    format: u32,
    pub part: Part,
    /// The version of Meres that made it.
    pub meres: String,
    /// When, UTC.
    pub made_at: String,
    /// The numbers of the steps that had made the tables; none where there are no tables.
    steps: Vec<i64>,
}

/// What a backup holds.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Holding {
    pub tables: u64,
    pub rows: u64,
    pub files: u64,
    pub bytes: u64,
    /// Of the rows and the files, 64 hexadecimal digits.
    pub digest: String,
}

/// Why a backup was not made, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What is in a backup cannot be used; nothing of it was.
    #[error("{0}")]
    Refused(String),
    /// The backup could not be written or read on.
    #[error("the backup: {0}")]
    System(#[from] std::io::Error),
}

impl BackupError {
    fn refused(why: &str) -> Self {
        Self::Refused(why.to_owned())
    }
}

/// What every kind of damage is called: which byte is wrong helps nobody.
const DAMAGED: &str = "this backup is damaged or cut short; take another copy of it, or an earlier one";

#[cfg(test)]
mod tests;
