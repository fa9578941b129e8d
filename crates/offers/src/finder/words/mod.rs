//! Finding services by plain words: "my knee hurts on the stairs" finds strength and pain groups.
//!
//! Two roads lead from a text to a service. Its words, folded ([`tokens`](self)), are looked up in postings lists and
//! scored as BM25 does, a word in a name counting more than one in a description. And everyday phrases, which are data
//! ([`Words`], `words.toml`), say which topics are meant, so that "can't put my socks on" finds what helps although no
//! service says so. A word that neither the services nor the data know is taken for the nearest one that they do, and
//! that is said. A text that means nothing finds nothing.
//!
//! Pure and in memory: the same words and documents give the same answer. No more than so many words of a text are read,
//! so that no text takes long.

mod data;
mod index;
mod phrases;
mod spelling;
mod tokens;

#[cfg(test)]
mod tests;

use vocabulary::TopicSet;

pub use data::{DEFAULT_WORDS, Words};
pub use index::Index;

/// A service as it is searched. It is known by its place in the list that the index was made from.
#[derive(Clone, Debug, Default)]
pub struct Document<'a> {
    pub name: &'a str,
    pub alternate_name: Option<&'a str>,
    pub organisation: &'a str,
    pub topics: TopicSet,
    pub terms: Vec<&'a str>,
    pub description: &'a str,
    /// For whom it is, in its own words.
    pub eligibility: &'a str,
    /// Towns and venues.
    pub places: Vec<&'a str>,
}

/// What a text found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// The text as it was understood, where a word was taken for another.
    pub corrected: Option<String>,
    /// The topics that the text speaks of.
    pub topics: TopicSet,
    /// Whether the words sound like an emergency: urgent help comes first, whatever else was found.
    pub urgent: bool,
}

/// A document that was found. The score means nothing between texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub document: u32,
    pub score: f32,
}
