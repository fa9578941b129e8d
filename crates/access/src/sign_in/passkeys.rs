//! Signing in with a passkey alone: no address is typed, the passkey says whose it is.

use vocabulary::Actor;
use web::{Access, Answer, Errors, Field, Form, FormView, Problem, Routes, Visit};

use super::{about, asked_next, become_whole, half, next_of, with_cookies, with_next};
use crate::passkey::{self, Kind};

pub(super) const PATH: &str = "/sign-in/passkey";

pub(super) fn routes() -> Routes {
    Routes::new().get(PATH, Access::Door, page).post(PATH, Access::Door, act)
}

/// Where a passkey is the second factor after the password.
async fn page(visit: Visit) -> Answer {
    let next = asked_next(&visit)?;
    if half(&visit).is_err() {
        return Err(Problem::SignIn { next });
    }
    visit.form_page(&FormView {
        title: "Use your passkey".to_owned(),
        lead: vec![
            "Your browser will ask for your fingerprint, your face or the PIN of your device.".to_owned(),
        ],
        action: PATH.to_owned(),
        fields: vec![Field::hidden("next", &next)],
        button: "Use my passkey",
        back: Some((with_next("/sign-in", &next), "Back")),
        others: vec![(with_next("/sign-in/recovery", &next), "I do not have it here: use a recovery code")],
        ..FormView::default()
    })
}

/// The page on which the browser asks, from the beginning or after a mistake.
async fn asking(visit: &Visit, next: String, errors: Errors) -> Answer {
    let [passkey, ceremony] = passkey::ask(visit, None).await?;
    visit.form_page(&FormView {
        title: "Sign in with a passkey".to_owned(),
        lead: vec![
            "Your browser asks for your fingerprint, your face or the PIN of your device. If nothing happens, press the \
             button."
                .to_owned(),
        ],
        action: PATH.to_owned(),
        errors,
        button: "Use my passkey",
        back: Some((with_next("/sign-in", &next), "Back")),
        others: vec![
            (with_next("/sign-in", &next), "Sign in with your password"),
            ("/sign-in/help".to_owned(), "I cannot sign in"),
        ],
        fields: vec![passkey, ceremony, Field::hidden("next", next)],
        ..FormView::default()
    })
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let next = next_of(typed.text("next"));
    if typed.text("ceremony").is_empty() {
        return asking(&visit, next, Errors::default()).await;
    }
    let claimed = passkey::claimed(&visit, &typed).await?;
    let change = visit.house.database.change(&claimed.map_or(Actor::Anonymous, Actor::Account)).await?;
    let Some(mut shown) = passkey::shown(change, &visit, Kind::SignIn, claimed, &typed).await? else {
        // The same for one that nobody knows, one that was removed, and one of an account that was disabled.
        return asking(&visit, next, passkey::not_taken(&typed, ", or sign in with your password")).await;
    };
    let cookies = become_whole(&mut shown.change, &visit, shown.account).await?;
    shown.change.commit(about("sign-in.passkey", shown.account)).await?;
    with_cookies(Visit::to(&next), &cookies)
}
