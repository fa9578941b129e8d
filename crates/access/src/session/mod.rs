//! Sessions: a sign-in on a device. The cookie holds 256 bits that nobody guesses, the table their hash. A session is
//! first a half one, which only leads to the second factor; showing that proves the other half under a new token.

mod store;

use axum::http::header::{COOKIE, HeaderMap};
use ground::database::{Change, Session};
use ground::files::{digest_text, hexadecimal};
use ground::vault::random;
use time::Duration;
use vocabulary::{Account, Id};
use web::{Confirmed, House, Problem, Visit};

use crate::moment;

/// Somebody who signed in, wholly or by half.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) id: Id<()>,
    pub(crate) account: Id<Account>,
    pub(crate) name: String,
    pub(crate) whole: bool,
    pub(crate) confirmed: Confirmed,
    /// It was not noted for a while that they are here.
    pub(crate) seen_long_ago: bool,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) device: String,
    pub(crate) began_at: String,
    pub(crate) seen_at: String,
}

/// The session's cookie. The prefix has the browser take it over HTTPS, from this host and for all of it, or not at all.
pub(crate) const COOKIE_NAME: &str = "__Host-meres";
/// That of a device on which somebody has signed in.
pub(crate) const DEVICE_COOKIE: &str = "__Host-meres-device";
/// That of a stranger at the door.
pub(crate) const DOOR_COOKIE: &str = "__Host-meres-door";

/// Without a sign of life a session ends after this …
const IDLE: Duration = Duration::minutes(60);
/// … and after this in any case: a long working day.
const WHOLE_DAY: Duration = Duration::hours(12);
/// The second factor must follow soon.
const HALF: Duration = Duration::minutes(10);
/// Dangerous acts ask again after this.
const CONFIRMED: Duration = Duration::minutes(15);
/// Whoever was shown the form of such an act may take so long to fill it in.
const CONFIRMED_TO_SEND: Duration = Duration::minutes(45);
/// How exactly it is noted that somebody is here.
const NOTED: Duration = Duration::minutes(5);

/// How a session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// The second factor is still to come.
    Half,
    Whole(Shown),
}

/// When they showed that it is them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Now,
    /// Somebody else vouches for what they showed there earlier: a dangerous act asks once more.
    LongAgo,
}

/// Begins a session; gives the token that goes into the cookie.
pub(crate) async fn begin(
    change: &mut Change,
    visit: &Visit,
    account: Id<Account>,
    begun: Begun,
) -> Result<String, Problem> {
    let token = hexadecimal(&random::<32>()?);
    let device = device(&visit.client.agent);
    let confirmed_at = match begun {
        Begun::Half | Begun::Whole(Shown::Now) => change.at(),
        Begun::Whole(Shown::LongAgo) => moment::ago(&visit.house, WHOLE_DAY),
    };
    let token_hash = digest_text(&token);
    store::begin(change, account, (&token_hash, &confirmed_at), begun != Begun::Half, &device).await?;
    Ok(token)
}

/// Whose session this token is of, if it still runs.
pub(crate) async fn recognise(
    session: &mut Session,
    house: &House,
    token: &str,
) -> Result<Option<Found>, Problem> {
    let limits = store::Limits {
        idle: moment::ago(house, IDLE),
        whole_day: moment::ago(house, WHOLE_DAY),
        half: moment::ago(house, HALF),
        confirmed: moment::ago(house, CONFIRMED),
        confirmed_before: moment::ago(house, CONFIRMED_TO_SEND),
        noted: moment::ago(house, NOTED),
    };
    Ok(store::find(session, &digest_text(token), &limits).await?)
}

/// Notes that they are here; whether nobody else had just done that.
pub(crate) async fn note(change: &mut Change, house: &House, id: Id<()>) -> Result<bool, Problem> {
    Ok(store::note(change, id, &moment::ago(house, NOTED)).await?)
}

/// Whether it has not been ended, nor its account disabled.
pub(crate) async fn runs(session: &mut Session, id: Id<()>) -> Result<bool, Problem> {
    Ok(store::runs(session, id).await?)
}

/// They showed that it is them: the session goes on under a new token.
pub(crate) async fn confirm(change: &mut Change, id: Id<()>) -> Result<String, Problem> {
    let token = hexadecimal(&random::<32>()?);
    store::confirm(change, id, &digest_text(&token)).await?;
    Ok(token)
}

/// Ends this session.
pub(crate) async fn end(change: &mut Change, id: Id<()>) -> Result<(), Problem> {
    store::end(change, &id.to_string()).await?;
    Ok(())
}

/// Ends one of this account's sessions; whether it was one.
pub(crate) async fn end_of(change: &mut Change, account: Id<Account>, id: &str) -> Result<bool, Problem> {
    Ok(store::end_of(change, account, id).await?)
}

/// Ends all sessions of an account, but for one; says how many.
pub(crate) async fn end_all(
    change: &mut Change,
    account: Id<Account>,
    but: Option<Id<()>>,
) -> Result<u64, Problem> {
    Ok(store::end_all(change, account, but).await?)
}

/// The sessions of an account that still run, the latest first.
pub(crate) async fn running(
    session: &mut Session,
    house: &House,
    account: Id<Account>,
) -> Result<Vec<Line>, Problem> {
    let (idle, whole_day) = (moment::ago(house, IDLE), moment::ago(house, WHOLE_DAY));
    Ok(store::running(session, account, &idle, &whole_day).await?)
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    long_cookie(headers, name).filter(|value| value.len() <= 128)
}

/// The same of one that holds more than a number: as much as a browser keeps.
pub(crate) fn long_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && value.len() <= 4_096)
        .map(|(_, value)| value)
}

/// A cookie to be set; `age` in seconds, without one until the browser is closed.
pub(crate) fn set_cookie(name: &str, value: &str, age: Option<u32>) -> String {
    let age = age.map_or(String::new(), |age| format!("; Max-Age={age}"));
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}")
}

/// Browser and system in words, from what the browser says of itself: "Firefox on Windows".
pub(crate) fn device(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)], other| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map_or(other, |(_, name)| *name)
    };
    // The order matters: most browsers also say the names of others.
    let browser = first(
        &[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser", "Samsung Internet"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        ],
        "A browser",
    );
    let system = first(
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS", "a Mac"),
            ("CrOS", "a Chromebook"),
            ("Linux", "Linux"),
        ],
        "an unknown system",
    );
    format!("{browser} on {system}")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{COOKIE, cookie, device, set_cookie};

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; __Host-meres=abc ;b=2"));
        headers.append(COOKIE, HeaderValue::from_static("__Host-meres-door=xyz"));
        assert_eq!(cookie(&headers, "__Host-meres"), Some("abc"));
        assert_eq!(cookie(&headers, "__Host-meres-door"), Some("xyz"));
        assert_eq!(cookie(&headers, "Host-meres"), None);
        let set = set_cookie("__Host-meres", "abc", None);
        assert_eq!(set, "__Host-meres=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn devices_are_said_in_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 \
                    Safari/537.36 Edg/128.0";
        assert_eq!(device(edge), "Edge on Windows");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(device(phone), "Safari on iPhone");
        assert_eq!(device("<script>"), "A browser on an unknown system");
    }
}
