//! Anybody may say that something of an entry is wrong: a message to those who decide. It has no name, changes nothing, and
//! there are never so many that nobody could read them.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use offers::catalogue::Catalogues;
use offers::directory::{Kind, Service, proposal};
use vocabulary::{Actor, Id};
use web::{Answer, Errors, Form, Page, Problem, Visit, id_of};

use super::publishing::act;
use super::seen::{entry, today};
use super::short::in_short;
use super::still_correct::{Thanks, tell};

/// Who says so.
pub(super) const ANYBODY: &str = "anybody";

/// Messages that wait: about one entry, and about all.
const MOST_OF_ONE: usize = 5;
const MOST_OF_ALL: usize = 200;

const LONGEST: usize = 1_000;

#[derive(Template)]
#[template(path = "directory_room/wrong.html")]
struct Asked<'a> {
    name: &'a str,
    lines: Vec<(&'static str, String)>,
    action: String,
    token: &'a str,
    words: &'a str,
    errors: Errors,
}

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    asked(&visit, &id, ("", Errors::default())).await
}

fn own(id: Id<Service>) -> String {
    format!("/find/services/{id}")
}

async fn asked(visit: &Visit, id: &str, (words, errors): (&str, Errors)) -> Answer {
    let id: Id<Service> = id_of(id)?;
    let catalogues = visit.house.shelf.of::<Catalogues>();
    let catalogue = catalogues.recent(&mut visit.read().await?, today(&visit.house)).await?;
    let service = catalogue.service(id).ok_or(Problem::NotFound)?;
    let wrong = !errors.is_empty();
    let content = Asked {
        name: &service.name,
        lines: in_short(&catalogue, id),
        action: format!("{}/wrong", own(id)),
        token: &visit.form_token,
        words,
        errors,
    };
    let page = Page::new(visit, "Is something wrong?").under(own(id), &service.name);
    let mut response = page.with(&content)?.into_response();
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn said(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let words = typed.text("words").replace("\r\n", "\n");
    let mut errors = Errors::default();
    if words.is_empty() {
        errors.add("words", "Enter what is wrong");
    } else if words.chars().count() > LONGEST {
        errors.add("words", format!("This must be {LONGEST} characters or fewer"));
    }
    if !errors.is_empty() {
        return asked(&visit, &id, (&words, errors)).await;
    }
    let id: Id<Service> = id_of(&id)?;
    let catalogues = visit.house.shelf.of::<Catalogues>();
    let catalogue = catalogues.recent(&mut visit.read().await?, today(&visit.house)).await?;
    let name = catalogue.service(id).ok_or(Problem::NotFound)?.name.clone();
    let mut change = visit.house.database.change(&Actor::Anonymous).await?;
    let waiting = proposal::store::waiting_of(&mut change, ANYBODY).await?;
    let of_it = waiting.iter().filter(|known| **known == entry(id)).count();
    if of_it >= MOST_OF_ONE || waiting.len() >= MOST_OF_ALL {
        return Err(Problem::Conflict(
            "Others have told us already, and we have not read it all yet. Try again in a few days.",
        ));
    }
    tell(&mut change, id, (ANYBODY, words)).await?;
    change.commit(act("directory.propose", Kind::Service, entry(id), ANYBODY.to_owned())).await?;
    visit.page("Thank you", &Thanks { name, correct: false, once: false, back: Some(own(id)) })
}
