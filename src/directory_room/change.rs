//! Changing an entry: the form, what became of it meanwhile, and what is to be asked where two changed the same.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use ground::database::{Change, Session};
use offers::directory::editing::{self, Standing};
use offers::directory::past::{self, How};
use offers::directory::proposal::{self, Proposal, State, Wanted};
use offers::directory::revision::{self, Conflict, Fields, Side, Together};
use offers::directory::{Entry, Kind};
use offers::wording::{Told, both_sides, fields_in_words};
use vocabulary::{Id, Partner};
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Page, Problem, Visit, moment_in_words};

use super::forms::{Around, answered, questions};
use super::publishing::{DECIDED, act, actor, digest, path, publish, standing, written};
use super::queue::is_message;
use super::seen::Seen;

pub(super) async fn service_page(visit: Visit, Path(id): Path<String>) -> Answer {
    page(visit, Kind::Service, &id).await
}

pub(super) async fn service_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    sent(visit, Kind::Service, &id, typed).await
}

pub(super) async fn organisation_page(visit: Visit, Path(id): Path<String>) -> Answer {
    page(visit, Kind::Organisation, &id).await
}

pub(super) async fn organisation_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    sent(visit, Kind::Organisation, &id, typed).await
}

pub(super) async fn site_page(visit: Visit, Path(id): Path<String>) -> Answer {
    page(visit, Kind::Site, &id).await
}

pub(super) async fn site_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    sent(visit, Kind::Site, &id, typed).await
}

/// The proposal from which a form goes on: the one that was asked for, else the latest of theirs that waits.
async fn begun(
    session: &mut Session,
    seen: &Seen,
    id: Id<Entry>,
    asked: &str,
) -> Result<Option<Proposal>, Problem> {
    if let Ok(asked) = Id::parse(asked) {
        let found = proposal::store::find(session, asked, &seen.scope).await?;
        return Ok(found.filter(|found| found.state == State::Waiting && found.wanted.entry == id));
    }
    if seen.approves {
        return Ok(None);
    }
    let waiting = proposal::store::waiting(session, &seen.scope).await?;
    Ok(waiting.into_iter().rfind(|one| one.wanted.entry == id))
}

/// What the form begins with: the record as it stands, or what a proposal wants. A form that goes on from a proposal was
/// made from what the proposal was made from: what became public since then is brought together with it when it is sent.
fn beginning<'a>(standing: &'a Standing, proposal: Option<&'a Proposal>) -> (Fields, &'a str) {
    match proposal {
        None => (revision::fields(standing.shown()), standing.shown()),
        Some(one) => (revision::fields(&one.wanted.proposed), &one.wanted.base),
    }
}

/// What the questions of a record need beside it.
pub(super) fn around(seen: &Seen, kind: Kind, id: Id<Entry>) -> Around<'_> {
    let catalogue = &seen.catalogue;
    let service =
        catalogue.directory.services.get(&Id::from_bits(id.bits())).filter(|_| kind == Kind::Service);
    let organisation = service.and_then(|kept| catalogue.directory.organisation_of(kept));
    let places =
        organisation.map(|of| seen.places_of(of, service.map(|kept| kept.source))).unwrap_or_default();
    Around { settings: &catalogue.settings, places }
}

fn form(
    seen: &Seen,
    (kind, id): (Kind, Id<Entry>),
    (record, base): (&Fields, String),
    proposal: Option<&Proposal>,
) -> FormView {
    let mut fields = questions(kind, record, &around(seen, kind, id));
    fields.push(Field::hidden("base", base));
    fields.push(Field::hidden("proposal", proposal.map(|one| one.id.to_string()).unwrap_or_default()));
    let name = record.get("name").and_then(|name| name.as_str()).unwrap_or("the place");
    let mut lead = Vec::new();
    let button = if seen.approves {
        lead.push("What you change is public as soon as you press the button.".to_owned());
        "Publish now"
    } else {
        lead.push(
            "What you change waits until somebody has looked at it. Until then, what is public stays as it is."
                .to_owned(),
        );
        let question = "Anything that whoever decides should know? (optional)";
        fields.push(Field::new(FieldKind::Words, "note", question));
        "Send for approval"
    };
    if let Some(message) = proposal.filter(|one| is_message(one)) {
        lead.push(format!("Somebody wrote: {}", message.wanted.note.as_deref().unwrap_or_default()));
    } else if proposal.is_some() {
        lead.push("The form shows the change that waits. What you send takes its place.".to_owned());
    }
    let back = match kind {
        Kind::Site => "/directory".to_owned(),
        _ => path(kind, id),
    };
    let action = if kind == Kind::Site { path(kind, id) } else { format!("{}/change", path(kind, id)) };
    FormView {
        title: format!("Change {name}"),
        lead,
        action,
        fields,
        button,
        back: Some((back, "Back")),
        ..FormView::default()
    }
}

