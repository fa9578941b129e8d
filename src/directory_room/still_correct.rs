//! The page behind the link of a reminder: what is published in short, and two buttons. Opening it changes nothing, since
//! programs that guard mailboxes open links too.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use ground::database::{Change, Session, utc};
use ground::files::digest_text;
use offers::catalogue::{Catalogue, Catalogues};
use offers::directory::assurance::{self, Against, Check, Looked, Reminder};
use offers::directory::proposal::{self, Wanted};
use offers::directory::{Kind, Service, editing};
use vocabulary::{Actor, Id};
use web::{Answer, Errors, Form, Page, Problem, Visit};

use super::publishing::act;
use super::seen::{entry, today};
use super::short::{called, in_short};

const GONE: Problem = Problem::Gone(
    "It was used before, is too old, or was cut off on its way. If you have an account, sign in and look under Directory.",
);

/// Who acts by a link.
const LINK: &str = "link";

#[derive(Template)]
#[template(path = "directory_room/still_correct.html")]
struct Asked<'a> {
    name: String,
    organisation: String,
    lines: Vec<(&'static str, String)>,
    action: String,
    token: &'a str,
    edit: String,
    words: &'a str,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "directory_room/thanks.html")]
pub(super) struct Thanks {
    pub(super) name: String,
    pub(super) correct: bool,
    /// The page that led here leads nowhere now.
    pub(super) once: bool,
    pub(super) back: Option<String>,
}

async fn opened(
    session: &mut Session,
    visit: &Visit,
    token: &str,
) -> Result<(Id<Reminder>, Id<Service>), Problem> {
    let now = utc(visit.house.database.now());
    assurance::store::opened(session, &digest_text(token), &now).await?.ok_or(GONE)
}

async fn catalogue(session: &mut Session, visit: &Visit) -> Result<Arc<Catalogue>, Problem> {
    Ok(visit.house.shelf.of::<Catalogues>().present(session, today(&visit.house)).await?)
}

/// What somebody says without an account is a message to those who decide: it changes nothing.
pub(super) async fn tell(
    change: &mut Change,
    service: Id<Service>,
    (actor, words): (&str, String),
) -> Result<(), Problem> {
    let known = editing::store::standing(change, Kind::Service, entry(service)).await?;
    let shown = known.ok_or(Problem::NotFound)?.shown().to_owned();
    let wanted = Wanted {
        kind: Kind::Service,
        entry: entry(service),
        is_new: false,
        partner: None,
        actor: actor.to_owned(),
        base: shown.clone(),
        proposed: shown,
        place: None,
        note: Some(words),
    };
    proposal::store::add(change, &wanted).await?;
    Ok(())
}

pub(super) async fn page(visit: Visit, Path(token): Path<String>) -> Answer {
    asked(&visit, &token, ("", Errors::default())).await
}

async fn asked(visit: &Visit, token: &str, (words, errors): (&str, Errors)) -> Answer {
    let mut session = visit.read().await?;
    let (_, service) = opened(&mut session, visit, token).await?;
    let catalogue = catalogue(&mut session, visit).await?;
    drop(session);
    let (name, organisation) = called(&catalogue, service);
    let wrong = !errors.is_empty();
    let content = Asked {
        lines: in_short(&catalogue, service),
        action: format!("/still-correct/{token}"),
        token: &visit.form_token,
        edit: format!("/directory/edit/{service}/change"),
        name,
        organisation,
        words,
        errors,
    };
    let mut response = Page::new(visit, "Is this still correct?").with(&content)?.into_response();
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn said(visit: Visit, Path(token): Path<String>, typed: Form) -> Answer {
    let correct = typed.text("answer") == "correct";
    let words: String = typed.text("words").chars().take(2_000).collect();
    if !correct && words.is_empty() {
        let mut errors = Errors::default();
        errors.add("words", "Enter what changed");
        return asked(&visit, &token, ("", errors)).await;
    }
    let catalogue = catalogue(&mut visit.read().await?, &visit).await?;
    let mut change = visit.house.database.change(&Actor::Anonymous).await?;
    let (reminder, service) = opened(&mut change, &visit, &token).await?;
    if !assurance::store::take(&mut change, reminder).await? {
        return Err(GONE);
    }
    let (name, _) = called(&catalogue, service);
    if correct {
        let check = Check { on: today(&visit.house), against: Against::Link };
        let look = Looked { check, actor: LINK.to_owned(), note: None };
        assurance::store::looked(&mut change, service, &look).await?;
        change.commit(act("directory.check", Kind::Service, entry(service), LINK.to_owned())).await?;
    } else {
        tell(&mut change, service, (LINK, words)).await?;
        change.commit(act("directory.propose", Kind::Service, entry(service), LINK.to_owned())).await?;
    }
    visit.page("Thank you", &Thanks { name, correct, once: true, back: None })
}
