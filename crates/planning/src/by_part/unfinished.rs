//! The folder of a run that is under way, beside its results: what is finished of it, and who is at work.
//!
//! ```text
//! .by-part/question  part-00000.json  part-00000.hashes …     hidden, its owner's alone, gone when the run ends
//! matches/part-00000.parquet …                                the rows, which stay
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use ground::files::{FileError, write_private};

use super::record::Record;
use crate::match_run::RowFormat;

/// The hidden folder.
pub const FOLDER: &str = ".by-part";
/// The folder of the rows.
pub const ROWS_FOLDER: &str = "matches";
/// The file that whoever works in the folder holds: locks of folders do not reach other machines, those of files do.
const LOCK: &str = "lock";
/// How the names of files begin that are being written.
const DRAFT: &str = ".meres-";

/// The folder, entered: nobody else works in it. Or one beside it, in which others do parts.
pub(super) struct Unfinished {
    place: PathBuf,
    rows: PathBuf,
    /// None where others work.
    _lock: Option<File>,
}

impl Unfinished {
    /// Enters the folder for this question. What is there of another question is removed; says whether there was any.
    pub(super) fn enter(out: &Path, question: &str) -> Result<(Self, bool), FileError> {
        let place = out.join(FOLDER);
        match fs::DirBuilder::new().mode(0o700).create(&place) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(FileError::system(&place)(error));
            }
            _ => {}
        }
        let lock = locked(&place)?;
        let unfinished = Self { place, rows: out.join(ROWS_FOLDER), _lock: Some(lock) };
        let asked = unfinished.place.join("question");
        let before = fs::read_to_string(&asked).ok();
        let same = before.as_deref() == Some(question);
        if !same {
            unfinished.clear(|name| name != LOCK)?;
            write_private(&asked, question.as_bytes())?;
        }
        Ok((unfinished, before.is_some() && !same))
    }

    /// A folder in which others do parts.
    pub(super) fn of_others(place: &Path) -> Self {
        Self { place: place.to_owned(), rows: place.to_owned(), _lock: None }
    }

    /// Takes over a part that was finished in another folder. Its record last: it says that the rest is there.
    pub(super) fn take_over(
        &self,
        from: &Self,
        number: usize,
        rows: Option<RowFormat>,
        aside: bool,
    ) -> Result<(), FileError> {
        let rows = rows.map(|format| (from.rows(number, format), self.rows(number, format)));
        let aside = aside.then(|| (from.aside(number), self.aside(number)));
        let record = name_of_record(number);
        let record = (from.place.join(&record), self.place.join(&record));
        for (from, to) in rows.into_iter().chain(aside).chain([record]) {
            fs::rename(&from, &to).map_err(FileError::system(&from))?;
        }
        Ok(())
    }

    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// The rows of a part.
    pub(super) fn rows(&self, number: usize, format: RowFormat) -> PathBuf {
        self.rows.join(name_of_rows(number, format))
    }

    /// The hashes of a part's pseudonyms.
    pub(super) fn aside(&self, number: usize) -> PathBuf {
        self.place.join(format!("part-{number:05}.hashes"))
    }

    /// Makes room for the rows of these parts, of which some are finished: other rows are removed, and halves of files are.
    pub(super) fn keep_parts(&self, finished: &[bool], format: Option<RowFormat>) -> Result<(), FileError> {
        self.clear(|name| name.starts_with(DRAFT))?;
        let Some(format) = format else { return remove_rows(&self.rows) };
        match fs::create_dir(&self.rows) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(FileError::system(&self.rows)(error));
            }
            _ => {}
        }
        let kept = (0..).zip(finished).filter(|(_, finished)| **finished);
        let kept: Vec<String> = kept.map(|(number, _)| name_of_rows(number, format)).collect();
        remove_in(&self.rows, |name| is_ours(name) && !kept.iter().any(|kept| kept == name))
    }

    /// What came of a part, if it is put down.
    pub(super) fn record(&self, number: usize) -> Result<Option<Record>, FileError> {
        let place = self.place.join(name_of_record(number));
        match fs::read(&place) {
            // What cannot be understood is done again.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FileError::system(&place)(error)),
        }
    }

    /// Puts down what came of a part.
    pub(super) fn keep(&self, number: usize, record: &Record) -> Result<(), FileError> {
        let place = self.place.join(name_of_record(number));
        let text = serde_json::to_vec(record).map_err(|e| FileError::system(&place)(io::Error::other(e)))?;
        write_private(&place, &text)
    }

    fn clear(&self, is_rubbish: impl Fn(&str) -> bool) -> Result<(), FileError> {
        remove_in(&self.place, is_rubbish)
    }

    /// Removes the folder.
    pub(super) fn remove(self) -> Result<(), FileError> {
        remove_whole(&self.place)
    }
}

