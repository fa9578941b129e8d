//! The way back: what a provider says in the address, checked, and then what was wanted.

use axum::extract::Path;
use axum::http::HeaderMap;
use ground::database::{Act, Change};
use vocabulary::{Account, Actor, Id};
use web::{Answer, Confirmed, IdentityProvider, Problem, Visit};

use super::{Refusal, refuse, session_of};
use crate::guess::{self, Target};
use crate::identity::{self, Aim, Flow, Proof, cleared};
use crate::link::{self, Purpose};
use crate::session::{self, Begun, COOKIE_NAME, Shown, set_cookie};
use crate::sign_in::{about, become_whole_as, second, with_cookies, with_next};
use crate::{factor, people};

/// What stands in the address, each once or not at all.
#[derive(Default)]
struct Brought {
    state: Option<String>,
    code: Option<String>,
    issuer: Option<String>,
    error: Option<String>,
}

impl Brought {
    /// Nothing where something stands there twice: who knows which of them a proxy looked at.
    fn read(question: &str) -> Option<Self> {
        let mut brought = Self::default();
        for (name, value) in form_urlencoded::parse(question.as_bytes()) {
            let place = match name.as_ref() {
                "state" => &mut brought.state,
                "code" => &mut brought.code,
                "iss" => &mut brought.issuer,
                "error" => &mut brought.error,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(brought)
    }
}

/// Where somebody is led next, with these cookies; or why not.
type Led = Result<Result<(String, Vec<String>), Refusal>, Problem>;

pub(super) async fn page(visit: Visit, Path(word): Path<String>, headers: HeaderMap) -> Answer {
    let provider = identity::provider(&visit.house, &word)?;
    match led(&visit, &provider, &headers).await? {
        Ok((path, mut cookies)) => {
            cookies.push(cleared());
            with_cookies(Visit::to(&path), &cookies)
        }
        Err(refusal) => refuse(&visit, &provider, &refusal),
    }
}

async fn led(visit: &Visit, provider: &IdentityProvider, headers: &HeaderMap) -> Led {
    let house = &visit.house;
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    let begun = Flow::waiting(house, provider, headers);
    let (Some(flow), Some(brought)) = (begun, Brought::read(question)) else {
        return Ok(Err(Refusal::Stale));
    };
    if brought.state.as_ref() != Some(&flow.state(house)) {
        return Ok(Err(Refusal::Stale));
    }
    if brought.error.is_some() {
        return Ok(Err(Refusal::TurnedRound));
    }
    let Some(code) = brought.code.filter(|code| !code.is_empty()) else { return Ok(Err(Refusal::Stale)) };
    guess::count(visit, Target::Identity(&provider.word), None).await?;
    let proof = match identity::proof(house, provider, &flow, (&code, brought.issuer.as_deref())).await {
        Ok(proof) => proof,
        Err(fault) => return Ok(Err(Refusal::Fault(fault))),
    };
    let arrival = Arrival { visit, provider, flow: &flow, proof: &proof };
    let led = match &flow.aim {
        Aim::SignIn => arrival.signs_in().await?,
        Aim::Join { token, name } => arrival.joins(token, name).await?,
        Aim::Link { session } => arrival.links(session).await?,
        Aim::Confirm { session } => arrival.confirms(session).await?,
    };
    if led.is_ok() {
        guess::forgive(visit, Target::Identity(&provider.word), None).await?;
    }
    Ok(led)
}

/// Somebody who comes back with a proof.
struct Arrival<'a> {
    visit: &'a Visit,
    provider: &'a IdentityProvider,
    flow: &'a Flow,
    proof: &'a Proof,
}

impl Arrival<'_> {
    async fn signs_in(&self) -> Led {
        let (house, subject) = (&self.visit.house, &self.proof.subject);
        let known = identity::find(&mut house.database.read().await?, self.provider, subject).await?;
        let Some(known) = known else { return Ok(Err(Refusal::Stranger)) };
        let mut change = house.database.change(&Actor::Account(known.account)).await?;
        // Somebody may have disabled them, or they removed it, since.
        let Some(known) = identity::find(&mut change, self.provider, subject).await? else {
            return Ok(Err(Refusal::Stranger));
        };
        // Whoever ever came with a second factor is not to be let in with one factor by another of their accounts.
        let had_factor = identity::brings_factor(&mut change, known.account).await?;
        if had_factor && !self.proof.own_factor && !factor::is_set_up(&mut change, known.account).await? {
            return Ok(Err(Refusal::WithoutFactor));
        }
        if self.proof.own_factor {
            identity::note_factor(&mut change, &known).await?;
        }
        self.comes_in(change, known.account, "sign-in.identity", String::new()).await
    }

