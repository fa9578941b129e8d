//! The audit log, followed and vouched for. `database` writes it, a row for every change, in chains; this reads it, and
//! shares nothing with the writer but the words of the format:
//!
//! - Each row's `hash` is SHA-256, in 64 hexadecimal digits, over the name and the text of each of its other columns that
//!   holds something, in the order `chain, seq, at, actor, action, object, purpose, detail, previous`, each as
//!   `length:text,` with the length in bytes: `5:chain,1:1,3:seq,1:7,…`.
//! - `seq` counts from 1 in each chain without a gap, and `previous` is the `hash` of the row before (64 noughts at first).
//!
//! So a row cannot be changed, left out or put in without every row behind it being made anew. Whoever can do that, or
//! cut off the end, is found out by a [`Checkpoint`] that lies elsewhere: the ends of all chains, signed.

mod checkpoint;
mod key;
mod store;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, read_checkpoints};
pub use key::{KeyError, PublicKey, SigningKey};
pub use store::{Asked, Line};
pub use verify::{Fault, Followed, follow};

use crate::database::{DatabaseError, Session};

/// The end of a chain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct End {
    pub chain: i64,
    /// How many rows it has.
    pub seq: i64,
    /// Of its last row.
    pub hash: String,
}

/// The ends of all chains as they are now.
pub async fn ends(session: &mut Session) -> Result<Vec<End>, DatabaseError> {
    store::ends(session).await
}

/// The lines of the log that are asked for, the latest first, behind so many and no more than `most`.
pub async fn lines(
    session: &mut Session,
    asked: &Asked,
    behind: i64,
    most: i64,
) -> Result<Vec<Line>, DatabaseError> {
    store::lines(session, asked, behind, most).await
}

#[cfg(test)]
mod tests;
