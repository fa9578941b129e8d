//! The first of the two doors of the population zone: worklists. An analyst asks for them from a match run, for a purpose;
//! somebody else decides; the practice that holds the key fetches its own list, invites, and reports counts. Pseudonyms stay
//! in a file of the population zone until then, and no page shows one.
//!
//! ```text
//! asked ─► making ─► waiting ─► approved ─► fetched by the practice ─► counts back
//!            └► failed   ├► refused        └► stopped
//!                        └► withdrawn
//! ```

mod ask_pages;
mod deciding;
mod demonstration;
mod files;
mod known;
mod making;
mod practice_pages;
mod request_pages;
mod room;
mod store;

use std::path::Path;

use ground::database::{DatabaseError, Session};
use ground::jobs::Job;
use planning::population::Entry;
use vocabulary::{Day, Id, Partner};

use crate::match_room::Run;

pub use demonstration::invent;
pub use room::rooms;

/// Worklists asked for together.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: Id<Self>,
    pub run: Id<Run>,
    pub population: Id<Entry>,
    /// What was matched, in words.
    pub about: String,
    pub purpose: String,
    /// Codes; none: every practice.
    pub practices: Vec<String>,
    /// People of one practice at most.
    pub most: i64,
    /// Why also those are asked who were asked before; nothing: they are left out.
    pub again: Option<String>,
    /// The last day on which a practice may fetch its list.
    pub until: Day,
    pub job: Option<Id<Job>>,
    pub state: State,
    pub why: Option<String>,
    /// How many on all lists, as the gate shows it.
    pub people: Option<String>,
    pub asked_by: String,
    pub asked_at: String,
    pub decided_by: Option<String>,
    pub decided_at: Option<String>,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Making,
    Waiting,
    Approved,
    Refused,
    Withdrawn,
    /// It was approved, and somebody stopped it.
    Stopped,
    Failed,
}

impl State {
    const ALL: [(Self, &'static str, &'static str, &'static str); 7] = [
        (Self::Making, "making", "Being made", "yellow"),
        (Self::Waiting, "waiting", "Waits for a decision", "blue"),
        (Self::Approved, "approved", "Approved", "green"),
        (Self::Refused, "refused", "Refused", "red"),
        (Self::Withdrawn, "withdrawn", "Taken back", "grey"),
        (Self::Stopped, "stopped", "Stopped", "red"),
        (Self::Failed, "failed", "Failed", "red"),
    ];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(state, known, ..)| (known == word).then_some(state))
    }

    fn of(self) -> (&'static str, &'static str, &'static str) {
        let found = Self::ALL.into_iter().find(|(state, ..)| *state == self);
        found.map_or_else(Default::default, |(_, word, name, colour)| (word, name, colour))
    }
}

impl Request {
    fn path(&self) -> String {
        format!("/worklists/{}", self.id)
    }

    /// Whether a practice may fetch its list today.
    fn is_open(&self, today: Day) -> bool {
        self.state == State::Approved && today <= self.until
    }
}

/// A practice's list of a request.
#[derive(Clone, Debug)]
pub struct List {
    pub id: Id<Self>,
    pub request: Id<Request>,
    /// Its ODS code.
    pub practice: String,
    /// The organisation that may fetch it, as it was when it was approved.
    pub partner: Option<Id<Partner>>,
    /// As the gate shows it.
    pub people: String,
    pub fetched_at: Option<String>,
    pub report: Option<Report>,
    pub reported_at: Option<String>,
}

/// What a practice says became of its list: people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub invited: u64,
    /// Of those invited, whom they spoke to or heard from.
    pub reached: u64,
    /// Of those, who said no.
    pub declined: u64,
    /// Of those, for whom it was not right.
    pub unsuitable: u64,
}

/// The requests of a population, for whoever deletes it.
pub async fn of_population(
    session: &mut Session,
    population: Id<Entry>,
) -> Result<Vec<Id<Request>>, DatabaseError> {
    store::of_population(session, population).await
}

/// Removes the pseudonyms of a request.
pub fn forget_rows(data: &Path, request: Id<Request>) -> std::io::Result<()> {
    files::remove(data, request)
}
