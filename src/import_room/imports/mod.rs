//! Imports: what a file or an address held is read, shown as what it would change, and taken over or dropped by a person.
//!
//! ```text
//! files ──────────────► read ─┐
//! address ► later work ► read ─┼─► ready ─► taken over (one change) or dropped
//! schedule ► later work ► read ┘     └─ by itself only where it looks like the same list as before
//! ```

mod act_pages;
mod dry_run_pages;
mod later;
mod reading;
mod shown;
mod source_acts;
mod source_pages;
mod start_pages;
mod store;
mod taking;

use ground::jobs::Job;
use offers::directory::Source;
use vocabulary::Id;
use web::{Access, Routes};

use shown::Shown;

pub(super) use later::{AGAIN, FETCH, again, fetch};
pub(super) use source_pages::waiting;

pub(super) fn routes(may: Access) -> Routes {
    start_pages::routes(may)
        .and(dry_run_pages::routes(may))
        .and(act_pages::routes(may))
        .and(source_pages::routes(may))
        .and(source_acts::routes(may))
}

/// What a file or an address held, and what became of it.
#[derive(Clone, Debug)]
struct Import {
    id: Id<Self>,
    /// The name under which it comes into the directory.
    source: String,
    /// The names of the files, or the address without its query.
    came: String,
    /// The whole address, until it is decided.
    address: Option<String>,
    /// By its schedule: nobody asked.
    by_itself: bool,
    /// Who reads it.
    job: Option<Id<Job>>,
    shown: Shown,
    state: State,
    why: Option<String>,
    made_at: String,
    ended_at: Option<String>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    Ready,
    Taken,
    Dropped,
    Failed,
}

impl State {
    const ALL: [(Self, &'static str, &'static str, &'static str); 5] = [
        (Self::Reading, "reading", "Being read", "yellow"),
        (Self::Ready, "ready", "Waits for you", "blue"),
        (Self::Taken, "taken", "Taken over", "green"),
        (Self::Dropped, "dropped", "Dropped", "grey"),
        (Self::Failed, "failed", "Could not be read", "red"),
    ];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(state, known, ..)| (known == word).then_some(state))
    }

    fn of(self) -> (&'static str, &'static str, &'static str) {
        Self::ALL
            .into_iter()
            .find_map(|(state, word, name, colour)| (state == self).then_some((word, name, colour)))
            .unwrap_or_default()
    }

    fn word(self) -> &'static str {
        self.of().0
    }

    /// For a page: a word, and a colour of the design system.
    fn tag(self) -> (&'static str, &'static str) {
        (self.of().1, self.of().2)
    }
}

/// An address that is read again and again.
#[derive(Clone, Debug)]
struct Schedule {
    id: Id<Self>,
    source: String,
    address: String,
    /// 0: only when somebody asks.
    every_days: i64,
    /// A day.
    next_on: Option<String>,
}

impl Import {
    fn path(&self) -> String {
        path(self.id)
    }
}

fn path(id: Id<Import>) -> String {
    format!("/directory/imports/{id}")
}

fn source_path(id: Id<Source>) -> String {
    format!("/directory/sources/{id}")
}

/// A name by which a source is known: one line, without blanks around it.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= MOST_NAME && !name.chars().any(char::is_control)
}

const MOST_NAME: usize = 200;
