//! Where what is kept beside the database stands, and how a program of ours is started that works on it.

use std::path::PathBuf;

use disclosure::Release;

/// The data folder of this Meres.
#[derive(Debug, Default)]
pub struct DataPath {
    pub folder: PathBuf,
    /// The address of its PostgreSQL, where it has one.
    pub database_url: Option<String>,
    /// The program that is started for a match run: this one.
    pub program: PathBuf,
    /// By which every count of people is released, here and by the programs that are started.
    pub gate: Release,
}

impl DataPath {
    /// Counts of people up to this one are hidden.
    pub fn small_counts(&self) -> u64 {
        self.gate.policy().threshold()
    }
}
