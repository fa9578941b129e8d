//! Whether a file is still the one that it was.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use ground::files::FileError;

/// Size and time of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    /// As the file is now.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let about = fs::metadata(path).map_err(FileError::system(path))?;
        Ok(Self { bytes: about.len(), seconds: about.mtime(), nanoseconds: about.mtime_nsec() })
    }

    /// As each of these files is now.
    pub fn of_all(paths: &[impl AsRef<Path>]) -> Result<Vec<Self>, FileError> {
        paths.iter().map(|path| Self::of(path.as_ref())).collect()
    }

    /// Refuses files of which any is no longer so.
    pub fn check_all(before: &[Self], paths: &[impl AsRef<Path>]) -> Result<(), FileError> {
        paths.iter().zip(before).try_for_each(|(path, before)| before.check(path.as_ref()))
    }

    /// Refuses a file that is no longer so.
    pub fn check(self, path: &Path) -> Result<(), FileError> {
        if Self::of(path)? == self {
            return Ok(());
        }
        let why = "the file was changed while it was read; start again when it is finished";
        Err(FileError::refused(path, why))
    }

    /// Bytes of the file.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }
}
