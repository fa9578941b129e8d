//! One part of a kept population: a Parquet file in the columns of [`PEOPLE_COLUMNS`].

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use ground::files::{FileError, SafeFile};
use matching::Person;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReaderBuilder, RowSelection};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use vocabulary::{Condition, Day};

use super::beside::Beside;
use super::row::code_of_mobility;
use crate::extract::{Column, ColumnKind};
use crate::population::chunk::Chunk;
use crate::population::columns::at;
use crate::population::{Codes, MADE_UP, OPTIONAL_COLUMNS, PEOPLE_COLUMNS};

/// People to a row group: what is read at once by each thread of a run.
const ROW_GROUP: usize = 131_072;
const ROWS_A_BATCH: usize = 16_384;

/// What all parts of a population have in common.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    schema: SchemaRef,
    /// Which of the optional columns there are.
    optional: [bool; OPTIONAL_COLUMNS.len()],
    properties: WriterProperties,
}

impl Layout {
    pub(super) fn new(optional: [bool; OPTIONAL_COLUMNS.len()], made_up: Option<&str>) -> Self {
        let there =
            OPTIONAL_COLUMNS.iter().zip(optional).filter(|(_, there)| *there).map(|(column, _)| column);
        let fields: Vec<Field> = PEOPLE_COLUMNS.iter().chain(there).map(field).collect();
        let note = made_up.map(|county| vec![KeyValue::new(MADE_UP.to_owned(), county.to_owned())]);
        // Every pseudonym differs: a dictionary of them would be made in vain. Least and greatest values are of no use
        // to a reader of everything, and those of the pseudonyms would be two of them in plain sight.
        let properties = WriterProperties::builder()
            .set_key_value_metadata(note)
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .set_column_dictionary_enabled(PEOPLE_COLUMNS[at::PID].name.into(), false)
            .set_statistics_enabled(EnabledStatistics::None)
            .build();
        Self { schema: Arc::new(Schema::new(fields)), optional, properties }
    }
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        ColumnKind::YesNo => DataType::Boolean,
        ColumnKind::Day => DataType::Date32,
        ColumnKind::Text(_) => DataType::Utf8,
        ColumnKind::Whole(..) | ColumnKind::Large(_) => DataType::Int32,
    };
    Field::new(column.name, kind, column.name != PEOPLE_COLUMNS[at::PID].name)
}

/// A part that is being written.
pub(super) struct PartFile<'l> {
    layout: &'l Layout,
    writer: ArrowWriter<SafeFile>,
    place: std::path::PathBuf,
}

impl<'l> PartFile<'l> {
    pub(super) fn create(place: &Path, layout: &'l Layout) -> Result<Self, FileError> {
        let file = SafeFile::create_private(place)?;
        let properties = Some(layout.properties.clone());
        let writer = ArrowWriter::try_new(file, layout.schema.clone(), properties).map_err(failed(place))?;
        Ok(Self { layout, writer, place: place.to_owned() })
    }

    /// Writes the rows of a chunk and what stands beside them.
    pub(super) fn write(
        &mut self,
        people: &[Person],
        chunk: &Chunk,
        beside: &Beside,
    ) -> Result<(), FileError> {
        let mut columns = columns(people, chunk, beside);
        let optional: [ArrayRef; OPTIONAL_COLUMNS.len()] = [
            Arc::new(texts(&beside.ethnicity, &beside.ethnicities)),
            Arc::new(BooleanArray::from(beside.rural.clone())),
        ];
        columns.extend(
            optional.into_iter().zip(self.layout.optional).filter(|(_, there)| *there).map(|(c, _)| c),
        );
        let batch = RecordBatch::try_new(self.layout.schema.clone(), columns)
            .map_err(|e| FileError::system(&self.place)(std::io::Error::other(e)))?;
        self.writer.write(&batch).map_err(failed(&self.place))
    }

    /// Puts the part in its place and gives its size.
    pub(super) fn finish(self) -> Result<u64, FileError> {
        self.writer.into_inner().map_err(failed(&self.place))?.keep()?;
        Ok(std::fs::metadata(&self.place).map_err(FileError::system(&self.place))?.len())
    }
}

