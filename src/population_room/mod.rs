//! The population room: pseudonymous extracts that come in, what they are kept for and until when, and removing them for
//! good. No page of it shows a row of an extract.
//!
//! ```text
//! files ─► beside the zone ─► (which column is what?) ─► later work ─► kept by digest, a line of the catalogue ─► deleted, files and all
//!                                        └► refused, with the rows that could not be used (never what stood in them)
//! ```

mod column_choices;
mod column_pages;
mod delete_pages;
mod files;
mod guess;
mod keeping;
mod list_of_people;
mod list_pages;
mod piece_pages;
mod pieces;
mod population_pages;
mod room;
mod store;
mod upload_pages;

use std::io;
use std::path::Path;

use ground::database::Change;
use ground::jobs::Job;
use planning::population::kept::Zone;
use planning::population::{Entry, store as catalogue};
use vocabulary::{Day, Id};
use web::{Problem, Visit, id_of};

use crate::data_path::DataPath;
use crate::{match_room, trying, worklist_room};

pub use room::room;

/// An extract that somebody sent.
#[derive(Clone, Debug)]
struct Upload {
    id: Id<Self>,
    name: String,
    purpose: String,
    agreement: Option<String>,
    keep_until: Option<Day>,
    /// Names of the files, in the order in which they were sent.
    files: Vec<String>,
    /// Names of the files of coded events; they lie behind the others.
    events: Vec<String>,
    /// TOML; empty where the columns are called as Meres calls them.
    mapping: String,
    job: Option<Id<Job>>,
    state: State,
    /// Why it was refused.
    why: Option<String>,
    /// As CSV: what is wrong with it, where it was refused.
    problems: Option<String>,
    /// What it became.
    population: Option<Id<Entry>>,
    made_at: String,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Its columns are called otherwise: somebody has to say which is what.
    Columns,
    Reading,
    Kept,
    Refused,
}

impl State {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Columns, "columns"),
        (Self::Reading, "reading"),
        (Self::Kept, "kept"),
        (Self::Refused, "refused"),
    ];

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find_map(|(state, known)| (known == word).then_some(state))
    }

    fn word(self) -> &'static str {
        Self::ALL.into_iter().find_map(|(state, word)| (state == self).then_some(word)).unwrap_or_default()
    }
}

/// Removes what was made of a population and holds single people: rows of match runs, worklists. The names of its lists go too.
pub async fn forget_rows(change: &mut Change, data: &Path, population: Id<Entry>) -> io::Result<()> {
    catalogue::remove_lists(change, population).await.map_err(io::Error::other)?;
    let runs = match_room::of_population(change, population).await.map_err(io::Error::other)?;
    let lists = worklist_room::of_population(change, population).await.map_err(io::Error::other)?;
    let data = data.to_owned();
    let removing = tokio::task::spawn_blocking(move || {
        trying::program::forget(&data)?;
        runs.into_iter().try_for_each(|run| match_room::forget_rows(&data, run))?;
        lists.into_iter().try_for_each(|list| worklist_room::forget_rows(&data, list))
    });
    removing.await.map_err(io::Error::other)?
}

/// Enters the zone for a page. Whoever imports holds it for as long as that takes: nobody waits for that on a page.
fn entered(data: &DataPath) -> Result<Zone, Problem> {
    let zone = Zone::enter_if_free(&data.folder).map_err(Problem::broken)?;
    zone.ok_or(Problem::Conflict("An extract is just being imported. Try again in a minute."))
}

/// The line of the catalogue with this identifier.
async fn one(visit: &Visit, id: &str) -> Result<Entry, Problem> {
    let id: Id<Entry> = id_of(id)?;
    let entries = catalogue::list(&mut visit.read().await?).await?;
    entries.into_iter().find(|entry| entry.id == id).ok_or(Problem::NotFound)
}

fn path(entry: &Entry) -> String {
    format!("/population/{}", entry.id)
}

fn upload_path(id: Id<Upload>) -> String {
    format!("/population/uploads/{id}")
}

/// "12 people".
fn people(count: u64) -> String {
    let count_in_words = disclosure::with_commas(count);
    if count == 1 { "1 person".to_owned() } else { format!("{count_in_words} people") }
}
