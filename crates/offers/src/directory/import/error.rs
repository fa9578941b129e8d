//! Why a source gave no feed.

use ground::fetch::FetchError;
use ground::files::{DefinitionError, FileError};

use super::gathering::Gathering;
use crate::directory::FeedProblem;

/// A source that could not be read or holds no record that can be used. Nothing of it was used.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("{why}")]
    File {
        why: FileError,
        /// What was found before that.
        problems: Vec<FeedProblem>,
    },
    /// The mapping does not fit the files.
    #[error("{why}")]
    Mapping { why: DefinitionError, problems: Vec<FeedProblem> },
    #[error("{why}")]
    Address { why: FetchError, problems: Vec<FeedProblem> },
    /// What came from a web address is not what it should be.
    #[error("{address}: {why}")]
    Page { address: String, why: String, problems: Vec<FeedProblem> },
    #[error(
        "the source holds no service and no organisation that can be used ({read} records read, {left_out} left out)"
    )]
    NothingUsable { read: u64, left_out: u64, problems: Vec<FeedProblem> },
}

impl FeedError {
    /// What is wrong with the source, as far as it was read.
    pub fn problems(&self) -> &[FeedProblem] {
        match self {
            Self::File { problems, .. }
            | Self::Mapping { problems, .. }
            | Self::Address { problems, .. }
            | Self::Page { problems, .. }
            | Self::NothingUsable { problems, .. } => problems,
        }
    }

    pub(super) fn of_file(why: FileError, all: Gathering) -> Self {
        Self::File { why, problems: all.feed.problems }
    }

    pub(super) fn of_mapping(why: DefinitionError, all: Gathering) -> Self {
        Self::Mapping { why, problems: all.feed.problems }
    }

    pub(super) fn of_address(why: FetchError, all: Gathering) -> Self {
        Self::Address { why, problems: all.feed.problems }
    }
}
