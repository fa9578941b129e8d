//! Setting up the second factor: on the first sign-in, and on a new phone.

use askama::Template;
use vocabulary::{Account, Actor, Id};
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Html, Page, Problem, Routes, Visit};

use super::{about, asked_next, become_whole, next_of, set_up_path, with_cookies, with_next};
use crate::factor::{self, Fresh};
use crate::guess::{self, Target};
use crate::{passkey, people, session};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/sign-in/set-up", Access::Door, page)
        .post("/sign-in/set-up", Access::Door, act)
        .confirmed("/me/app", Access::SignedIn, page, act)
}

#[derive(Template)]
#[template(path = "sign_in/app.html")]
struct App<'a> {
    fresh: &'a Fresh,
}

#[derive(Template)]
#[template(path = "sign_in/codes.html")]
pub(crate) struct Codes {
    pub(crate) codes: Vec<String>,
    pub(crate) next: String,
}

/// Whose app is set up: at the door only of somebody who has none yet, so that a stolen password brings nobody in.
async fn owner(visit: &Visit) -> Result<Id<Account>, Problem> {
    if let Some(viewer) = &visit.viewer {
        let own_page = visit.path.starts_with("/me/");
        return if own_page { Ok(viewer.account) } else { Err(Problem::NotFound) };
    }
    newcomer(visit).await
}

/// Whose first factor is to be set up, at the door.
pub(super) async fn newcomer(visit: &Visit) -> Result<Id<Account>, Problem> {
    let account = super::half(visit)?;
    if factor::is_set_up(&mut visit.house.database.read().await?, account).await? {
        return Err(Problem::SignIn { next: "/".to_owned() });
    }
    Ok(account)
}

fn form(visit: &Visit, fresh: &Fresh, next: &str) -> Result<FormView, Problem> {
    let path = visit.path.split('?').next().unwrap_or("/");
    let mut others = Vec::new();
    if visit.viewer.is_none() && passkey::possible(&visit.house.site) {
        others.push((with_next(set_up_path(&visit.house), next), "Set up a passkey instead"));
    }
    Ok(FormView {
        title: "Set up your authenticator app".to_owned(),
        lead: vec![
            "An app on your phone shows a new code every half minute. With it, a password that somebody found out is of \
             no use to them. Any authenticator app will do: the one that your organisation uses, or one that came with \
             your phone."
                .to_owned(),
        ],
        shown: Html::of(&App { fresh })?,
        action: path.to_owned(),
        fields: vec![
            Field::new(FieldKind::Code, "code", "Code").hinted("The six digits that the app shows for Meres now."),
            Field::hidden("next", next),
        ],
        button: "Continue",
        others,
        ..FormView::default()
    })
}

async fn page(visit: Visit) -> Answer {
    let account = owner(&visit).await?;
    let next = asked_next(&visit)?;
    visit.form_page(&form(&visit, &offered(&visit, account).await?, &next)?)
}

async fn offered(visit: &Visit, account: Id<Account>) -> Result<Fresh, Problem> {
    let mut session = match visit.viewer {
        Some(_) => visit.read().await?,
        None => visit.house.database.read().await?,
    };
    let email = people::credentials_of(&mut session, account).await?.email;
    factor::offer(&mut session, &visit.house, (account, sign_in_of(visit)?), &email).await
}

fn sign_in_of(visit: &Visit) -> Result<Id<()>, Problem> {
    visit.session.ok_or_else(|| Problem::SignIn { next: "/".to_owned() })
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let account = owner(&visit).await?;
    let next = next_of(typed.text("next"));
    guess::count(&visit, Target::Code(&account.to_string()), None).await?;
    let mut change = match visit.viewer {
        Some(_) => visit.change().await?,
        None => visit.house.database.change(&Actor::Account(account)).await?,
    };
    // Somebody else with the password may have been quicker.
    if visit.viewer.is_none() && factor::is_set_up(&mut change, account).await? {
        return Err(Problem::SignIn { next });
    }
    if !factor::confirm(&mut change, &visit.house, (account, sign_in_of(&visit)?), typed.text("code")).await?
    {
        drop(change);
        let mut errors = Errors::default();
        errors.add("code", "That code is not right: enter the six digits that the app shows now");
        let form = form(&visit, &offered(&visit, account).await?, &next)?;
        return visit.form_page(&form.again(&typed, errors));
    }
    let codes = factor::new_paper(&mut change, &visit.house, account).await?;
    let cookies = if visit.viewer.is_none() {
        become_whole(&mut change, &visit, account).await?
    } else {
        // Whoever else is signed in as them is no longer.
        session::end_all(&mut change, account, visit.session).await?;
        Vec::new()
    };
    change.commit(about("authenticator.confirm", account)).await?;
    let viewed = Page::new(&visit, "Keep your recovery codes").with(&Codes { codes, next })?;
    with_cookies(Ok(axum::response::IntoResponse::into_response(viewed)), &cookies)
}
