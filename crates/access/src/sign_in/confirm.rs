//! Step-up: before a dangerous act, show once more that it is you.

use ground::database::Change;
use vocabulary::{Account, Actor, Id};
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Routes, Visit};

use super::{about, asked_next, next_of, with_cookies, with_next};
use crate::guess::{self, Target};
use crate::passkey::{self, Kind};
use crate::session::{self, COOKIE_NAME, set_cookie};
use crate::{factor, people};

const PASSKEY: &str = "/confirm/passkey";

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/confirm", Access::SignedIn, page)
        .post("/confirm", Access::SignedIn, act)
        .get("/confirm/code", Access::SignedIn, code_page)
        .post(PASSKEY, Access::SignedIn, passkey_act)
}

fn form(field: Option<Field>, next: &str) -> FormView {
    let what = if field.is_some() { "a code" } else { "your passkey" };
    FormView {
        title: "Confirm that it is you".to_owned(),
        lead: vec![format!(
            "What you want to do next asks for {what} first. It is not asked for again for 15 minutes."
        )],
        action: if field.is_some() { "/confirm" } else { PASSKEY }.to_owned(),
        fields: field.into_iter().chain([Field::hidden("next", next)]).collect(),
        back: Some(("/".to_owned(), "Back to the start")),
        ..FormView::default()
    }
}

/// Those who have a passkey are asked for it.
async fn passkeys(visit: &Visit) -> Result<bool, Problem> {
    let account = visit.viewer()?.account;
    let there = passkey::is_there(&mut visit.house.database.read().await?, account).await?;
    Ok(there && passkey::possible(&visit.house.site))
}

async fn page(visit: Visit) -> Answer {
    let next = asked_next(&visit)?;
    if !passkeys(&visit).await? {
        return visit.form_page(&code_form(&visit, &next).await?);
    }
    visit.form_page(&passkey_form(&next))
}

fn passkey_form(next: &str) -> FormView {
    let others = vec![(with_next("/confirm/code", next), "Enter a code instead")];
    FormView { button: "Use my passkey", others, ..form(None, next) }
}

async fn code_form(visit: &Visit, next: &str) -> Result<FormView, Problem> {
    let account = visit.viewer()?.account;
    let app = factor::has_app(&mut visit.house.database.read().await?, account).await?;
    let hint = if app || !passkeys(visit).await? {
        "The six digits that your authenticator app shows for Meres now, or one of your recovery codes."
    } else {
        "One of your recovery codes."
    };
    let code = Field::new(FieldKind::Code, "code", "Code").hinted(hint);
    Ok(FormView { button: "Continue", ..form(Some(code), next) })
}

async fn code_page(visit: Visit) -> Answer {
    visit.form_page(&code_form(&visit, &asked_next(&visit)?).await?)
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let next = next_of(typed.text("next"));
    let id = account.to_string();
    guess::count(&visit, Target::Code(&id), Some(&session_of(&visit)?.to_string())).await?;
    let mut change = visit.house.database.change(&Actor::Account(account)).await?;
    let code = typed.text("code");
    let right = factor::take_code(&mut change, &visit.house, account, code).await?
        || factor::take_paper(&mut change, &visit.house, account, code).await?;
    if !right {
        drop(change);
        let mut errors = Errors::default();
        errors
            .add("code", "That code is not right, or was used before: enter the one that the app shows now");
        return visit.form_page(&code_form(&visit, &next).await?.again(&typed, errors));
    }
    confirmed(change, &visit, account, &next).await
}

/// The page on which the browser asks, and what it answers.
async fn passkey_act(visit: Visit, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let next = next_of(typed.text("next"));
    let mut errors = Errors::default();
    if !typed.text("ceremony").is_empty() {
        let change = people::acting(&visit).await?;
        if let Some(shown) = passkey::shown(change, &visit, Kind::Confirm, Some(account), &typed).await? {
            return confirmed(shown.change, &visit, account, &next).await;
        }
        errors = passkey::not_taken(&typed, ", or enter a code instead");
    }
    let mut form = passkey_form(&next);
    form.fields.extend(passkey::ask(&visit, Some(account)).await?);
    visit.form_page(&FormView { errors, ..form })
}

fn session_of(visit: &Visit) -> Result<Id<()>, Problem> {
    visit.session.ok_or_else(|| Problem::broken("a viewer without a session"))
}

/// The session goes on under a new token.
async fn confirmed(mut change: Change, visit: &Visit, account: Id<Account>, next: &str) -> Answer {
    let token = session::confirm(&mut change, session_of(visit)?).await?;
    change.commit(about("sign-in.confirm", account)).await?;
    with_cookies(Visit::to(next), &[set_cookie(COOKIE_NAME, &token, None)])
}
