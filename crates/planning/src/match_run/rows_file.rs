//! `matches.parquet` and `matches.csv`: one row a person and offer.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Int8Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field as ArrowField, Schema};
use ground::files::{CsvOut, Field, FileError, SafeFile};
use matching::Match;
use parquet::arrow::ArrowWriter;
use parquet::basic::Encoding;
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

/// The most rows of one write.
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
    Ok(())
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
    // The rows of a person follow each other, and so do offers near each other: what a value shares with the one before is
    // left out, which writes faster than a compression and leaves one little to find.
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::None)
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_column_encoding("pid".into(), Encoding::DELTA_BYTE_ARRAY)
        .build();
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(&failed)?;
    let sids: Vec<i32> = run.plan.services().iter().map(|service| service.sid).collect();
    for rows in run.parts.iter().flat_map(|part| part.matches.chunks(ROWS_A_BATCH)) {
        let batch = RecordBatch::try_new(schema.clone(), columns(population, &sids, rows))
            .map_err(|e| FileError::System { path: place.clone(), source: std::io::Error::other(e) })?;
        writer.write(&batch).map_err(&failed)?;
    }
    writer.into_inner().map_err(&failed)
}

/// The columns of some rows.
fn columns(population: &Population, sids: &[i32], rows: &[Match]) -> Vec<ArrayRef> {
    fn numbers(rows: &[Match], of: impl Fn(&Match) -> i32) -> ArrayRef {
        Arc::new(Int32Array::from_iter_values(rows.iter().map(of)))
    }
    // The pseudonyms of a run's people lie far apart. Each is fetched once and with nothing in between, so that the
    // processor waits for many of them at a time.
    let of_one_person = || rows.chunk_by(|a, b| a.person == b.person);
    let each_once: StringArray =
        of_one_person().map(|rows| Some(population.pseudonyms.get(rows[0].person as usize))).collect();
    let mut pids = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
    for (rows, pid) in of_one_person().zip(each_once.iter().flatten()) {
        rows.iter().for_each(|_| pids.append_value(pid));
    }
    let ranks = rows.iter().map(|row| row.rank.cast_signed());
    vec![
        Arc::new(pids.finish()),
        Arc::new(Int8Array::from_iter_values(ranks)),
        numbers(rows, |row| sids[row.service as usize]),
        numbers(rows, |row| row.score),
        numbers(rows, |row| row.distance),
        numbers(rows, |row| row.reasons),
    ]
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
