//! Which two records may be said to be one.

use vocabulary::Id;

use super::{Directory, Entry, Kind};

/// Why two records cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    #[error("no organisation or service has this identifier")]
    NotThere(Id<Entry>),
    #[error("a record cannot be merged into itself")]
    Itself,
    #[error("one is an organisation and the other a service")]
    TwoKinds,
    #[error("the record to keep was merged into another itself; name that one, or take the merge back")]
    KeptIsMerged,
    #[error("the second record is merged already; take that back first")]
    Already,
}

impl Directory {
    /// Of which kind a record is, and into what it was merged; a site is never merged.
    pub fn entry(&self, id: Id<Entry>) -> Option<(Kind, Option<Id<Entry>>)> {
        let entry = |bits: u128| Id::from_bits(bits);
        if let Some(kept) = self.organisations.get(&Id::from_bits(id.bits())) {
            return Some((Kind::Organisation, kept.merged_into.map(|into| entry(into.bits()))));
        }
        let kept = self.services.get(&Id::from_bits(id.bits()))?;
        Some((Kind::Service, kept.merged_into.map(|into| entry(into.bits()))))
    }

    /// Of which kind two records are that may be said to be one.
    pub fn mergeable(&self, kept: Id<Entry>, merged: Id<Entry>) -> Result<Kind, MergeError> {
        let find = |id| self.entry(id).ok_or(MergeError::NotThere(id));
        let ((kind, kept_into), (other, merged_into)) = (find(kept)?, find(merged)?);
        if kept == merged {
            return Err(MergeError::Itself);
        }
        if kind != other {
            return Err(MergeError::TwoKinds);
        }
        if kept_into.is_some() {
            return Err(MergeError::KeptIsMerged);
        }
        if merged_into.is_some() {
            return Err(MergeError::Already);
        }
        Ok(kind)
    }
}
