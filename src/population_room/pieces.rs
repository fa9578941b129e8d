//! A large file comes in pieces, each on the disk before the next is asked for: a line that breaks costs a piece, and whoever
//! comes back goes on where it stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// Beside the extracts that came whole.
const FOLDER: &str = "population-uploads/pieces";
/// Bytes of a whole file: an extract of England takes less.
pub(super) const MOST_BYTES: u64 = 32 << 30;
/// Files that one account may be sending, the parts of a large extract.
const MOST_OPEN: usize = 200;
/// What nobody went on with for so long is removed.
pub(super) const PATIENCE: Duration = Duration::from_hours(48);

/// A file that is coming.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Coming {
    pub(super) name: String,
    pub(super) size: u64,
    /// Whose it is: nobody else goes on with it, or sends it.
    actor: String,
}

/// Why a piece was not taken.
#[derive(Debug)]
pub(super) enum PieceError {
    /// There is no such file of theirs.
    Unknown,
    TooMany,
    /// More than was said, or than is taken.
    TooLarge,
    Broken(io::Error),
}

impl From<io::Error> for PieceError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Unknown } else { Self::Broken(error) }
    }
}

fn folder(data: &Path) -> PathBuf {
    data.join(FOLDER)
}

/// Begins a file; what others left for too long is gone.
pub(super) fn begin(data: &Path, id: &str, name: &str, size: u64, actor: &str) -> Result<(), PieceError> {
    if size > MOST_BYTES {
        return Err(PieceError::TooLarge);
    }
    let all = folder(data);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&all)?;
    sweep(data)?;
    let entries = fs::read_dir(&all)?.flatten();
    let open = entries.filter(|entry| about(&entry.path()).is_ok_and(|coming| coming.actor == actor)).count();
    if open >= MOST_OPEN {
        return Err(PieceError::TooMany);
    }
    let own = all.join(id);
    fs::DirBuilder::new().mode(0o700).create(&own)?;
    let coming = Coming { name: name.to_owned(), size, actor: actor.to_owned() };
    let text = serde_json::to_vec(&coming).map_err(|error| PieceError::Broken(error.into()))?;
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    options.open(own.join("about.json"))?.write_all(&text)?;
    options.open(own.join("data"))?.sync_all()?;
    Ok(())
}

/// Whether nothing was done in a folder for so long.
pub(super) fn is_older(folder: &Path, than: Duration) -> bool {
    let data = fs::metadata(folder.join("data")).or_else(|_| fs::metadata(folder));
    let touched = data.and_then(|about| about.modified());
    touched.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|since| since > than))
}

/// Removes what nobody went on with.
pub(super) fn sweep(data: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder(data)) else { return Ok(()) };
    for entry in entries.flatten().filter(|entry| is_older(&entry.path(), PATIENCE)) {
        fs::remove_dir_all(entry.path())?;
    }
    Ok(())
}

fn about(own: &Path) -> Result<Coming, PieceError> {
    let text = fs::read(own.join("about.json"))?;
    serde_json::from_slice(&text).map_err(|error| PieceError::Broken(error.into()))
}

/// The file that this account is sending.
fn own(data: &Path, id: &str, actor: &str) -> Result<(PathBuf, Coming), PieceError> {
    let own = folder(data).join(id);
    let coming = about(&own)?;
    if coming.actor == actor { Ok((own, coming)) } else { Err(PieceError::Unknown) }
}

/// How much of it is there.
pub(super) fn have(data: &Path, id: &str, actor: &str) -> Result<u64, PieceError> {
    Ok(fs::metadata(own(data, id, actor)?.0.join("data"))?.len())
}

/// Takes a piece that begins where the last one ended; another is left alone. Either way, how much is there.
pub(super) fn take(data: &Path, id: &str, actor: &str, (at, piece): (u64, &[u8])) -> Result<u64, PieceError> {
    let (own, coming) = own(data, id, actor)?;
    let mut file = OpenOptions::new().append(true).open(own.join("data"))?;
    // Two that send the same piece at once would double it.
    file.lock()?;
    let have = file.metadata()?.len();
    if at != have {
        return Ok(have);
    }
    let after = have + piece.len() as u64;
    if after > coming.size {
        return Err(PieceError::TooLarge);
    }
    file.write_all(piece)?;
    file.sync_all()?;
    Ok(after)
}

/// A file that came whole: its name and where it is.
pub(super) fn whole(data: &Path, id: &str, actor: &str) -> Result<(String, PathBuf), PieceError> {
    let (own, coming) = own(data, id, actor)?;
    let file = own.join("data");
    if fs::metadata(&file)?.len() == coming.size { Ok((coming.name, file)) } else { Err(PieceError::Unknown) }
}

/// Puts a file that came whole in its place.
pub(super) fn put(file: &Path, to: &Path) -> io::Result<()> {
    fs::rename(file, to)?;
    let Some(own) = file.parent() else { return Ok(()) };
    fs::remove_dir_all(own)?;
    // The last one takes the folder with it; where others are coming, it stays.
    if let Some(all) = own.parent() {
        drop(fs::remove_dir(all));
    }
    File::open(to.parent().unwrap_or(to))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{PieceError, begin, have, put, take, whole};

    #[test]
    fn a_file_comes_in_pieces_once_and_for_one_account() {
        let data = tempfile::tempdir().expect("a folder");
        let here = data.path();
        begin(here, "one", "people.csv", 6, "ana").expect("begun");
        assert_eq!(take(here, "one", "ana", (0, b"abc")).expect("taken"), 3);
        assert_eq!(take(here, "one", "ana", (0, b"abc")).expect("known"), 3, "sent again, and not doubled");
        assert!(matches!(take(here, "one", "ben", (3, b"def")), Err(PieceError::Unknown)));
        assert!(matches!(whole(here, "one", "ana"), Err(PieceError::Unknown)), "it is not whole");
        assert!(matches!(take(here, "one", "ana", (3, b"defg")), Err(PieceError::TooLarge)));
        assert_eq!(have(here, "one", "ana").expect("there"), 3, "what was too much is not taken in part");
        assert_eq!(take(here, "one", "ana", (3, b"def")).expect("taken"), 6);
        let (name, file) = whole(here, "one", "ana").expect("whole");
        assert_eq!(name, "people.csv");
        put(&file, &here.join("there.csv")).expect("put");
        assert_eq!(std::fs::read(here.join("there.csv")).expect("read"), b"abcdef");
        assert!(!here.join("population-uploads/pieces").exists());
    }

    #[test]
    fn nobody_begins_without_end() {
        let data = tempfile::tempdir().expect("a folder");
        for nth in 0..200 {
            begin(data.path(), &nth.to_string(), "people.csv", 6, "ana").expect("begun");
        }
        assert!(matches!(begin(data.path(), "more", "people.csv", 6, "ana"), Err(PieceError::TooMany)));
        begin(data.path(), "more", "people.csv", 6, "ben").expect("somebody else");
        assert!(matches!(begin(data.path(), "huge", "x.csv", u64::MAX, "cleo"), Err(PieceError::TooLarge)));
    }
}
