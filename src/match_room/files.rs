//! What a run left: in a folder that nobody but Meres may read, in the data folder.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use vocabulary::Id;

use super::Run;

const FOLDER: &str = "match-runs";
/// The files that hold single people, under their pseudonyms.
const ROWS: [&str; 3] = ["matches.parquet", "matches.csv", planning::worklist::CALLS];

pub(super) fn folder(data: &Path, run: Id<Run>) -> PathBuf {
    data.join(FOLDER).join(run.to_string())
}

/// An empty folder for a run; what an earlier attempt left there is gone.
pub(super) fn begin(data: &Path, run: Id<Run>) -> io::Result<PathBuf> {
    let folder = folder(data, run);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    Ok(folder)
}

pub(super) fn forget_rows(data: &Path, run: Id<Run>) -> io::Result<()> {
    let folder = folder(data, run);
    for name in ROWS {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Names what a run was made with, for a program that asks more of it: its own services, cohort and rules.
pub(super) fn as_made(command: &mut Command, folder: &Path) {
    let files = [("--services", "services.parquet"), ("--cohort", "cohort.toml"), ("--rules", "rules.toml")];
    for (option, name) in files {
        let file = folder.join(name);
        if file.exists() {
            command.arg(option).arg(file);
        }
    }
    command.arg("--services-are-its-own");
}
