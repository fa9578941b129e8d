//! One-time links: whoever installs this Meres begins with one, people are invited by one, and whoever lost password or
//! phone comes back by one.

mod pages;
mod store;

use ground::database::{Act, Change, Session};
use ground::files::{digest_text, hexadecimal};
use ground::vault::random;
use time::Duration;
use vocabulary::{Account, Actor, Id};
use web::{House, Problem};

pub(crate) use pages::room;

use crate::{moment, people};

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
    purpose: Purpose,
    account: Option<Id<Account>>,
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
    let ends_at = moment::ahead(house, purpose.span());
    store::add(change, &digest_text(&token), purpose, account, &ends_at).await?;
    Ok(format!("{}/link/{token}", house.site.address))
}

/// Where nobody has an account: the link by which whoever installs this Meres makes the first.
pub async fn first_link(house: &House) -> Result<Option<String>, Problem> {
    if !people::is_empty(&mut house.database.read().await?).await? {
        return Ok(None);
    }
    let mut change = house.database.change(&Actor::Meres).await?;
    let link = make(&mut change, house, Purpose::First, None).await?;
    let act = Act { action: "link.first", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await?;
    Ok(Some(link))
}

async fn find(session: &mut Session, house: &House, token: &str) -> Result<Link, Problem> {
    let link = store::find(session, &digest_text(token), &moment::now(house)).await?;
    link.ok_or(GONE)
}

/// Uses it up; of many at once one alone succeeds.
async fn take(change: &mut Change, link: &Link) -> Result<(), Problem> {
    if store::take(change, &link.id).await? { Ok(()) } else { Err(GONE) }
}

const GONE: Problem = Problem::Gone(
    "It was used before, is too old, or was cut off on its way. Ask whoever sent it for a new one. If you have set your \
     password already, sign in.",
);
