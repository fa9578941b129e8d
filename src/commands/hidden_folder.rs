//! A hidden folder in which a restore is made ready, or a backup proved. What a program that was killed left there goes with
//! the next one: it holds what was decrypted.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use ground::files::FileError;
use tempfile::TempDir;

use super::data_folder;
use super::failure::Failure;

/// How the names of such folders begin.
pub(super) const PREFIX: &str = ".meres-";

/// In such a folder: the paths that are being put from it into the folder around it, one on each line.
const MOVING: &str = "moving";

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

    /// Writes down what is about to be put into the folder around this, the last of it last: whoever finds it broken off in
    /// between takes back what was put there.
    pub(super) fn will_move(&self, paths: &[&str]) -> Result<(), Failure> {
        let list = self.path().join(MOVING);
        let there: Vec<&str> =
            paths.iter().copied().filter(|path| self.path().join(path).symlink_metadata().is_ok()).collect();
        let written = File::create_new(&list)
            .and_then(|mut file| file.write_all(there.join("\n").as_bytes()).and_then(|()| file.sync_all()))
            .and_then(|()| File::open(self.path())?.sync_all());
        Ok(written.map_err(FileError::system(&list))?)
    }
}

/// Takes back what was put into the folder around this one before it came to the last, so that nothing stands there half.
/// Not where a database stands: then it came to the last, or somebody has worked with what is there since.
fn take_back(place: &Path, left: &Path) -> Result<(), FileError> {
    let Ok(list) = fs::read_to_string(left.join(MOVING)) else {
        return Ok(());
    };
    let (waiting, moved): (Vec<&str>, Vec<&str>) =
        list.lines().partition(|path| left.join(path).symlink_metadata().is_ok());
    if waiting.is_empty() || data_folder::is_one(place) {
        return Ok(());
    }
    for path in moved {
        let path = place.join(path);
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        match removed {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(FileError::system(&path)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Removes the folders that nobody holds; how many.
fn sweep(place: &Path) -> Result<usize, FileError> {
    let mut removed = 0;
    for path in left_in(place) {
        let is_held = File::open(&path).is_ok_and(|folder| folder.try_lock().is_err());
        if !is_held {
            take_back(place, &path)?;
            fs::remove_dir_all(&path).map_err(FileError::system(&path))?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The folders of this kind.
fn left_in(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        folder && entry.file_name().to_string_lossy().starts_with(PREFIX)
    });
    ours.map(|entry| entry.path()).collect()
}
