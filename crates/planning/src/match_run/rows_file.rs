//! `matches.parquet` and `matches.csv`: one row a person and offer.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Int8Array, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field as ArrowField, Schema};
use ground::files::{CsvOut, Field, FileError, SafeFile};
use matching::Match;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::MatchRun;
use crate::population::Population;

/// How the rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowFormat {
    #[default]
    Parquet,
    Csv,
}

impl RowFormat {
    /// Where the rows go in a folder.
    pub fn place(self, folder: &Path) -> PathBuf {
        folder.join(match self {
            Self::Parquet => "matches.parquet",
            Self::Csv => "matches.csv",
        })
    }
}

const COLUMNS: [&str; 6] = ["pid", "rank", "sid", "score", "d", "reasons"];

/// Rows of one write.
const ROWS_A_BATCH: usize = 32_768;

/// Writes the rows into a folder. A file of the other format that an earlier run left there is removed, so that the
/// folder never holds two answers.
pub fn write_rows(
    run: &MatchRun,
    population: &Population,
    format: RowFormat,
    folder: &Path,
) -> Result<(), FileError> {
    let place = format.place(folder);
    let file = SafeFile::create(&place)?;
    match format {
        RowFormat::Parquet => write_parquet(run, population, file)?.keep()?,
        RowFormat::Csv => {
            write_csv(run, population, file).map_err(FileError::system(&place))?.keep()?;
        }
    }
    let other = if format == RowFormat::Parquet { RowFormat::Csv } else { RowFormat::Parquet }.place(folder);
    match std::fs::remove_file(&other) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(FileError::system(&other)(error)),
        _ => Ok(()),
    }
}

fn write_parquet(run: &MatchRun, population: &Population, file: SafeFile) -> Result<SafeFile, FileError> {
    let place = file.place().to_owned();
    let failed = |error: parquet::errors::ParquetError| {
        let source = match error {
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
                Ok(system) => *system,
                Err(other) => std::io::Error::other(other),
            },
            other => std::io::Error::other(other),
        };
        FileError::System { path: place.clone(), source }
    };
    let types =
        [DataType::Utf8, DataType::Int8, DataType::Int32, DataType::Int32, DataType::Int32, DataType::Int32];
    let fields: Vec<ArrowField> =
        COLUMNS.iter().zip(types).map(|(name, kind)| ArrowField::new(*name, kind, false)).collect();
    let schema = Arc::new(Schema::new(fields));
    // A pseudonym stands on a few rows in a run and nowhere else: a dictionary of all of them would hold nearly as much
    // again, and the compression sees the repeats.
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_dictionary_enabled("pid".into(), false)
        .set_column_dictionary_enabled("score".into(), false)
        .set_column_dictionary_enabled("d".into(), false)
        .build();
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(&failed)?;
    let sids: Vec<i32> = run.plan.services().iter().map(|service| service.sid).collect();
    let mut matches = run.matches().peekable();
    while matches.peek().is_some() {
        let columns = columns(population, &sids, matches.by_ref().take(ROWS_A_BATCH));
        let batch = RecordBatch::try_new(schema.clone(), columns)
            .map_err(|e| FileError::System { path: place.clone(), source: std::io::Error::other(e) })?;
        writer.write(&batch).map_err(&failed)?;
    }
    writer.into_inner().map_err(&failed)
}

/// The columns of some rows, in one walk over them.
fn columns<'r>(
    population: &Population,
    sids: &[i32],
    rows: impl Iterator<Item = &'r Match>,
) -> Vec<ArrayRef> {
    let mut pids = StringBuilder::with_capacity(ROWS_A_BATCH, ROWS_A_BATCH * 16);
    let mut ranks = Vec::with_capacity(ROWS_A_BATCH);
    let mut numbers: [Vec<i32>; 4] = std::array::from_fn(|_| Vec::with_capacity(ROWS_A_BATCH));
    for row in rows {
        pids.append_value(population.pseudonyms.get(row.person as usize));
        ranks.push(row.rank.cast_signed());
        let values = [sids[row.service as usize], row.score, row.distance, row.reasons];
        numbers.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
    }
    let first: [ArrayRef; 2] = [Arc::new(pids.finish()), Arc::new(Int8Array::from(ranks))];
    first.into_iter().chain(numbers.map(|column| Arc::new(Int32Array::from(column)) as ArrayRef)).collect()
}

fn write_csv(run: &MatchRun, population: &Population, file: SafeFile) -> std::io::Result<SafeFile> {
    let mut out = CsvOut::new(file);
    out.row(&COLUMNS.map(Field::Text))?;
    for row in run.matches() {
        out.row(&[
            Field::Text(population.pseudonyms.get(row.person as usize)),
            Field::Whole(row.rank.into()),
            Field::Whole(run.plan.services()[row.service as usize].sid.into()),
            Field::Whole(row.score.into()),
            Field::Whole(row.distance.into()),
            Field::Whole(row.reasons.into()),
        ])?;
    }
    let mut file = out.finish()?;
    file.flush()?;
    Ok(file)
}
