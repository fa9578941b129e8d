//! The second of the two doors of the population zone: figures. What a match run found is shown to managers, in exports and
//! in reports only once somebody asked for it, for a purpose, and somebody else released it. What is released is frozen, and
//! reads the same to everybody.
//!
//! ```text
//! asked ─► waiting ─► released (the figures and the report are copied, and never change)
//!             ├► refused
//!             └► withdrawn
//! ```
//!
//! Of the people of one data set, figures are released once. A second set about nearly the same people could be subtracted
//! from the first, and what is left over may be about one person: rounding protects a figure, not a difference.

mod ask_pages;
mod demonstration;
mod files;
mod near;
mod queue_pages;
mod report_pages;
mod shown_pages;
mod store;
mod table;

use planning::population::Entry;
use vocabulary::{Id, Permission};
use web::{Access, Errand, Room, Routes};

use crate::match_room::{Run, Summary};

pub use demonstration::invent;

/// Figures that somebody asked to release.
#[derive(Clone, Debug)]
pub struct Figures {
    pub id: Id<Self>,
    pub run: Id<Run>,
    pub population: Id<Entry>,
    pub title: String,
    pub purpose: String,
    /// Of the figures, and of the report.
    pub digest: String,
    /// As the gate gave them: JSON.
    pub summary: String,
    pub state: State,
    pub why: Option<String>,
    pub asked_by: String,
    pub asked_at: String,
    pub decided_by: Option<String>,
    pub decided_at: Option<String>,
}

/// Where a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Released,
    Refused,
    Withdrawn,
}

impl State {
    const ALL: [(Self, &'static str, &'static str, &'static str); 4] = [
        (Self::Waiting, "waiting", "Waits for a decision", "blue"),
        (Self::Released, "released", "Released", "green"),
        (Self::Refused, "refused", "Refused", "red"),
        (Self::Withdrawn, "withdrawn", "Taken back", "grey"),
    ];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(state, known, ..)| (known == word).then_some(state))
    }

    fn of(self) -> (&'static str, &'static str, &'static str) {
        let found = Self::ALL.into_iter().find(|(state, ..)| *state == self);
        found.map_or_else(Default::default, |(_, word, name, colour)| (word, name, colour))
    }
}

impl Figures {
    /// In the queue, for those who ask and decide.
    fn path(&self) -> String {
        format!("/releases/{}", self.id)
    }

    fn found(&self) -> Option<Summary> {
        Summary::read(&self.summary)
    }
}

const ASK: Access = Access::May(Permission::PlanMatches);
const SEE: Access = Access::May(Permission::SeeReleases);
const APPROVE: Access = Access::May(Permission::ApproveReleases);
const READ: Access = Access::May(Permission::ReadReleases);

/// The rooms of released figures: one door for those who ask and decide, one for those who read.
pub fn rooms() -> Vec<Room> {
    let routes = Routes::new()
        .get("/releases", SEE, queue_pages::list)
        .get("/releases/new", ASK, ask_pages::page)
        .post("/releases/new", ASK, ask_pages::act)
        .get("/releases/{id}", SEE, queue_pages::record)
        .get("/releases/{id}/report", SEE, report_pages::asked)
        .get("/releases/{id}/report.css", SEE, report_pages::asked_style)
        .get("/releases/{id}/summary", SEE, report_pages::asked_summary)
        .post("/releases/{id}/withdraw", ASK, queue_pages::withdraw)
        .confirmed("/releases/{id}/decide", APPROVE, queue_pages::page, queue_pages::act);
    let queue = Room::new(routes)
        .with_door(
            "Releases",
            "/releases",
            "Figures that wait to leave the population zone, or have left it",
            SEE,
        )
        .with_errand(Errand {
            kind: demonstration::INVENT,
            name: "Ask for the release of a demonstration",
            work: |house, run| Box::pin(demonstration::ask(house, run)),
        })
        .with_waiting(|asker| Box::pin(queue_pages::waiting(asker)));
    let routes = Routes::new()
        .get("/figures", READ, shown_pages::list)
        .get("/figures/why-hidden", Access::Public, shown_pages::why_hidden)
        .get("/figures/{id}", READ, shown_pages::record)
        .get("/figures/{id}/report", READ, report_pages::released)
        .get("/figures/{id}/report.css", READ, report_pages::released_style)
        .confirmed("/figures/{id}/take", READ, shown_pages::take_page, shown_pages::take_act);
    let shown = Room::new(routes).with_door(
        "Released figures",
        "/figures",
        "What people need, what is near, what is missing: for managers and evaluators",
        READ,
    );
    let shown = shown
        .with_changes(|asker| Box::pin(shown_pages::changes(asker)))
        .with_search(|asker, words| Box::pin(shown_pages::search(asker, words)));
    vec![queue, shown]
}
