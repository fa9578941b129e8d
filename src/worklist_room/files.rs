//! The file of a request: in the population zone, in a folder that nobody but Meres may read.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use vocabulary::Id;

use super::Request;

const FOLDER: &str = "worklists";

fn folder(data: &Path, request: Id<Request>) -> PathBuf {
    data.join(FOLDER).join(request.to_string())
}

/// The lists of a request.
pub(super) fn list(data: &Path, request: Id<Request>) -> PathBuf {
    folder(data, request).join("list.parquet")
}

/// A folder for them.
pub(super) fn begin(data: &Path, request: Id<Request>) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder(data, request))
}

/// Has what was written there, by its names, on the disk.
pub(super) fn settle(data: &Path, request: Id<Request>) -> io::Result<()> {
    for made in [folder(data, request), data.join(FOLDER), data.to_owned()] {
        fs::File::open(made)?.sync_all()?;
    }
    Ok(())
}

pub(super) fn remove(data: &Path, request: Id<Request>) -> io::Result<()> {
    match fs::remove_dir_all(folder(data, request)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
