//! Parts of a run on several machines: `DataFusion`'s distributed engine hands them out, hears who is gone, and has what was
//! lost done again. What a part is nobody here knows: it is a [`Piece`], and whoever is an executor brings the work.
//!
//! One job a piece, and one task a job: the work is a function that the engine calls on one row. It reads and writes files
//! that all machines see under the same names, so no row of anybody passes through the engine. Built with the feature
//! `engine` alone, which costs as much to compile as all else together.

#![cfg(feature = "engine")]

mod function;
mod hand_out;
mod only_ours;
mod presence;
mod roles;

use std::sync::Arc;

pub use hand_out::{HandOut, hand_out};
pub use roles::{Executor, Scheduler};

/// What is to be done, in words that the executor's work understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where all is said that the pieces of a run have in common.
    pub commission: String,
    pub number: u64,
    /// The digest of what is to be read.
    pub digest: String,
}

/// Why an executor did not do a piece, in a sentence for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// Nobody could: it is not tried again.
    Refused(String),
    /// Another executor, or this one later, may be able to.
    Failed(String),
}

/// What an executor does with a piece.
pub type Work = dyn Fn(&Piece) -> Result<(), NotDone> + Send + Sync;

/// Why a cluster did not do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The work refused a piece, and said why.
    #[error("{0}")]
    Refused(String),
    /// The engine did not do it, tried again and again.
    #[error("the cluster could not do part {}; give the same command again to go on: {why}", number + 1)]
    GaveUp { number: u64, why: String },
    /// The engine could not be reached, or could not begin.
    #[error("{0}")]
    Engine(String),
}

impl From<ballista_core::error::BallistaError> for ClusterError {
    fn from(error: ballista_core::error::BallistaError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl From<datafusion::error::DataFusionError> for ClusterError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::Engine(error.to_string())
    }
}

/// A work that is never done: of a role that only names it.
fn nobody() -> Arc<Work> {
    Arc::new(|_| Err(NotDone::Refused("only an executor does the work of a part".to_owned())))
}
