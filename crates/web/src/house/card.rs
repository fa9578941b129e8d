//! What the rest of the site knows of a room.

use std::future::Future;
use std::pin::Pin;

use ground::database::Session;
use vocabulary::Viewer;

use super::House;
use crate::access::Access;
use crate::problem::Problem;

/// What answers later, with what it found or why it could not.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Somebody who asks all rooms at once: they answer one after another, in one session, of what its viewer may see.
#[derive(Debug)]
pub struct Asker<'a> {
    pub house: &'a House,
    pub viewer: &'a Viewer,
    pub session: &'a mut Session,
}

/// What of a room has these words.
pub type Search = for<'a> fn(Asker<'a>, &'a str) -> Later<'a, Vec<Hit>>;

/// What in a room waits for the viewer.
pub type Waits = for<'a> fn(Asker<'a>) -> Later<'a, Vec<Waiting>>;

/// What changed in a room lately: a few, the latest first.
pub type Changes = for<'a> fn(Asker<'a>) -> Later<'a, Vec<Changed>>;

/// What the rest of the site knows of a room.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// In the menu; a room without one is reached from others.
    pub door: Option<Door>,
    pub search: Option<Search>,
    pub waiting: Option<Waits>,
    /// What must be one step away for whoever is not signed in, and in this room for everybody.
    pub urgent: Option<Urgent>,
    pub changes: Option<Changes>,
}

/// A page that nobody should have to look for.
#[derive(Clone, Copy, Debug)]
pub struct Urgent {
    pub name: &'static str,
    pub path: &'static str,
}

/// The way into a room.
#[derive(Clone, Debug)]
pub struct Door {
    pub name: &'static str,
    pub path: &'static str,
    /// What is behind it, in a sentence.
    pub about: &'static str,
    pub access: Access,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub title: String,
    pub path: String,
    /// What it is: "Organisation".
    pub kind: &'static str,
}

impl Hit {
    /// How far back a room looks for those that have the words.
    pub const LOOKED_AT: i64 = 200;

    /// Those of which the title has these words, in whatever case.
    pub fn titled(all: impl IntoIterator<Item = Self>, words: &str) -> Vec<Self> {
        let words = words.to_lowercase();
        all.into_iter().filter(|hit| hit.title.to_lowercase().contains(&words)).collect()
    }
}

/// Something that waits for somebody: one action.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub title: String,
    pub about: String,
    pub action: &'static str,
    pub path: String,
}

/// Something that changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// When, as tables keep it.
    pub at: String,
    /// "“Grantham hub” was released".
    pub what: String,
    pub path: String,
}

impl Changed {
    /// How far back a room looks for what changed: the start page is opened all day, by everybody.
    pub const LOOKED_AT: i64 = 10;
    /// The most that one room tells of.
    pub const TOLD: usize = 3;
}

impl Door {
    /// Whether it opens for this viewer, or for nobody known.
    pub fn opens_for(&self, viewer: Option<&Viewer>) -> bool {
        match self.access {
            Access::Public | Access::Door => true,
            Access::SignedIn => viewer.is_some(),
            Access::May(permission) => viewer.is_some_and(|viewer| viewer.may(permission)),
        }
    }
}
