//! The Parquet files of worklists: columns of text and numbers, read batch by batch.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use ground::files::{FileError, SafeFile};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// Rows of one write.
pub(super) const BATCH: usize = 8_192;

/// A file that is being written. What is not finished leaves nothing behind.
pub(super) struct Out {
    writer: ArrowWriter<SafeFile>,
    schema: Arc<Schema>,
}

fn failed(place: &Path) -> impl Fn(parquet::errors::ParquetError) -> FileError + '_ {
    |error| FileError::System { path: place.to_owned(), source: std::io::Error::other(error) }
}

impl Out {
    pub(super) fn create(place: &Path, columns: &[(&str, DataType)]) -> Result<Self, FileError> {
        let fields: Vec<Field> =
            columns.iter().map(|(name, kind)| Field::new(*name, kind.clone(), false)).collect();
        let schema = Arc::new(Schema::new(fields));
        let level = ZstdLevel::try_new(1).map_err(failed(place))?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        let file = SafeFile::create(place)?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(failed(place))?;
        Ok(Self { writer, schema })
    }

    pub(super) fn write(&mut self, place: &Path, columns: Vec<ArrayRef>) -> Result<(), FileError> {
        let batch = RecordBatch::try_new(self.schema.clone(), columns)
            .map_err(|error| failed(place)(error.into()))?;
        self.writer.write(&batch).map_err(failed(place))
    }

    pub(super) fn keep(self, place: &Path) -> Result<(), FileError> {
        self.writer.into_inner().map_err(failed(place))?.keep()
    }
}

/// Reads a file of ours, batch by batch.
pub(super) fn read_each(
    place: &Path,
    mut each: impl FnMut(&RecordBatch) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let file = File::open(place).map_err(FileError::system(place))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failed(place))?;
    for batch in reader.with_batch_size(BATCH).build().map_err(failed(place))? {
        each(&batch.map_err(|error| failed(place)(error.into()))?)?;
    }
    Ok(())
}

/// A column of a batch, by its name.
pub(super) fn column<'a, A: 'static>(
    place: &Path,
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a A, FileError> {
    let found = batch.column_by_name(name).and_then(|column| column.as_any().downcast_ref());
    found.ok_or_else(|| FileError::refused(place, format!("expected the column {name}")))
}

pub(super) fn texts<'a>(
    place: &Path,
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a StringArray, FileError> {
    column(place, batch, name)
}
