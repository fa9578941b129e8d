//! The audit log, to be searched, verified and taken away.

mod pages;

pub use pages::room;
