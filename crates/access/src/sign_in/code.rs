//! The second factor: a code from the app, or one from paper.

use axum::http::HeaderMap;
use vocabulary::{Account, Actor, Id};
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Routes, Visit};

use super::{about, asked_next, become_whole, half, known_device, next_of, second, with_cookies, with_next};
use crate::guess::{self, Target};
use crate::{factor, passkey};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/sign-in/code", Access::Door, page)
        .post("/sign-in/code", Access::Door, act)
        .get("/sign-in/recovery", Access::Door, paper_page)
        .post("/sign-in/recovery", Access::Door, paper_act)
        .get("/sign-in/help", Access::Public, help)
}

fn form(next: &str, passkeys: bool) -> FormView {
    let mut others =
        vec![(with_next("/sign-in/recovery", next), "I do not have my phone: use a recovery code")];
    if passkeys {
        others.insert(0, (with_next(super::passkeys::PATH, next), "Use a passkey instead"));
    }
    FormView {
        title: "Enter the code from your app".to_owned(),
        action: "/sign-in/code".to_owned(),
        fields: vec![
            Field::new(FieldKind::Code, "code", "Code")
                .hinted("The six digits that your authenticator app shows for Meres now."),
            Field::hidden("next", next),
        ],
        button: "Sign in",
        back: Some(("/sign-in".to_owned(), "Back")),
        others,
        ..FormView::default()
    }
}

fn paper_form(next: &str, before: &str) -> FormView {
    FormView {
        title: "Enter a recovery code".to_owned(),
        lead: vec!["One of the codes that you kept when you joined. Each works once.".to_owned()],
        action: "/sign-in/recovery".to_owned(),
        fields: vec![Field::new(FieldKind::Code, "code", "Recovery code"), Field::hidden("next", next)],
        button: "Sign in",
        back: Some((with_next(before, next), "Back")),
        others: vec![("/sign-in/help".to_owned(), "I have no recovery codes")],
        ..FormView::default()
    }
}

/// The form for whoever showed the password of this account.
async fn form_of(visit: &Visit, account: Id<Account>, next: &str, paper: bool) -> Result<FormView, Problem> {
    let mut session = visit.house.database.read().await?;
    Ok(if paper {
        paper_form(next, second(&mut session, &visit.house, account).await?)
    } else {
        form(next, passkey::is_there(&mut session, account).await?)
    })
}

async fn page(visit: Visit) -> Answer {
    let account = half(&visit)?;
    visit.form_page(&form_of(&visit, account, &asked_next(&visit)?, false).await?)
}

async fn paper_page(visit: Visit) -> Answer {
    let account = half(&visit)?;
    visit.form_page(&form_of(&visit, account, &asked_next(&visit)?, true).await?)
}

async fn act(visit: Visit, headers: HeaderMap, typed: Form) -> Answer {
    shown(visit, &headers, &typed, false).await
}

async fn paper_act(visit: Visit, headers: HeaderMap, typed: Form) -> Answer {
    shown(visit, &headers, &typed, true).await
}

async fn shown(visit: Visit, headers: &HeaderMap, typed: &Form, paper: bool) -> Answer {
    let account = half(&visit)?;
    let next = next_of(typed.text("next"));
    let (id, code) = (account.to_string(), typed.text("code"));
    let device = known_device(&visit.house, headers, account);
    guess::count(&visit, Target::Code(&id), device.as_deref()).await?;
    let mut change = visit.house.database.change(&Actor::Account(account)).await?;
    let right = if paper {
        factor::take_paper(&mut change, &visit.house, account, code).await?
    } else {
        factor::take_code(&mut change, &visit.house, account, code).await?
    };
    if !right {
        drop(change);
        let mut errors = Errors::default();
        errors.add(
            "code",
            if paper {
                "That is not one of your recovery codes, or it was used before"
            } else {
                "That code is not right, or was used before: enter the one that the app shows now"
            },
        );
        let form = form_of(&visit, account, &next, paper).await?;
        return visit.form_page(&form.again(typed, errors));
    }
    let cookies = become_whole(&mut change, &visit, account).await?;
    let action = if paper { "sign-in.recovery" } else { "sign-in" };
    change.commit(about(action, account)).await?;
    guess::forgive(&visit, Target::Code(&id), device.as_deref()).await?;
    with_cookies(Visit::to(&next), &cookies)
}

#[derive(askama::Template)]
#[template(path = "sign_in/help.html")]
struct Help;

async fn help(visit: Visit) -> Answer {
    visit.page("Help with signing in", &Help)
}
