//! The files of an extract between their arrival and their end: in a folder that nobody but Meres may read.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use vocabulary::Id;
use web::Upload as Sent;

use super::{Upload, pieces};

/// Beside the population zone, and not in it: what is there was not understood yet.
const FOLDER: &str = "population-uploads";

fn folder(data: &Path, upload: Id<Upload>) -> PathBuf {
    data.join(FOLDER).join(upload.to_string())
}

/// A file that was sent: whole with the form, or in pieces before it.
pub(super) enum Came {
    Whole(Sent),
    InPieces(String, PathBuf),
}

impl Came {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Whole(file) => &file.name,
            Self::InPieces(name, _) => name,
        }
    }
}

/// Writes what was sent; it is on the disk when this returns.
pub(super) fn put(data: &Path, upload: Id<Upload>, files: &[Came]) -> io::Result<()> {
    let folder = folder(data, upload);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    for (at, came) in files.iter().enumerate() {
        let place = made(&folder, at, came.name())?;
        match came {
            Came::Whole(file) => {
                let mut out = fs::OpenOptions::new();
                let mut out = out.write(true).create_new(true).mode(0o600).open(place)?;
                io::Write::write_all(&mut out, &file.bytes)?;
                out.sync_all()?;
            }
            Came::InPieces(_, file) => pieces::put(file, &place)?,
        }
    }
    fs::File::open(&folder)?.sync_all()
}

/// Where the people are, in the order in which they were sent.
pub(super) fn of(data: &Path, upload: &Upload) -> Vec<PathBuf> {
    let folder = folder(data, upload.id);
    upload.files.iter().enumerate().map(|(at, name)| named(&folder, at, name)).collect()
}

/// Where their coded events are.
pub(super) fn events_of(data: &Path, upload: &Upload) -> Vec<PathBuf> {
    let (folder, before) = (folder(data, upload.id), upload.files.len());
    upload.events.iter().enumerate().map(|(at, name)| named(&folder, before + at, name)).collect()
}

/// Two files may have one name: each lies in a folder of its own, since messages say the name.
fn named(folder: &Path, at: usize, name: &str) -> PathBuf {
    folder.join(at.to_string()).join(name)
}

fn made(folder: &Path, at: usize, name: &str) -> io::Result<PathBuf> {
    let own = folder.join(at.to_string());
    fs::DirBuilder::new().mode(0o700).create(&own)?;
    Ok(own.join(name))
}

/// Removes them.
pub(super) fn remove(data: &Path, upload: Id<Upload>) -> io::Result<()> {
    match fs::remove_dir_all(folder(data, upload)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Removes what nobody waits for any more: extracts that are neither being read nor waiting for their columns, as a crash in
/// the middle leaves them, and pieces that nobody went on with.
pub(super) fn sweep(data: &Path, waiting: &[Id<Upload>]) -> io::Result<()> {
    let all = data.join(FOLDER);
    let entries = match fs::read_dir(&all) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let waited = Id::<Upload>::parse(&name.to_string_lossy()).map(|id| waiting.contains(&id));
        // One that comes this moment has no line yet.
        if waited == Ok(false) && pieces::is_older(&entry.path(), pieces::PATIENCE) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    pieces::sweep(data)
}