/// Writes a part anew without the rows whose bits are set. Gives its size.
pub(super) fn without(place: &Path, layout: &Layout, rows: usize, drops: &[u64]) -> Result<u64, FileError> {
    let file = File::open(place).map_err(FileError::system(place))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failed(place))?;
    let stays = |row: &usize| drops[row / 64] >> (row % 64) & 1 == 0;
    let mut ranges = Vec::new();
    let mut from = (0..rows).find(stays);
    while let Some(start) = from {
        let end = (start..rows).find(|row| !stays(row)).unwrap_or(rows);
        ranges.push(start..end);
        from = (end..rows).find(stays);
    }
    let selection = RowSelection::from_consecutive_ranges(ranges.into_iter(), rows);
    let reader = reader.with_batch_size(ROWS_A_BATCH).with_row_selection(selection).build();
    let mut part = PartFile::create(place, layout)?;
    for batch in reader.map_err(failed(place))? {
        let batch = batch.map_err(|e| FileError::system(place)(std::io::Error::other(e)))?;
        part.writer.write(&batch).map_err(failed(place))?;
    }
    part.finish()
}

/// What the system said, where it was the system (a full disk, say).
pub(super) fn failed(place: &Path) -> impl FnOnce(ParquetError) -> FileError + '_ {
    move |error| {
        let source = match error {
            ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
                Ok(system) => *system,
                Err(other) => std::io::Error::other(other),
            },
            other => std::io::Error::other(other),
        };
        FileError::System { path: place.to_owned(), source }
    }
}

/// The columns of an extract, in the order of [`PEOPLE_COLUMNS`].
fn columns(people: &[Person], chunk: &Chunk, beside: &Beside) -> Vec<ArrayRef> {
    let numbers = |value: fn(&Person) -> Option<i32>| -> ArrayRef {
        Arc::new(people.iter().map(value).collect::<Int32Array>())
    };
    let answers = |value: fn(&Person) -> Option<bool>| -> ArrayRef {
        Arc::new(people.iter().map(value).collect::<BooleanArray>())
    };
    let condition = |condition: Condition| -> ArrayRef {
        let answer = |person: &Person| {
            let known = !person.conditions_not_known.holds(condition);
            known.then(|| person.conditions.holds(condition))
        };
        Arc::new(people.iter().map(answer).collect::<BooleanArray>())
    };
    let pseudonyms = (0..people.len()).map(|row| Some(chunk.pseudonyms.get(row)));
    let column = |index: usize| -> ArrayRef {
        match index {
            at::PID => Arc::new(pseudonyms.clone().collect::<StringArray>()),
            at::BIRTH_YEAR => numbers(|p| p.birth_year),
            at::SEX => Arc::new(Int32Array::from(beside.sex.clone())),
            at::LSOA => Arc::new(texts(&chunk.lsoa, &chunk.lsoas)),
            at::EASTING => numbers(|p| p.place.map(|place| place.easting)),
            at::NORTHING => numbers(|p| p.place.map(|place| place.northing)),
            at::COUNTY => numbers(|p| p.county),
            at::AREA => numbers(|p| p.area),
            at::PRACTICE => Arc::new(texts(&chunk.practice, &chunk.practices)),
            at::IMD => numbers(|p| p.imd),
            at::WL => answers(|p| p.waiting),
            at::WL_WEEKS => numbers(|p| p.waiting_weeks),
            at::LANG => Arc::new(Int32Array::from(beside.language.clone())),
            at::MOBILITY => numbers(|p| p.mobility.map(code_of_mobility)),
            at::HAS_CAR => answers(|p| p.has_car),
            at::INTERNET => answers(|p| p.internet),
            at::LAST_ACTIVITY => {
                Arc::new(people.iter().map(|p| p.last_activity.map(Day::days)).collect::<Date32Array>())
            }
            index => condition(Condition::ALL[index - at::CONDITIONS]),
        }
    };
    (0..PEOPLE_COLUMNS.len()).map(column).collect()
}

/// Texts of a list by their numbers; 0 is not known.
fn texts(numbers: &[u32], codes: &Codes) -> StringArray {
    let text = |number: &u32| number.checked_sub(1).map(|before| &*codes.names()[before as usize]);
    numbers.iter().map(text).collect()
}
