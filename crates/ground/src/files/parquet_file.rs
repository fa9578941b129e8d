//! Parquet files, by the `parquet` crate: row group by row group.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::batch::{Columns, Lines};
use super::limits::{BATCH_ROWS, MOST_COLUMNS};
use super::{Batch, FileError};

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, FileError> {
    let file = File::open(path).map_err(FileError::system(path))?;
    // The writer's own Arrow types (dictionaries, views) say nothing that the Parquet types do not.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    guarded(path, || ParquetRecordBatchReaderBuilder::try_new_with_options(file, options))?
        .map_err(|e| damaged(path, &e.to_string()))
}

fn damaged(path: &Path, why: &str) -> FileError {
    FileError::refused(path, format!("the Parquet file is cut short or damaged ({why})"))
}

/// A damaged file may trip an assertion inside the decoder; for us that is one more way to be damaged.
fn guarded<T>(path: &Path, read: impl FnOnce() -> T) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| damaged(path, "the decoder gave up"))
}

type Heading = (Vec<String>, Vec<u64>, Vec<(String, String)>);

/// The names of the top-level columns, the rows of each row group, and the notes that the writer left.
pub(super) fn heading(path: &Path) -> Result<Heading, FileError> {
    let builder = builder(path)?;
    let fields = builder.schema().fields();
    if fields.len() > MOST_COLUMNS {
        let why = format!("the file has {} columns; expected at most {MOST_COLUMNS}", fields.len());
        return Err(FileError::refused(path, why));
    }
    let columns = fields.iter().map(|f| f.name().clone()).collect();
    let groups =
        builder.metadata().row_groups().iter().map(|g| u64::try_from(g.num_rows()).unwrap_or(0)).collect();
    let notes = builder.metadata().file_metadata().key_value_metadata();
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
    let builder = builder(path)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
    let mut in_file_order: Vec<usize> = columns.to_vec();
    in_file_order.sort_unstable();
    in_file_order.dedup();
    let reader =
        builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(BATCH_ROWS).build();
    let mut reader = reader.map_err(|e| damaged(path, &e.to_string()))?;
    let mut first = first_row;
    while let Some(batch) = guarded(path, || reader.next())? {
        let batch = batch.map_err(|e| damaged(path, &e.to_string()))?;
        let at = |column: &usize| in_file_order.binary_search(column).unwrap_or(0);
        let arrays: Vec<_> = columns.iter().map(|c| batch.column(at(c)).clone()).collect();
        if let Some(nested) = arrays.iter().position(|array| array.data_type().is_nested()) {
            let why =
                format!("column {} holds lists or structures; expected plain values", columns[nested] + 1);
            return Err(FileError::refused(path, why).into());
        }
        let rows = batch.num_rows();
        each(&Batch { columns: Columns::Arrow(&arrays), lines: Lines::From(first), rows })?;
        first += rows as u64;
    }
    Ok(())
}
