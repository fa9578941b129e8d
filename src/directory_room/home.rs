//! The way in: our entries for those who keep some, all of them for those who approve.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::IntoResponse as _;
use offers::directory::assurance::Freshness;
use offers::directory::{Entry, Kept, Kind, Service, availability, proposal};
use vocabulary::{Id, Permission, Scope};
use web::{
    Answer, Asker, Cell, Hit, Html, Later, Listing, Page, Paging, Table, Visit, Waiting, moment_in_words,
};

use super::change::asked;
use super::due::due;
use super::entry::done;
use super::publishing::path;
use super::seen::{Seen, entry};
use super::short::when_and_where;

/// One of our entries.
struct Own {
    name: String,
    path: String,
    organisation: String,
    state: (&'static str, &'static str),
    waits: bool,
    due: bool,
    room: String,
    /// When and where, by which two of one name are told apart.
    facts: Vec<String>,
}

#[derive(Template)]
#[template(path = "directory_room/own.html")]
struct OwnEntries<'a> {
    token: &'a str,
    count: usize,
    waiting: usize,
    organisations: Vec<(String, String)>,
    entries: Vec<Own>,
    paging: Option<Paging>,
    words: String,
}

#[derive(Template)]
#[template(path = "directory_room/all.html")]
struct AllEntries {
    waiting: usize,
    due: usize,
    hidden: usize,
    imports: bool,
    words: String,
    states: Vec<(&'static str, bool)>,
    table: Html,
}

const STATES: [&str; 6] = ["Public", "Due soon", "Due", "Hidden", "Closed for now", "Ended"];

pub(super) async fn page(visit: Visit) -> Answer {
    let seen = Seen::by(&visit).await?;
    let mut session = visit.read().await?;
    let waiting = proposal::store::waiting(&mut session, &seen.scope).await?;
    let rooms = availability::store::all(&mut session).await?;
    drop(session);
    let waits: BTreeSet<Id<Entry>> = waiting.iter().map(|one| one.wanted.entry).collect();
    let (words, state) = (asked(&visit.path, "q")?, asked(&visit.path, "state")?);
    let lower = words.to_lowercase();
    let mut all = seen.services();
    let count = all.len();
    all.retain(|(id, kept)| {
        let like = kept.record.name.to_lowercase().contains(&lower)
            || seen.organisation_name(kept).to_lowercase().contains(&lower);
        like && (state.is_empty() || seen.state(*id, kept).0 == state)
    });
    let listing = Listing::read(&visit.path)?.keeping(&[("q", &words), ("state", &state)]);
    let said = done(&listing.done);
    let page = Page::new(&visit, "Directory").saying(said);
    if seen.scope != Scope::Everywhere {
        let room = |id: &Id<Service>| {
            rooms.get(id).map_or_else(|| "Not said".to_owned(), |said| said.room.in_words())
        };
        // What people do not find any more, or soon will not, is what whoever comes here can mend.
        all.sort_by_key(|(id, kept)| match seen.state(*id, kept).0 {
            "Hidden" => 0,
            "Due" => 1,
            "Due soon" => 2,
            _ => 3,
        });
        let (shown, paging) = listing.page_of(all);
        let own = |(id, kept): (Id<Service>, &Kept<Service>)| Own {
            name: kept.record.name.clone(),
            path: path(Kind::Service, entry(id)),
            organisation: seen.organisation_name(kept),
            state: seen.state(id, kept),
            waits: waits.contains(&entry(id)),
            due: seen.assured(id).is_some_and(|assured| assured.stage().is_some()),
            room: room(&id),
            facts: when_and_where(&seen.catalogue, id),
        };
        let organisations = seen.organisations();
        let content = OwnEntries {
            token: &visit.form_token,
            count,
            waiting: waiting.len(),
            organisations: organisations
                .into_iter()
                .map(|(id, kept)| (path(Kind::Organisation, entry(id)), kept.record.name.clone()))
                .collect(),
            entries: shown.into_iter().map(own).collect(),
            paging,
            words,
        };
        return Ok(page.with(&content)?.into_response());
    }
    match listing.sort {
        1 => all.sort_by_cached_key(|(_, kept)| seen.organisation_name(kept).to_lowercase()),
        2 => all.sort_by_key(|(id, kept)| {
            let (word, _) = seen.state(*id, kept);
            STATES.iter().position(|state| *state == word)
        }),
        3 => all.sort_by_cached_key(|(_, kept)| kept.changed_at.clone()),
        _ => {}
    }
    if listing.descending {
        all.reverse();
    }
    let (shown, paging) = listing.page_of(all);
    let row = |(id, kept): (Id<Service>, &Kept<Service>)| {
        let (text, colour) = seen.state(id, kept);
        vec![
            Cell::link(path(Kind::Service, entry(id)), kept.record.name.clone()),
            Cell::text(seen.organisation_name(kept)),
            Cell::Tag { text, colour },
            Cell::text(moment_in_words(&kept.changed_at)),
            Cell::text(if waits.contains(&entry(id)) { "A change waits" } else { "" }),
        ]
    };
    let mut columns = Table::sorted_columns(&["Service", "Organisation", "State", "Changed"]);
    columns.extend(Table::plain_columns(&["Waiting"]));
    let table = Table {
        caption: "Entries of the directory".to_owned(),
        columns,
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing,
        empty: "No entry is like that.",
    };
    let due = due(&seen);
    let content = AllEntries {
        waiting: waiting.len(),
        due: due.len(),
        hidden: due.iter().filter(|(_, _, assured)| assured.state == Freshness::Hidden).count(),
        imports: visit.viewer()?.may(Permission::ImportDirectory),
        words,
        states: STATES.iter().map(|one| (*one, *one == state)).collect(),
        table: table.html()?,
    };
    Ok(page.with(&content)?.into_response())
}

/// Entries by name, of those that the viewer keeps.
pub(super) fn search<'a>(asker: Asker<'a>, words: &'a str) -> Later<'a, Vec<Hit>> {
    Box::pin(async move {
        let Asker { house, viewer, session } = asker;
        if !viewer.may(Permission::EditDirectory) {
            return Ok(Vec::new());
        }
        let seen = Seen::of(house, viewer, session).await?;
        let words = words.to_lowercase();
        let services =
            seen.services().into_iter().filter(|one| one.1.record.name.to_lowercase().contains(&words));
        let hit = |(id, kept): (Id<Service>, &Kept<Service>)| Hit {
            title: kept.record.name.clone(),
            path: path(Kind::Service, entry(id)),
            kind: "Entry of the directory",
        };
        Ok(services.map(hit).collect())
    })
}

/// The queue for those who decide, and what is due for those who keep entries.
pub(super) fn waiting(asker: Asker<'_>) -> Later<'_, Vec<Waiting>> {
    Box::pin(async move {
        let Asker { house, viewer, session } = asker;
        let mut waiting = Vec::new();
        if !viewer.may(Permission::EditDirectory) {
            return Ok(waiting);
        }
        if viewer.may(Permission::ApproveDirectory) {
            let count = proposal::store::count_waiting(session).await?;
            if count > 0 {
                waiting.push(Waiting {
                    title: if count == 1 {
                        "1 change of the directory".to_owned()
                    } else {
                        format!("{count} changes of the directory")
                    },
                    about: "What is public stays as it is until somebody decides.".to_owned(),
                    action: "See what waits",
                    path: "/directory/queue".to_owned(),
                });
            }
            return Ok(waiting);
        }
        let seen = Seen::of(house, viewer, session).await?;
        let due = due(&seen).len();
        if due > 0 {
            waiting.push(Waiting {
                title: if due == 1 {
                    "1 entry to look at".to_owned()
                } else {
                    format!("{due} entries to look at")
                },
                about: "Say whether they are still correct. What nobody looks at is hidden.".to_owned(),
                action: "Look at them",
                path: "/directory/due".to_owned(),
            });
        }
        Ok(waiting)
    })
}
