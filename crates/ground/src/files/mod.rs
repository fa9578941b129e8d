//! Files that come in (CSV and Parquet, told apart by what they hold; spreadsheets) and the one safe way to write one.
//!
//! A table is read in [`Batch`]es of rows whose cells come as [`Cell`]s, the same for both kinds, so that whoever
//! reads a table says once what a cell may be. What is no table with one row of names is read [`Record`] by record.
//! Memory is bounded whatever the file holds.

mod batch;
mod csv_file;
mod csv_out;
mod definition;
mod digest;
mod error;
mod kind;
mod limits;
mod parquet_file;
mod parquet_pages;
mod parquet_runs;
mod problems;
mod safe_file;
mod sheet_file;
mod table;
mod zip_guard;

pub use batch::{Batch, Cell, Numbers, Ragged, TextRows};
pub use csv_file::{Record, read_records};
pub use csv_out::{CsvOut, Field, write_table};
pub use definition::{DefinitionError, Located, parse_definition, refuse};
pub use digest::{bytes_of_hexadecimal, digest, digest_bytes, digest_text, digests, hexadecimal};
pub use error::{FileError, shown};
pub use kind::Kind;
pub use limits::{MOST_COLUMNS, MOST_RECORD_BYTES};
pub use parquet_file::{damaged, guarded};
pub use problems::{Problem, write_problems};
pub use safe_file::{SafeFile, sync_folder, write_private, write_whole};
pub use sheet_file::{SheetRow, looks_like_sheet, read_sheet, same_sheet, sheet_names};
pub use table::{Part, Table};

#[cfg(test)]
mod parquet_tests;
#[cfg(test)]
mod sheet_tests;
#[cfg(test)]
mod tests;
