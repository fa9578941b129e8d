//! Step-up: before a dangerous act, show once more that it is you.

use ground::database::Change;
use vocabulary::{Account, Id};
use web::{
    Access, Also, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Routes, SecondFactor, Visit,
};

use super::{about, asked_next, next_of, with_cookies, with_next};
use crate::guess::{self, Target};
use crate::passkey::{self, Kind};
use crate::session::{self, COOKIE_NAME, set_cookie};
use crate::{factor, identity, people};

const PASSKEY: &str = "/confirm/passkey";
const TITLE: &str = "Confirm that it is you";

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/confirm", Access::SignedIn, page)
        .post("/confirm", Access::SignedIn, act)
        .get("/confirm/code", Access::SignedIn, code_page)
        .post(PASSKEY, Access::SignedIn, passkey_act)
}

/// The form; `what` is asked for first, and once is enough for a while.
fn form(what: &str, next: &str) -> FormView {
    FormView {
        title: TITLE.to_owned(),
        lead: vec![format!(
            "What you want to do next asks {what} first. It is not asked for again for 15 minutes."
        )],
        action: "/confirm".to_owned(),
        fields: vec![Field::hidden("next", next)],
        button: "Continue",
        back: Some(("/".to_owned(), "Back to the start")),
        ..FormView::default()
    }
}

/// Providers that may show it for them: linked, and with a second factor that counts here.
async fn elsewhere(visit: &Visit) -> Result<Vec<Also>, Problem> {
    let account = visit.viewer()?.account;
    let linked = identity::of_account(&mut visit.read().await?, &visit.house, account).await?;
    let counts = |provider: &web::IdentityProvider| {
        provider.second_factor == SecondFactor::Theirs
            && linked.iter().any(|(_, one)| one.word == provider.word)
    };
    Ok(identity::buttons(&visit.house, "/confirm/with", ("Sign in with", " again"), counts))
}

/// Those who have a passkey are asked for it.
async fn passkeys(visit: &Visit) -> Result<bool, Problem> {
    let account = visit.viewer()?.account;
    let there = passkey::is_there(&mut visit.read().await?, account).await?;
    Ok(there && passkey::possible(&visit.house.site))
}

/// Those who have a passkey are asked for it; those who have neither codes nor a passkey, to sign in elsewhere once more.
async fn page(visit: Visit) -> Answer {
    let next = asked_next(&visit)?;
    let also = elsewhere(&visit).await?;
    let by_code = codes(&visit).await?;
    if passkeys(&visit).await? {
        return visit.form_page(&FormView { also, ..passkey_form(&next, by_code) });
    }
    if let Some(first) = also.first().filter(|_| !by_code) {
        let mut form = FormView {
            action: first.action.clone(),
            button: "Sign in again",
            also: also[1..].to_vec(),
            ..form("you to sign in once more", &next)
        };
        form.fields.push(Field::hidden("first", first.value.clone()));
        return visit.form_page(&form);
    }
    if !by_code {
        return Err(Problem::Conflict(
            "There is nothing left with which you could show that it is you. Ask whoever manages people in your organisation \
             for a new link.",
        ));
    }
    visit.form_page(&code_form(&visit, &next).await?)
}

/// Whether a code can be asked for: of an app, or from paper.
async fn codes(visit: &Visit) -> Result<bool, Problem> {
    let account = visit.viewer()?.account;
    let mut reader = visit.read().await?;
    Ok(factor::has_app(&mut reader, account).await? || factor::paper_left(&mut reader, account).await? > 0)
}

fn passkey_form(next: &str, by_code: bool) -> FormView {
    let code = (with_next("/confirm/code", next), "Enter a code instead");
    FormView {
        action: PASSKEY.to_owned(),
        button: "Use my passkey",
        others: Some(code).filter(|_| by_code).into_iter().collect(),
        ..form("for your passkey", next)
    }
}

async fn code_form(visit: &Visit, next: &str) -> Result<FormView, Problem> {
    let account = visit.viewer()?.account;
    let app = factor::has_app(&mut visit.read().await?, account).await?;
    let hint = if app || !passkeys(visit).await? {
        "The six digits that your authenticator app shows for Meres now, or one of your recovery codes."
    } else {
        "One of your recovery codes."
    };
    let mut form = FormView { also: elsewhere(visit).await?, ..form("for a code", next) };
    form.fields.insert(0, Field::new(FieldKind::Code, "code", "Code").hinted(hint));
    Ok(form)
}

async fn code_page(visit: Visit) -> Answer {
    visit.form_page(&code_form(&visit, &asked_next(&visit)?).await?)
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let next = next_of(typed.text("next"));
    let id = account.to_string();
    guess::count(&visit, Target::Code(&id), Some(&session_of(&visit)?.to_string())).await?;
    let mut change = visit.change().await?;
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
    let mut form = passkey_form(&next, codes(&visit).await?);
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
