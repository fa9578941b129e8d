//! Step-up: before a dangerous act, show once more that it is you.

use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Routes, Visit};

use super::{about, asked_next, next_of, with_cookies};
use crate::factor;
use crate::guess::{self, Target};
use crate::session::{self, COOKIE_NAME, set_cookie};

pub(super) fn routes() -> Routes {
    Routes::new().get("/confirm", Access::SignedIn, page).post("/confirm", Access::SignedIn, act)
}

fn form(next: &str) -> FormView {
    FormView {
        title: "Confirm that it is you".to_owned(),
        lead: vec![
            "What you want to do next asks for a code first. It is not asked for again for 15 minutes."
                .to_owned(),
        ],
        action: "/confirm".to_owned(),
        fields: vec![
            Field::new(FieldKind::Code, "code", "Code")
                .hinted("The six digits that your authenticator app shows for Meres now, or one of your recovery codes."),
            Field::hidden("next", next),
        ],
        button: "Continue",
        back: Some(("/".to_owned(), "Back to the start")),
        ..FormView::default()
    }
}

async fn page(visit: Visit) -> Answer {
    visit.form_page(&form(&asked_next(&visit)?))
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let session = visit.session.ok_or_else(|| Problem::broken("a viewer without a session"))?;
    let next = next_of(typed.text("next"));
    let id = account.to_string();
    guess::count(&visit, Target::Code(&id), Some(&session.to_string())).await?;
    let mut change = visit.change().await?;
    let code = typed.text("code");
    let right = factor::take_code(&mut change, &visit.house, account, code).await?
        || factor::take_paper(&mut change, &visit.house, account, code).await?;
    if !right {
        drop(change);
        let mut errors = Errors::default();
        errors
            .add("code", "That code is not right, or was used before: enter the one that the app shows now");
        return visit.form_page(&form(&next).again(&typed, errors));
    }
    let token = session::confirm(&mut change, session).await?;
    change.commit(about("sign-in.confirm", account)).await?;
    with_cookies(Visit::to(&next), &[set_cookie(COOKIE_NAME, &token, None)])
}