async fn page(visit: Visit, kind: Kind, id: &str) -> Answer {
    let seen = Seen::by(&visit).await?;
    let id = seen.kept(kind, id)?;
    let mut session = visit.read().await?;
    let standing = editing::store::standing(&mut session, kind, id).await?.ok_or(Problem::NotFound)?;
    let proposal = begun(&mut session, &seen, id, &asked(&visit.path, "proposal")?).await?;
    drop(session);
    let (record, base) = beginning(&standing, proposal.as_ref());
    visit.form_page(&form(&seen, (kind, id), (&record, digest(base)), proposal.as_ref()))
}

/// What an address asks by this name.
pub(super) fn asked(path: &str, name: &str) -> Result<String, Problem> {
    let question = path.split_once('?').map_or("", |(_, question)| question);
    Ok(Form::parse(question.as_bytes())?.text(name).to_owned())
}

/// The record that a form was made from: what a proposal was made from, the present one, or one of those before it.
async fn made_from(
    session: &mut Session,
    (standing, proposal): (&Standing, Option<&Proposal>),
    base: &str,
) -> Result<Fields, Problem> {
    let known = proposal.map(|one| one.wanted.base.as_str()).into_iter().chain([standing.shown()]);
    if let Some(found) = known.into_iter().find(|known| digest(known) == base) {
        return Ok(revision::fields(found));
    }
    let history = past::store::of(session, standing.id).await?;
    let found = history.into_iter().find(|one| digest(&one.record) == base);
    let found = found.ok_or(Problem::Stale)?;
    Ok(revision::fields(&found.record))
}

/// What was decided on a page that showed two versions, if what stood then still stands.
pub(super) fn decided(typed: &Form, standing: &Standing, field: &str) -> Option<Side> {
    if typed.text("seen") != digest(standing.shown()) {
        return None;
    }
    match typed.text(&format!("choose-{field}")) {
        "standing" => Some(Side::Standing),
        "coming" => Some(Side::Coming),
        _ => None,
    }
}

/// What a form asks for, brought together with what stands.
struct Asked {
    standing: Standing,
    together: Together,
    place: Option<String>,
    proposal: Option<Proposal>,
}

async fn sent(visit: Visit, kind: Kind, id: &str, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let id = seen.kept(kind, id)?;
    let mut change = access::acting(&visit).await?;
    let partner = seen.for_whom(&mut change, (kind, id)).await?;
    if partner.is_none() && !seen.approves {
        return Err(Problem::NotFound);
    }
    let standing = standing(&mut change, kind, id).await?;
    let proposal = begun(&mut change, &seen, id, typed.text("proposal")).await?;
    if proposal.is_none() && !typed.text("proposal").is_empty() {
        return Err(Problem::Conflict(DECIDED));
    }
    let proposal = proposal.filter(|one| typed.text("proposal") == one.id.to_string());
    let was = made_from(&mut change, (&standing, proposal.as_ref()), typed.text("base")).await?;
    // What no question asks is as it was where the form began.
    let start = proposal.as_ref().map_or_else(|| was.clone(), |one| revision::fields(&one.wanted.proposed));
    let mut errors = Errors::default();
    let (coming, place) = answered(kind, (&typed, &start), &around(&seen, kind, id), &mut errors);
    if !errors.is_empty() {
        drop(change);
        let form = form(&seen, (kind, id), (&start, String::new()), proposal.as_ref());
        return visit.form_page(&form.again(&typed, errors));
    }
    let current = revision::fields(standing.shown());
    let together =
        revision::bring_together(&was, &current, &coming, |field| decided(&typed, &standing, field));
    if !together.conflicts.is_empty() {
        let last = past::store::of(&mut change, id).await?.into_iter().next();
        drop(change);
        return both(&visit, (&seen, &typed, &standing), together.conflicts, last.as_ref()).await;
    }
    let place = place.map(|place| written(Kind::Site, &place)).transpose()?;
    // A place that came with the proposal stays unless another was typed.
    let place = place.or_else(|| proposal.as_ref().and_then(|one| one.wanted.place.clone()));
    let asked = Asked { standing, together, place, proposal };
    if seen.approves {
        published(&visit, change, asked).await
    } else {
        proposed(&visit, change, (partner, typed.text("note")), asked).await
    }
}

