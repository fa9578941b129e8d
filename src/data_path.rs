//! Where what is kept beside the database stands, and how a program of ours is started that works on it.

use std::path::PathBuf;

use disclosure::Release;

/// The data folder of this Meres.
#[derive(Clone, Debug, Default)]
pub struct DataPath {
    pub folder: PathBuf,
    /// The address of its PostgreSQL, where it has one.
    pub database_url: Option<String>,
    /// The program that is started for a match run: this one.
    pub program: PathBuf,
    /// By which every count of people is released, here and by the programs that are started.
    pub gate: Release,
    /// How many questions about a population are answered.
    pub questions: Questions,
}

/// How many of the questions that the house's rule allows about a population are answered: all of them, or fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Questions {
    percent: u8,
}

impl Default for Questions {
    fn default() -> Self {
        Self { percent: 100 }
    }
}

impl Questions {
    /// So many of a hundred, from 1 to 100: the rule can only be made stricter.
    pub fn percent(percent: u8) -> Option<Self> {
        (1..=100).contains(&percent).then_some(Self { percent })
    }

    /// So many of a hundred.
    pub const fn of_a_hundred(self) -> u8 {
        self.percent
    }

    /// So many of an allowance; of the smallest, one.
    pub fn of(self, allowance: i64) -> i64 {
        (allowance * i64::from(self.percent) + 99) / 100
    }
}

impl DataPath {
    /// Counts of people up to this one are hidden.
    pub fn small_counts(&self) -> u64 {
        self.gate.policy().threshold()
    }
}
