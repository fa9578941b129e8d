//! Changes that wait: the list, and one of them side by side with what is public.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use offers::directory::proposal::{self, Proposal, State};
use offers::directory::revision::{self, Fields};
use offers::directory::{Kind, editing};
use offers::wording::{Told, both_sides, differences, fields_in_words};
use vocabulary::{Id, Permission, Scope};
use web::{Answer, Cell, Errors, Html, Listing, Page, Problem, Table, Visit, id_of, moment_in_words};

use super::history::{named, names};
use super::publishing::{digest, organisation_of, path};
use super::seen::Seen;

/// Days for which what was decided is still listed for those who proposed it.
const REMEMBERED: i64 = 60;

#[derive(Template)]
#[template(path = "directory_room/queue.html")]
struct Queue {
    decides: bool,
    waiting: Html,
    decided: Html,
}

fn name_of(proposal: &Proposal) -> String {
    let record = revision::fields(&proposal.wanted.proposed);
    record.get("name").and_then(|name| name.as_str()).unwrap_or("A place").to_owned()
}

/// Whether somebody says something and proposes no change.
pub(super) fn is_message(proposal: &Proposal) -> bool {
    let wanted = &proposal.wanted;
    !wanted.is_new && wanted.place.is_none() && wanted.base == wanted.proposed
}

fn what(proposal: &Proposal) -> String {
    let (base, wanted) =
        (revision::fields(&proposal.wanted.base), revision::fields(&proposal.wanted.proposed));
    match (proposal.wanted.is_new, is_message(proposal)) {
        (true, _) => "A new service".to_owned(),
        (false, true) => "A message".to_owned(),
        (false, false) => fields_in_words(&base, &wanted),
    }
}

pub(super) async fn list(visit: Visit) -> Answer {
    let viewer = visit.viewer()?;
    let scope = viewer.scope(Permission::EditDirectory);
    let since = ground::database::utc(visit.house.database.now() - time::Duration::days(REMEMBERED));
    let mut session = visit.read().await?;
    let waiting = proposal::store::waiting(&mut session, &scope).await?;
    let decided = proposal::store::decided(&mut session, &scope, &since).await?;
    drop(session);
    let actors = waiting.iter().chain(&decided).map(|one| one.wanted.actor.as_str());
    let names = names(&visit, actors).await?;
    let listing = Listing::read(&visit.path)?;
    let (shown, paging) = listing.page_of(waiting);
    let link = |one: &Proposal| Cell::link(format!("/directory/queue/{}", one.id), name_of(one));
    let row = |one: &Proposal| {
        let who = Cell::text(named(&names, &one.wanted.actor));
        vec![link(one), Cell::text(what(one)), who, Cell::text(moment_in_words(&one.made_at))]
    };
    let waiting = Table {
        caption: "Changes that wait".to_owned(),
        columns: Table::plain_columns(&["Entry", "What", "Who", "Since"]),
        rows: shown.iter().map(row).collect(),
        paging,
        listing,
        empty: "No change waits.",
    };
    let ended = |one: &Proposal| {
        let (text, colour) = tag(one.state);
        let why = Cell::text(one.reason.clone().unwrap_or_default());
        let when = Cell::text(one.decided_at.as_deref().map(moment_in_words).unwrap_or_default());
        vec![link(one), Cell::Tag { text, colour }, why, when]
    };
    let decided = Table {
        caption: "Decided lately".to_owned(),
        columns: Table::plain_columns(&["Entry", "State", "Why", "When"]),
        rows: decided.iter().take(50).map(ended).collect(),
        listing: Listing::default(),
        paging: None,
        empty: "Nothing was decided lately.",
    };
    let approves = viewer.may(Permission::ApproveDirectory);
    let content = Queue { decides: approves, waiting: waiting.html()?, decided: decided.html()? };
    let page = Page::new(&visit, "Changes that wait").under("/directory", "Directory");
    Ok(page.with(&content)?.into_response())
}

const fn tag(state: State) -> (&'static str, &'static str) {
    match state {
        State::Waiting => ("Waiting", "blue"),
        State::Approved => ("Approved", "green"),
        State::Refused => ("Refused", "red"),
        State::Withdrawn => ("Taken back", "grey"),
    }
}

