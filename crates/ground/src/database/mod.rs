//! The database: SQLite embedded in the data folder, or a PostgreSQL. Every difference between them stays in this
//! folder; SQL elsewhere stands in `store.rs` files, is written once for both, and binds its values by `$1`, `$2`, ….
//!
//! Reading: [`Database::read`] gives a [`Session`] that sees one state of the database until it is dropped. Writing:
//! [`Database::change`] gives a [`Change`]; [`Change::commit`] says what was done, writes that to the audit log in the
//! same transaction, and comes back when all of it is on the disk. A change that is dropped has not happened.
//!
//! Both are Meres itself's; on behalf of somebody they are [`Database::read_as`] and [`Database::change_as`], and a
//! PostgreSQL then shows and changes no people but theirs, whatever the statement says.

mod chain;
mod change;
mod connection;
pub mod dump;
mod embedded;
mod handle;
mod inner;
mod migrations;
mod server;
mod session;
mod value;
mod wall;
mod writer;

pub use change::{Act, Change};
pub use handle::Database;
pub use inner::Clock;
pub use session::Session;
pub use value::{Kind, Param, Row, utc};

/// Why the database could not be opened, read or changed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It is there and must not be used; the sentence says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// A write that the whole group shared did not reach the disk.
    #[error("the change could not be written to the disk: {0}")]
    NotWritten(String),
    /// A column of a row is not what its reader expects: a fault of ours.
    #[error("the column {0} of the database holds something else than expected")]
    Column(String),
    #[error("the database answered: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl DatabaseError {
    /// Whether the file of the database does not hold what a database holds: a disk or another program spoilt it.
    pub fn is_damage(&self) -> bool {
        let sqlx::Error::Database(error) = (match self {
            Self::Sql(error) => error,
            _ => return false,
        }) else {
            return false;
        };
        // SQLITE_CORRUPT and SQLITE_NOTADB, with their finer kinds; PostgreSQL's data_corrupted and index_corrupted.
        let code = error.code().unwrap_or_default();
        let primary = code.parse::<i32>().map(|code| code & 0xff);
        matches!(primary, Ok(11 | 26)) || matches!(&*code, "XX001" | "XX002")
    }
}

#[cfg(test)]
mod tests;
