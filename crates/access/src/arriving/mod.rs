//! Coming in by an identity provider: the way there, the way back, and what was wanted there.

mod back;
mod own;

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use web::{Access, Answer, Errors, Form, IdentityProvider, Page, Problem, Room, Routes, Visit};

use crate::identity::{self, Aim, Fault, Flow, cleared};
use crate::joining;
use crate::link::{self, Purpose};
use crate::people::MOST_NAME;
use crate::sign_in::{next_of, with_cookies};

/// The pages on the way.
pub(crate) fn room() -> Room {
    let routes = Routes::new()
        .post("/sign-in/with", Access::Door, sign_in)
        .get("/sign-in/with/{word}/back", Access::Door, back::page)
        .post("/link/{token}/with", Access::Door, join)
        .post("/confirm/with", Access::SignedIn, confirm)
        .and(own::routes());
    Room::new(routes)
}

async fn sign_in(visit: Visit, typed: Form) -> Answer {
    let provider = identity::provider(&visit.house, typed.text("provider"))?;
    leave(&visit, &provider, Aim::SignIn, &next_of(typed.text("next"))).await
}

/// By a link that can still be used. It is used up on the way back, so that whoever turns round has it still.
async fn join(visit: Visit, Path(token): Path<String>, typed: Form) -> Answer {
    let link = link::find(&mut visit.house.database.read().await?, &visit.house, &token).await?;
    let provider = identity::provider(&visit.house, typed.text("provider"))?;
    let mut errors = Errors::default();
    let name = match link.purpose {
        Purpose::First => return Err(Problem::NotFound),
        Purpose::Join => errors.needed(&typed, "name", MOST_NAME, "Enter your name").to_owned(),
        Purpose::Renew => String::new(),
    };
    if !errors.is_empty() {
        return joining::again(&visit, &link, &token, &typed, errors).await;
    }
    leave(&visit, &provider, Aim::Join { token, name }, "/").await
}

async fn confirm(visit: Visit, typed: Form) -> Answer {
    // The button of the page names none: it is for the first of those that could be meant.
    let [chosen, first] = ["provider", "first"].map(|name| typed.text(name));
    let provider = identity::provider(&visit.house, if chosen.is_empty() { first } else { chosen })?;
    let session = session_of(&visit)?;
    leave(&visit, &provider, Aim::Confirm { session }, &next_of(typed.text("next"))).await
}

fn session_of(visit: &Visit) -> Result<String, Problem> {
    let session = visit.session.filter(|_| visit.viewer.is_some());
    session.map(|session| session.to_string()).ok_or_else(|| Problem::SignIn { next: "/".to_owned() })
}

#[derive(Template)]
#[template(path = "arriving/leaving.html")]
struct Leaving<'a> {
    name: &'a str,
    address: &'a str,
}

/// Sends them on. Not by a redirect: a browser lets a form lead to nobody but us, and providers often pass people on to
/// others whom we do not know; so that rule stays as strict as it is, and a page of ours goes on by itself.
async fn leave(visit: &Visit, provider: &IdentityProvider, aim: Aim, next: &str) -> Answer {
    let flow = Flow::new(&visit.house, aim, next)?;
    let address = match identity::address(&visit.house, provider, &flow).await {
        Ok(address) => address,
        Err(fault) => return refuse(visit, provider, &Refusal::Fault(fault)),
    };
    let title = format!("On to {}", provider.name);
    let page = Page::new(visit, &title).with(&Leaving { name: &provider.name, address: &address })?;
    let mut response = page.into_response();
    let refresh = HeaderValue::from_str(&format!("0;url={address}")).map_err(Problem::broken)?;
    response.headers_mut().insert(header::REFRESH, refresh);
    with_cookies(Ok(response), &[flow.cookie(&visit.house, provider)?])
}

