//! What every definition of this zone is read with: errors that point at their line, and the words that all of them share.

use std::ops::Range;

use ground::files::{DefinitionError, Located, refuse};
use vocabulary::Condition;

/// A definition while it is read.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Reader<'_> {
    /// An error at a value.
    pub(crate) fn refuse<T>(&self, at: &Located<T>, why: impl Into<String>) -> DefinitionError {
        self.refuse_at(at.span(), why)
    }

    pub(crate) fn refuse_at(&self, at: Range<usize>, why: impl Into<String>) -> DefinitionError {
        refuse(self.file, self.text, at, why)
    }

    pub(crate) fn condition(&self, key: &str, at: Range<usize>) -> Result<Condition, DefinitionError> {
        Condition::from_key(key).ok_or_else(|| {
            let keys: Vec<&str> = Condition::ALL.into_iter().map(Condition::key).collect();
            self.refuse_at(at, format!("\"{key}\" is no condition; expected one of {}", keys.join(", ")))
        })
    }
}
