//! Parquet files, by the `parquet` crate: row group by row group.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use super::batch::{Columns, Held, Lines, Numbers};
use super::limits::{BATCH_ROWS, MOST_COLUMNS};
use super::parquet_pages::{self, Numbered, Paged};
use super::{Batch, FileError};

fn open(path: &Path) -> Result<(File, ArrowReaderMetadata), FileError> {
    let file = File::open(path).map_err(FileError::system(path))?;
    // The writer's own Arrow types (dictionaries, views) say nothing that the Parquet types do not.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = guarded(path, || ArrowReaderMetadata::load(&file, options))?
        .map_err(|e| damaged(path, &e.to_string()))?;
    Ok((file, metadata))
}

/// The same, with the columns of this group whose texts come again and again left as the file keeps them: each text
/// once, and its number for each row.
fn with_numbered_texts(
    file: &ArrowReaderMetadata,
    group: usize,
) -> Result<ArrowReaderMetadata, ParquetError> {
    let (fields, columns) = (file.schema().fields(), file.metadata().row_group(group).columns());
    // Where structures are among them, columns of the file and fields do not go side by side.
    if fields.len() != columns.len() {
        return Ok(file.clone());
    }
    let numbered = |(field, column): (&Arc<Field>, &ColumnChunkMetaData)| {
        if *field.data_type() != DataType::Utf8 || !repeats_itself(column) {
            return field.clone();
        }
        let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        Arc::new(field.as_ref().clone().with_data_type(kind))
    };
    let schema = Schema::new(fields.iter().zip(columns).map(numbered).collect::<Vec<_>>());
    ArrowReaderMetadata::try_new(
        file.metadata().clone(),
        ArrowReaderOptions::new().with_schema(Arc::new(schema)),
    )
}

/// Whether a column of texts is nearly all numbers into a list: written out, every text takes four bytes for its length
/// alone.
fn repeats_itself(column: &ColumnChunkMetaData) -> bool {
    column.dictionary_page_offset().is_some() && column.uncompressed_size() < 4 * column.num_values()
}

/// A Parquet file that cannot be read, and why.
pub fn damaged(path: &Path, why: &str) -> FileError {
    FileError::refused(path, format!("the Parquet file is cut short or damaged ({why})"))
}

/// A damaged file may trip an assertion inside the decoder; for us that is one more way to be damaged.
pub fn guarded<T>(path: &Path, read: impl FnOnce() -> T) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| damaged(path, "the decoder gave up"))
}

type Heading = (Vec<String>, Vec<u64>, Vec<(String, String)>);

/// The names of the top-level columns, the rows of each row group, and the notes that the writer left.
pub(super) fn heading(path: &Path) -> Result<Heading, FileError> {
    let (_, file) = open(path)?;
    let fields = file.schema().fields();
    if fields.len() > MOST_COLUMNS {
        let why = format!("the file has {} columns; expected at most {MOST_COLUMNS}", fields.len());
        return Err(FileError::refused(path, why));
    }
    let columns = fields.iter().map(|f| f.name().clone()).collect();
    let rows = |group: &RowGroupMetaData| u64::try_from(group.num_rows()).unwrap_or(0);
    let groups = file.metadata().row_groups().iter().map(rows).collect();
    let notes = file.metadata().file_metadata().key_value_metadata();
    let notes = notes.into_iter().flatten().filter_map(|note| Some((note.key.clone(), note.value.clone()?)));
    Ok((columns, groups, notes.collect()))
}

/// Reads one row group.
pub(super) fn read_group<E: From<FileError>>(
    path: &Path,
    group: usize,
    first_row: u64,
    columns: &[usize],
    each: &mut impl FnMut(&Batch<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let (file, metadata) = open(path)?;
    let metadata = with_numbered_texts(&metadata, group).map_err(|e| damaged(path, &e.to_string()))?;
    let paged = guarded(path, || paged(&file, &metadata, group, columns))?;
    let any_paged = paged.iter().any(Option::is_some);
    let rows = usize::try_from(metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let is_decoded = |(_, paged): &(&usize, &Option<Paged>)| paged.is_none();
    let mut decoded: Vec<usize> =
        columns.iter().zip(&paged).filter(is_decoded).map(|(column, _)| *column).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), decoded.iter().copied());
    decoded.sort_unstable();
    decoded.dedup();
    let reader =
        builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(BATCH_ROWS).build();
    let mut reader = reader.map_err(|e| damaged(path, &e.to_string()))?;
    let mut done = 0;
    while let Some(batch) = guarded(path, || reader.next())? {
        let batch = batch.map_err(|e| damaged(path, &e.to_string()))?;
        let now = done..done + batch.num_rows();
        // The decoder counts the rows of what it decodes, and the columns that were read page by page have all of theirs.
        if any_paged && now.end > rows {
            return Err(damaged(path, "a column has more rows than its group").into());
        }
        let held = columns.iter().zip(&paged).map(|(column, paged)| match paged {
            None => Held::Array(batch.column(decoded.binary_search(column).unwrap_or(0)).clone()),
            Some(Paged::Answers(answers)) => Held::Array(Arc::new(answers.slice(now.start, now.len()))),
            Some(Paged::Numbered(Numbered { distinct, places, days })) => {
                Held::Numbered(Numbers { distinct, places: &places[now.clone()], days: *days })
            }
        });
        let held: Vec<Held<'_>> = held.collect();
        let is_array = |test: &dyn Fn(&ArrayRef) -> bool| {
            held.iter().position(|held| matches!(held, Held::Array(array) if test(array)))
        };
        if let Some(nested) = is_array(&|array| array.data_type().is_nested()) {
            let why =
                format!("column {} holds lists or structures; expected plain values", columns[nested] + 1);
            return Err(FileError::refused(path, why).into());
        }
        // The decoder leaves this unchecked where the list is empty.
        let unlisted = |array: &ArrayRef| {
            let numbered = array.as_any_dictionary_opt();
            numbered.is_some_and(|texts| texts.values().is_empty() && texts.null_count() < texts.len())
        };
        if is_array(&unlisted).is_some() {
            return Err(damaged(path, "a text is not in its list").into());
        }
        let lines = Lines::From(first_row + now.start as u64);
        each(&Batch { columns: Columns::Parquet(&held), lines, rows: now.len() })?;
        done = now.end;
    }
    // The decoder compares the lengths of what it decodes, and these are as long as the group.
    if any_paged && done < rows {
        return Err(damaged(path, "a column has fewer rows than its group").into());
    }
    Ok(())
}

/// The columns of a group that need no decoder; none for each of the others.
fn paged(file: &File, metadata: &ArrowReaderMetadata, group: usize, columns: &[usize]) -> Vec<Option<Paged>> {
    let (fields, about) = (metadata.schema().fields(), metadata.metadata().row_group(group));
    // Where structures are among them, columns of the file and fields do not go side by side.
    let plain = fields.len() == about.columns().len();
    let read = |column: &usize| {
        plain.then(|| parquet_pages::read(file, about, *column, fields[*column].data_type())).flatten()
    };
    columns.iter().map(read).collect()
}
