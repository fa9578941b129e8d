//! The page of an organisation of the directory: its services, who looks after it, its history.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use offers::directory::{Kind, Organisation, editing, keeper, past, revision};
use offers::wording::in_words;
use vocabulary::{Id, Partner};
use web::{Answer, Cell, Form, Html, Listing, Page, Problem, Summary, Table, Visit, day_in_words, id_of};

use super::entry::done;
use super::history::{Line, lines, names};
use super::publishing::{act, path};
use super::seen::{Seen, entry};

/// A line of who looks after it.
struct Keeping {
    name: String,
    since: String,
    end: String,
}

#[derive(Template)]
#[template(path = "directory_room/organisation.html")]
struct Content {
    name: String,
    path: String,
    token: String,
    approves: bool,
    about: Html,
    services: Html,
    keepers: Vec<Keeping>,
    partners: Vec<(Id<Partner>, String)>,
    history: Vec<Line>,
}

pub(super) async fn record(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.organisation(&id)?;
    let mut session = visit.read().await?;
    let standing = editing::store::standing(&mut session, Kind::Organisation, entry(id)).await?;
    let standing = standing.ok_or(Problem::NotFound)?;
    let past = past::store::of(&mut session, entry(id)).await?;
    let keepers = keeper::store::all(&mut session, &seen.scope).await?;
    let partners = if seen.approves { keeper::store::partners(&mut session).await? } else { Vec::new() };
    drop(session);
    let names = names(&visit, past.iter().map(|one| one.actor.as_str())).await?;
    let path = path(Kind::Organisation, entry(id));
    let keepers: Vec<_> = keepers.into_iter().filter(|keeper| keeper.organisation == id).collect();
    let free = |(partner, _): &(Id<Partner>, String)| !keepers.iter().any(|known| known.partner == *partner);
    let partners = partners.into_iter().filter(free).collect();
    let record = revision::fields(standing.shown());
    let says = |field: &str| in_words(field, &record);
    let about = Summary::default()
        .line("What it does", says("description"))
        .line("Phone", says("phones"))
        .line("E-mail address", says("email"))
        .line("Website", says("website"))
        .line("It came from", standing.source_name.clone());
    let mut services = seen.services_of(id);
    services.sort_by_cached_key(|(_, kept)| kept.record.name.to_lowercase());
    let listing = Listing::read(&visit.path)?;
    let (shown, paging) = listing.page_of(services);
    let row = |(id, kept)| {
        let (text, colour) = seen.state(id, kept);
        let link = Cell::link(super::publishing::path(Kind::Service, entry(id)), kept.record.name.clone());
        vec![link, Cell::Tag { text, colour }]
    };
    let done = done(&listing.done);
    let table = Table {
        caption: "Its services".to_owned(),
        columns: Table::plain_columns(&["Service", "State"]),
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing: listing.clone(),
        empty: "It has no service yet.",
    };
    let content = Content {
        name: kept.record.name.clone(),
        token: visit.form_token.clone(),
        approves: seen.approves,
        about: about.html()?,
        services: table.html()?,
        keepers: keepers
            .into_iter()
            .map(|keeper| Keeping {
                name: keeper.partner_name,
                since: day_in_words(&keeper.since),
                end: format!("{path}/keepers/{}/end", keeper.id),
            })
            .collect(),
        partners,
        history: lines((&seen, &standing), &past, &names),
        path,
    };
    let page = Page::new(&visit, &content.name).under("/directory", "Directory").saying(done);
    Ok(page.with(&content)?.into_response())
}

/// From now on an organisation that takes part looks after this one.
pub(super) async fn give(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, _): (Id<Organisation>, _) = seen.organisation(&id)?;
    let Ok(partner) = Id::<Partner>::parse(typed.text("partner")) else {
        return Err(Problem::Bad("Choose an organisation that takes part."));
    };
    let mut change = access::acting(&visit).await?;
    let known = keeper::store::partners(&mut change).await?;
    if !known.iter().any(|(one, _)| *one == partner) {
        return Err(Problem::NotFound);
    }
    let path = path(Kind::Organisation, entry(id));
    if keeper::store::give(&mut change, id, partner).await? {
        let detail = format!("organisation:{partner}");
        change.commit(act("directory.keeper.give", Kind::Organisation, entry(id), detail)).await?;
    }
    Visit::to(&format!("{path}?done=given"))
}

pub(super) async fn end(visit: Visit, Path((id, line)): Path<(String, String)>, _: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, _): (Id<Organisation>, _) = seen.organisation(&id)?;
    let mut change = access::acting(&visit).await?;
    if !keeper::store::end(&mut change, id, id_of(&line)?).await? {
        return Err(Problem::NotFound);
    }
    change.commit(act("directory.keeper.end", Kind::Organisation, entry(id), line)).await?;
    Visit::to(&format!("{}?done=ended", path(Kind::Organisation, entry(id))))
}
