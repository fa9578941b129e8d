//! Definitions (mappings, cohorts, rule sets) are TOML files with a version; an error in one points at its line.

use std::ops::Range;

use serde::de::DeserializeOwned;

use super::shown;

/// What is wrong with a definition, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {why}")]
pub struct DefinitionError {
    /// The file's name.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What was found and what was expected.
    pub why: String,
}

/// A value and where it stands.
pub type Located<T> = toml::Spanned<T>;

/// Reads a definition.
pub fn parse_definition<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, DefinitionError> {
    toml::from_str(text).map_err(|e| {
        let why = e.message().trim().replace('\n', "; ");
        refuse(file, text, e.span().unwrap_or(0..0), why)
    })
}

/// An error at a place of the text.
pub fn refuse(file: &str, text: &str, at: Range<usize>, why: impl Into<String>) -> DefinitionError {
    let before = text.as_bytes().get(..at.start).unwrap_or_default();
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    DefinitionError { file: file.to_owned(), line, why: shown(&why.into()) }
}
