//! A database as a whole, in terms that both databases share: read out row by row ([`Snapshot`]), and made anew from rows
//! ([`Filling`]). It is how a backup of the one can be restored into the other. Which tables and columns there are is
//! asked of the database itself, so that a table that comes later is in every backup without anybody thinking of it.

mod filling;
mod snapshot;
mod tables;

pub use filling::{Filling, Place, note_on_server};
pub use snapshot::Snapshot;
pub use tables::{Column, Table};
