//! One's own identities: another one, and one fewer.

use axum::extract::Path;
use vocabulary::{Account, Id};
use web::{Access, Answer, Form, FormView, Problem, Routes, Visit};

use super::{leave, session_of};
use crate::identity::{self, Aim};
use crate::sign_in::about;
use crate::{people, session, ways};

pub(super) fn routes() -> Routes {
    Routes::new().confirmed("/me/identities/with/{word}", Access::SignedIn, link_page, link_act).confirmed(
        "/me/identities/{id}/remove",
        Access::SignedIn,
        remove_page,
        remove_act,
    )
}

fn above() -> (String, &'static str) {
    ("/me".to_owned(), "Your account")
}

async fn link_page(visit: Visit, Path(word): Path<String>) -> Answer {
    let provider = identity::provider(&visit.house, &word)?;
    visit.form_page(&FormView {
        title: format!("Sign in with your {} account as well", provider.name),
        lead: vec![format!(
            "You are taken to {}, sign in there, and come back. From then on that account signs you in here. Use your own, \
             and nobody else's.",
            provider.name
        )],
        action: format!("/me/identities/with/{word}"),
        button: "Continue",
        back: Some(above()),
        ..FormView::default()
    })
}

async fn link_act(visit: Visit, Path(word): Path<String>, _: Form) -> Answer {
    let provider = identity::provider(&visit.house, &word)?;
    let session = session_of(&visit)?;
    leave(&visit, &provider, Aim::Link { session }, "/me?done=identity").await
}

/// The name of what is to be removed, if it may be.
async fn removable(visit: &Visit, account: Id<Account>, id: &str) -> Result<String, Problem> {
    let mut session = visit.read().await?;
    let own = identity::of_account(&mut session, &visit.house, account).await?;
    let (_, provider) = own.iter().find(|(line, _)| line.id == id).ok_or(Problem::NotFound)?;
    if ways::is_left_without(&mut session, &visit.house, account, Some(id)).await? {
        return Ok(provider.name.clone());
    }
    Err(ONLY_WAY)
}

const ONLY_WAY: Problem = Problem::Conflict(
    "It is your only way to sign in here. Set up a passkey, or an authenticator app and a password, first: the links are on \
     the page of your account.",
);

async fn remove_page(visit: Visit, Path(id): Path<String>) -> Answer {
    let name = removable(&visit, visit.viewer()?.account, &id).await?;
    visit.form_page(&FormView {
        title: format!("Remove your {name} account"),
        lead: vec!["It no longer signs you in here. Everywhere else you will be signed out.".to_owned()],
        action: format!("/me/identities/{id}/remove"),
        button: "Remove it",
        dangerous: true,
        back: Some(above()),
        ..FormView::default()
    })
}

async fn remove_act(visit: Visit, Path(id): Path<String>, _: Form) -> Answer {
    let account = visit.viewer()?.account;
    removable(&visit, account, &id).await?;
    let mut change = people::acting(&visit).await?;
    people::hold(&mut change, account).await?;
    if !identity::remove(&mut change, account, &id).await? {
        return Err(Problem::Conflict("It was changed meanwhile. Load the page again."));
    }
    if !ways::is_left(&mut change, &visit.house, account).await? {
        return Err(ONLY_WAY);
    }
    session::end_all(&mut change, account, visit.session).await?;
    change.commit(about("identity.remove", account)).await?;
    Visit::to("/me?done=removed")
}
