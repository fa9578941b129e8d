//! The coded events of a kept population, in one Parquet file beside its parts: those of its people, and of nobody else.

use std::path::{Path, PathBuf};

use disclosure::with_commas;
use foldhash::fast::FixedState;
use ground::files::{FileError, Problem};
use hashbrown::HashSet;
use serde::{Deserialize, Serialize};
use vocabulary::CodeSystem;

use super::events_file::EventsFile;
use super::row::hash_of_pseudonym;
use crate::extract::{ImportError, each_event, each_on_list};
use crate::population::{Import, PEOPLE_COLUMNS};

/// Where it stands in a population's folder.
const EVENTS: &str = "_events.parquet";

/// The kept events of a population, if it has any.
pub fn events_of(folder: &Path) -> Option<PathBuf> {
    let place = folder.join(EVENTS);
    place.is_file().then_some(place)
}

/// What was kept of the events that came with an extract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct KeptEvents {
    pub rows_read: u64,
    pub rows_left_out: u64,
    /// Events of people who are not in the extract: not kept.
    pub strangers: u64,
    pub kept: u64,
    /// Of those that are kept, those of a code system that is not among [`CodeSystem::ALL`].
    #[serde(default)]
    pub other_systems: u64,
}

/// The people of some files, by the hashes of their pseudonyms: 20 to 40 bytes each, however long a pseudonym is.
pub(super) struct Known(HashSet<u128, FixedState>);

impl Known {
    /// Refused is a file with more than `most`.
    pub(super) fn of(files: &[PathBuf], column: &str, most: usize) -> Result<Self, ImportError> {
        let mut known = HashSet::with_hasher(FixedState::default());
        for file in files {
            each_on_list(file, column, |pid| {
                if known.len() <= most {
                    known.insert(hash_of_pseudonym(pid));
                }
            })?;
            if known.len() > most {
                let why = format!("it has more than {} pseudonyms", with_commas(most as u64));
                return Err(FileError::refused(file, why).into());
            }
        }
        Ok(Self(known))
    }

    pub(super) fn holds(&self, pseudonym: &str) -> bool {
        self.0.contains(&hash_of_pseudonym(pseudonym))
    }
}

/// Keeps the events of the people in `parts`. Refused is a file of which more rows cannot be used than is allowed.
pub(super) fn keep_events(
    folder: &Path,
    files: &[PathBuf],
    parts: &[PathBuf],
    import: &Import<'_>,
) -> Result<(KeptEvents, Vec<Problem>, u64), ImportError> {
    let known = Known::of(parts, PEOPLE_COLUMNS[0].name, usize::MAX)?;
    let mut out = EventsFile::create(folder.join(EVENTS))?;
    let (mut counts, mut problems) = (KeptEvents::default(), Vec::new());
    for file in files {
        let rows = each_event(file, &import.mapping.events, import.allowance, |event| {
            if known.holds(event.pid) {
                counts.kept += 1;
                counts.other_systems += u64::from(CodeSystem::of(event.system).is_none());
                out.add(event)
            } else {
                counts.strangers += 1;
                Ok(())
            }
        })?;
        counts.rows_read += rows.read;
        counts.rows_left_out += rows.left_out;
        problems.extend(rows.problems);
    }
    Ok((counts, problems, out.finish()?))
}
