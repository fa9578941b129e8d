//! What somebody is told of by e-mail when it changes.

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use offers::directory::{Kind, Service, watch};
use vocabulary::Id;
use web::{Answer, Form, Listing, Page, Problem, Visit, id_of};

use super::change::asked;
use super::entry::done;
use super::publishing::act;
use super::seen::{Seen, entry};

/// Entries that a search lists.
const MOST: usize = 20;

struct One {
    id: Id<Service>,
    name: String,
    organisation: String,
    path: Option<String>,
}

#[derive(Template)]
#[template(path = "directory_room/watching.html")]
struct Content<'a> {
    token: &'a str,
    watched: Vec<One>,
    words: String,
    found: Vec<One>,
    can_write: bool,
}

pub(super) async fn list(visit: Visit) -> Answer {
    let seen = Seen::by(&visit).await?;
    let known = watch::store::of(&mut visit.read().await?, visit.viewer()?.account).await?;
    let directory = &seen.catalogue.directory;
    let one = |id: &Id<Service>| {
        let kept = directory.services.get(id)?;
        let own = directory.stands(kept) && seen.keeps_service(kept);
        let public = seen.catalogue.service(*id).map(|_| format!("/find/services/{id}"));
        let path = if own { Some(format!("/directory/edit/{id}")) } else { public };
        let (name, organisation) = (kept.record.name.clone(), seen.organisation_name(kept));
        Some(One { id: *id, name, organisation, path })
    };
    let words = asked(&visit.path, "q")?;
    let lower = words.to_lowercase();
    let like = |id: &&Id<Service>| {
        let name = directory.services.get(id).map(|kept| kept.record.name.to_lowercase());
        !known.contains(*id) && name.is_some_and(|name| name.contains(&lower))
    };
    let public: Vec<Id<Service>> = seen.catalogue.services.iter().map(|listed| listed.id).collect();
    let found = if words.is_empty() {
        Vec::new()
    } else {
        public.iter().filter(like).take(MOST).filter_map(one).collect()
    };
    let content = Content {
        token: &visit.form_token,
        watched: known.iter().filter_map(one).collect(),
        words,
        found,
        can_write: visit.house.mail.is_some(),
    };
    let listing = Listing::read(&visit.path)?;
    let page = Page::new(&visit, "What you are told of").under("/directory", "Directory");
    Ok(page.saying(done(&listing.done)).with(&content)?.into_response())
}

/// One that they keep or that everybody sees.
fn one(seen: &Seen, id: &str) -> Result<Id<Service>, Problem> {
    let known = id_of(id)?;
    if seen.catalogue.service(known).is_some() {
        return Ok(known);
    }
    Ok(seen.service(id)?.0)
}

pub(super) async fn begin(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let id = one(&Seen::by(&visit).await?, &id)?;
    let mut change = access::acting(&visit).await?;
    watch::store::begin(&mut change, visit.viewer()?.account, id).await?;
    change.commit(act("directory.watch", Kind::Service, entry(id), String::new())).await?;
    Visit::to(&back(id, &typed, "watch"))
}

/// Whoever pressed it in a list goes back to the list.
fn back(id: Id<Service>, typed: &Form, done: &str) -> String {
    if typed.text("from") == "list" {
        format!("/directory/watching?done={done}")
    } else {
        format!("/directory/edit/{id}?done={done}")
    }
}

pub(super) async fn stop(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let known = watch::store::of(&mut visit.read().await?, account).await?;
    // Also of what is theirs and public no more.
    let id: Id<Service> = id_of(&id)?;
    if !known.contains(&id) {
        one(&Seen::by(&visit).await?, &id.to_string())?;
    }
    let mut change = access::acting(&visit).await?;
    watch::store::stop(&mut change, account, id).await?;
    change.commit(act("directory.unwatch", Kind::Service, entry(id), String::new())).await?;
    Visit::to(&back(id, &typed, "unwatch"))
}
