//! One's passkeys: what they are called, and which of them no longer counts.

use axum::extract::Path;
use vocabulary::{Account, Id};
use web::{Access, Answer, Errors, Field, FieldKind, Form, FormView, Problem, Routes, Visit};

use super::back;
use crate::passkey::{self, Line, MOST_NAME};
use crate::sign_in::about;
use crate::{people, session, ways};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/me/passkeys/{id}/name", Access::SignedIn, name_page)
        .post("/me/passkeys/{id}/name", Access::SignedIn, name_act)
        .confirmed("/me/passkeys/{id}/remove", Access::SignedIn, remove_page, remove_act)
}

/// One of those of whoever looks.
async fn one(visit: &Visit, id: &str) -> Result<(Id<Account>, Line), Problem> {
    let account = visit.viewer()?.account;
    let lines = passkey::lines(&mut visit.read().await?, account).await?;
    let line = lines.into_iter().find(|line| line.id == id).ok_or(Problem::NotFound)?;
    Ok((account, line))
}

fn name_form(line: &Line) -> FormView {
    FormView {
        title: "Rename your passkey".to_owned(),
        action: format!("/me/passkeys/{}/name", line.id),
        fields: vec![Field::new(FieldKind::Text, "name", "A name for it").valued(&line.name)],
        button: "Rename it",
        back: Some(back()),
        ..FormView::default()
    }
}

async fn name_page(visit: Visit, Path(id): Path<String>) -> Answer {
    visit.form_page(&name_form(&one(&visit, &id).await?.1))
}

async fn name_act(visit: Visit, Path(id): Path<String>, typed: Form) -> Answer {
    let (account, line) = one(&visit, &id).await?;
    let mut errors = Errors::default();
    let name = errors.needed(&typed, "name", MOST_NAME, "Enter a name for the passkey");
    if !errors.is_empty() {
        return visit.form_page(&name_form(&line).again(&typed, errors));
    }
    let mut change = people::acting(&visit).await?;
    if !passkey::rename(&mut change, account, &id, name).await? {
        return Err(Problem::NotFound);
    }
    change.commit(about("passkey.rename", account)).await?;
    Visit::to("/me?done=passkey-name")
}

async fn remove_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let (_, line) = one(&visit, &id).await?;
    visit.form_page(&FormView {
        title: format!("Remove the passkey “{}”", line.name),
        lead: vec![
            "Nobody can sign in with it any more, and everywhere else you will be signed out. Your device may still offer \
             it: delete it there too, in its settings for passwords."
                .to_owned(),
        ],
        action: format!("/me/passkeys/{id}/remove"),
        button: "Remove the passkey",
        dangerous: true,
        back: Some(back()),
        ..FormView::default()
    })
}

async fn remove_act(visit: Visit, Path(id): Path<String>) -> Answer {
    let (account, _) = one(&visit, &id).await?;
    let mut change = people::acting(&visit).await?;
    people::hold(&mut change, account).await?;
    if !passkey::remove(&mut change, account, &id).await? {
        return Err(Problem::NotFound);
    }
    if !ways::is_left(&mut change, &visit.house, account).await? {
        return Err(Problem::Conflict(
            "It is your only one, and you have no authenticator app: you could not sign in any more. Set up another passkey, \
             or an app and a password, first.",
        ));
    }
    // Whoever is signed in by it is no longer.
    session::end_all(&mut change, account, visit.session).await?;
    change.commit(about("passkey.remove", account)).await?;
    Visit::to("/me?done=passkey-removed")
}
