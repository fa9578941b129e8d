//! What is kept, and what should not be any more.

use askama::Template;
use axum::response::IntoResponse as _;
use ground::database::utc;
use planning::population::kept::Kind;
use planning::population::{Entry, store as catalogue};
use time::Duration;
use vocabulary::{Day, Permission};
use web::{
    Answer, Asker, Cell, Changed, Hit, Html, Listing, Page, Problem, Table, Visit, Waiting, day_in_words,
    day_of, moment_in_words,
};

use super::{State, Upload, files, path, people, store, upload_path};
use crate::data_path::DataPath;

/// Days for which an extract that was refused is still listed.
const REMEMBERED: i64 = 30;
/// Days before its last day from which on one is reminded.
pub(super) const SOON: i32 = 28;

/// What has to be deleted by now, or soon.
pub(super) async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    if !asker.viewer.may(Permission::KeepPopulations) {
        return Ok(Vec::new());
    }
    let today = day_of((asker.house.clock)());
    let soon = Day::from_days(today.days() + SOON + 1);
    let due = catalogue::due(asker.session, soon).await?;
    let one = |entry: &Entry| {
        let last = entry.keep_until.map_or_else(String::new, Day::in_words);
        let (title, about) = match entry.keep_until {
            Some(day) if day >= today => {
                let days = day.days() - today.days();
                let when = match days {
                    0 => "today is its last day".to_owned(),
                    1 => "tomorrow is its last day".to_owned(),
                    days => format!("{days} days are left"),
                };
                (
                    format!("The population “{}” is to be deleted soon: {when}", entry.name),
                    format!("Its last day is {last}."),
                )
            }
            _ => (
                format!("The population “{}” should be deleted by now", entry.name),
                format!("Its last day was {last}."),
            ),
        };
        Waiting { title, about, action: "Look at it", path: path(entry) }
    };
    let waiting = store::without_columns(asker.session).await?;
    let columns = |upload: &Upload| Waiting {
        title: format!("The extract “{}” waits until somebody says which column is what", upload.name),
        about: "It is not read before.".to_owned(),
        action: "Say which column is what",
        path: upload_path(upload.id),
    };
    Ok(due.iter().map(one).chain(waiting.iter().map(columns)).collect())
}

/// What is kept, for the rest of the site.
async fn seen(asker: Asker<'_>) -> Result<Vec<Entry>, Problem> {
    if !asker.viewer.may(Permission::KeepPopulations) {
        return Ok(Vec::new());
    }
    Ok(catalogue::list(asker.session).await?)
}

/// What came in lately.
pub(super) async fn changes(asker: Asker<'_>) -> Result<Vec<Changed>, Problem> {
    let mut all = seen(asker).await?;
    all.sort_by(|a, b| b.imported_at.cmp(&a.imported_at));
    let changed = |entry: Entry| Changed {
        path: path(&entry),
        what: format!("The population “{}” was imported", entry.name),
        at: entry.imported_at,
    };
    Ok(all.into_iter().take(Changed::TOLD).map(changed).collect())
}

pub(super) async fn search(asker: Asker<'_>, words: &str) -> Result<Vec<Hit>, Problem> {
    let hit = |entry: Entry| Hit { path: path(&entry), title: entry.name, kind: "Population" };
    Ok(Hit::titled(seen(asker).await?.into_iter().map(hit), words))
}

#[derive(Template)]
#[template(path = "population_room/list.html")]
struct List {
    table: Html,
    /// Extracts that are on their way: path, name, words and colour.
    coming: Vec<(String, String, &'static str, &'static str)>,
}

/// How near its last day is: a word and a colour.
pub(super) fn state(entry: &Entry, today: Day) -> (&'static str, &'static str) {
    match entry.keep_until {
        None => ("No last day", "grey"),
        Some(day) if day < today => ("Overdue", "red"),
        Some(day) if day.days() - today.days() <= SOON => ("Ends soon", "orange"),
        Some(_) => ("Kept", "green"),
    }
}

/// What a crash or a broken line left behind goes as soon as somebody looks.
async fn sweep(visit: &Visit, open: &[Upload]) -> Result<(), Problem> {
    let waits = |upload: &&Upload| matches!(upload.state, State::Columns | State::Reading);
    let waiting: Vec<_> = open.iter().filter(waits).map(|upload| upload.id).collect();
    let folder = visit.house.shelf.of::<DataPath>().folder.clone();
    let sweeping = tokio::task::spawn_blocking(move || files::sweep(&folder, &waiting));
    sweeping.await.map_err(Problem::broken)?.map_err(Problem::broken)
}

pub(super) async fn page(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let today = day_of((visit.house.clock)());
    let since = utc(visit.house.database.now() - Duration::days(REMEMBERED));
    let mut session = visit.read().await?;
    let entries = catalogue::list(&mut session).await?;
    let open = store::open(&mut session, &since).await?;
    drop(session);
    sweep(&visit, &open).await?;
    let row = |entry: &Entry| {
        let (text, colour) = state(entry, today);
        let what = match entry.kind {
            Kind::People => people(entry.people),
            Kind::Crosstab => "Counts".to_owned(),
        };
        vec![
            Cell::link(path(entry), entry.name.clone()),
            Cell::text(what),
            Cell::text(entry.purpose.clone()),
            Cell::text(entry.keep_until.map_or_else(String::new, Day::in_words)),
            Cell::Tag { text, colour },
            Cell::text(day_in_words(entry.imported_at.get(..10).unwrap_or_default())),
        ]
    };
    let table = Table {
        caption: "What is kept".to_owned(),
        columns: Table::plain_columns(&[
            "Name",
            "Holds",
            "What for",
            "To be deleted after",
            "State",
            "Imported",
        ]),
        rows: entries.iter().rev().map(row).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "No population is kept.",
    };
    let coming = |upload: Upload| {
        let (words, colour) = match upload.state {
            State::Columns => ("Waits for its columns", "blue"),
            State::Reading => ("Being read", "yellow"),
            State::Kept => ("Kept", "green"),
            State::Refused => ("Refused", "red"),
        };
        (
            upload_path(upload.id),
            format!("{}, {}", upload.name, moment_in_words(&upload.made_at)),
            words,
            colour,
        )
    };
    let content = List { table: table.html()?, coming: open.into_iter().map(coming).collect() };
    let done = match listing.done.as_str() {
        "deleted" => Some("The population is deleted, and its files with it"),
        _ => None,
    };
    Ok(Page::new(&visit, "Populations").saying(done).with(&content)?.into_response())
}
