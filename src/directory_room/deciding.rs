//! Deciding on a change: approve, refuse, take back.

use axum::extract::Path;
use offers::directory::Kind;
use offers::directory::past::How;
use offers::directory::proposal::{self, State};
use offers::directory::revision::{self, Fields};
use vocabulary::Permission;
use web::{Answer, Errors, Form, Problem, Visit};

use super::change::decided;
use super::publishing::{DECIDED, act, actor, organisation_of, publish, publish_new, standing};
use super::queue::{is_message, one, shown};

const TOO_LATE: Problem = Problem::Conflict(DECIDED);

pub(super) async fn approve(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let scope = visit.viewer()?.scope(Permission::EditDirectory);
    let mut change = access::acting(&visit).await?;
    let proposal = one(&mut change, &id, &scope).await?;
    let wanted = proposal.wanted.clone();
    if proposal.state != State::Waiting {
        return Err(TOO_LATE);
    }
    let actor = actor(&visit)?;
    if !proposal::store::decide(&mut change, proposal.id, State::Approved, &actor, None).await? {
        return Err(TOO_LATE);
    }
    if is_message(&proposal) {
        let detail = format!("message {}", proposal.id);
        change.commit(act("directory.read-message", wanted.kind, wanted.entry, detail)).await?;
        return Visit::to(&format!("/directory/queue/{}?done=read", proposal.id));
    }
    let (proposed, place) = (revision::fields(&wanted.proposed), wanted.place.as_deref());
    if wanted.is_new {
        let organisation = organisation_of(&wanted)?;
        publish_new(&mut change, (wanted.entry, organisation), (&proposed, place)).await?;
    } else {
        let standing = standing(&mut change, wanted.kind, wanted.entry).await?;
        let was = revision::fields(&wanted.base);
        let current: Fields = revision::fields(standing.shown());
        let choose = |field: &str| decided(&typed, &standing, field);
        let together = revision::bring_together(&was, &current, &proposed, choose);
        if let Some(first) = together.conflicts.first() {
            drop(change);
            let mut errors = Errors::default();
            let sentence = "Choose what to keep of what somebody else changed meanwhile";
            errors.add(&format!("choose-{}", first.field), sentence);
            return shown(&visit, &id, errors).await;
        }
        // The history names whoever changed it; the audit log, whoever approved.
        publish(&mut change, &standing, (&together.record, place), (How::Edit, &wanted.actor)).await?;
    }
    let detail = format!("proposal {}", proposal.id);
    change.commit(act("directory.approve", wanted.kind, wanted.entry, detail)).await?;
    Visit::to(&format!("/directory/queue/{}?done=approved", proposal.id))
}

pub(super) async fn refuse(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let scope = visit.viewer()?.scope(Permission::EditDirectory);
    one(&mut visit.read().await?, &id, &scope).await?;
    let mut errors = Errors::default();
    let reason = errors.needed(&typed, "reason", 1_000, "Enter why you refuse it");
    if !errors.is_empty() {
        return shown(&visit, &id, errors).await;
    }
    end(&visit, &id, (State::Refused, "directory.refuse", Some(reason))).await?;
    Visit::to(&format!("/directory/queue/{id}?done=refused"))
}

pub(super) async fn withdraw(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    end(&visit, &id, (State::Withdrawn, "directory.withdraw", None)).await?;
    Visit::to(&format!("/directory/queue/{id}?done=withdrawn"))
}

async fn end(
    visit: &Visit,
    id: &str,
    (state, action, reason): (State, &'static str, Option<&str>),
) -> Result<(), Problem> {
    let scope = visit.viewer()?.scope(Permission::EditDirectory);
    let mut change = access::acting(visit).await?;
    let proposal = one(&mut change, id, &scope).await?;
    if !proposal::store::decide(&mut change, proposal.id, state, &actor(visit)?, reason).await? {
        return Err(TOO_LATE);
    }
    let (kind, entry): (Kind, _) = (proposal.wanted.kind, proposal.wanted.entry);
    change.commit(act(action, kind, entry, format!("proposal {}", proposal.id))).await?;
    Ok(())
}
