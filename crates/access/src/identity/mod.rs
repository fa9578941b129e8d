//! Identities: who somebody is at an identity provider, their employer's for instance. An account is found by issuer and
//! subject alone; an e-mail address that a provider sends is not even read, since whoever can choose it there could
//! otherwise come in as somebody else here (CVE-2026-47164 and its like).

mod flow;
mod provider;
mod store;
mod token;

use std::sync::Arc;

use askama::Template;
use ground::database::{Change, Session};
use vocabulary::{Account, Id};
use web::{Also, House, Html, IdentityProvider, Problem};

pub(crate) use flow::{Aim, Flow, cleared};
pub(crate) use provider::{Fault, Proof, address, proof};

/// An identity of an account that is not disabled.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) account: Id<Account>,
    /// It has brought a second factor of its own before.
    pub(crate) own_factor: bool,
}

/// An identity as its owner sees it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) issuer: String,
    pub(crate) linked_at: String,
}

/// The provider of this word.
pub(crate) fn provider(house: &House, word: &str) -> Result<Arc<IdentityProvider>, Problem> {
    let found = house.site.identity_providers.iter().find(|one| one.word == word);
    found.cloned().ok_or(Problem::NotFound)
}

/// A button for each provider that is asked for, after these words: "Sign in with Fenmarch Council".
pub(crate) fn buttons(
    house: &House,
    action: &str,
    (before, after): (&str, &str),
    asked_for: impl Fn(&IdentityProvider) -> bool,
) -> Vec<Also> {
    let button = |one: &Arc<IdentityProvider>| Also {
        action: action.to_owned(),
        name: "provider",
        value: one.word.clone(),
        words: format!("{before} {}{after}", one.name),
    };
    house.site.identity_providers.iter().filter(|one| asked_for(one)).map(button).collect()
}

/// Whose identity this is, unless their account is disabled.
pub(crate) async fn find(
    session: &mut Session,
    provider: &IdentityProvider,
    subject: &str,
) -> Result<Option<Identity>, Problem> {
    Ok(store::find(session, &provider.issuer, subject).await?)
}

/// Links it to an account; whether it was nobody's.
pub(crate) async fn link(
    change: &mut Change,
    provider: &IdentityProvider,
    account: Id<Account>,
    proof: &Proof,
) -> Result<bool, Problem> {
    Ok(store::link(change, account, &provider.issuer, &proof.subject, proof.own_factor).await?)
}

/// From now on it must bring a second factor of its own each time.
pub(crate) async fn note_factor(change: &mut Change, identity: &Identity) -> Result<(), Problem> {
    if identity.own_factor {
        return Ok(());
    }
    Ok(store::note_factor(change, &identity.id).await?)
}

/// Whether one of this account's identities has brought a second factor of its own.
pub(crate) async fn brings_factor(session: &mut Session, account: Id<Account>) -> Result<bool, Problem> {
    Ok(store::with_factor(session, account).await? > 0)
}

/// Those of an account that a provider of ours stands behind.
pub(crate) async fn of_account(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
) -> Result<Vec<(Line, Arc<IdentityProvider>)>, Problem> {
    let lines = store::of_account(session, account).await?;
    let with_provider = |line: Line| {
        let provider = house.site.identity_providers.iter().find(|one| one.issuer == line.issuer)?;
        Some((line, Arc::clone(provider)))
    };
    Ok(lines.into_iter().filter_map(with_provider).collect())
}

/// Removes one of this account; whether it was one.
pub(crate) async fn remove(change: &mut Change, account: Id<Account>, id: &str) -> Result<bool, Problem> {
    Ok(store::remove(change, account, id).await?)
}

/// All of an account are gone: whoever comes back by a link begins anew.
pub(crate) async fn remove_all(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    Ok(store::remove_all(change, account).await?)
}

#[derive(Template)]
#[template(path = "identity/own.html")]
struct Own {
    linked: Vec<(Line, Arc<IdentityProvider>)>,
    others: Vec<Arc<IdentityProvider>>,
}

/// The piece of one's own page: which are linked, and which could be.
pub(crate) async fn own(session: &mut Session, house: &House, account: Id<Account>) -> Result<Html, Problem> {
    let linked = of_account(session, house, account).await?;
    let free = |one: &&Arc<IdentityProvider>| linked.iter().all(|(_, provider)| provider.word != one.word);
    let others = house.site.identity_providers.iter().filter(free).cloned().collect();
    Ok(Html::of(&Own { linked, others })?)
}
