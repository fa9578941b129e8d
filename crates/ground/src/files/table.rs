//! A table in a file: what columns it has, and its rows part by part.

use std::path::{Path, PathBuf};

use super::batch::Ragged;
use super::kind::{Kind, kind_of};
use super::{Batch, FileError, csv_file, parquet_file};

/// A table whose heading has been read.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    kind: Kind,
    columns: Vec<String>,
    /// Rows of each row group of a Parquet file; a CSV file is one part of unknown length.
    groups: Vec<u64>,
    bytes: u64,
    /// Notes that the writer of a Parquet file left: key and text.
    notes: Vec<(String, String)>,
}

/// A part of a table that can be read beside the others.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    table: &'t Table,
    group: usize,
    /// Number of the first row, from 1 (Parquet).
    first_row: u64,
}

impl Table {
    /// Opens a file and reads its heading. The kind is told from the content, not from the name.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let path = path.to_owned();
        let (columns, groups, notes, kind) = match kind_of(&path)? {
            Kind::Parquet => {
                let (columns, groups, notes) = parquet_file::heading(&path)?;
                (columns, groups, notes, Kind::Parquet)
            }
            Kind::Csv => (csv_file::heading(&path)?, vec![0], Vec::new(), Kind::Csv),
        };
        same_names(&path, &columns)?;
        let bytes = std::fs::metadata(&path).map_err(FileError::system(&path))?.len();
        Ok(Self { path, kind, columns, groups, bytes, notes })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Where a column of this name stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }

    /// What the writer of a Parquet file noted under this key.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    /// How many rows there are, where the file says so.
    pub fn rows(&self) -> Option<u64> {
        (self.kind == Kind::Parquet).then(|| self.groups.iter().sum())
    }

    /// The size of the file in bytes when it was opened.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The parts, in order. They may be read at the same time.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let mut first_row = 1;
        let mut parts = Vec::with_capacity(self.groups.len());
        for (group, rows) in self.groups.iter().enumerate() {
            parts.push(Part { table: self, group, first_row });
            first_row += rows;
        }
        parts
    }
}

impl Part<'_> {
    /// Reads the columns at these positions and hands on batch after batch, and each row of another width.
    /// An error of either ends the reading and comes back.
    pub fn read<E: From<FileError>>(
        &self,
        columns: &[usize],
        mut each: impl FnMut(&Batch<'_>) -> Result<(), E>,
        mut ragged: impl FnMut(Ragged) -> Result<(), E>,
    ) -> Result<(), E> {
        let table = self.table;
        match table.kind {
            Kind::Csv => csv_file::read(&table.path, table.columns.len(), columns, &mut each, &mut ragged),
            Kind::Parquet => {
                parquet_file::read_group(&table.path, self.group, self.first_row, columns, &mut each)
            }
        }
    }
}

/// Two columns of one name cannot be told apart. They are named by position: a file without a heading has somebody's
/// values there.
fn same_names(path: &Path, names: &[String]) -> Result<(), FileError> {
    for (at, name) in names.iter().enumerate() {
        if let Some(before) = names[..at].iter().position(|other| other == name && !name.is_empty()) {
            let why = format!("columns {} and {} have the same name", before + 1, at + 1);
            return Err(FileError::refused(path, why));
        }
    }
    Ok(())
}
