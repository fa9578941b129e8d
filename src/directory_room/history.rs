//! The history of an entry, and putting back how it stood.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use ground::database::Session;
use offers::directory::editing::Standing;
use offers::directory::past::{self, How, Past};
use offers::directory::proposal::{self, Wanted};
use offers::directory::{Entry, Kept, Kind, Organisation, Site, revision};
use offers::wording::{Told, differences};
use vocabulary::{Account, Id, Permission};
use web::{Answer, Errors, Form, Page, Problem, Visit, id_of, moment_in_words};

use super::publishing::{act, actor, path, publish, standing, written};
use super::seen::{Seen, entry};
use super::wrong::ANYBODY;
use crate::actors;

/// A line of a history.
pub(super) struct Line {
    pub(super) id: Id<Past>,
    pub(super) when: String,
    pub(super) who: String,
    pub(super) how: &'static str,
    pub(super) told: Vec<Told>,
}

/// The names of those who acted, by what tables call them.
pub(super) async fn names<'a>(
    visit: &Visit,
    actors: impl Iterator<Item = &'a str>,
) -> Result<Vec<(Id<Account>, String)>, Problem> {
    actors::names(visit, Permission::EditDirectory, actors).await
}

/// Who acted, in words.
pub(super) fn named(names: &[(Id<Account>, String)], actor: &str) -> String {
    match actor {
        "link" => "Whoever runs it, by a link in a letter".to_owned(),
        ANYBODY => "Somebody who read the public page".to_owned(),
        other => match other.strip_prefix("source ") {
            Some(name) => format!("The source “{name}”"),
            None => actors::named(names, other),
        },
    }
}

/// What was changed, the latest first.
pub(super) fn lines(
    (seen, standing): (&Seen, &Standing),
    past: &[Past],
    names: &[(Id<Account>, String)],
) -> Vec<Line> {
    let read = |record: &str| seen.in_names(Some(standing.source), revision::fields(record));
    let mut after = standing.shown().to_owned();
    let mut lines = Vec::new();
    for one in past {
        lines.push(Line {
            id: one.id,
            when: moment_in_words(&one.until),
            who: named(names, &one.actor),
            how: match one.how {
                How::Import => "The source sent another version",
                How::Edit => "Changed",
                How::Undo => "Put back",
            },
            told: differences(&read(&one.record), &read(&after)),
        });
        after.clone_from(&one.record);
    }
    lines
}

/// Puts back how an entry stood: at once, or as a proposal of whoever does not decide.
async fn put_back(visit: Visit, kind: Kind, id: &str, line: &str) -> Answer {
    let seen = Seen::by(&visit).await?;
    let id = seen.kept(kind, id)?;
    let line: Id<Past> = id_of(line)?;
    let mut change = access::acting(&visit).await?;
    let partner = seen.for_whom(&mut change, (kind, id)).await?;
    if partner.is_none() && !seen.approves {
        return Err(Problem::NotFound);
    }
    let history = past::store::of(&mut change, id).await?;
    let found = history.into_iter().find(|past| past.id == line).ok_or(Problem::NotFound)?;
    let standing = standing(&mut change, kind, id).await?;
    let record = revision::fields(&found.record);
    if record == revision::fields(standing.shown()) {
        drop(change);
        return Visit::to(&format!("{}?done=same", path(kind, id)));
    }
    let (actor, detail) = (actor(&visit)?, format!("as it stood until {}", found.until));
    if seen.approves {
        publish(&mut change, &standing, (&record, None), (How::Undo, &actor)).await?;
        change.commit(act("directory.put-back", kind, id, detail)).await?;
        return Visit::to(&format!("{}?done=back", path(kind, id)));
    }
    let note = Some(format!("Put back as it stood until {}.", moment_in_words(&found.until)));
    let (base, proposed) = (standing.shown().to_owned(), written(kind, &record)?);
    let wanted = Wanted { kind, entry: id, is_new: false, partner, actor, base, proposed, place: None, note };
    proposal::store::add(&mut change, &wanted).await?;
    change.commit(act("directory.propose", kind, id, detail)).await?;
    Visit::to(&format!("{}?done=proposed", path(kind, id)))
}

pub(super) async fn service_back(visit: Visit, Path((id, line)): Path<(String, String)>, _: Form) -> Answer {
    put_back(visit, Kind::Service, &id, &line).await
}

pub(super) async fn organisation_back(
    visit: Visit,
    Path((id, line)): Path<(String, String)>,
    _: Form,
) -> Answer {
    put_back(visit, Kind::Organisation, &id, &line).await
}

