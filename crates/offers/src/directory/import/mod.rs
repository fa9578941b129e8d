//! Reading a directory from what its publisher gives: files, folders, spreadsheets, web addresses.
//!
//! What a file is, is told by what it holds. A record that cannot be used is left out and listed, everything else goes
//! in; only a source that cannot be read, or holds no record that can be used, is an error.
//!
//! ```text
//! JSON, tables of HSDS ─► objects of HSDS ─┐
//! tables with a mapping ──────────────────►├─► Gathering (one record a key) ─► Feed
//! ```
//!
//! Nothing here writes: whoever asked for the feed decides what becomes of it.

mod error;
mod fields;
mod gathering;
mod hsds;
mod json;
mod looked_at;
mod mapped;
mod pages;
mod rows;
mod sources;
mod tabular;

#[cfg(test)]
mod tests;

pub use error::FeedError;
pub use looked_at::{Answered, Fault, LookedAt, look_at};
pub use mapped::DirectoryMapping;
pub use pages::{PageLimits, read_feed_from_url, read_feed_watched};
pub use sources::read_feed;
