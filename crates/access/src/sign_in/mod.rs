//! Signing in: a passkey, or a password and then a code; and showing once more that it is you.

mod code;
mod confirm;
mod new_passkey;
mod passkeys;
mod set_up;

use axum::http::{HeaderMap, HeaderValue, header};
use ground::database::{Act, Session};
use ground::files::hexadecimal;
use ground::vault::random;
use vocabulary::{Account, Actor, Id};
use web::{
    Access, Also, Answer, Errors, Field, FieldKind, Form, FormView, House, Problem, Room, Routes, Visit,
};

use crate::guess::{self, Target};
use crate::people::{self, folded};
use crate::session::{self, Begun, COOKIE_NAME, DEVICE_COOKIE, Shown, cookie, set_cookie};
use crate::{factor, identity, passkey, password};

pub(crate) use set_up::Codes;

/// The pages at the door.
pub(crate) fn room() -> Room {
    let routes = Routes::new()
        .get("/sign-in", Access::Door, page)
        .post("/sign-in", Access::Door, act)
        .post("/sign-out", Access::SignedIn, sign_out)
        .and(code::routes())
        .and(passkeys::routes())
        .and(set_up::routes())
        .and(new_passkey::routes())
        .and(confirm::routes());
    Room::new(routes)
}

/// How long a browser remembers that somebody signed in with it: half a year, in seconds.
const DEVICE_AGE: u32 = 60 * 60 * 24 * 180;

/// Where to go afterwards: a path of ours, whatever was asked for.
pub(crate) fn next_of(text: &str) -> String {
    let ours = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '\r', '\n'])
        && !text.chars().any(char::is_control);
    if ours { text.to_owned() } else { "/".to_owned() }
}

/// The same from the question of this visit's address.
fn asked_next(visit: &Visit) -> Result<String, Problem> {
    let question = visit.path.split_once('?').map_or("", |(_, question)| question);
    Ok(next_of(Form::parse(question.as_bytes())?.text("next")))
}

/// An answer that sets these cookies.
pub(crate) fn with_cookies(answer: Answer, cookies: &[String]) -> Answer {
    let mut response = answer?;
    for cookie in cookies {
        let value = HeaderValue::from_str(cookie).map_err(Problem::broken)?;
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn form(visit: &Visit, next: &str) -> FormView {
    let mut others = vec![("/sign-in/help".to_owned(), "I cannot sign in")];
    if visit.house.site.demo {
        others.push(("/demo".to_owned(), "This is a demonstration: choose whom to be"));
    }
    let passkey = Also {
        action: passkeys::PATH.to_owned(),
        name: "",
        value: String::new(),
        words: "Sign in with a passkey".to_owned(),
    };
    let passkey = Some(passkey).filter(|_| passkey::possible(&visit.house.site));
    let elsewhere = identity::buttons(&visit.house, "/sign-in/with", ("Sign in with", ""), |_| true);
    let also = passkey.into_iter().chain(elsewhere).collect();
    FormView {
        title: "Sign in".to_owned(),
        action: "/sign-in".to_owned(),
        fields: vec![
            Field::new(FieldKind::Email, "email", "E-mail address").completed("username"),
            Field::new(FieldKind::Password, "password", "Password"),
            Field::hidden("next", next),
        ],
        button: "Continue",
        also,
        others,
        ..FormView::default()
    }
}

async fn page(visit: Visit) -> Answer {
    let next = asked_next(&visit)?;
    if visit.viewer.is_some() {
        return Visit::to(&next);
    }
    visit.form_page(&form(&visit, &next))
}

async fn act(visit: Visit, headers: HeaderMap, typed: Form) -> Answer {
    let (email, next) = (folded(typed.text("email")), next_of(typed.text("next")));
    let mut errors = Errors::default();
    errors.needed(&typed, "email", people::MOST_EMAIL, "Enter your e-mail address");
    if typed.exact("password").is_empty() {
        errors.add("password", "Enter your password");
    }
    if !errors.is_empty() {
        return visit.form_page(&form(&visit, &next).again(&typed, errors));
    }
    let house = &visit.house;
    let known = people::credentials(&mut house.database.read().await?, &email).await?;
    let device = known.as_ref().and_then(|known| known_device(house, &headers, known.account));
    guess::count(&visit, Target::Password(&email), device.as_deref()).await?;
    let usable = known.filter(|known| !known.disabled);
    let hash = usable.as_ref().and_then(|known| known.password.clone());
    // The same work and the same words, whether it is the address or the password that is not right.
    let right = password::is_right(hash, typed.exact("password").to_owned()).await?;
    let Some(known) = usable.filter(|_| right) else {
        errors.add("email", "That address and password do not belong together: check both");
        return visit.form_page(&form(&visit, &next).again(&typed, errors));
    };
    guess::forgive(&visit, Target::Password(&email), device.as_deref()).await?;
    let mut change = house.database.change(&Actor::Account(known.account)).await?;
    if let Some(before) = visit.session {
        session::end(&mut change, before).await?;
    }
    let token = session::begin(&mut change, &visit, known.account, Begun::Half).await?;
    let path = second(&mut change, house, known.account).await?;
    change.commit(about("sign-in.password", known.account)).await?;
    with_cookies(Visit::to(&with_next(path, &next)), &[set_cookie(COOKIE_NAME, &token, None)])
}

/// Where somebody goes on who has shown the password: to their second factor, or to setting one up.
pub(crate) async fn second(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
) -> Result<&'static str, Problem> {
    if factor::has_app(session, account).await? {
        return Ok("/sign-in/code");
    }
    Ok(if passkey::is_there(session, account).await? { passkeys::PATH } else { set_up_path(house) })
}

/// Where a second factor is set up: a passkey first, where this site can have any.
pub(crate) fn set_up_path(house: &House) -> &'static str {
    if passkey::possible(&house.site) { new_passkey::PATH } else { "/sign-in/set-up" }
}

