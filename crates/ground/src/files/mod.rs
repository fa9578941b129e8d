//! Files that come in (CSV and Parquet, told apart by what they hold) and the one safe way to write one.

mod error;
mod safe_file;

pub use error::FileError;
pub use safe_file::{SafeFile, write_whole};
