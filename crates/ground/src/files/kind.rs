//! What a file is, told from its first bytes and not from its name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::FileError;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Parquet,
}

/// Tells a CSV file from a Parquet file, and refuses what is neither.
pub(super) fn kind_of(path: &Path) -> Result<Kind, FileError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(FileError::system(path))?;
    file.take(4).read_to_end(&mut start).map_err(FileError::system(path))?;
    let looks_like =
        |what: &str| Err(FileError::refused(path, format!("this is {what}; expected a CSV or Parquet file")));
    match start.as_slice() {
        b"PAR1" => Ok(Kind::Parquet),
        b"PARE" => looks_like("an encrypted Parquet file"),
        b"" => Err(FileError::refused(path, "the file is empty; expected a heading row")),
        [b'P', b'K', 3 | 5, _] => looks_like("an Excel workbook or another ZIP archive"),
        [0x1F, 0x8B, ..] => looks_like("compressed with gzip"),
        [0x28, 0xB5, 0x2F, 0xFD] => looks_like("compressed with zstd"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            Err(FileError::refused(path, "the text is UTF-16; expected UTF-8: save it as \"CSV UTF-8\""))
        }
        _ => Ok(Kind::Csv),
    }
}
