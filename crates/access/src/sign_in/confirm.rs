//! Step-up: before a dangerous act, show once more that it is you.

use vocabulary::{Account, Actor, Id};
use web::{
    Access, Also, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Routes, SecondFactor, Visit,
};

use super::{about, asked_next, next_of, with_cookies};
use crate::guess::{self, Target};
use crate::session::{self, COOKIE_NAME, set_cookie};
use crate::{factor, identity};

pub(super) fn routes() -> Routes {
    Routes::new().get("/confirm", Access::SignedIn, page).post("/confirm", Access::SignedIn, act)
}

const TITLE: &str = "Confirm that it is you";

async fn form(visit: &Visit, account: Id<Account>, next: &str) -> Result<FormView, Problem> {
    let also = elsewhere(visit, account).await?;
    let mut reader = visit.house.database.read().await?;
    let by_code =
        factor::is_set_up(&mut reader, account).await? || factor::paper_left(&mut reader, account).await? > 0;
    let back = Some(("/".to_owned(), "Back to the start"));
    let next = Field::hidden("next", next);
    if let Some(first) = also.first().filter(|_| !by_code) {
        return Ok(FormView {
            title: TITLE.to_owned(),
            lead: vec![
                "What you want to do next asks you to sign in once more first. It is not asked for again for 15 minutes."
                    .to_owned(),
            ],
            action: first.action.clone(),
            fields: vec![next, Field::hidden("first", first.value.clone())],
            button: "Sign in again",
            also: also[1..].to_vec(),
            back,
            ..FormView::default()
        });
    }
    Ok(FormView {
        title: TITLE.to_owned(),
        lead: vec![
            "What you want to do next asks for a code first. It is not asked for again for 15 minutes."
                .to_owned(),
        ],
        action: "/confirm".to_owned(),
        fields: vec![
            Field::new(FieldKind::Code, "code", "Code")
                .hinted("The six digits that your authenticator app shows for Meres now, or one of your recovery codes."),
            next,
        ],
        button: "Continue",
        also,
        back,
        ..FormView::default()
    })
}

/// Providers that may show it for them: linked, and with a second factor that counts here.
async fn elsewhere(visit: &Visit, account: Id<Account>) -> Result<Vec<Also>, Problem> {
    let linked = identity::of_account(&mut visit.house.database.read().await?, &visit.house, account).await?;
    let counts = |provider: &web::IdentityProvider| {
        provider.second_factor == SecondFactor::Theirs
            && linked.iter().any(|(_, one)| one.word == provider.word)
    };
    Ok(identity::buttons(&visit.house, "/confirm/with", ("Sign in with", " again"), counts))
}

async fn page(visit: Visit) -> Answer {
    visit.form_page(&form(&visit, visit.viewer()?.account, &asked_next(&visit)?).await?)
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let session = visit.session.ok_or_else(|| Problem::broken("a viewer without a session"))?;
    let next = next_of(typed.text("next"));
    let id = account.to_string();
    guess::count(&visit, Target::Code(&id), Some(&session.to_string())).await?;
    let mut change = visit.house.database.change(&Actor::Account(account)).await?;
    let code = typed.text("code");
    let right = factor::take_code(&mut change, &visit.house, account, code).await?
        || factor::take_paper(&mut change, &visit.house, account, code).await?;
    if !right {
        drop(change);
        let mut errors = Errors::default();
        errors
            .add("code", "That code is not right, or was used before: enter the one that the app shows now");
        return visit.form_page(&form(&visit, account, &next).await?.again(&typed, errors));
    }
    let token = session::confirm(&mut change, session).await?;
    change.commit(about("sign-in.confirm", account)).await?;
    with_cookies(Visit::to(&next), &[set_cookie(COOKIE_NAME, &token, None)])
}