pub(crate) fn with_next(path: &str, next: &str) -> String {
    if next == "/" {
        return path.to_owned();
    }
    let mut question = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", question.append_pair("next", next).finish())
}

pub(crate) fn about(action: &'static str, account: Id<Account>) -> Act {
    Act { action, object: format!("account:{account}"), purpose: None, detail: String::new() }
}

/// Whose second factor is awaited.
fn half(visit: &Visit) -> Result<Id<Account>, Problem> {
    match (visit.account, &visit.viewer) {
        (Some(account), None) => Ok(account),
        _ => Err(Problem::SignIn { next: "/".to_owned() }),
    }
}

/// The session is a whole one from now on: under a new token, on a device that is known.
pub(crate) async fn become_whole(
    change: &mut ground::database::Change,
    visit: &Visit,
    account: Id<Account>,
) -> Result<Vec<String>, Problem> {
    become_whole_as(change, visit, account, Shown::Now).await
}

/// The same, of whoever showed that it is them then.
pub(crate) async fn become_whole_as(
    change: &mut ground::database::Change,
    visit: &Visit,
    account: Id<Account>,
    shown: Shown,
) -> Result<Vec<String>, Problem> {
    if let Some(before) = visit.session {
        session::end(change, before).await?;
    }
    let token = session::begin(change, visit, account, Begun::Whole(shown)).await?;
    let number = hexadecimal(&random::<16>()?);
    let device = format!("{number}{}", device_mark(&visit.house, account, &number));
    Ok(vec![set_cookie(COOKIE_NAME, &token, None), set_cookie(DEVICE_COOKIE, &device, Some(DEVICE_AGE))])
}

fn device_mark(house: &House, account: Id<Account>, number: &str) -> String {
    house.vault.hash(&["device", &account.to_string(), number])
}

/// The number of a device on which this account signed in before.
fn known_device(house: &House, headers: &HeaderMap, account: Id<Account>) -> Option<String> {
    let (number, mark) = cookie(headers, DEVICE_COOKIE)?.split_at_checked(32)?;
    (mark == device_mark(house, account, number)).then(|| number.to_owned())
}

async fn sign_out(visit: Visit) -> Answer {
    let account = visit.viewer()?.account;
    let mut change = visit.change().await?;
    if let Some(session) = visit.session {
        session::end(&mut change, session).await?;
    }
    change.commit(about("sign-out", account)).await?;
    with_cookies(Visit::to("/"), &[set_cookie(COOKIE_NAME, "", Some(0))])
}
