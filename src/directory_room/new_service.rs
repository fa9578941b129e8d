//! A service that the directory does not have yet.

use axum::extract::Path;
use offers::directory::proposal::{self, Proposal, State, Wanted};
use offers::directory::revision::{self, Fields};
use offers::directory::{Kind, Organisation};
use vocabulary::{Id, Scope};
use web::{Answer, Errors, Field, FieldKind, Form, FormView, Problem, Visit};

use super::change::asked;
use super::forms::{Around, answered, questions};
use super::publishing::{DECIDED, act, actor, base_of_new, organisation_of, publish_new, written};
use super::seen::{Seen, entry};

fn around(seen: &Seen, organisation: Id<Organisation>) -> Around<'_> {
    let places = seen.places_of(organisation, None);
    Around { settings: &seen.catalogue.settings, places }
}

/// A proposal that is corrected, where one was asked for.
async fn begun(
    session: &mut ground::database::Session,
    organisation: Id<Organisation>,
    scope: &Scope,
    id: &str,
) -> Result<Option<Proposal>, Problem> {
    let Ok(id) = Id::parse(id) else { return Ok(None) };
    let found = proposal::store::find(session, id, scope).await?;
    let found = found.filter(|found| found.state == State::Waiting && found.wanted.is_new);
    Ok(found.filter(|one| organisation_of(&one.wanted).is_ok_and(|of| of == organisation)))
}

fn form(
    seen: &Seen,
    (organisation, name): (Id<Organisation>, &str),
    record: &Fields,
    proposal: Option<&Proposal>,
) -> FormView {
    let mut fields = questions(Kind::Service, record, &around(seen, organisation));
    fields.push(Field::hidden("proposal", proposal.map(|one| one.id.to_string()).unwrap_or_default()));
    let (lead, button) = if seen.approves {
        ("It is public as soon as you press the button.", "Publish now")
    } else {
        let question = "Anything that whoever decides should know? (optional)";
        fields.push(Field::new(FieldKind::Words, "note", question));
        ("It is public when somebody has looked at it.", "Send for approval")
    };
    FormView {
        title: format!("A new service of {name}"),
        lead: vec![lead.to_owned()],
        action: format!("/directory/organisations/{organisation}/new"),
        fields,
        button,
        back: Some((format!("/directory/organisations/{organisation}"), "Back")),
        ..FormView::default()
    }
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.organisation(&id)?;
    let asked = asked(&visit.path, "proposal")?;
    let proposal = begun(&mut visit.read().await?, id, &seen.scope, &asked).await?;
    let record = proposal.as_ref().map(|one| revision::fields(&one.wanted.proposed)).unwrap_or_default();
    visit.form_page(&form(&seen, (id, &kept.record.name), &record, proposal.as_ref()))
}

pub(super) async fn sent(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let seen = Seen::by(&visit).await?;
    let (id, kept) = seen.organisation(&id)?;
    let mut change = access::acting(&visit).await?;
    let partner = seen.for_whom(&mut change, (Kind::Organisation, entry(id))).await?;
    if partner.is_none() && !seen.approves {
        return Err(Problem::NotFound);
    }
    let before = begun(&mut change, id, &seen.scope, typed.text("proposal")).await?;
    if before.is_none() && !typed.text("proposal").is_empty() {
        return Err(Problem::Conflict(DECIDED));
    }
    let start = before.as_ref().map(|one| revision::fields(&one.wanted.proposed)).unwrap_or_default();
    let mut errors = Errors::default();
    let (record, place) = answered(Kind::Service, (&typed, &start), &around(&seen, id), &mut errors);
    if !errors.is_empty() {
        drop(change);
        let form = form(&seen, (id, &kept.record.name), &start, before.as_ref());
        return visit.form_page(&form.again(&typed, errors));
    }
    let typed_place = place.map(|place| written(Kind::Site, &place)).transpose()?;
    // A place that came with the proposal stays unless another was typed.
    let place = typed_place.or_else(|| before.as_ref().and_then(|one| one.wanted.place.clone()));
    let (actor, new) = (actor(&visit)?, before.as_ref().map_or_else(|| change.new_id(), |b| b.wanted.entry));
    if let Some(before) = &before {
        let (state, why) = if seen.approves {
            (State::Approved, "Approved with corrections")
        } else {
            (State::Withdrawn, "Replaced by a later change")
        };
        if !proposal::store::decide(&mut change, before.id, state, &actor, Some(why)).await? {
            return Err(Problem::Conflict(DECIDED));
        }
    }
    let name = record.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
    if seen.approves {
        publish_new(&mut change, (new, id), (&record, place.as_deref())).await?;
        change.commit(act("directory.add", Kind::Service, new, name)).await?;
        return Visit::to(&format!("/directory/edit/{new}?done=published"));
    }
    let note: String = typed.text("note").chars().take(2_000).collect();
    let wanted = Wanted {
        kind: Kind::Service,
        entry: new,
        is_new: true,
        partner,
        actor,
        base: base_of_new(id),
        proposed: written(Kind::Service, &record)?,
        place,
        note: Some(note).filter(|note| !note.is_empty()),
    };
    proposal::store::add(&mut change, &wanted).await?;
    change.commit(act("directory.propose", Kind::Service, new, name)).await?;
    Visit::to(&format!("/directory/organisations/{id}?done=proposed"))
}
