//! A hidden folder in which a restore is made ready, or a backup proved. What a program that was killed left there goes with
//! the next one: it holds what was decrypted. Once everything was read and stands ready, the next restore puts it in its place
//! instead: nothing that stands in a data folder is ever removed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use ground::files::{FileError, sync_folder};
use tempfile::TempDir;

use super::failure::Failure;

/// How the names of such folders begin, and of no others.
pub(super) const PREFIX: &str = ".meres-apart-";

/// In such a folder: everything in it was read, and belongs into the folder around it.
const READY: &str = "ready";

/// A folder that is there as long as this is.
pub(super) struct HiddenFolder {
    folder: TempDir,
    /// The folder's lock, by which others see that somebody is at work in it.
    _held: File,
}

impl HiddenFolder {
    /// Makes one in this folder, and removes those that nobody is at work in and in which nothing stands ready.
    pub(super) fn make(place: &Path) -> Result<Self, Failure> {
        let failed = FileError::system(place);
        let _turn = turn(place)?;
        let mut removed = 0;
        for left in left_in(place) {
            if !left.join(READY).exists() {
                fs::remove_dir_all(&left).map_err(FileError::system(&left))?;
                removed += 1;
            }
        }
        if removed > 0 {
            tell!("Removed what a restore that was broken off had left ({removed} hidden folders).");
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

    /// Puts what stands in it into the folder around it. Were that broken off, or did it fail, [`finish`] goes on.
    pub(super) fn put(mut self, put: impl Fn(&Path) -> Result<(), Failure>) -> Result<(), Failure> {
        let mark = self.path().join(READY);
        let marked = File::create_new(&mark).and_then(|mark| mark.sync_all());
        marked.map_err(FileError::system(&mark))?;
        sync_folder(self.path())?;
        self.folder.disable_cleanup(true);
        put(self.path())?;
        remove(self.path())
    }
}

/// Puts what others left ready in this folder in its place; whether there was anything.
pub(super) fn finish(place: &Path, put: impl Fn(&Path) -> Result<(), Failure>) -> Result<bool, Failure> {
    let _turn = turn(place)?;
    let ready: Vec<PathBuf> = left_in(place).into_iter().filter(|left| left.join(READY).exists()).collect();
    for left in &ready {
        put(left)?;
        remove(left)?;
    }
    Ok(!ready.is_empty())
}

/// Its mark last: what is left of it belongs to nobody until then.
fn remove(folder: &Path) -> Result<(), Failure> {
    fs::remove_file(folder.join(READY))
        .and_then(|()| fs::remove_dir_all(folder))
        .map_err(|error| FileError::system(folder)(error).into())
}

/// One at a time, so that nobody finds a folder between its making and its lock. Where the disk knows no locks it is nobody's.
fn turn(place: &Path) -> Result<File, FileError> {
    let turn = File::open(place).map_err(FileError::system(place))?;
    let _ = turn.lock();
    Ok(turn)
}

/// The folders of this kind in which nobody is at work.
fn left_in(place: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        folder && entry.file_name().to_string_lossy().starts_with(PREFIX)
    });
    let is_held = |path: &PathBuf| File::open(path).is_ok_and(|folder| folder.try_lock().is_err());
    ours.map(|entry| entry.path()).filter(|path| !is_held(path)).collect()
}
