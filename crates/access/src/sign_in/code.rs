//! The second factor: a code from the app, or one from paper.

use axum::http::HeaderMap;
use vocabulary::Actor;
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Routes, Visit};

use super::{about, asked_next, become_whole, half, known_device, next_of, with_cookies, with_next};
use crate::factor;
use crate::guess::{self, Target};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/sign-in/code", Access::Door, page)
        .post("/sign-in/code", Access::Door, act)
        .get("/sign-in/recovery", Access::Door, paper_page)
        .post("/sign-in/recovery", Access::Door, paper_act)
        .get("/sign-in/help", Access::Public, help)
}

fn form(next: &str) -> FormView {
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
        others: vec![("/sign-in/recovery", "I do not have my phone: use a recovery code")],
        ..FormView::default()
    }
}

fn paper_form(next: &str) -> FormView {
    FormView {
        title: "Enter a recovery code".to_owned(),
        lead: vec!["One of the codes that you kept when you set up your app. Each works once.".to_owned()],
        action: "/sign-in/recovery".to_owned(),
        fields: vec![Field::new(FieldKind::Code, "code", "Recovery code"), Field::hidden("next", next)],
        button: "Sign in",
        back: Some((with_next("/sign-in/code", next), "Back")),
        others: vec![("/sign-in/help", "I have no recovery codes")],
        ..FormView::default()
    }
}

async fn page(visit: Visit) -> Answer {
    half(&visit)?;
    visit.form_page(&form(&asked_next(&visit)?))
}

async fn paper_page(visit: Visit) -> Answer {
    half(&visit)?;
    visit.form_page(&paper_form(&asked_next(&visit)?))
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
        let form = if paper { paper_form(&next) } else { form(&next) };
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
