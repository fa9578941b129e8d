//! The file of a kept population's events. They lie by their code within each group of rows, so that who asks for some
//! codes decodes the pseudonyms of those alone.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type};
use arrow_array::{Array, ArrayRef, Date32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use foldhash::fast::FixedState;
use ground::files::{FileError, SafeFile, damaged, guarded};
use hashbrown::HashMap;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection, RowSelector,
};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use vocabulary::Day;

use super::part_file::failed;
use crate::extract::{EVENT_COLUMNS, Event};

/// Events that are put in order together: some 40 MB of them are in memory at once.
const EVENTS_A_GROUP: usize = 1_048_576;
const ROWS_A_BATCH: usize = 65_536;
/// Rows of a page, the least that is decoded: a code that few have costs no more than that.
const ROWS_A_PAGE: usize = 4_096;

const PID: usize = 0;
const SYSTEM: usize = 1;
const CODE: usize = 2;
const DATE: usize = 3;

/// How files with pseudonyms are written: least and greatest values would be two of them in plain sight.
pub(super) fn without_statistics() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
}

/// The columns, with the texts of system and code as `coded` says.
fn schema(coded: &DataType) -> SchemaRef {
    let kinds = [DataType::Utf8, coded.clone(), coded.clone(), DataType::Date32];
    let fields = EVENT_COLUMNS.iter().zip(kinds);
    let field = |(column, kind): (&crate::extract::Column, DataType)| {
        Field::new(column.name, kind, column.name == EVENT_COLUMNS[DATE].name)
    };
    Arc::new(Schema::new(fields.map(field).collect::<Vec<_>>()))
}

/// Events that are not yet written.
#[derive(Default)]
struct Gathered {
    /// Their pseudonyms behind each other, and where each ends.
    people: String,
    ends: Vec<usize>,
    days: Vec<Option<i32>>,
    /// By system and by code, which of them, in the order in which they came.
    coded: HashMap<String, HashMap<String, Vec<usize>, FixedState>, FixedState>,
}

impl Gathered {
    fn add(&mut self, event: Event<'_>) {
        let of_system = self.coded.entry_ref(event.system).or_default();
        of_system.entry_ref(event.code).or_default().push(self.days.len());
        self.people.push_str(event.pid);
        self.ends.push(self.people.len());
        self.days.push(event.day.map(Day::days));
    }

    fn pseudonym(&self, event: usize) -> &str {
        let from = event.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.people[from..self.ends[event]]
    }

    /// The systems and codes in their order, each with its events.
    fn in_order(&self) -> Vec<(&str, &str, &[usize])> {
        let codes = self.coded.iter().flat_map(|(system, codes)| {
            codes.iter().map(move |(code, events)| (system.as_str(), code.as_str(), events.as_slice()))
        });
        let mut codes: Vec<_> = codes.collect();
        codes.sort_unstable();
        codes
    }
}

/// An events file that is being written.
pub(super) struct EventsFile {
    schema: SchemaRef,
    out: ArrowWriter<SafeFile>,
    place: PathBuf,
    gathered: Gathered,
    /// Events of a group.
    at_once: usize,
}

impl EventsFile {
    pub(super) fn create(place: PathBuf) -> Result<Self, FileError> {
        Self::with_groups(place, EVENTS_A_GROUP)
    }

    fn with_groups(place: PathBuf, at_once: usize) -> Result<Self, FileError> {
        let schema = schema(&DataType::Utf8);
        let properties = without_statistics()
            .set_column_dictionary_enabled(EVENT_COLUMNS[PID].name.into(), false)
            .set_data_page_row_count_limit(ROWS_A_PAGE)
            .build();
        let file = SafeFile::create_private(&place)?;
        let out = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(failed(&place))?;
        Ok(Self { schema, out, place, gathered: Gathered::default(), at_once })
    }

    pub(super) fn add(&mut self, event: Event<'_>) -> Result<(), FileError> {
        self.gathered.add(event);
        if self.gathered.days.len() < self.at_once { Ok(()) } else { self.write() }
    }

    /// Writes what is gathered as one group of rows.
    fn write(&mut self) -> Result<(), FileError> {
        let gathered = std::mem::take(&mut self.gathered);
        let codes = gathered.in_order();
        let rows = codes
            .iter()
            .flat_map(|(system, code, events)| events.iter().map(|event| (*system, *code, *event)));
        let rows: Vec<(&str, &str, usize)> = rows.collect();
        for rows in rows.chunks(ROWS_A_BATCH) {
            let columns: Vec<ArrayRef> = vec![
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| gathered.pseudonym(row.2)))),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))),
                Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.1))),
                Arc::new(rows.iter().map(|row| gathered.days[row.2]).collect::<Date32Array>()),
            ];
            let batch = RecordBatch::try_new(self.schema.clone(), columns)
                .map_err(|e| FileError::system(&self.place)(std::io::Error::other(e)))?;
            self.out.write(&batch).map_err(failed(&self.place))?;
        }
        self.out.flush().map_err(failed(&self.place))
    }

    /// Puts the file in its place and gives its size.
    pub(super) fn finish(mut self) -> Result<u64, FileError> {
        self.write()?;
        self.out.into_inner().map_err(failed(&self.place))?.keep()?;
        Ok(std::fs::metadata(&self.place).map_err(FileError::system(&self.place))?.len())
    }
}

