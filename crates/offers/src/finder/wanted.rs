//! What somebody looks for.

use vocabulary::TopicSet;

use super::nearby::From;

/// What somebody looks for. What is left out asks for nothing.
#[expect(clippy::struct_excessive_bools, reason = "each is a box of its own on the page")]
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// As they say it.
    pub words: String,
    /// Any of these.
    pub topics: TopicSet,
    pub from: Option<From>,
    /// Metres in a straight line.
    pub within: Option<u32>,
    /// A bit a day, Monday first: any of these.
    pub days: u8,
    /// A bit a part of the day: any of these.
    pub parts: u8,
    pub free: bool,
    pub step_free: bool,
    /// Somebody brings them.
    pub transport: bool,
    /// ISO 639.
    pub language: Option<String>,
    pub at_home: AtHome,
    /// Years.
    pub age: Option<i32>,
    /// Not those that are full.
    pub with_room: bool,
}

/// Whether they want to go somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtHome {
    #[default]
    Either,
    /// Online, or somebody comes.
    Only,
    /// Somewhere else than at home.
    Not,
}

impl Wanted {
    /// Whether anything is asked for.
    pub fn is_empty(&self) -> bool {
        self.words.trim().is_empty() && self.topics.is_empty() && self.from.is_none()
    }
}
