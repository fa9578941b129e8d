//! The library of resources: leaflets, videos, web pages, exercise sheets. A resource is a thing that is given; a service
//! is somewhere to go ([`crate::directory`]).
//!
//! A resource is known by the list that it came with (`source`) and its owner's own reference (`key`); Meres gives it an
//! identifier that no later import changes. Whatever a row says anew becomes a version beside the earlier ones, which
//! stay: what was given to somebody last year must still be known. Only the stock and the notes on good practice are of
//! the resource and not of a version. What a later list no longer has is withdrawn: it stops being offered at once, and
//! nothing of it is deleted.

mod columns;
mod difference;
mod import;
pub mod made_up;
mod record;
pub mod store;

#[cfg(test)]
mod tests;

pub use columns::{RESOURCE_COLUMNS, ResourceColumn};
pub use difference::{Difference, Known, difference};
pub use import::{Library, import_resources};
pub use record::{Format, PracticeNote, Resource};
