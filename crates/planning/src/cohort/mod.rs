//! A cohort: whom a run is about. A definition is data with a version, criterion by criterion, so that the reader sees
//! whom each criterion leaves out.
//!
//! Three answers, not two: what is not known neither includes nor excludes. An *include* criterion keeps those about
//! whom it is surely true; an *exclude* criterion removes those about whom it is surely true.

mod document;
mod events;
mod funnel;
mod select;
mod test;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use vocabulary::Condition;

pub use document::{Inner, NamedList, inner_of, lists_of, parse_cohort};
pub use events::{EventCounts, EventsFile, Evidence, ListRead, read_events, read_lists};
pub use funnel::{AttritionStep, Funnel, funnel};
pub use select::{Attrition, Selected, left_out_by, select};
pub use test::Test;

/// The definition that is used unless another is named.
pub const VERSION_1: &str = include_str!("version-1.toml");

/// A definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    pub name: String,
    pub version: String,
    /// The people of the cohort in a report: a plural that can begin or end a sentence.
    pub people: String,
    pub code_lists: Vec<CodeList>,
    pub lists: Vec<ExternalList>,
    pub criteria: Vec<Criterion>,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    pub name: String,
    pub kind: CriterionKind,
    pub test: Test,
}

/// What passing the test means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CriterionKind {
    Include,
    Exclude,
}

impl CriterionKind {
    /// Whether somebody is left out by this answer; nothing is "not known".
    const fn refuses(self, answer: Option<bool>) -> bool {
        match self {
            Self::Include => !matches!(answer, Some(true)),
            Self::Exclude => matches!(answer, Some(true)),
        }
    }
}

/// Codes that mean one thing, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    pub name: String,
    /// The condition that a code of the list shows.
    pub condition: Option<Condition>,
    /// The code system's address, such as `http://snomed.info/sct`; compared as text, and codes of a known system in one form.
    pub system: String,
    pub source: String,
    pub licence: String,
    /// Years before the index date in which a code counts; ever, if none.
    pub look_back_years: Option<i32>,
    /// Codes as text: case and trailing dots count. Sorted.
    pub codes: Vec<String>,
}

/// Pseudonyms that came from elsewhere: a waiting list, a class register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalList {
    pub name: String,
    /// Where it is; the list of this name that a kept population has of its own, if none.
    pub file: Option<PathBuf>,
    pub column: String,
}

impl Cohort {
    /// Whether any code list is there to be used with an events file.
    pub fn wants_events(&self) -> bool {
        !self.code_lists.is_empty()
    }
}