/// Events that lie behind each other and have one answer.
struct Run<T> {
    rows: usize,
    answer: Option<T>,
}

/// A file of kept events that is being read.
struct Reader<'p> {
    path: &'p Path,
    file: File,
    metadata: ArrowReaderMetadata,
}

impl<'p> Reader<'p> {
    fn open(path: &'p Path) -> Result<Self, FileError> {
        let file = File::open(path).map_err(FileError::system(path))?;
        // Each text once, and its number for each row.
        let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let options = ArrowReaderOptions::new()
            .with_schema(schema(&coded))
            .with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = guarded(path, || ArrowReaderMetadata::load(&file, options))?
            .map_err(|e| damaged(path, &e.to_string()))?;
        Ok(Self { path, file, metadata })
    }

    fn damaged(&self, why: &dyn std::fmt::Display) -> FileError {
        damaged(self.path, &why.to_string())
    }

    /// Two columns of a group, all of its rows or some.
    fn columns(
        &self,
        group: usize,
        columns: [usize; 2],
        rows: Option<RowSelection>,
    ) -> Result<ParquetRecordBatchReader, FileError> {
        let file = self.file.try_clone().map_err(FileError::system(self.path))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns);
        let builder =
            builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(ROWS_A_BATCH);
        let builder = match rows {
            Some(rows) => builder.with_row_selection(rows),
            None => builder,
        };
        builder.build().map_err(|e| self.damaged(&e))
    }

    /// What is answered for the codes of a group, run by run.
    fn runs<T: Copy>(
        &self,
        group: usize,
        answer: &mut impl FnMut(&str, &str, u64) -> Option<T>,
    ) -> Result<Vec<Run<T>>, FileError> {
        let mut runs: Vec<Run<T>> = Vec::new();
        for batch in self.columns(group, [SYSTEM, CODE], None)? {
            let batch = batch.map_err(|e| self.damaged(&e))?;
            let [systems, codes] = [0, 1].map(|column| batch.column(column).as_dictionary::<Int32Type>());
            let [system_of, code_of] = [systems, codes].map(|column| column.values().as_string::<i32>());
            let keys: Vec<(i32, i32)> =
                systems.keys().values().iter().copied().zip(codes.keys().values().iter().copied()).collect();
            for same in keys.chunk_by(|one, next| one == next) {
                let place = |key: i32, texts: usize| {
                    let inside = usize::try_from(key).ok().filter(|place| *place < texts);
                    inside.ok_or_else(|| self.damaged(&"a text is not in its list"))
                };
                let (system, code) = (place(same[0].0, system_of.len())?, place(same[0].1, code_of.len())?);
                let answer = answer(system_of.value(system), code_of.value(code), same.len() as u64);
                runs.push(Run { rows: same.len(), answer });
            }
        }
        Ok(runs)
    }

    /// Hands on the events of a group that have an answer, with their answer.
    fn take<T: Copy>(
        &self,
        group: usize,
        runs: &[Run<T>],
        take: &mut impl FnMut(&str, Option<Day>, T),
    ) -> Result<(), FileError> {
        let selectors = runs.iter().map(|run| match run.answer {
            Some(_) => RowSelector::select(run.rows),
            None => RowSelector::skip(run.rows),
        });
        let rows = RowSelection::from(selectors.collect::<Vec<_>>());
        let mut answers = runs.iter().filter_map(|run| Some((run.rows, run.answer?)));
        let (mut left, mut answer) = (0, None);
        for batch in self.columns(group, [PID, DATE], Some(rows))? {
            let batch = batch.map_err(|e| self.damaged(&e))?;
            let (people, days) =
                (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Date32Type>());
            for (pid, day) in people.iter().zip(days) {
                if left == 0 {
                    (left, answer) = answers.next().map_or((0, None), |(rows, answer)| (rows, Some(answer)));
                }
                let (Some(pid), Some(answer)) = (pid, answer) else {
                    return Err(self.damaged(&"a column has more rows than another"));
                };
                left -= 1;
                take(pid, day.map(Day::from_days), answer);
            }
        }
        if left > 0 || answers.next().is_some() {
            return Err(self.damaged(&"a column has fewer rows than another"));
        }
        Ok(())
    }
}

/// Reads kept events: `answer` is asked of a system and a code, with the number of events behind each other that have it,
/// and `take` gets each event that has an answer, with its person and its day. Gives how many events there are.
pub fn each_kept_event<T: Copy>(
    path: &Path,
    mut answer: impl FnMut(&str, &str, u64) -> Option<T>,
    mut take: impl FnMut(&str, Option<Day>, T),
) -> Result<u64, FileError> {
    let reader = Reader::open(path)?;
    let mut events = 0;
    for group in 0..reader.metadata.metadata().num_row_groups() {
        guarded(path, || {
            let runs = reader.runs(group, &mut answer)?;
            events += runs.iter().map(|run| run.rows as u64).sum::<u64>();
            let any = runs.iter().any(|run| run.answer.is_some());
            if any { reader.take(group, &runs, &mut take) } else { Ok(()) }
        })??;
    }
    Ok(events)
}

#[cfg(test)]
mod tests;
