//! The match room: a cohort of a population against what is on offer. A run is the main job itself, `meres match`, started
//! as a program of its own: what a page shows is what the command line would have written, byte for byte, and however large
//! the extract is, the server stays as it is.
//!
//! ```text
//! asked ─► later work: meres match --data … ─► summary, report, rows in match-runs/ID/ ─► page
//!                                           └► failed, with its last words
//! ```

mod files;
mod hub_pages;
mod known;
mod offered;
mod person_pages;
mod places;
mod places_pages;
mod rows;
mod run_pages;
mod running;
mod said_of_room;
mod start_pages;
mod store;
mod summary;
mod trial_change;
mod trial_pages;

use std::path::{Path, PathBuf};

use ground::database::{Change, DatabaseError, Session};
use ground::jobs::{self, Job, JobError, NewJob, Run as JobRun};
use planning::population::Entry;
use serde_json::json;
use vocabulary::{Actor, Id, Permission};
use web::{Access, Errand, Room, Routes};

pub(crate) use run_pages::parted;
pub(crate) use summary::{AreaLine, Invited, Summary, TopicLine};

use crate::cohort_room::Version;

/// A cohort matched, or to be.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: Id<Self>,
    pub population: Id<Entry>,
    pub population_name: String,
    /// Nothing: the one that comes with Meres.
    pub cohort: Option<Id<Version>>,
    pub cohort_name: String,
    /// TOML of the rules; nothing: those that come with Meres.
    pub rules: Option<String>,
    /// Where a hub is to be: a place as it was typed, metres, stands.
    pub hub: Option<(String, i64, i64)>,
    pub job: Option<Id<Job>>,
    pub state: State,
    pub why: Option<String>,
    /// `summary.json`: every count about people in it has been through the gate.
    pub summary: Option<String>,
    pub made_at: String,
    pub ended_at: Option<String>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    Done,
    Failed,
}

impl State {
    const ALL: [(Self, &'static str, &'static str, &'static str); 3] = [
        (Self::Running, "running", "Under way", "yellow"),
        (Self::Done, "done", "Done", "green"),
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

impl Run {
    /// One that is to be done: by a cohort of ours, or the one that comes with Meres.
    fn asked(change: &Change, population: &Entry, cohort: Option<Version>) -> Self {
        let shipped = || "Adults with joint or back pain, or waiting, version 1".to_owned();
        Self {
            id: change.new_id(),
            population: population.id,
            population_name: population.name.clone(),
            cohort_name: cohort.as_ref().map_or_else(shipped, Version::name),
            cohort: cohort.map(|version| version.id),
            rules: None,
            hub: None,
            job: None,
            state: State::Running,
            why: None,
            summary: None,
            made_at: change.at(),
            ended_at: None,
        }
    }

    pub fn path(&self) -> String {
        path(self.id)
    }

    /// "Adults with joint or back pain in Lincolnshire 2026".
    pub fn name(&self) -> String {
        format!("{} in {}", self.cohort_name, self.population_name)
    }
}

fn path(id: Id<Run>) -> String {
    format!("/match-runs/{id}")
}

/// The runs of a population.
pub async fn of_population(
    session: &mut Session,
    population: Id<Entry>,
) -> Result<Vec<Id<Run>>, DatabaseError> {
    store::of_population(session, population).await
}

/// A run, where there is one.
pub async fn find(session: &mut Session, id: Id<Run>) -> Result<Option<Run>, DatabaseError> {
    store::find(session, id).await
}

/// Has something done as soon as a run is done, with what it is told beside: in the lane of runs, and so after it.
pub(crate) async fn queue_after(
    change: &mut Change,
    run: Id<Run>,
    kind: &'static str,
    mut told: serde_json::Value,
) -> Result<(), DatabaseError> {
    told["run"] = json!(run.to_string());
    let job = NewJob::new(kind, running::LANE, told);
    jobs::queue(change, &job).await.map(drop)
}

/// The run that such a job waits for, once it is done; nothing where it failed.
pub(crate) async fn awaited(job: &JobRun) -> Result<Option<Run>, JobError> {
    let run = running::of_job(job).await?;
    match run.state {
        State::Running => Err(JobError::Later("its match run is under way".to_owned())),
        State::Failed => Ok(None),
        State::Done => Ok(Some(run)),
    }
}

/// Where a file stands that a run left.
pub fn file(data: &Path, run: Id<Run>, name: &str) -> PathBuf {
    files::folder(data, run).join(name)
}

/// Removes what a run holds of single people.
pub fn forget_rows(data: &Path, run: Id<Run>) -> std::io::Result<()> {
    files::forget_rows(data, run)
}

/// Metres around the hub of a demonstration, and its stands.
const INVENTED_HUB: (i64, i64) = (10_000, 12);

/// A demonstration has a run under way, of its own cohort and around its hub.
pub async fn invent(
    change: &mut Change,
    population: &Entry,
    (cohort, hub): (Version, Option<String>),
) -> Result<Id<Run>, DatabaseError> {
    let (radius, stands) = INVENTED_HUB;
    let hub = hub.map(|postcode| (postcode, radius, stands));
    let run = Run { hub, ..Run::asked(change, population, Some(cohort)) };
    running::queue(change, &run, &Actor::Meres.to_string()).await?;
    Ok(run.id)
}

const MAY: Access = Access::May(Permission::PlanMatches);

/// The match room.
pub fn room() -> Room {
    let routes = Routes::new()
        .get("/match-runs", MAY, run_pages::list)
        .get("/match-runs/new", MAY, start_pages::page)
        .post("/match-runs/new", MAY, start_pages::act)
        .get("/match-runs/compare", MAY, run_pages::compare)
        .get("/match-runs/{id}", MAY, run_pages::record)
        .get("/match-runs/{id}/progress", MAY, run_pages::progress)
        .get("/match-runs/{id}/try", MAY, trial_pages::page)
        .post("/match-runs/{id}/try", MAY, trial_pages::act)
        .get("/match-runs/{id}/report", MAY, run_pages::report)
        .get("/match-runs/{id}/report.css", MAY, run_pages::style)
        .get("/match-runs/{id}/summary", MAY, run_pages::summary_file)
        .get("/match-runs/{id}/hub", MAY, hub_pages::page)
        .post("/match-runs/{id}/hub", MAY, hub_pages::act)
        .get("/match-runs/{id}/places", MAY, places_pages::page)
        .post("/match-runs/{id}/places", MAY, places_pages::act)
        .confirmed("/match-runs/{id}/places/rows", MAY, places_pages::rows_page, places_pages::rows_act)
        .confirmed("/match-runs/{id}/person", MAY, person_pages::page, person_pages::act)
        .confirmed("/match-runs/{id}/rows", MAY, run_pages::rows_page, run_pages::rows_act);
    Room::new(routes)
        .with_door(
            "Match runs",
            "/match-runs",
            "A cohort against what is on offer: who is reached, what is missing",
            MAY,
        )
        .with_errand(Errand {
            kind: running::MATCH,
            name: "Match a cohort with what is on offer",
            work: |house, run| Box::pin(running::run(house, run)),
        })
        .with_changes(|asker| Box::pin(known::changes(asker)))
        .with_search(|asker, words| Box::pin(known::search(asker, words)))
}
