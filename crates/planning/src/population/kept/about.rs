//! What a kept population says of itself, in two small files beside its parts. Their names begin with `_`, so that
//! they are no parts.

use std::path::Path;

use ground::files::{DefinitionError, FileError, write_whole};
use serde::{Deserialize, Serialize};

use super::{Keeping, Kept, KeptEvents, Kind};
use crate::extract::{ImportError, Mapping};
use crate::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS, Warnings};

const KEPT: &str = "_kept.json";
const MAPPING: &str = "_mapping.toml";

/// The counts of `_kept.json`.
#[derive(Deserialize, Serialize)]
struct About {
    kind: String,
    mapping_digest: String,
    sources: Vec<String>,
    made_up: Option<String>,
    rows_read: u64,
    people: u64,
    rows_left_out: u64,
    repeats: u64,
    outside_great_britain: u64,
    lsoa_not_recognised: u64,
    optional_not_understood: u64,
    problems_listed: u64,
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    events: Option<KeptEvents>,
}

/// Whether a population stands in this folder, and not what is left of one.
pub(super) fn stands_in(folder: &Path) -> bool {
    folder.join(KEPT).is_file()
}

/// Writes down what was kept.
pub(super) fn write(folder: &Path, kept: &Kept) -> Result<(), FileError> {
    let about = About {
        kind: kept.kind.key().to_owned(),
        mapping_digest: kept.mapping_digest.clone(),
        sources: kept.sources.clone(),
        made_up: kept.made_up.clone(),
        rows_read: kept.rows_read,
        people: kept.people,
        rows_left_out: kept.rows_left_out,
        repeats: kept.warnings.repeats,
        outside_great_britain: kept.warnings.outside_great_britain,
        lsoa_not_recognised: kept.warnings.lsoa_not_recognised,
        optional_not_understood: kept.optional_not_understood,
        problems_listed: kept.problems_listed,
        bytes: kept.bytes,
        events: kept.events,
    };
    let place = folder.join(KEPT);
    let text =
        serde_json::to_vec_pretty(&about).map_err(|e| FileError::system(&place)(std::io::Error::other(e)))?;
    write_whole(&place, &text)
}

/// What was kept in this folder, as it was written down then.
pub(super) fn read(folder: &Path, digest: &str) -> Result<Kept, FileError> {
    let place = folder.join(KEPT);
    let text = std::fs::read(&place).map_err(FileError::system(&place))?;
    let damaged = "this is not what Meres writes there; delete the population and import it again";
    let about: About = serde_json::from_slice(&text).map_err(|_| FileError::refused(&place, damaged))?;
    Ok(Kept {
        kind: Kind::from_key(&about.kind).ok_or_else(|| FileError::refused(&place, damaged))?,
        digest: digest.to_owned(),
        mapping_digest: about.mapping_digest,
        sources: about.sources,
        made_up: about.made_up,
        rows_read: about.rows_read,
        people: about.people,
        rows_left_out: about.rows_left_out,
        warnings: Warnings {
            repeats: about.repeats,
            outside_great_britain: about.outside_great_britain,
            lsoa_not_recognised: about.lsoa_not_recognised,
        },
        optional_not_understood: about.optional_not_understood,
        problems_listed: about.problems_listed,
        problems: Vec::new(),
        bytes: about.bytes,
        events: about.events,
        already_there: true,
    })
}

/// Writes what of a mapping still matters when the columns have our names: what the people are called in reports, which
/// columns the extract never had, and how its events are read where they were not kept with it.
pub(super) fn write_mapping(folder: &Path, keeping: &Keeping<'_>) -> Result<(), FileError> {
    let mapping = keeping.import.mapping;
    let mut left = toml::Table::new();
    left.insert("format".to_owned(), 1.into());
    if let Some(about) = &mapping.about {
        left.insert("about".to_owned(), about.as_str().into());
    }
    left.insert("absent".to_owned(), mapping.absent().into());
    // The mapping was understood before: a text that is no TOML has none. Kept events have our names already.
    if keeping.events.is_empty()
        && let Some(events) =
            toml::from_str::<toml::Table>(keeping.mapping_text).ok().and_then(|mut all| all.remove("events"))
    {
        left.insert("events".to_owned(), events);
    }
    write_whole(&folder.join(MAPPING), left.to_string().as_bytes())
}

/// The mapping with which a kept population is read: its columns have our names already, but what the extract never had
/// is still to be said as such. Without it the same people are read.
pub fn mapping_of(folder: &Path) -> Result<Mapping, ImportError> {
    let place = folder.join(MAPPING);
    let text = match std::fs::read_to_string(&place) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Mapping::default()),
        Err(error) => return Err(FileError::system(&place)(error).into()),
    };
    let mapping: Result<Mapping, DefinitionError> =
        Mapping::parse(MAPPING, &text, &[&PEOPLE_COLUMNS, &OPTIONAL_COLUMNS]);
    Ok(mapping?)
}
