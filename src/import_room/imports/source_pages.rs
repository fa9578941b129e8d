//! Where the directory comes from, how well that goes, and what was imported.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::IntoResponse as _;
use offers::directory::{Source, store as directory};
use vocabulary::Permission;
use web::{
    Access, Answer, Asker, Cell, Html, Listing, Page, Problem, Routes, Table, Visit, Waiting, day_in_words,
    moment_in_words,
};

use super::{Import, Schedule, State, source_path, store};

/// Imports that the history goes back to.
const NEWEST: i64 = 1_000;

pub(super) fn routes(may: Access) -> Routes {
    Routes::new().get("/directory/imports", may, list)
}

/// What was read and waits for a decision.
pub(in crate::import_room) async fn waiting(asker: Asker<'_>) -> Result<Vec<Waiting>, Problem> {
    if !asker.viewer.may(Permission::ImportDirectory) {
        return Ok(Vec::new());
    }
    let ready = store::ready(asker.session).await?;
    let Some(first) = ready.first() else { return Ok(Vec::new()) };
    let (title, path) = match ready.len() {
        1 => (format!("An import of {} waits for a decision", first.source), first.path()),
        many => (format!("{many} imports wait for a decision"), "/directory/imports".to_owned()),
    };
    let about = "It was read, and nothing is changed before somebody has looked.".to_owned();
    Ok(vec![Waiting { title, about, action: "See what would change", path }])
}

#[derive(Template)]
#[template(path = "import_room/imports/sources.html")]
struct List {
    sources: Vec<Line>,
    history: Html,
    token: String,
}

/// A source as the page shows it.
struct Line {
    name: String,
    path: String,
    about: String,
    health: (String, &'static str),
    last: String,
    holds: String,
    problems: Option<(String, usize)>,
    address: String,
    schedule: String,
    may_now: bool,
    stands: bool,
}

async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let mut session = visit.read().await?;
    let sources = directory::sources(&mut session).await?;
    let standing: BTreeMap<String, (i64, i64)> = store::standing(&mut session)
        .await?
        .into_iter()
        .map(|(name, organisations, services)| (name, (organisations, services)))
        .collect();
    let schedules = store::schedules(&mut session).await?;
    let imports = store::newest(&mut session, NEWEST).await?;
    drop(session);
    let today = visit.house.database.now().date().to_string();
    let line = |source: Source| {
        let schedule = schedules.iter().find(|schedule| schedule.source == source.name);
        let of_it: Vec<&Import> = imports.iter().filter(|import| import.source == source.name).collect();
        let counts = standing.get(&source.name).copied().unwrap_or_default();
        line(&source, schedule, &of_it, counts, &today)
    };
    let sources = sources.into_iter().map(line).collect();
    let done = match listing.done.as_str() {
        "retired" => Some("Everything of the source is marked as gone"),
        "scheduled" => Some("When it is imported is kept"),
        _ => None,
    };
    let content = List { sources, history: history(imports, listing)?, token: visit.form_token.clone() };
    Ok(Page::new(&visit, "Imports").saying(done).with(&content)?.into_response())
}

fn line(
    source: &Source,
    schedule: Option<&Schedule>,
    imports: &[&Import],
    (organisations, services): (i64, i64),
    today: &str,
) -> Line {
    let last = imports.iter().find(|import| import.state == State::Taken);
    let came = last.map_or(&source.imported_at, |import| import.ended_at.as_ref().unwrap_or(&import.made_at));
    let stands = organisations + services > 0;
    let counted = |count: i64, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    Line {
        name: source.name.clone(),
        path: source_path(source.id),
        about: source.about.clone().unwrap_or_default(),
        health: health(schedule, imports, stands, today),
        last: moment_in_words(came),
        holds: format!("{}, {}", counted(organisations, "organisation"), counted(services, "service")),
        problems: last
            .filter(|import| import.shown.problems > 0)
            .map(|import| (format!("{}#problems", import.path()), import.shown.problems)),
        address: schedule
            .map_or_else(String::new, |schedule| crate::import_room::name_of_address(&schedule.address)),
        schedule: schedule.map_or_else(|| "Only when somebody asks".to_owned(), in_words),
        may_now: schedule.is_some(),
        stands,
    }
}

fn in_words(schedule: &Schedule) -> String {
    let often = match schedule.every_days {
        0 => return "Only when somebody asks".to_owned(),
        1 => "Every day",
        7 => "Every week",
        30 => "Every month",
        days => return format!("Every {days} days"),
    };
    match &schedule.next_on {
        Some(day) => format!("{often}, next on {}", day_in_words(day)),
        None => often.to_owned(),
    }
}