    async fn joins(&self, token: &str, name: &str) -> Led {
        let house = &self.visit.house;
        let link = link::find(&mut house.database.read().await?, house, token).await?;
        let account = link.account.ok_or_else(|| Problem::broken("a link to nobody"))?;
        let mut change = house.database.change(&Actor::Account(account)).await?;
        people::alone(&mut change).await?;
        link::take(&mut change, &link).await?;
        let how = match link.purpose {
            Purpose::First => return Err(Problem::NotFound),
            Purpose::Join if people::has_joined(&mut change, account).await? => return Err(link::GONE),
            Purpose::Join => {
                let invited = people::credentials_of(&mut change, account).await?;
                if !people::claim_address(&mut change, account, &invited.email).await? {
                    return Ok(Err(Refusal::Known));
                }
                people::rename(&mut change, account, name).await?;
                "on joining"
            }
            Purpose::Renew => {
                factor::remove_all(&mut change, account).await?;
                identity::remove_all(&mut change, account).await?;
                people::remove_password(&mut change, account).await?;
                session::end_all(&mut change, account, None).await?;
                "on coming back by a link"
            }
        };
        if !identity::link(&mut change, self.provider, account, self.proof).await? {
            return Ok(Err(Refusal::Taken));
        }
        self.comes_in(change, account, "identity.link", format!(", {how}")).await
    }

    async fn links(&self, session: &str) -> Led {
        if !self.is_in(session) {
            return Ok(Err(Refusal::Stale));
        }
        if self.visit.confirmed < Confirmed::ForForms {
            return Err(Problem::Confirm { next: format!("/me/identities/with/{}", self.provider.word) });
        }
        let account = self.visit.viewer()?.account;
        let mut change = self.acting().await?;
        if !self.proof.own_factor && !factor::is_set_up(&mut change, account).await? {
            // Otherwise whoever knows the password there would set up a second factor here.
            return Err(Problem::Conflict(
                "That account came without a second factor, and you have none here. Set up a passkey or an authenticator app \
                 first: the links are on the page of your account.",
            ));
        }
        if !identity::link(&mut change, self.provider, account, self.proof).await? {
            return Ok(Err(Refusal::Taken));
        }
        self.commit(change, account, "identity.link", ", on their own page".to_owned(), Vec::new()).await
    }

    async fn confirms(&self, session: &str) -> Led {
        if !self.is_in(session) {
            return Ok(Err(Refusal::Stale));
        }
        let account = self.visit.viewer()?.account;
        let mut change = self.acting().await?;
        let known = identity::find(&mut change, self.provider, &self.proof.subject).await?;
        let is_them = known.is_some_and(|known| known.account == account);
        let Some(session) =
            self.visit.session.filter(|_| is_them && self.proof.anew && self.proof.own_factor)
        else {
            return Ok(Err(Refusal::NotConfirmed));
        };
        let token = session::confirm(&mut change, session).await?;
        let cookies = vec![set_cookie(COOKIE_NAME, &token, None)];
        self.commit(change, account, "sign-in.confirm", String::new(), cookies).await
    }

    /// A change by whoever looks, if they still may; as Meres itself, since what keeps an answer from being used twice is the
    /// door's.
    async fn acting(&self) -> Result<Change, Problem> {
        let change = self.visit.house.database.change(&self.visit.viewer()?.actor()).await?;
        people::still(self.visit, change).await
    }

    /// Whether they are still signed in where they began.
    fn is_in(&self, session: &str) -> bool {
        session_of(self.visit).is_ok_and(|present| present == session)
    }

    /// Begins their session: a whole one where the provider's second factor counts, else a half one.
    async fn comes_in(
        &self,
        mut change: Change,
        account: Id<Account>,
        action: &'static str,
        how: String,
    ) -> Led {
        if self.proof.own_factor {
            // A provider that let them in without asking has not shown that it is them who sits there now.
            let shown = if self.proof.anew { Shown::Now } else { Shown::LongAgo };
            let cookies = become_whole_as(&mut change, self.visit, account, shown).await?;
            return self.commit(change, account, action, how, cookies).await;
        }
        if let Some(before) = self.visit.session {
            session::end(&mut change, before).await?;
        }
        let token = session::begin(&mut change, self.visit, account, Begun::Half).await?;
        let path = second(&mut change, &self.visit.house, account).await?;
        let cookies = vec![set_cookie(COOKIE_NAME, &token, None)];
        let led = self.commit(change, account, action, how, cookies).await?;
        Ok(led.map(|(next, cookies)| (with_next(path, &next), cookies)))
    }

    /// Whatever is done is done once, however often the same address is opened.
    async fn commit(
        &self,
        mut change: Change,
        account: Id<Account>,
        action: &'static str,
        how: String,
        cookies: Vec<String>,
    ) -> Led {
        let state = self.flow.state(&self.visit.house);
        if !guess::is_first(&mut change, &self.visit.house, &["identity flow", &state]).await? {
            return Ok(Err(Refusal::Stale));
        }
        let detail = format!("{}{how}", self.provider.word);
        change.commit(Act { detail, ..about(action, account) }).await?;
        Ok(Ok((self.flow.next.clone(), cookies)))
    }
}