fn name_of_record(number: usize) -> String {
    format!("part-{number:05}.json")
}

fn name_of_rows(number: usize, format: RowFormat) -> String {
    format!("part-{number:05}.{}", format.extension())
}

/// Whether a file of this name in the folder of the rows is one of ours.
fn is_ours(name: &str) -> bool {
    let of_part = name.strip_prefix("part-").and_then(|rest| rest.split_once('.'));
    let number = |text: &str| text.len() >= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with(DRAFT)
        || of_part.is_some_and(|(of, kind)| number(of) && ["parquet", "csv"].contains(&kind))
}

fn locked(place: &Path) -> Result<File, FileError> {
    let file = place.join(LOCK);
    let lock = File::options().create(true).truncate(false).write(true).mode(0o600).open(&file);
    let lock = lock.map_err(FileError::system(&file))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(FileError::refused(
            place,
            "another run is at work in this folder; wait for it, or name another",
        )),
        Err(TryLockError::Error(error)) => Err(FileError::system(place)(error)),
    }
}

/// Removes files and folders of these names.
fn remove_in(folder: &Path, is_rubbish: impl Fn(&str) -> bool) -> Result<(), FileError> {
    for entry in fs::read_dir(folder).map_err(FileError::system(folder))? {
        let entry = entry.map_err(FileError::system(folder))?;
        let path = entry.path();
        if is_rubbish(&entry.file_name().to_string_lossy()) {
            if path.is_dir() {
                remove_whole(&path)?;
            } else {
                fs::remove_file(&path).map_err(FileError::system(&path))?;
            }
        }
    }
    Ok(())
}

/// Removes the rows that an earlier run left part by part in this folder, and the folder where nothing else is in it.
pub fn remove_rows(folder: &Path) -> Result<(), FileError> {
    if !folder.is_dir() {
        return Ok(());
    }
    remove_in(folder, is_ours)?;
    let empty = fs::read_dir(folder).map_err(FileError::system(folder))?.next().is_none();
    if empty { fs::remove_dir(folder).map_err(FileError::system(folder)) } else { Ok(()) }
}

/// Removes what a run part by part that was broken off left in this folder of results: another kind of run takes its place.
pub fn forget(out: &Path) -> Result<(), FileError> {
    let place = out.join(FOLDER);
    if !place.is_dir() {
        return Ok(());
    }
    let _lock = locked(&place)?;
    remove_whole(&place)
}

/// Removes the folder under another name: whoever still works for an earlier run finds no place to put something.
fn remove_whole(place: &Path) -> Result<(), FileError> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let going = place.with_file_name(format!("{DRAFT}going-{}", name.trim_start_matches(DRAFT)));
    if going == place {
        return fs::remove_dir_all(place).map_err(FileError::system(place));
    }
    if going.exists() {
        fs::remove_dir_all(&going).map_err(FileError::system(&going))?;
    }
    fs::rename(place, &going).map_err(FileError::system(place))?;
    fs::remove_dir_all(&going).map_err(FileError::system(&going))
}
