//! A hidden folder in which a restore is made ready, or a backup proved. What a program that was killed left there goes with
//! the next one: it holds what was decrypted.

use std::fs::{self, File};
use std::path::Path;

use ground::files::FileError;
use tempfile::TempDir;

use super::failure::Failure;

/// How the names of such folders begin.
pub(super) const PREFIX: &str = ".meres-";

/// A folder that is there as long as this is.
pub(super) struct HiddenFolder {
    folder: TempDir,
    /// The folder's lock, by which others see that somebody is at work in it.
    _held: File,
}

impl HiddenFolder {
    /// Makes one in this folder, and removes those that nobody is at work in.
    pub(super) fn make(place: &Path) -> Result<Self, Failure> {
        let failed = FileError::system(place);
        // One at a time, so that nobody finds a folder between its making and its lock.
        let turn = File::open(place).map_err(FileError::system(place))?;
        if turn.lock().is_ok() {
            let removed = sweep(place)?;
            if removed > 0 {
                tell!("Removed what a restore that was broken off had left ({removed} hidden folders).");
            }
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(place).map_err(failed)?;
        let held = File::open(folder.path()).map_err(FileError::system(folder.path()))?;
        // Where the disk knows no locks nothing is swept either.
        let _ = held.lock();
        Ok(Self { folder, _held: held })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders that nobody holds; how many.
fn sweep(place: &Path) -> Result<usize, FileError> {
    let mut removed = 0;
    for path in left_in(place) {
        let is_held = File::open(&path).is_ok_and(|folder| folder.try_lock().is_err());
        if !is_held {
            fs::remove_dir_all(&path).map_err(FileError::system(&path))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The folders of this kind.
fn left_in(place: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        folder && entry.file_name().to_string_lossy().starts_with(PREFIX)
    });
    ours.map(|entry| entry.path()).collect()
}
