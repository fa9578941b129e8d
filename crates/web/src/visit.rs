//! Who looks, at what, from where.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use ground::database::{Act, Change, Session};
use vocabulary::{Account, Id, Sight, Viewer};

use crate::house::{Asker, House};
use crate::problem::Problem;

/// One request, as a handler sees it: the house, and who came. Made by the doorkeeper of `access`.
#[derive(Clone, Debug)]
pub struct Visit {
    pub house: House,
    /// Who signed in, with all that is asked of them.
    pub viewer: Option<Arc<Viewer>>,
    /// The session, also while its second factor is still to come. (Of a type that only `access` knows.)
    pub session: Option<Id<()>>,
    /// Whose session that is.
    pub account: Option<Id<Account>>,
    pub confirmed: Confirmed,
    /// What every form of theirs must bring back.
    pub form_token: String,
    pub client: Client,
    /// The path that was asked for, with its question.
    pub path: String,
}

/// When they last showed that it is them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confirmed {
    /// Not in this session, or long ago.
    #[default]
    LongAgo,
    /// Long enough ago for the form that they were then shown to be filled in.
    ForForms,
    Lately,
}

/// The machine that a request comes from.
#[derive(Clone, Debug)]
pub struct Client {
    /// As far as it can be trusted: see [`crate::Trusted`].
    pub address: IpAddr,
    /// Its browser's own words.
    pub agent: String,
}

impl Visit {
    /// Who looks. A route that is for those who signed in has somebody.
    pub fn viewer(&self) -> Result<&Viewer, Problem> {
        self.viewer.as_deref().ok_or_else(|| Problem::SignIn { next: self.path.clone() })
    }

    /// A session that shows what they may see; to a stranger, nobody.
    pub async fn read(&self) -> Result<Session, Problem> {
        let sight = self.viewer.as_ref().map_or(Sight::Nobody, |viewer| viewer.sight());
        Ok(self.house.database.read_as(sight).await?)
    }

    /// They as somebody who asks the rooms, in a session of theirs.
    pub fn asker<'a>(&'a self, session: &'a mut Session) -> Result<Asker<'a>, Problem> {
        Ok(Asker { house: &self.house, viewer: self.viewer()?, session })
    }

    /// A change by whoever signed in, of what is theirs to change.
    pub async fn change(&self) -> Result<Change, Problem> {
        let viewer = self.viewer()?;
        Ok(self.house.database.change_as(&viewer.actor(), viewer.sight()).await?)
    }

    /// Writes down that they looked at what is about somebody else; where that cannot be written, they do not see it. Of a
    /// list, `detail` says how many, and a digest of which.
    pub async fn saw(&self, action: &'static str, object: String, detail: String) -> Result<(), Problem> {
        Ok(self.change().await?.commit(Act { action, object, purpose: None, detail }).await?)
    }

    /// On to another page, after something was done.
    pub fn to(path: &str) -> Result<Response, Problem> {
        Ok(Redirect::to(path).into_response())
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or_else(|| Problem::broken("a route without the doorkeeper"))
    }
}
