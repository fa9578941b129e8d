//! The folder of the population zone: who may be at work in it, and what is cleared away.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use ground::backup::LOCK;
use ground::files::{FileError, sync_folder};
use tempfile::TempDir;

use super::Kind;

/// How the names of what is being made begin.
const DRAFT: &str = ".keeping-";
const KINDS: [Kind; 2] = [Kind::People, Kind::Crosstab];

/// Where a population of this digest is kept in a data folder.
pub fn folder_of(data: &Path, kind: Kind, digest: &str) -> PathBuf {
    folder_for(data, kind).join(digest)
}

fn folder_for(data: &Path, kind: Kind) -> PathBuf {
    data.join(match kind {
        Kind::People => "population",
        Kind::Crosstab => "crosstab",
    })
}

/// The right to change what is kept in a data folder; it ends when this is dropped, and with the process. Hold it from
/// before a population is kept until its line in the catalogue is committed: to a sweep, what has no line is rubbish.
#[derive(Debug)]
pub struct Zone {
    data: PathBuf,
    _lock: File,
}

impl Zone {
    /// Enters the zone of a data folder, which must be there; waits for whoever is at work in it.
    pub fn enter(data: &Path) -> Result<Self, FileError> {
        let lock = prepare(data)?;
        lock.lock().map_err(FileError::system(data))?;
        Ok(Self { data: data.to_owned(), _lock: lock })
    }

    /// The same without waiting: nothing where somebody is at work.
    pub fn enter_if_free(data: &Path) -> Result<Option<Self>, FileError> {
        let lock = prepare(data)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { data: data.to_owned(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(FileError::system(data)(error)),
        }
    }

    /// Enters a zone of which only a copy is made: nothing is written. Nothing where nobody ever was.
    pub fn enter_to_copy(data: &Path) -> Result<Option<Self>, FileError> {
        let place = lock_of(data);
        let lock = match File::open(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            lock => lock.map_err(FileError::system(&place))?,
        };
        lock.lock().map_err(FileError::system(data))?;
        Ok(Some(Self { data: data.to_owned(), _lock: lock }))
    }

    /// Where a population of this digest stands or would stand.
    pub fn folder_of(&self, kind: Kind, digest: &str) -> PathBuf {
        folder_of(&self.data, kind, digest)
    }

    /// Removes the files of one population, for good. For the caller to do once the catalogue says that it is deleted;
    /// says whether there was anything. What is there is unlinked, not overwritten: on today's disks and file systems
    /// writing over a file does not reach the old blocks, so a data folder belongs on an encrypted disk.
    pub fn remove_files(&self, kind: Kind, digest: &str) -> Result<bool, FileError> {
        let there = is_digest(digest) && self.folder_of(kind, digest).is_dir();
        if there {
            self.remove(kind, digest)?;
        }
        Ok(there)
    }

    /// Removes what a stopped run left behind and every population that is not in the catalogue (any more): a crash
    /// between the two is healed so. Gives the names of what was removed. The catalogue is to be read *after* the zone
    /// was entered.
    pub fn sweep(&self, catalogue: &BTreeSet<(Kind, String)>) -> Result<Vec<String>, FileError> {
        self.clear(|kind, name| is_digest(name) && !catalogue.contains(&(kind, name.to_owned())))
    }

    /// Removes what a stopped run left behind.
    pub(super) fn clear_drafts(&self) -> Result<(), FileError> {
        self.clear(|_, _| false).map(|_| ())
    }

    fn clear(&self, is_rubbish: impl Fn(Kind, &str) -> bool) -> Result<Vec<String>, FileError> {
        let mut removed = Vec::new();
        for kind in KINDS {
            let folder = folder_for(&self.data, kind);
            for entry in fs::read_dir(&folder).map_err(FileError::system(&folder))? {
                let entry = entry.map_err(FileError::system(&folder))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.path().is_dir() && (name.starts_with(DRAFT) || is_rubbish(kind, &name)) {
                    self.remove(kind, &name)?;
                    removed.push(name);
                }
            }
        }
        Ok(removed)
    }

    /// Removes a folder: renamed first, so that nobody finds half of it, whenever we are stopped.
    fn remove(&self, kind: Kind, name: &str) -> Result<(), FileError> {
        let folder = folder_for(&self.data, kind);
        let place = folder.join(name);
        let hidden = if name.starts_with(DRAFT) {
            place
        } else {
            let hidden = self.draft(kind)?.keep();
            // A folder may be renamed to an empty one.
            fs::rename(&place, &hidden).map_err(FileError::system(&place))?;
            sync_folder(&folder)?;
            hidden
        };
        fs::remove_dir_all(&hidden).map_err(FileError::system(&hidden))?;
        sync_folder(&folder)
    }

    /// A hidden folder beside the place where its content shall stand; gone when dropped.
    pub(super) fn draft(&self, kind: Kind) -> Result<TempDir, FileError> {
        let folder = folder_for(&self.data, kind);
        tempfile::Builder::new().prefix(DRAFT).tempdir_in(&folder).map_err(FileError::system(&folder))
    }

    /// Puts a draft in its place, durably: content first, then the name.
    pub(super) fn put(&self, draft: TempDir, kind: Kind, digest: &str) -> Result<(), FileError> {
        let place = self.folder_of(kind, digest);
        sync_folder(draft.path())?;
        fs::rename(draft.path(), &place).map_err(FileError::system(&place))?;
        // It has left; there is nothing to remove under the old name.
        let _ = draft.keep();
        sync_folder(&folder_for(&self.data, kind))
    }
}

/// Makes the folders, for their owner alone, and opens the lock.
fn prepare(data: &Path) -> Result<File, FileError> {
    for kind in KINDS {
        let folder = folder_for(data, kind);
        match fs::DirBuilder::new().mode(0o700).create(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(FileError::system(&folder)(error));
            }
            _ => {}
        }
    }
    let place = lock_of(data);
    let open = File::options().create(true).truncate(false).write(true).mode(0o600).open(&place);
    open.map_err(FileError::system(&place))
}

fn lock_of(data: &Path) -> PathBuf {
    folder_for(data, Kind::People).join(LOCK)
}

fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
