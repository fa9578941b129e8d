//! Where what is kept beside the database stands, and how a program of ours is started that works on it.

use std::path::PathBuf;

/// The data folder of this Meres.
#[derive(Debug, Default)]
pub struct DataPath {
    pub folder: PathBuf,
    /// The address of its PostgreSQL, where it has one.
    pub database_url: Option<String>,
    /// The program that is started for a match run: this one.
    pub program: PathBuf,
}
