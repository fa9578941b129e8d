//! What can go wrong with a file, in the words of whoever has to mend it.

use std::path::{Path, PathBuf};

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The content is not what it should be; nothing of it was used. Exit status 3.
    #[error("{}: {why}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// One sentence: what was found, where, and what was expected.
        why: String,
    },
    /// The system would not let us. Exit status 1.
    #[error("{}: {source}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// The system's own word.
        source: std::io::Error,
    },
}

impl FileError {
    /// A refusal of what the file holds. What is quoted of it cannot steer a terminal.
    pub fn refused(path: &Path, why: impl Into<String>) -> Self {
        Self::Refused { path: path.to_owned(), why: shown(&why.into()) }
    }

    /// A word of the system about the file. `map_err(FileError::system(path))`.
    pub fn system(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::System { path: path.to_owned(), source }
    }
}

/// A sentence that quotes a file, as it can be shown: a sign that would steer the terminal becomes one that can be seen.
/// A heading may hold such signs by accident (a line break) or so that what follows looks as if we had said it.
pub fn shown(sentence: &str) -> String {
    sentence.chars().map(|sign| if sign.is_control() { char::REPLACEMENT_CHARACTER } else { sign }).collect()
}
