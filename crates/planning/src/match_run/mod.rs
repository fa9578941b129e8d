//! A match run: a cohort against the offers near it.

mod findings;

pub use findings::*;
