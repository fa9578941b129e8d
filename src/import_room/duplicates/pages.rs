//! The page of records that may be the same.

use askama::Template;
use axum::response::IntoResponse as _;
use ground::database::Act;
use offers::catalogue::schedule_in_words;
use offers::directory::{
    Directory, Entry, Kind, MergeError, Organisation, Service, Suggestion, store as directory, suggest,
};
use vocabulary::Id;
use web::{Access, Answer, Form, Listing, Page, Paging, Problem, Routes, Visit, id_of};

use super::store;
use crate::import_room::words::ALONE;

const PATH: &str = "/directory/duplicates";

pub(in crate::import_room) fn routes(may: Access) -> Routes {
    Routes::new()
        .get(PATH, may, list)
        .post("/directory/duplicates/merge", may, merge)
        .post("/directory/duplicates/apart", may, apart)
        .post("/directory/duplicates/unmerge", may, unmerge)
}

#[derive(Template)]
#[template(path = "import_room/duplicates/list.html")]
struct List {
    pairs: Vec<Pair>,
    paging: Option<Paging>,
    /// The merge that was just made.
    just: Option<Merged>,
    merged: Vec<Merged>,
    token: String,
}

/// Two records, side by side.
struct Pair {
    kind: &'static str,
    kept: Id<Entry>,
    merged: Id<Entry>,
    names: (String, String),
    score: u32,
    reasons: String,
    /// What it is, and what either says of it.
    lines: Vec<(&'static str, String, String)>,
}

/// A record that somebody says is another.
struct Merged {
    id: Id<Entry>,
    kind: &'static str,
    name: String,
    into: String,
}

async fn list(visit: Visit) -> Answer {
    let listing = Listing::read(&visit.path)?;
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let just: Option<Id<Entry>> = id_of(Form::parse(question.as_bytes())?.text("merged")).ok();
    let mut session = visit.read().await?;
    let directory = directory::directory(&mut session).await?;
    let apart = store::apart(&mut session).await?;
    drop(session);
    // Looking at every pair of a large directory takes a while: not on a thread that answers others.
    let looked = tokio::task::spawn_blocking(move || {
        let mut pairs = suggest(&directory);
        pairs.retain(|pair| !apart.contains(&(pair.kind, pair.kept, pair.merged)));
        let (pairs, paging) = listing.page_of(pairs);
        let pairs = pairs.into_iter().map(|pair| beside(&directory, pair)).collect();
        (pairs, paging, merged(&directory), listing.done)
    });
    let (pairs, paging, mut merged, done) = looked.await.map_err(Problem::broken)?;
    let just = merged.iter().position(|one| Some(one.id) == just).map(|at| merged.remove(at));
    let done = match done.as_str() {
        "merged" => Some("They are one from now on"),
        "apart" => Some("They stay two, and are not suggested again"),
        "unmerged" => Some("The record stands for itself again"),
        _ => None,
    };
    let content = List { pairs, paging, just, merged, token: visit.form_token.clone() };
    let page = Page::new(&visit, "Records that may be the same").under("/directory/imports", "Imports");
    Ok(page.saying(done).with(&content)?.into_response())
}

fn beside(directory: &Directory, pair: Suggestion) -> Pair {
    let source = |id| directory.sources.get(&id).map_or_else(String::new, |(name, _)| name.clone());
    let mut lines = vec![("Source", source(pair.sources.0), source(pair.sources.1))];
    let of = |id: Id<Entry>| match pair.kind {
        Kind::Service => directory.services.get(&Id::from_bits(id.bits())).map(|kept| {
            let organisation = directory.organisation_of(kept);
            let organisation = organisation.and_then(|id| directory.organisations.get(&id));
            let places: Vec<String> = kept
                .record
                .sites
                .iter()
                .filter_map(|at| directory.site(kept.source, &at.site))
                .flat_map(|(_, site)| &site.addresses)
                .map(|address| {
                    [
                        address.lines.first().map(String::as_str),
                        address.city.as_deref(),
                        address.postcode.as_deref(),
                    ]
                })
                .map(|parts| parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
                .collect();
            service(&kept.record, organisation.map_or("", |kept| &kept.record.name), &places.join("; "))
        }),
        Kind::Organisation | Kind::Site => {
            directory.organisations.get(&Id::from_bits(id.bits())).map(|kept| organisation(&kept.record))
        }
    };
    let (left, right) = (of(pair.kept).unwrap_or_default(), of(pair.merged).unwrap_or_default());
    let both = left.into_iter().zip(right).map(|((what, one), (_, other))| (what, one, other));
    lines.extend(both.filter(|(_, one, other)| !one.is_empty() || !other.is_empty()));
    Pair {
        kind: pair.kind.word(),
        kept: pair.kept,
        merged: pair.merged,
        names: pair.names,
        score: pair.score,
        reasons: pair.reasons.join(", "),
        lines,
    }
}

fn short(text: Option<&str>) -> String {
    const MOST: usize = 200;
    let text = text.unwrap_or("").trim();
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain(['…']).collect()
    }
}

fn phones(phones: &[offers::directory::Phone]) -> String {
    phones.iter().map(|phone| phone.number.as_str()).collect::<Vec<_>>().join(", ")
}

fn service(record: &Service, organisation: &str, places: &str) -> Vec<(&'static str, String)> {
    let of_sites = record.sites.iter().flat_map(|at| &at.schedules);
    let times: Vec<String> = record.schedules.iter().chain(of_sites).filter_map(schedule_in_words).collect();
    vec![
        ("Organisation", organisation.to_owned()),
        ("Where", places.to_owned()),
        ("Days and times", times.join("; ")),
        ("Cost", short(record.fees.as_deref())),
        ("Description", short(record.description.as_deref())),
        ("Website", short(record.url.as_deref())),
        ("E-mail", short(record.email.as_deref())),
        ("Phone", phones(&record.phones)),
    ]
}

fn organisation(record: &Organisation) -> Vec<(&'static str, String)> {
    let identifiers: Vec<&str> = record.identifiers.iter().map(|one| one.value.as_str()).collect();
    vec![
        ("Registered numbers", identifiers.join(", ")),
        ("Description", short(record.description.as_deref())),
        ("Website", short(record.website.as_deref())),
        ("E-mail", short(record.email.as_deref())),
        ("Phone", phones(&record.phones)),
    ]
}

fn merged(directory: &Directory) -> Vec<Merged> {
    let organisations = directory.organisations.iter().filter_map(|(id, kept)| {
        let into = &directory.organisations.get(&kept.merged_into?)?.record.name;
        Some((id.bits(), Kind::Organisation, &kept.record.name, into))
    });
    let services = directory.services.iter().filter_map(|(id, kept)| {
        let into = &directory.services.get(&kept.merged_into?)?.record.name;
        Some((id.bits(), Kind::Service, &kept.record.name, into))
    });
    organisations
        .chain(services)
        .map(|(bits, kind, name, into)| Merged {
            id: Id::from_bits(bits),
            kind: kind.word(),
            name: name.clone(),
            into: into.clone(),
        })
        .collect()
}

/// Two identifiers of a form.
fn pair_of(typed: &Form) -> Result<(Id<Entry>, Id<Entry>), Problem> {
    Ok((id_of(typed.text("kept"))?, id_of(typed.text("merged"))?))
}

const fn refused(why: MergeError) -> Problem {
    match why {
        MergeError::NotThere(_) | MergeError::Itself | MergeError::TwoKinds => Problem::NotFound,
        MergeError::KeptIsMerged | MergeError::Already => {
            Problem::Conflict("One of the two was merged meanwhile. Load the page again.")
        }
    }
}

async fn merge(visit: Visit, typed: Form) -> Answer {
    let (kept, merged) = pair_of(&typed)?;
    let actor = visit.viewer()?.actor().to_string();
    let mut change = access::acting(&visit).await?;
    change.alone(ALONE).await?;
    let kind = directory::directory(&mut change).await?.mergeable(kept, merged).map_err(refused)?;
    directory::merge(&mut change, kind, kept, merged, None, &actor).await?;
    change.commit(act("directory.merge", merged, format!("{merged} is {kept}"))).await?;
    // One press leads back from a press on the wrong button.
    Visit::to(&format!("{PATH}?done=merged&merged={merged}"))
}

async fn apart(visit: Visit, typed: Form) -> Answer {
    let (one, other) = pair_of(&typed)?;
    let actor = visit.viewer()?.actor().to_string();
    let mut change = access::acting(&visit).await?;
    let directory = directory::directory(&mut change).await?;
    let kind = directory.mergeable(one, other).map_err(refused)?;
    let pair = if one < other { (one, other) } else { (other, one) };
    store::keep_apart(&mut change, kind, pair, &actor).await?;
    change.commit(act("directory.apart", other, format!("{other} is not {one}"))).await?;
    Visit::to("/directory/duplicates?done=apart")
}

async fn unmerge(visit: Visit, typed: Form) -> Answer {
    let merged = id_of(typed.text("merged"))?;
    let actor = visit.viewer()?.actor().to_string();
    let mut change = access::acting(&visit).await?;
    let entry = directory::directory(&mut change).await?.entry(merged).ok_or(Problem::NotFound)?;
    let (kind, Some(kept)) = entry else {
        return Err(Problem::Conflict("This record stands for itself already. Load the page again."));
    };
    directory::unmerge(&mut change, kind, kept, merged, None, &actor).await?;
    change.commit(act("directory.unmerge", merged, format!("{merged} is not {kept}"))).await?;
    Visit::to("/directory/duplicates?done=unmerged")
}

fn act(action: &'static str, object: Id<Entry>, detail: String) -> Act {
    Act { action, object: object.to_string(), purpose: None, detail }
}
