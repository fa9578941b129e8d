//! Passkeys: pairs of keys, of which the owner's device keeps the secret half and lets it sign for whoever shows it a
//! fingerprint, a face or a PIN (`WebAuthn`). A passkey is both factors in one, and no false page can ask for it.

mod ceremony;
mod store;

use ground::database::{Change, Session};
use vocabulary::{Account, Id};
use web::{Errors, Form, Problem};

pub(crate) use ceremony::{Kind, added, ask, ask_new, claimed, possible, shown};

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) made_at: String,
    pub(crate) used_at: Option<String>,
}

/// Longest name that is taken, in characters.
pub(crate) const MOST_NAME: usize = 60;

/// What is wrong with a form whose passkey was not taken. Why not is said to nobody; only that there was none.
pub(crate) fn not_taken(typed: &Form, instead: &str) -> Errors {
    let mut errors = Errors::default();
    let what = if typed.exact("passkey").is_empty() {
        "Your browser sent no passkey: it needs JavaScript for that"
    } else {
        "That passkey was not taken: try once more"
    };
    errors.add("passkey", format!("{what}{instead}"));
    errors
}

/// Those of an account, the oldest first.
pub(crate) async fn lines(session: &mut Session, account: Id<Account>) -> Result<Vec<Line>, Problem> {
    Ok(store::lines(session, account).await?)
}

/// Whether the account has one.
pub(crate) async fn is_there(session: &mut Session, account: Id<Account>) -> Result<bool, Problem> {
    Ok(!lines(session, account).await?.is_empty())
}

/// One of this account's is called something else; whether it was one.
pub(crate) async fn rename(
    change: &mut Change,
    account: Id<Account>,
    id: &str,
    name: &str,
) -> Result<bool, Problem> {
    Ok(store::rename(change, account, id, name).await?)
}

/// One of this account's counts no longer; whether it was one.
pub(crate) async fn remove(change: &mut Change, account: Id<Account>, id: &str) -> Result<bool, Problem> {
    // All of them are held first, so that of two that are removed at once through two servers the later sees the earlier.
    store::hold(change, account).await?;
    Ok(store::remove(change, account, id).await?)
}

/// None of this account's counts any more.
pub(crate) async fn remove_all(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    Ok(store::remove_all(change, account).await?)
}
