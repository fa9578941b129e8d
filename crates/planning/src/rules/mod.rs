//! A rule set's TOML document: what an analyst edits, and what a run keeps.

mod document;

#[cfg(test)]
mod tests;

pub use document::parse_rules;

/// The rule set that is used unless another is named.
pub const VERSION_1: &str = include_str!("version-1.toml");