/// A moment to which everything of an organisation can be put back.
struct Moment {
    at: String,
    when: String,
    names: Vec<String>,
    more: usize,
}

#[derive(Template)]
#[template(path = "directory_room/whole_back.html")]
struct WholeBack<'a> {
    name: &'a str,
    path: String,
    token: &'a str,
    moments: Vec<Moment>,
    errors: Errors,
}

/// Moments that a page lists, and names that it gives of each.
const MOST_MOMENTS: usize = 40;
const MOST_NAMES: usize = 4;

/// The records of an organisation: itself, its services, and the places that no other organisation uses.
fn records(seen: &Seen, organisation: Id<Organisation>) -> BTreeMap<Id<Entry>, Kind> {
    let mut records: BTreeMap<_, _> = [(entry(organisation), Kind::Organisation)].into();
    for (id, service) in seen.services_of(organisation) {
        records.insert(entry(id), Kind::Service);
        let standing = |site: &Id<Site>| seen.catalogue.directory.sites.get(site).is_some_and(Kept::stands);
        let its_own = |site: &Id<Site>| seen.owners(Kind::Site, entry(*site)) == [organisation];
        let places = seen.places(service).into_iter().filter(|(site, _)| standing(site) && its_own(site));
        records.extend(places.map(|(site, _)| (entry(site), Kind::Site)));
    }
    records
}

/// How they stood that were changed at this moment or later, the earliest first.
async fn history_of(
    session: &mut Session,
    records: &BTreeMap<Id<Entry>, Kind>,
    since: &str,
) -> Result<Vec<Past>, Problem> {
    let mut history = Vec::new();
    for entry in records.keys() {
        let all = past::store::of(session, *entry).await?;
        history.extend(all.into_iter().filter(|past| past.until.as_str() >= since));
    }
    history.sort_by(|a, b| (&a.until, a.id).cmp(&(&b.until, b.id)));
    Ok(history)
}

pub(super) async fn whole_page(visit: Visit, Path(id): Path<String>) -> Answer {
    shown(&visit, &id, Errors::default()).await
}

async fn shown(visit: &Visit, id: &str, errors: Errors) -> Answer {
    let seen = Seen::by(visit).await?;
    let (id, kept) = seen.organisation(id)?;
    let history = history_of(&mut visit.read().await?, &records(&seen, id), "").await?;
    let mut by_moment: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for past in &history {
        let record = revision::fields(&past.record);
        let name = record.get("name").and_then(|name| name.as_str()).unwrap_or("A place").to_owned();
        by_moment.entry(past.until.clone()).or_default().push(name);
    }
    let moments = by_moment.into_iter().rev().take(MOST_MOMENTS).map(|(at, mut names)| {
        let more = names.len().saturating_sub(MOST_NAMES);
        names.truncate(MOST_NAMES);
        Moment { when: moment_in_words(&at), at, names, more }
    });
    let has_errors = !errors.is_empty();
    let content = WholeBack {
        name: &kept.record.name,
        path: path(Kind::Organisation, entry(id)),
        token: &visit.form_token,
        moments: moments.collect(),
        errors,
    };
    let page = Page::new(visit, "Put everything back").under(content.path.clone(), "Back").with(&content)?;
    let mut response = page.into_response();
    if has_errors {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Everything of an organisation as it stood just before a moment, in one act.
pub(super) async fn whole_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (organisation, _) = seen.organisation(&id)?;
    let at = typed.text("at").to_owned();
    if at.is_empty() {
        let mut errors = Errors::default();
        errors.add("at", "Choose a moment");
        return shown(&visit, &id, errors).await;
    }
    let mut change = access::acting(&visit).await?;
    let history = history_of(&mut change, &records(&seen, organisation), &at).await?;
    let mut first: BTreeMap<Id<Entry>, Past> = BTreeMap::new();
    for past in history {
        // The earliest that ended since then is how it stood.
        first.entry(past.entry).or_insert(past);
    }
    let (actor, mut count) = (actor(&visit)?, 0);
    for past in first.values() {
        let standing = standing(&mut change, past.kind, past.entry).await?;
        let record = revision::fields(&past.record);
        if publish(&mut change, &standing, (&record, None), (How::Undo, &actor)).await? {
            count += 1;
        }
    }
    let path = path(Kind::Organisation, entry(organisation));
    if count == 0 {
        drop(change);
        return Visit::to(&format!("{path}?done=same"));
    }
    let detail = format!("{count} entries as they stood before {at}");
    change.commit(act("directory.put-back", Kind::Organisation, entry(organisation), detail)).await?;
    Visit::to(&format!("{path}?done=back"))
}
