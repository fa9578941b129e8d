//! The coded events of a kept population, in one Parquet file beside its parts: those of its people, and of nobody else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use disclosure::with_commas;
use foldhash::fast::FixedState;
use ground::files::{FileError, Problem, SafeFile};
use hashbrown::HashSet;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use serde::{Deserialize, Serialize};
use vocabulary::{CodeSystem, Day};

use super::part_file::failed;
use super::row::hash_of_pseudonym;
use crate::extract::{EVENT_COLUMNS, Event, ImportError, each_event, each_on_list};
use crate::population::{Import, PEOPLE_COLUMNS};

/// Where it stands in a population's folder.
const EVENTS: &str = "_events.parquet";
const ROWS_A_BATCH: usize = 65_536;

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
    let mut out = Writer::create(folder.join(EVENTS))?;
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

/// How files with pseudonyms are written: least and greatest values would be two of them in plain sight.
pub(super) fn without_statistics() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
}

struct Writer {
    schema: SchemaRef,
    out: ArrowWriter<SafeFile>,
    place: PathBuf,
    texts: [Vec<String>; 3],
    days: Vec<Option<i32>>,
}

impl Writer {
    fn create(place: PathBuf) -> Result<Self, FileError> {
        let kinds = [DataType::Utf8, DataType::Utf8, DataType::Utf8, DataType::Date32];
        let fields = EVENT_COLUMNS.iter().zip(kinds);
        let fields: Vec<Field> =
            fields.map(|(column, kind)| Field::new(column.name, kind, column.name == "date")).collect();
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let file = SafeFile::create_private(&place)?;
        let properties = Some(without_statistics().build());
        let out = ArrowWriter::try_new(file, schema.clone(), properties).map_err(failed(&place))?;
        Ok(Self { schema, out, place, texts: Default::default(), days: Vec::new() })
    }

    fn add(&mut self, event: Event<'_>) -> Result<(), FileError> {
        for (column, text) in self.texts.iter_mut().zip([event.pid, event.system, event.code]) {
            column.push(text.to_owned());
        }
        self.days.push(event.day.map(Day::days));
        if self.days.len() < ROWS_A_BATCH { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<(), FileError> {
        let text = |texts: &mut Vec<String>| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::mem::take(texts)))
        };
        let mut columns: Vec<ArrayRef> = self.texts.iter_mut().map(text).collect();
        columns.push(Arc::new(Date32Array::from(std::mem::take(&mut self.days))));
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(|e| FileError::system(&self.place)(std::io::Error::other(e)))?;
        self.out.write(&batch).map_err(failed(&self.place))
    }

    /// Puts the file in its place and gives its size.
    fn finish(mut self) -> Result<u64, FileError> {
        self.write()?;
        self.out.into_inner().map_err(failed(&self.place))?.keep()?;
        Ok(std::fs::metadata(&self.place).map_err(FileError::system(&self.place))?.len())
    }
}
