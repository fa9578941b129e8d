//! Lists of people of a kept population: a waiting list, a register of a class. Pseudonyms that came from elsewhere stand
//! within the folder of the population whose people they name, and go with it. A list is never changed: what was counted
//! with it can be counted again.
//!
//! ```text
//! population/<digest>/_lists/<digest of the list's name>.parquet
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use ground::files::{FileError, SafeFile, digest, digest_text};
use parquet::arrow::ArrowWriter;

use super::events::{Known, without_statistics};
use super::part_file::failed;
use super::{Kind, Zone};
use crate::extract::{ImportError, Mapping, each_on_list};
use crate::population::{PEOPLE_COLUMNS, parts_of};

const FOLDER: &str = "_lists";
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
/// the file, and not with the population.
pub fn make_list(
    zone: &Zone,
    population: &str,
    name: &str,
    (file, column): (&Path, &str),
) -> Result<MadeList, ImportError> {
    let folder = zone.folder_of(Kind::People, population);
    let parts = parts_of(&folder, &Mapping::default())?;
    let wanted = Known::of(&[file.to_owned()], column)?;
    let place = place_of(&folder, name);
    let beside = folder.join(FOLDER);
    fs::create_dir_all(&beside).map_err(FileError::system(&beside))?;

    let pid = PEOPLE_COLUMNS[0].name;
    let schema = Arc::new(Schema::new(vec![Field::new(pid, DataType::Utf8, false)]));
    let out = SafeFile::create_private(&place)?;
    let mut out =
        ArrowWriter::try_new(out, schema.clone(), Some(without_statistics())).map_err(failed(&place))?;
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
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true).map_err(FileError::system(&place)),
    }
}