async fn published(visit: &Visit, mut change: Change, asked: Asked) -> Answer {
    let Asked { standing, together, place, proposal } = asked;
    let (kind, id) = (standing.kind, standing.id);
    let actor = actor(visit)?;
    let what = fields_in_words(&revision::fields(standing.shown()), &together.record);
    let record = (&together.record, place.as_deref());
    let another = publish(&mut change, &standing, record, (How::Edit, &actor)).await?;
    if let Some(proposal) = &proposal {
        let answered =
            if is_message(proposal) { "The entry was changed" } else { "Approved with corrections" };
        let reason = Some(answered);
        if !proposal::store::decide(&mut change, proposal.id, State::Approved, &actor, reason).await? {
            return Err(Problem::Conflict(DECIDED));
        }
    }
    if !another && proposal.is_none() {
        drop(change);
        return Visit::to(&said(kind, id, "same"));
    }
    change.commit(act("directory.publish", kind, id, what)).await?;
    Visit::to(&said(kind, id, "published"))
}

async fn proposed(
    visit: &Visit,
    mut change: Change,
    (partner, note): (Option<Id<Partner>>, &str),
    asked: Asked,
) -> Answer {
    let Asked { standing, together, place, proposal } = asked;
    let (kind, id) = (standing.kind, standing.id);
    let actor = actor(visit)?;
    if let Some(before) = &proposal {
        let reason = Some("Replaced by a later change");
        if !proposal::store::decide(&mut change, before.id, State::Withdrawn, &actor, reason).await? {
            return Err(Problem::Conflict(
                "Somebody decided on your change while you wrote. Go back, copy what you need, and load the form again.",
            ));
        }
    }
    let proposed = written(kind, &together.record)?;
    let base = standing.shown().to_owned();
    let same = revision::fields(&base) == together.record && place.is_none();
    if same && proposal.is_none() {
        drop(change);
        return Visit::to(&said(kind, id, "same"));
    }
    let what = fields_in_words(&revision::fields(&base), &together.record);
    if !same {
        let note = Some(note.chars().take(2_000).collect::<String>()).filter(|note| !note.is_empty());
        let wanted = Wanted { kind, entry: id, is_new: false, partner, actor, base, proposed, place, note };
        proposal::store::add(&mut change, &wanted).await?;
    }
    change.commit(act("directory.propose", kind, id, what)).await?;
    Visit::to(&said(kind, id, if same { "withdrawn" } else { "proposed" }))
}

/// The page of a record, saying what was done; a place has none of its own.
fn said(kind: Kind, id: Id<Entry>, done: &str) -> String {
    let path = if kind == Kind::Site { "/directory".to_owned() } else { path(kind, id) };
    format!("{path}?done={done}")
}

#[derive(Template)]
#[template(path = "directory_room/both.html")]
struct Both<'a> {
    action: &'a str,
    token: &'a str,
    seen: String,
    carried: Vec<(&'a str, &'a str)>,
    who: String,
    when: String,
    conflicts: Vec<Told>,
    again: bool,
}

/// Both versions of what two changed, side by side: neither loses work.
async fn both(
    visit: &Visit,
    (seen, typed, standing): (&Seen, &Form, &Standing),
    mut conflicts: Vec<Conflict>,
    last: Option<&past::Past>,
) -> Answer {
    for one in &mut conflicts {
        one.standing = seen.in_names(Some(standing.source), std::mem::take(&mut one.standing));
        one.coming = seen.in_names(Some(standing.source), std::mem::take(&mut one.coming));
    }
    let own = |name: &str| name == "form_token" || name == "seen" || name.starts_with("choose-");
    let names = super::history::names(visit, last.iter().map(|past| past.actor.as_str())).await?;
    let action = visit.path.split('?').next().unwrap_or_default();
    let content = Both {
        action,
        token: &visit.form_token,
        seen: digest(standing.shown()),
        carried: typed.pairs().filter(|(name, _)| !own(name)).collect(),
        who: last.map(|past| super::history::named(&names, &past.actor)).unwrap_or_default(),
        when: last.map(|past| moment_in_words(&past.until)).unwrap_or_default(),
        conflicts: conflicts.iter().map(both_sides).collect(),
        again: typed.text("seen") == digest(standing.shown()),
    };
    let page = Page::new(visit, "Two changes of the same").with(&content)?;
    let mut response = page.into_response();
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
