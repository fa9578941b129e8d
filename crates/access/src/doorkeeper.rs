//! Says who each visit is by, before any route is asked.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ground::database::Act;
use ground::files::hexadecimal;
use ground::vault::random;
use vocabulary::{Id, Viewer};
use web::{Client, Confirmed, House, Problem, Visit};

use crate::people;
use crate::session::{self, COOKIE_NAME, DOOR_COOKIE, Found, cookie, set_cookie};

/// Adds the [`Visit`] to a request.
pub async fn admit(State(house): State<House>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (visit, stranger) = match recognised(house, &parts).await {
        Ok(recognised) => recognised,
        Err(problem) => return problem.into_response(),
    };
    parts.extensions.insert(visit);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    // Only who is shown a form needs the cookie that proves it ours.
    let shows_form = response.extensions().get::<web::AtTheDoor>().is_some();
    if let Some(cookie) = stranger.filter(|_| shows_form)
        && let Ok(cookie) = HeaderValue::from_str(&set_cookie(DOOR_COOKIE, &cookie, None))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The visit, and for a stranger without a cookie the one to be given.
async fn recognised(house: House, request: &Parts) -> Result<(Visit, Option<String>), Problem> {
    let headers = &request.headers;
    let (session, viewer) = match cookie(headers, COOKIE_NAME) {
        Some(token) => known(&house, token, by_a_person(headers)).await?,
        None => (None, None),
    };
    let door = cookie(headers, DOOR_COOKIE);
    // Of the session and not of its token, which changes when they confirm that it is them: forms in other windows of theirs
    // can still be sent.
    let (secret, stranger) = match (&session, door) {
        (Some(found), _) => (found.id.to_string(), None),
        (None, Some(door)) => (door.to_owned(), None),
        (None, None) => {
            let fresh = hexadecimal(&random::<16>()?);
            (fresh.clone(), Some(fresh))
        }
    };
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    let client = Client {
        address: request.extensions.get::<IpAddr>().copied().unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
        agent: agent.chars().take(300).collect(),
    };
    let visit = Visit {
        viewer,
        confirmed: session
            .as_ref()
            .filter(|found| found.whole)
            .map_or_else(Confirmed::default, |found| found.confirmed),
        account: session.as_ref().map(|found| found.account),
        session: session.map(|found| found.id),
        form_token: house.vault.hash(&["form", &secret]),
        client,
        path: request.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        house,
    };
    Ok((visit, stranger))
}

async fn noted(house: &House, viewer: &Viewer, session: Id<()>) -> Result<(), Problem> {
    let mut change = house.database.change(&viewer.actor()).await?;
    // Of many requests at once, one notes it.
    if session::note(&mut change, house, session).await? {
        let object = format!("session:{session}");
        change.commit(Act { action: "session.seen", object, purpose: None, detail: String::new() }).await?;
    }
    Ok(())
}

/// Whether a person may have asked, and not the script of a page that somebody left open.
fn by_a_person(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept != Some("text/event-stream")
}

/// Whose session it is; whoever is here only by half is nobody yet.
async fn known(
    house: &House,
    token: &str,
    by_a_person: bool,
) -> Result<(Option<Found>, Option<Arc<Viewer>>), Problem> {
    let mut reader = house.database.read().await?;
    let Some(found) = session::recognise(&mut reader, house, token).await? else { return Ok((None, None)) };
    if !found.whole {
        return Ok((Some(found), None));
    }
    let held = people::held(&mut reader, house, found.account).await?;
    drop(reader);
    let viewer = Viewer { account: found.account, name: found.name.clone(), held };
    if by_a_person
        && found.seen_long_ago
        && let Err(problem) = noted(house, &viewer, found.id).await
    {
        // A full disk, say: they are shown their page all the same.
        tracing::warn!(?problem, "a sign of life was not noted");
    }
    Ok((Some(found), Some(Arc::new(viewer))))
}
