//! The organisations of the directory, and which of those that take part looks after which.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::IntoResponse as _;
use offers::directory::{Kind, Organisation, keeper};
use vocabulary::Id;
use web::{Answer, Cell, Html, Listing, Page, Table, Visit};

use super::change::asked;
use super::publishing::path;
use super::seen::{Seen, entry};

#[derive(Template)]
#[template(path = "directory_room/keeping.html")]
struct Content {
    words: String,
    table: Html,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let seen = Seen::by(&visit).await?;
    let mut keepers: BTreeMap<Id<Organisation>, Vec<String>> = BTreeMap::new();
    for keeper in keeper::store::all(&mut visit.read().await?, &seen.scope).await? {
        keepers.entry(keeper.organisation).or_default().push(keeper.partner_name);
    }
    let mut services: BTreeMap<Id<Organisation>, i64> = BTreeMap::new();
    for (_, kept) in seen.catalogue.directory.standing_services() {
        if let Some(of) = seen.catalogue.directory.organisation_of(kept) {
            *services.entry(of).or_default() += 1;
        }
    }
    let words = asked(&visit.path, "q")?;
    let lower = words.to_lowercase();
    let by = |id: Id<Organisation>| keepers.get(&id).map(|names| names.join(", ")).unwrap_or_default();
    let mut all = seen.organisations();
    all.retain(|(id, kept)| {
        kept.record.name.to_lowercase().contains(&lower) || by(*id).to_lowercase().contains(&lower)
    });
    let listing = Listing::read(&visit.path)?.keeping(&[("q", &words)]);
    match listing.sort {
        // Those that somebody looks after first.
        1 => all.sort_by_cached_key(|(id, _)| (by(*id).is_empty(), by(*id).to_lowercase())),
        2 => all.sort_by_key(|(id, _)| services.get(id).copied().unwrap_or(0)),
        _ => {}
    }
    if listing.descending {
        all.reverse();
    }
    let (shown, paging) = listing.page_of(all);
    let row = |(id, kept): (Id<Organisation>, &offers::directory::Kept<Organisation>)| {
        vec![
            Cell::link(path(Kind::Organisation, entry(id)), kept.record.name.clone()),
            Cell::text(by(id)),
            Cell::Number(services.get(&id).copied().unwrap_or(0)),
        ]
    };
    let table = Table {
        caption: "Organisations of the directory".to_owned(),
        columns: Table::sorted_columns(&["Organisation", "Looked after by", "Services"]),
        rows: shown.into_iter().map(row).collect(),
        paging,
        listing,
        empty: "No organisation is called like that.",
    };
    let page = Page::new(&visit, "Organisations of the directory").under("/directory", "Directory");
    Ok(page.with(&Content { words, table: table.html()? })?.into_response())
}
