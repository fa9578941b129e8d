//! The way to a provider and back: what is asked for waits in a cookie that is sealed with the key of this Meres, so that
//! nothing is kept here for whoever never comes back.

use axum::http::HeaderMap;
use ground::files::hexadecimal;
use ground::vault::random;
use serde::{Deserialize, Serialize};
use web::{House, IdentityProvider, Problem};

use crate::session::{long_cookie, set_cookie};

/// Its cookie. One way at a time: a second one, begun in another window, takes the place of the first.
const COOKIE: &str = "__Host-meres-with";
/// Whoever takes longer begins again; in seconds.
const LONGEST: u32 = 600;
/// Longest address to go on to that is kept, in bytes.
const MOST_NEXT: usize = 500;

/// What somebody goes to a provider for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Aim {
    SignIn,
    /// To come in by a one-time link, under this name.
    Join {
        token: String,
        name: String,
    },
    /// To be able to sign in so from now on; from this session.
    Link {
        session: String,
    },
    /// To show once more that it is them; in this session.
    Confirm {
        session: String,
    },
}

/// One way to a provider and back.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) aim: Aim,
    /// Where to go afterwards.
    pub(crate) next: String,
    /// In seconds since 1970.
    pub(crate) began: i64,
    /// Of which state, nonce and the proof key are made: three words that say nothing of one another.
    secret: String,
}

impl Flow {
    pub(crate) fn new(house: &House, aim: Aim, next: &str) -> Result<Self, Problem> {
        let next = if next.len() > MOST_NEXT { "/" } else { next };
        let began = (house.clock)().unix_timestamp();
        Ok(Self { aim, next: next.to_owned(), began, secret: hexadecimal(&random::<32>()?) })
    }

    /// The cookie in which it waits; it opens for the way back from this provider and from no other.
    pub(crate) fn cookie(&self, house: &House, provider: &IdentityProvider) -> Result<String, Problem> {
        let text = serde_json::to_string(self).map_err(Problem::broken)?;
        let sealed = house.vault.seal(&place(provider), text.as_bytes())?;
        Ok(set_cookie(COOKIE, &sealed, Some(LONGEST)))
    }

    /// What waited in the cookie, if it was begun lately.
    pub(crate) fn waiting(house: &House, provider: &IdentityProvider, headers: &HeaderMap) -> Option<Self> {
        let sealed = long_cookie(headers, COOKIE)?;
        let text = house.vault.open(&place(provider), sealed).ok()?;
        let flow: Self = serde_json::from_slice(&text).ok()?;
        let age = (house.clock)().unix_timestamp() - flow.began;
        (0..i64::from(LONGEST)).contains(&age).then_some(flow)
    }

    /// What the provider brings back, so that nobody is sent in on a way that they did not begin.
    pub(crate) fn state(&self, house: &House) -> String {
        house.vault.hash(&["identity state", &self.secret])
    }

    /// What the provider puts into its token, so that none from another way is taken.
    pub(crate) fn nonce(&self, house: &House) -> String {
        house.vault.hash(&["identity nonce", &self.secret])
    }

    /// What only we can show when the code is exchanged (PKCE).
    pub(crate) fn proof_key(&self, house: &House) -> String {
        house.vault.hash(&["identity proof key", &self.secret])
    }
}

/// The cookie taken away.
pub(crate) fn cleared() -> String {
    set_cookie(COOKIE, "", Some(0))
}

fn place(provider: &IdentityProvider) -> String {
    format!("identity.flow.{}", provider.word)
}
