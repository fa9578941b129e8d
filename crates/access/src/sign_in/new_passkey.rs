//! Setting up a passkey: as the first factor at the door, or one more on one's own page.

use vocabulary::{Account, Actor, Id};
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Page, Problem, Routes, Visit};

use super::set_up::{Codes, newcomer};
use super::{about, asked_next, become_whole, next_of, with_cookies, with_next};
use crate::{factor, passkey, people, session};

/// At the door.
pub(super) const PATH: &str = "/sign-in/set-up/passkey";
const OWN_PATH: &str = "/me/passkeys/new";

pub(super) fn routes() -> Routes {
    Routes::new().get(PATH, Access::Door, page).post(PATH, Access::Door, act).confirmed(
        OWN_PATH,
        Access::SignedIn,
        own_page,
        own_act,
    )
}

/// The question for its name. `own`: on one's own page.
fn form(visit: &Visit, next: &str, own: bool) -> FormView {
    let form = FormView {
        title: "Set up a passkey".to_owned(),
        lead: vec![
            "With a passkey you sign in with your fingerprint, your face or the PIN of your device, and type nothing. \
             Nobody can trick it out of you."
                .to_owned(),
            "It is kept on this device, or by the account that you have with Apple, Google or Microsoft, or in your \
             password manager. Meres never sees your fingerprint, face or PIN."
                .to_owned(),
        ],
        fields: vec![
            Field::new(FieldKind::Text, "name", "A name for it")
                .hinted("So that you know later which one it is.")
                .valued(session::device(&visit.client.agent)),
            Field::hidden("next", next),
        ],
        button: "Set up a passkey",
        ..FormView::default()
    };
    if own {
        let back = Some(("/me".to_owned(), "Your account"));
        return FormView { action: OWN_PATH.to_owned(), back, ..form };
    }
    let others = vec![(with_next("/sign-in/set-up", next), "Use an authenticator app instead")];
    FormView { action: PATH.to_owned(), others, ..form }
}

async fn page(visit: Visit) -> Answer {
    newcomer(&visit).await?;
    visit.form_page(&form(&visit, &asked_next(&visit)?, false))
}

async fn own_page(visit: Visit) -> Answer {
    visit.form_page(&form(&visit, "/me", true))
}

/// The page on which the browser asks, from the beginning or after a mistake.
async fn asking(visit: &Visit, account: Id<Account>, form: FormView, name: &str, errors: Errors) -> Answer {
    let known = people::credentials_of(&mut visit.house.database.read().await?, account).await?;
    let asked = passkey::ask_new(visit, account, &known.email, &known.name).await?;
    let next = form.fields.into_iter().filter(|field| field.name == "next");
    visit.form_page(&FormView {
        lead: vec![
            "Your browser asks where to keep the passkey, and for your fingerprint, your face or the PIN of your device. \
             If nothing happens, press the button."
                .to_owned(),
        ],
        fields: asked.into_iter().chain([Field::hidden("name", name)]).chain(next).collect(),
        errors,
        ..form
    })
}

/// The name, where one can be used.
fn named(typed: &Form) -> Result<&str, Errors> {
    let mut errors = Errors::default();
    let name = errors.needed(typed, "name", passkey::MOST_NAME, "Enter a name for the passkey");
    if errors.is_empty() { Ok(name) } else { Err(errors) }
}

async fn act(visit: Visit, typed: Form) -> Answer {
    let account = newcomer(&visit).await?;
    let next = next_of(typed.text("next"));
    let form = form(&visit, &next, false);
    let name = match named(&typed) {
        Ok(name) => name,
        Err(errors) => return visit.form_page(&form.again(&typed, errors)),
    };
    if typed.text("ceremony").is_empty() {
        return asking(&visit, account, form, name, Errors::default()).await;
    }
    let mut change = visit.house.database.change(&Actor::Account(account)).await?;
    // Somebody else with the password may have been quicker.
    if factor::is_set_up(&mut change, account).await? {
        return Err(Problem::SignIn { next: "/".to_owned() });
    }
    let Some(mut shown) = passkey::added(change, &visit, account, name, &typed).await? else {
        return asking(&visit, account, form, name, passkey::not_taken(&typed, "")).await;
    };
    let codes = factor::new_paper(&mut shown.change, &visit.house, account).await?;
    let cookies = become_whole(&mut shown.change, &visit, account).await?;
    shown.change.commit(about("passkey.add", account)).await?;
    let viewed = Page::new(&visit, "Keep your recovery codes").with(&Codes { codes, next })?;
    with_cookies(Ok(axum::response::IntoResponse::into_response(viewed)), &cookies)
}

async fn own_act(visit: Visit, typed: Form) -> Answer {
    let account = visit.viewer()?.account;
    let form = form(&visit, "/me", true);
    let name = match named(&typed) {
        Ok(name) => name,
        Err(errors) => return visit.form_page(&form.again(&typed, errors)),
    };
    if typed.text("ceremony").is_empty() {
        return asking(&visit, account, form, name, Errors::default()).await;
    }
    let change = people::acting(&visit).await?;
    let Some(shown) = passkey::added(change, &visit, account, name, &typed).await? else {
        return asking(&visit, account, form, name, passkey::not_taken(&typed, "")).await;
    };
    shown.change.commit(about("passkey.add", account)).await?;
    Visit::to("/me?done=passkey")
}
