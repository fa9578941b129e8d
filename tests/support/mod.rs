//! What several tests need.

pub(crate) mod bench;
pub(crate) mod findings;
pub(crate) mod meres;
