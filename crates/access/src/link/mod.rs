//! One-time links: whoever installs this Meres begins with one, people are invited by one, and whoever lost password or
//! phone comes back by one.

mod store;

use ground::database::{Change, Session};
use ground::files::{digest_text, hexadecimal};
use ground::jobs::{self, NewJob};
use ground::vault::random;
use serde_json::{Value, json};
use time::Duration;
use vocabulary::{Account, Id};
use web::{House, Problem};

use crate::moment;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The first account of this Meres.
    First,
    /// Somebody who was invited sets a password.
    Join,
    /// Somebody sets a new password and a new second factor.
    Renew,
}

/// A link that can still be used.
#[derive(Debug)]
pub(crate) struct Link {
    id: String,
    pub(crate) purpose: Purpose,
    pub(crate) account: Option<Id<Account>>,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Join => "join",
            Self::Renew => "renew",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::First, Self::Join, Self::Renew].into_iter().find(|purpose| purpose.word() == word)
    }

    /// How long it works.
    const fn span(self) -> Duration {
        match self {
            Self::First | Self::Renew => Duration::days(1),
            Self::Join => Duration::days(7),
        }
    }
}

/// A new link; those for the same before it no longer work. It is shown once: the table has only its hash.
pub(crate) async fn make(
    change: &mut Change,
    house: &House,
    purpose: Purpose,
    account: Option<Id<Account>>,
) -> Result<String, Problem> {
    let token = hexadecimal(&random::<32>()?);
    store::void(change, purpose, account).await?;
    if let Some(account) = account {
        // A letter that waits would make another, and end this one.
        jobs::withdraw(change, &letter_to(account)).await?;
    }
    let ends_at = moment::ahead(house, purpose.span());
    store::add(change, &digest_text(&token), purpose, account, &ends_at).await?;
    Ok(format!("{}/link/{token}", house.site.address))
}

/// The kind of the job that makes a link to join and sends it in a letter.
pub(crate) const LETTER: &str = "mail.invitation";

/// Has a link to join made and sent to its account in a letter, soon: nobody but its owner sees it. (A link that renews
/// takes the second factor away, and a letter does not show that it is them who asked: such a link is handed over.)
pub(crate) async fn send_invitation(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    // One letter to somebody at a time, however often the button is pressed.
    let dedupe_key = Some(letter_to(account));
    let payload = json!({"account": account.to_string()});
    jobs::queue(change, &NewJob { dedupe_key, ..NewJob::new(LETTER, "letters", payload) }).await?;
    Ok(())
}

/// By which the letter to somebody is known while it waits.
fn letter_to(account: Id<Account>) -> String {
    format!("{LETTER}.{account}")
}

/// Whom [`send_invitation`] is to invite.
pub(crate) fn invited(payload: &Value) -> Option<Id<Account>> {
    Id::parse(payload.get("account")?.as_str()?).ok()
}

/// No link of this account works any more: what they are was changed since it was made.
pub(crate) async fn void(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    jobs::withdraw(change, &letter_to(account)).await?;
    Ok(store::void_all(change, account).await?)
}

/// Removes the links of an account that goes, whatever they were for.
pub(crate) async fn forget(change: &mut Change, account: Id<Account>) -> Result<(), Problem> {
    jobs::withdraw(change, &letter_to(account)).await?;
    Ok(store::remove_all(change, account).await?)
}

/// The link that this token opens.
pub(crate) async fn find(session: &mut Session, house: &House, token: &str) -> Result<Link, Problem> {
    let link = store::find(session, &digest_text(token), &moment::now(house)).await?;
    link.ok_or(GONE)
}

/// Uses it up; of many at once one alone succeeds.
pub(crate) async fn take(change: &mut Change, link: &Link) -> Result<(), Problem> {
    if store::take(change, &link.id).await? { Ok(()) } else { Err(GONE) }
}

/// What a link that works no more answers.
pub(crate) const GONE: Problem = Problem::Gone(
    "It was used before, is too old, or was cut off on its way. Ask whoever sent it for a new one. If you have set your \
     password already, sign in.",
);