#[derive(Template)]
#[template(path = "directory_room/proposal.html")]
struct Shown<'a> {
    name: String,
    path: String,
    entry: Option<String>,
    correct: String,
    token: &'a str,
    state: (&'static str, &'static str),
    waits: bool,
    decides: bool,
    withdraw: Option<String>,
    kind: &'static str,
    is_message: bool,
    who: String,
    when: String,
    note: Option<String>,
    place: Option<String>,
    reason: Option<String>,
    decided: Option<String>,
    told: Vec<Told>,
    conflicts: Vec<Told>,
    seen: String,
    errors: Errors,
}

/// The proposal, where the viewer's scope holds whose it is.
pub(super) async fn one(
    session: &mut ground::database::Session,
    id: &str,
    scope: &Scope,
) -> Result<Proposal, Problem> {
    let id: Id<Proposal> = id_of(id)?;
    proposal::store::find(session, id, scope).await?.ok_or(Problem::NotFound)
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    shown(&visit, &id, Errors::default()).await
}

/// One proposal, with what is wrong with what was decided.
pub(super) async fn shown(visit: &Visit, id: &str, errors: Errors) -> Answer {
    let viewer = visit.viewer()?;
    let seen = Seen::by(visit).await?;
    let mut session = visit.read().await?;
    let one = one(&mut session, id, &seen.scope).await?;
    let wanted = &one.wanted;
    let standing = editing::store::standing(&mut session, wanted.kind, wanted.entry).await?;
    drop(session);
    let actors = std::iter::once(wanted.actor.as_str()).chain(one.decided_by.as_deref());
    let names = names(visit, actors).await?;
    let waits = one.state == State::Waiting;
    let read =
        |record: &str| seen.in_names(standing.as_ref().map(|known| known.source), revision::fields(record));
    let (was, coming) = (read(&wanted.base), read(&wanted.proposed));
    // What is compared with: what is public now while it waits, what it was made from once it is decided.
    let current = standing.as_ref().filter(|_| waits).map(|known| read(known.shown()));
    let before =
        if wanted.is_new { Fields::default() } else { current.clone().unwrap_or_else(|| was.clone()) };
    let together = revision::bring_together(&was, &before, &coming, |_| None);
    let (told, conflicts) = if wanted.is_new {
        (differences(&before, &coming), Vec::new())
    } else {
        let told = differences(&before, &together.record);
        (told, together.conflicts.iter().map(both_sides).collect())
    };
    let (known, approves) = (standing.is_some(), viewer.may(Permission::ApproveDirectory));
    let correct = if wanted.is_new {
        let organisation = organisation_of(wanted).map(|id| id.to_string()).unwrap_or_default();
        format!("/directory/organisations/{organisation}/new?proposal={}", one.id)
    } else if wanted.kind == Kind::Site {
        format!("{}?proposal={}", path(wanted.kind, wanted.entry), one.id)
    } else {
        format!("{}/change?proposal={}", path(wanted.kind, wanted.entry), one.id)
    };
    let decided = one.decided_at.as_deref().map(|at| {
        let by = one.decided_by.as_deref().map(|by| named(&names, by)).unwrap_or_default();
        format!("{by}, {}", moment_in_words(at))
    });
    let place = wanted.place.as_deref().map(|place| {
        let place = revision::fields(place);
        let parts = ["name", "addresses"].map(|field| offers::wording::in_words(field, &place));
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    });
    let has_errors = !errors.is_empty();
    let content = Shown {
        name: name_of(&one),
        path: format!("/directory/queue/{}", one.id),
        entry: known.then(|| path(wanted.kind, wanted.entry)),
        correct,
        token: &visit.form_token,
        state: tag(one.state),
        waits,
        decides: approves,
        withdraw: (waits && wanted.partner.is_some() && !approves)
            .then(|| format!("/directory/queue/{}/withdraw", one.id)),
        kind: match (is_message(&one), wanted.is_new) {
            (true, _) => "A message",
            (false, true) => "A new service, proposed",
            (false, false) => "A change, proposed",
        },
        is_message: is_message(&one),
        who: named(&names, &wanted.actor),
        when: moment_in_words(&one.made_at),
        note: wanted.note.clone(),
        place,
        reason: one.reason.clone(),
        decided,
        told,
        conflicts,
        seen: standing.as_ref().map(|known| digest(known.shown())).unwrap_or_default(),
        errors,
    };
    let listing = Listing::read(&visit.path)?;
    let page = Page::new(visit, "A change").under("/directory/queue", "Changes that wait");
    let page = page.saying(super::entry::done(&listing.done));
    let mut response = page.with(&content)?.into_response();
    if has_errors {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
