//! The report of a release: copied when it is asked for, so that what is decided on is what is released, and never changed.

use std::fs::File;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use ground::files::{digest_bytes, write_private};
use vocabulary::Id;

use super::Figures;
use crate::match_room::{self, Run};

const FOLDER: &str = "releases";
const REPORT: &str = "report.html";

pub(super) fn report(data: &Path, figures: Id<Figures>) -> PathBuf {
    data.join(FOLDER).join(figures.to_string()).join(REPORT)
}

/// Copies the report of a run, and gives its digest; on the disk, by its name, when this returns.
pub(super) fn freeze(data: &Path, run: Id<Run>, figures: Id<Figures>) -> io::Result<String> {
    let text = std::fs::read(match_room::file(data, run, REPORT))?;
    let all = data.join(FOLDER);
    let folder = all.join(figures.to_string());
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    write_private(&folder.join(REPORT), &text).map_err(io::Error::other)?;
    for made in [folder.as_path(), all.as_path(), data] {
        File::open(made)?.sync_all()?;
    }
    Ok(digest_bytes(&text))
}

/// What was not released is not kept.
pub(super) fn remove(data: &Path, figures: Id<Figures>) -> io::Result<()> {
    match std::fs::remove_dir_all(data.join(FOLDER).join(figures.to_string())) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