/// How well it goes, in a word, and a colour.
fn health(
    schedule: Option<&Schedule>,
    imports: &[&Import],
    stands: bool,
    today: &str,
) -> (String, &'static str) {
    let decided: Vec<State> = imports.iter().map(|import| import.state).collect();
    let failed = decided.iter().take_while(|state| **state == State::Failed).count();
    match failed {
        0 => {}
        1 => return ("Failed".to_owned(), "red"),
        2 => return ("Failed twice".to_owned(), "red"),
        times => return (format!("Failed {times} times"), "red"),
    }
    if decided.contains(&State::Ready) {
        return ("Waits for you".to_owned(), "blue");
    }
    let planned =
        schedule.filter(|schedule| schedule.every_days > 0).and_then(|schedule| schedule.next_on.as_deref());
    // A worker that is busy, or was being replaced, is late by hours and not by a day.
    if planned.is_some_and(|day| day < today) {
        return ("Late".to_owned(), "orange");
    }
    if !stands {
        return ("Retired".to_owned(), "grey");
    }
    ("Fine".to_owned(), "green")
}

fn history(imports: Vec<Import>, listing: Listing) -> Result<Html, Problem> {
    let (rows, paging) = listing.page_of(imports);
    let row = |import: Import| {
        let (text, colour) = import.state.tag();
        let what = import.why.clone().unwrap_or_else(|| {
            if import.shown.nothing { "Nothing new".to_owned() } else { import.shown.words.clone() }
        });
        vec![
            Cell::link(import.path(), moment_in_words(&import.made_at)),
            Cell::text(import.source.clone()),
            Cell::Tag { text, colour },
            Cell::text(what),
        ]
    };
    let table = Table {
        caption: "What was imported".to_owned(),
        columns: Table::plain_columns(&["When", "Source", "State", "What"]),
        rows: rows.into_iter().map(row).collect(),
        listing,
        paging,
        empty: "Nothing was imported on these pages yet.",
    };
    Ok(table.html()?)
}

#[cfg(test)]
mod tests {
    use vocabulary::Id;

    use super::super::State::{self, Failed, Ready, Taken};
    use super::super::{Import, Schedule, Shown};
    use super::{health, in_words};

    fn import(state: State) -> Import {
        Import {
            id: Id::from_bits(1),
            source: "County".to_owned(),
            came: String::new(),
            address: None,
            by_itself: false,
            job: None,
            shown: Shown::default(),
            state,
            why: None,
            made_at: "2026-11-22T09:00:00Z".to_owned(),
            ended_at: None,
        }
    }

    fn schedule(every_days: i64, next_on: Option<&str>) -> Schedule {
        Schedule {
            id: Id::from_bits(2),
            source: "County".to_owned(),
            address: "https://feed.example.org/services?key=secret".to_owned(),
            every_days,
            next_on: next_on.map(str::to_owned),
        }
    }

    #[test]
    fn how_well_it_goes_is_said_in_a_word() {
        let of = |states: &[State], schedule: Option<&Schedule>, stands| {
            let imports: Vec<Import> = states.iter().map(|state| import(*state)).collect();
            health(schedule, &imports.iter().collect::<Vec<_>>(), stands, "2026-11-22").0
        };
        assert_eq!(of(&[], None, true), "Fine");
        assert_eq!(of(&[Taken, Failed], None, true), "Fine");
        assert_eq!(of(&[Failed, Taken], None, true), "Failed");
        assert_eq!(of(&[Failed, Failed, Taken], None, true), "Failed twice");
        assert_eq!(of(&[Failed, Failed, Failed], None, true), "Failed 3 times");
        assert_eq!(of(&[Ready, Taken], None, true), "Waits for you");
        assert_eq!(of(&[Taken], Some(&schedule(1, Some("2026-11-21"))), true), "Late");
        assert_eq!(of(&[Taken], Some(&schedule(1, Some("2026-11-22"))), true), "Fine");
        assert_eq!(of(&[Taken], None, false), "Retired");
    }

    #[test]
    fn a_schedule_is_said_in_words() {
        assert_eq!(in_words(&schedule(0, None)), "Only when somebody asks");
        assert_eq!(in_words(&schedule(7, Some("2026-11-29"))), "Every week, next on Sunday 29 November 2026");
    }
}
