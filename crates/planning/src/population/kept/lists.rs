//! Lists of people of a kept population: a waiting list, a register of a class. Pseudonyms that came from elsewhere stand
//! within the folder of the population whose people they name, and go with it. A list is never changed: what was counted
//! with it can be counted again.
//!
//! ```text
//! population/<digest>/_lists/<digest of the list's name>.parquet
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use ground::files::{FileError, SafeFile, digest, digest_text, hexadecimal, sync_folder};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;

use super::events::Known;
use super::events_file::without_statistics;
use super::part_file::failed;
use super::{Kind, Zone};
use crate::extract::{ImportError, Mapping, each_on_list};
use crate::population::{PEOPLE_COLUMNS, parts_of};

const FOLDER: &str = "_lists";
/// Pseudonyms of a file that is made a list: more would fill the memory of whoever serves the pages.
const MOST_ON_A_LIST: usize = 1_000_000;
const ROWS_A_BATCH: usize = 65_536;

/// A list that is made, and not in its place yet; gone when this is dropped.
pub struct MadeList {
    file: SafeFile,
    /// Of the file.
    pub digest: String,
    /// People of the population who are on it.
    pub people: u64,
}

impl MadeList {
    /// Puts it in its place.
    pub fn keep(self) -> Result<(), FileError> {
        self.file.keep()
    }
}

fn place_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(FOLDER).join(digest_text(name)).with_extension("parquet")
}

/// The file of the list of this name in a population's folder; refused where there is none.
pub fn list_of(folder: &Path, name: &str) -> Result<PathBuf, FileError> {
    let place = place_of(folder, name);
    if place.is_file() {
        return Ok(place);
    }
    let why = format!("this population has no list called \"{name}\"; add it to the population first");
    Err(FileError::refused(Path::new("cohort"), why))
}

/// Makes a list of those people of the population of this digest whose pseudonyms stand in a file's column. Memory grows with
/// the file, and not with the population. `chance` goes into the file: by its digest alone nobody can see that two lists have
/// the same people on them, or try who is on one.
pub fn make_list(
    zone: &Zone,
    population: &str,
    (name, chance): (&str, [u8; 16]),
    (file, column): (&Path, &str),
) -> Result<MadeList, ImportError> {
    let folder = zone.folder_of(Kind::People, population);
    let parts = parts_of(&folder, &Mapping::default())?;
    let wanted = Known::of(&[file.to_owned()], column, MOST_ON_A_LIST)?;
    let place = place_of(&folder, name);
    let beside = folder.join(FOLDER);
    match fs::create_dir(&beside) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(FileError::system(&beside)(error).into());
        }
        _ => sync_folder(&folder)?,
    }

    let pid = PEOPLE_COLUMNS[0].name;
    let schema = Arc::new(Schema::new(vec![Field::new(pid, DataType::Utf8, false)]));
    let out = SafeFile::create_private(&place)?;
    let note = KeyValue::new("meres.list".to_owned(), hexadecimal(&chance));
    let properties = without_statistics().set_key_value_metadata(Some(vec![note])).build();
    let mut out = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(failed(&place))?;
    let mut write = |pids: &mut Vec<String>| -> Result<(), FileError> {
        let column = Arc::new(StringArray::from_iter_values(std::mem::take(pids)));
        let batch = RecordBatch::try_new(schema.clone(), vec![column]);
        out.write(&batch.map_err(|e| FileError::system(&place)(std::io::Error::other(e)))?)
            .map_err(failed(&place))
    };
    let (mut people, mut pids, mut failure) = (0, Vec::new(), None);
    for part in &parts {
        each_on_list(part, pid, |one| {
            if failure.is_none() && wanted.holds(one) {
                people += 1;
                pids.push(one.to_owned());
                if pids.len() == ROWS_A_BATCH {
                    failure = write(&mut pids).err();
                }
            }
        })?;
    }
    failure.map_or_else(|| write(&mut pids), Err)?;
    let mut file = out.into_inner().map_err(failed(&place))?;
    Ok(MadeList { digest: digest(&[file.draft()?])?, people, file })
}

/// Removes a list, for good; says whether there was one.
pub fn remove_list(zone: &Zone, population: &str, name: &str) -> Result<bool, FileError> {
    let place = place_of(&zone.folder_of(Kind::People, population), name);
    match fs::remove_file(&place) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        removed => {
            removed.map_err(FileError::system(&place))?;
            sync_folder(place.parent().unwrap_or(&place))?;
            Ok(true)
        }
    }
}

/// Removes lists that go by none of these names: what was put in its place, and stopped before the catalogue knew it.
pub fn sweep_lists<'n>(
    zone: &Zone,
    population: &str,
    known: impl Iterator<Item = &'n str>,
) -> Result<(), FileError> {
    let folder = zone.folder_of(Kind::People, population);
    let known: BTreeSet<PathBuf> = known.map(|name| place_of(&folder, name)).collect();
    let beside = folder.join(FOLDER);
    for entry in fs::read_dir(&beside).into_iter().flatten().flatten() {
        let place = entry.path();
        if place.extension().is_some_and(|ending| ending == "parquet") && !known.contains(&place) {
            fs::remove_file(&place).map_err(FileError::system(&place))?;
        }
    }
    Ok(())
}