/// Why somebody does not come in, or not so.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    Fault(Fault),
    /// It was begun too long ago, elsewhere, or not at all.
    Stale,
    /// They turned round there.
    TurnedRound,
    /// Nobody's, or that of somebody whose account is disabled: the same words for both.
    Stranger,
    /// It brought a second factor before and brings none now, and there is none of ours.
    WithoutFactor,
    /// Somebody signs in with it already.
    Taken,
    /// They were invited by an address by which they have an account.
    Known,
    /// To confirm: it is not them, or they did not sign in anew with a second factor.
    NotConfirmed,
}

#[derive(Template)]
#[template(path = "arriving/refused.html")]
struct Refused<'a> {
    title: &'a str,
    paragraphs: Vec<String>,
}

impl Refusal {
    /// What happened, and what to do.
    fn words(&self, name: &str) -> (String, Vec<String>) {
        let again =
            "Go back to signing in and try again. If it happens again, tell your system administrator.";
        let (title, paragraphs) = match self {
            Self::Fault(Fault::Away(_)) => (
                format!("{name} does not answer"),
                vec![
                    format!("Meres could not reach {name} just now. Nothing was changed."),
                    "If you have a password here, sign in with that. Otherwise try again in a minute.".to_owned(),
                ],
            ),
            Self::Fault(Fault::Refused(_)) => (
                "That did not work".to_owned(),
                vec![format!("What {name} answered could not be relied on, so you are not signed in by it."), again.to_owned()],
            ),
            Self::Stale => (
                "Begin again".to_owned(),
                vec![
                    "That took too long, or was begun in another window or browser. Nothing was changed.".to_owned(),
                    again.to_owned(),
                ],
            ),
            Self::TurnedRound => {
                (format!("{name} did not sign you in"), vec![format!("You turned round there, or {name} does not let you use Meres."), again.to_owned()])
            }
            Self::Stranger => (
                "Nobody signs in here with that account".to_owned(),
                vec![
                    format!("You signed in at {name}. That alone opens nothing in Meres: an account must be linked first."),
                    "If you were invited: open the link that you were sent, and choose your account there.".to_owned(),
                    "If you have a password here: sign in with it, and add your account on your own page, by your name at \
                     the top."
                        .to_owned(),
                    "If it worked before: ask whoever manages people in your organisation.".to_owned(),
                ],
            ),
            Self::WithoutFactor => (
                format!("{name} did not ask for your second factor"),
                vec![
                    "Before, it did, and you have no app here that shows codes. So that nobody else can come in with your \
                     password alone, this does not sign you in."
                        .to_owned(),
                    format!("Sign out at {name}, and sign in anew. If it happens again, ask whoever manages people in your organisation for a new link."),
                ],
            ),
            Self::Taken => (
                "That account is in use".to_owned(),
                vec![
                    format!("Somebody signs in to Meres with that {name} account already: perhaps you yourself, with another invitation."),
                    "Use another account, or a password. Nothing was changed.".to_owned(),
                ],
            ),
            Self::Known => (
                "You have an account here already".to_owned(),
                vec![joining::SIGN_IN_FIRST.to_owned(), "Nothing was changed, and the link still works.".to_owned()],
            ),
            Self::NotConfirmed => (
                "That did not confirm that it is you".to_owned(),
                vec![
                    format!("You must sign in anew at {name}, with your second factor, with the account that is linked here."),
                    "Go back and try again, or use a code.".to_owned(),
                ],
            ),
        };
        (title, paragraphs)
    }
}

/// The page that says why not. Whatever was begun is over.
fn refuse(visit: &Visit, provider: &IdentityProvider, refusal: &Refusal) -> Answer {
    if let Refusal::Fault(fault) = refusal {
        tracing::warn!(provider = %provider.word, %fault, "nobody was signed in by an identity provider");
    }
    let (title, paragraphs) = refusal.words(&provider.name);
    let page = Page::new(visit, &title).refusing().with(&Refused { title: &title, paragraphs })?;
    with_cookies(Ok(page.into_response()), &[cleared()])
}
