//! `matches.parquet` and `matches.csv`: one row a person and offer.

use std::io::Write;
use std::path::{Path, PathBuf};

use ground::files::{CsvOut, Field, FileError, SafeFile};

use super::MatchRun;
use super::parquet_rows::COLUMNS;
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
        folder.join("matches").with_extension(self.extension())
    }

    /// How the names of such files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }
}

/// Writes the rows into a folder. A file of the other format that an earlier run left there is removed, so that the
/// folder never holds two answers.
pub fn write_rows(
    run: &MatchRun,
    population: &Population,
    format: RowFormat,
    folder: &Path,
) -> Result<(), FileError> {
    write_rows_to(run, population, format, &format.place(folder))
}

/// Writes the rows into a file at this place.
pub fn write_rows_to(
    run: &MatchRun,
    population: &Population,
    format: RowFormat,
    place: &Path,
) -> Result<(), FileError> {
    let file = SafeFile::create(place)?;
    match format {
        RowFormat::Parquet => write_parquet(run, population, file)?.keep()?,
        RowFormat::Csv => {
            write_csv(run, population, file).map_err(FileError::system(place))?.keep()?;
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
    super::parquet_rows::write(run, population, file).map_err(failed)
}

fn write_csv(run: &MatchRun, population: &Population, file: SafeFile) -> std::io::Result<SafeFile> {
    let mut out = CsvOut::new(file);
    out.row(&COLUMNS.map(Field::Text))?;
    let sids: Vec<i32> = run.plan.services().iter().map(|service| service.sid).collect();
    for row in run.matches() {
        out.row(&[
            Field::Text(population.pseudonyms.get(row.person as usize)),
            Field::Whole(row.rank.into()),
            Field::Whole(sids[row.service as usize].into()),
            Field::Whole(row.score.into()),
            Field::Whole(row.distance.into()),
            Field::Whole(row.reasons.into()),
        ])?;
    }
    let mut file = out.finish()?;
    file.flush()?;
    Ok(file)
}
