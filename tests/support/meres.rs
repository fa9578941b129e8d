//! The program, run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where a command finds the address of its database, if nobody names one.
const ADDRESS: &str = "MERES_DATABASE_URL";

/// The binary under test.
pub(crate) fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_meres"))
}

/// What a run said and how it ended.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs `meres` in a folder.
pub(crate) fn run<I: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[I]) -> Said {
    let mut command = Command::new(binary());
    command.env_remove(ADDRESS);
    let words: Vec<&std::ffi::OsStr> = arguments.iter().map(AsRef::as_ref).collect();
    // On the run for PostgreSQL, each data folder has a database of its own there, unless the line names one.
    if let Some(at) = words.iter().position(|word| *word == "--data")
        && !words.iter().any(|word| *word == "--database-url")
        && let Some(url) = words.get(at + 1).and_then(|data| testbed::url(&folder.join(data)))
    {
        command.env(ADDRESS, url);
    }
    command.args(arguments).current_dir(folder).output().expect("meres runs").into()
}

/// Runs `meres` in a folder with the words of one line.
pub(crate) fn say(folder: &Path, line: &str) -> Said {
    run(folder, &line.split_whitespace().collect::<Vec<_>>())
}

/// Runs and insists that it went well.
pub(crate) fn done(folder: &Path, line: &str) -> Said {
    let said = say(folder, line);
    assert_eq!(said.status, 0, "meres {line}\n{}{}", said.out, said.err);
    said
}

/// The names of the files in a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map(|entries| {
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

/// A small invented county in `folder/county`.
pub(crate) fn county(folder: &Path, people: u32) {
    done(folder, &format!("demo --people {people} --services 300 --out county --no-serve"));
}

/// `summary.json` of a folder.
pub(crate) fn summary(folder: &Path) -> serde_json::Value {
    let text = std::fs::read_to_string(folder.join("summary.json")).expect("a summary");
    serde_json::from_str(&text).expect("JSON")
}
