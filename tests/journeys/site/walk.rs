//! Every route for everybody: who is let in, who is asked once more whether it is them, which forms are taken, and what every
//! answer tells the browser. All of it over the one table of routes, so that a new route is in it by being there.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderName, Request};
use testbed::{Seen, Visitor};
use time::{Duration, OffsetDateTime};
use vocabulary::{Reach, Role};
use web::{Access, House, Route, Site};

use crate::support::site::Place;

/// An identifier of nothing.
pub(super) const NOTHING: &str = "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";
/// Whoever sends these is somebody else behind them.
const LEAVES: [&str; 2] = ["/sign-out", "/demo"];

/// A path with this in every place for something.
pub(super) fn filled(path: &str, with: &str) -> String {
    let steps = path.split('/').map(|step| if step.starts_with('{') { with } else { step });
    steps.collect::<Vec<_>>().join("/")
}

/// What a role may expect of a route: in, or 403.
fn lets_in(access: Access, role: Role) -> bool {
    match access {
        Access::Public | Access::Door | Access::SignedIn => true,
        Access::May(permission) => role.reach(permission) != Reach::Nowhere,
    }
}

/// Whether only those come in who signed in.
fn is_protected(route: &Route) -> bool {
    matches!(route.access, Access::SignedIn | Access::May(_))
}

/// Asks for a route as its own page would.
async fn asked(visitor: &mut Visitor, route: &Route) -> Seen {
    let path = filled(route.path, NOTHING);
    match route.method {
        "GET" => visitor.get(&path).await,
        _ => visitor.post(&path, &[]).await,
    }
}

/// What every answer says, whatever became of it.
const ALWAYS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)",
    ),
];
/// The one kind of answer that pages elsewhere may read: the directory as open data.
const OPEN: &str = "/oruk/";

/// The headers of an answer, each and whole.
#[track_caller]
fn headers_are_whole(seen: &Seen, path: &str, why: &str) {
    let said = |name: &str| {
        let all: Vec<_> = seen.headers.get_all(name).iter().collect();
        assert!(all.len() <= 1, "{why}: {name} more than once");
        all.first().map(|value| value.to_str().expect("a text").to_owned())
    };
    for (name, value) in ALWAYS {
        assert_eq!(said(name).as_deref(), Some(value), "{why}: {name}");
    }
    let open = path.starts_with(OPEN);
    let readers = if open { "cross-origin" } else { "same-origin" };
    assert_eq!(said("cross-origin-resource-policy").as_deref(), Some(readers), "{why}");
    assert_eq!(said("access-control-allow-origin").as_deref(), open.then_some("*"), "{why}");
    assert_eq!(said("access-control-allow-credentials"), None, "{why}");
    let kept = said("cache-control").expect("how long it is kept");
    assert!(kept == "no-store" || open, "{why}: {kept}");
    for cookie in seen.headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().expect("a text");
        let (name, rest) = cookie.split_once('=').expect("a cookie");
        let said: Vec<&str> = rest.split("; ").skip(1).filter(|one| !one.starts_with("Max-Age=")).collect();
        assert!(name.starts_with("__Host-"), "{why}: {cookie}");
        assert_eq!(said, ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"], "{why}: {cookie}");
        assert!(!open, "{why}: open data sets no cookie");
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_it_says_and_nobody_else() {
    let place = Place::demonstration().await;
    let table = meres::app::route_table();
    assert!(table.len() > 40, "{}", table.len());
    let mut cells = 0;
    for route in &table {
        let mut stranger = place.stranger();
        stranger.get("/sign-in").await;
        let seen = asked(&mut stranger, route).await;
        let to_the_door = seen.leads_to().is_some_and(|to| to.starts_with("/sign-in?next="));
        // The pages of the second factor are at the door, and for those alone who are half in.
        let half = route.path.starts_with("/sign-in/");
        let why = format!("{} {} for a stranger: {}", route.method, route.path, seen.status);
        assert!(to_the_door == is_protected(route) || half, "{why}");
        assert!(seen.status < 500, "{why}");
        headers_are_whole(&seen, route.path, &why);
        assert!(!seen.headers.contains_key("strict-transport-security"), "{why}: not without HTTPS");
        cells += 1;
    }
    for role in Role::ALL {
        let mut visitor = place.somebody(role.name()).await;
        for route in table.iter().filter(|route| !LEAVES.contains(&route.path)) {
            visitor.get("/me").await;
            let seen = asked(&mut visitor, route).await;
            let expected = lets_in(route.access, role);
            let why = format!("{} {} for {}: {}", route.method, route.path, role.name(), seen.status);
            assert_eq!(seen.status != 403, expected, "{why}");
            assert!(seen.status < 500, "{why}");
            if route.path.contains("{id}") && expected {
                assert_eq!(seen.status, 404, "{why}");
            }
            headers_are_whole(&seen, route.path, &why);
            cells += 1;
        }
    }
    assert_eq!(cells, table.len() + Role::ALL.len() * (table.len() - 3));
}

/// Whoever has chosen a password by a link, and has not set up a second factor.
async fn half_in(place: &Place) -> Visitor {
    let mut sam = place.somebody("System administrator").await;
    let form = sam.get("/accounts/invite").await;
    let organisations = form.between("<option value=\"\"></option>", "</select>").expect("organisations");
    let organisation = organisations.split('"').nth(1).expect("one").to_owned();
    let typed = [
        ("name", "Nora Nowak"),
        ("email", "nora@example.org"),
        ("organisation", organisation.as_str()),
        ("role", "system-administrator"),
        ("way", "hand"),
    ];
    let seen = sam.post("/accounts/invite", &typed).await;
    let link =
        seen.between("http://localhost:8080", "<").unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
    let mut nora = place.stranger();
    nora.get(&link).await;
    let seen = nora.post(&link, &[("name", "Nora Nowak"), ("password", "three plain words")]).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    nora.follow(seen).await;
    assert!(nora.cookies.contains_key("__Host-meres"), "a session that is half one");
    nora
}

#[tokio::test]
async fn whoever_is_half_in_is_let_into_nothing() {
    let place = Place::demonstration().await;
    let mut nora = half_in(&place).await;
    let mut refused = 0;
    for route in meres::app::route_table().iter().filter(|route| is_protected(route)) {
        let seen = asked(&mut nora, route).await;
        let to = seen.leads_to().unwrap_or_default();
        assert!(to.starts_with("/sign-in?next="), "{} {}: {} {to}", route.method, route.path, seen.status);
        refused += 1;
    }
    assert!(refused > 100, "{refused}");
    // The half that she is lets her finish, so it was her session that was refused and not none.
    assert_eq!(nora.get("/sign-in/set-up").await.heading(), "Set up your authenticator app");
    assert!(!nora.get("/").await.body.contains("Nora"), "the start page does not know her");
}

/// When nobody's confirmation holds any more, not even for a form that was being filled in; the session still runs.
fn later() -> OffsetDateTime {
    OffsetDateTime::now_utc() + Duration::minutes(50)
}

#[tokio::test]
async fn a_dangerous_act_asks_again_when_the_time_is_up() {
    let place = Place::demonstration().await;
    let table = meres::app::route_table();
    let house = House { clock: later, ..place.house.clone() };
    let (mut asks, mut others) = (0, 0);
    for role in Role::ALL {
        let mut now = place.somebody(role.name()).await;
        now.get("/me").await;
        let mut then = Place::moved(&now, &house);
        for route in table.iter().filter(|route| is_protected(route) && !LEAVES.contains(&route.path)) {
            let seen = asked(&mut then, route).await;
            let to_confirm = seen.leads_to().is_some_and(|to| to.starts_with("/confirm?next="));
            let expected = route.confirmed && lets_in(route.access, role);
            let why = format!("{} {} for {}: {}", route.method, route.path, role.name(), seen.status);
            assert_eq!(to_confirm, expected, "{why}");
            assert!(!seen.leads_to().is_some_and(|to| to.starts_with("/sign-in")), "{why}: still signed in");
            *if expected { &mut asks } else { &mut others } += 1;
        }
    }
    assert!(asks > 100 && others > 100, "{asks} {others}");
}

/// A form sent to a route, with these headers and this token.
async fn sent(visitor: &mut Visitor, route: &Route, headers: &[(&str, &str)], token: &str) -> Seen {
    let mut request = Request::post(filled(route.path, NOTHING))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("form_token={token}&name=x")))
        .expect("a request");
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a name");
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    visitor.send(request).await
}

#[tokio::test]
async fn no_form_is_taken_that_is_not_from_a_page_of_ours() {
    let place = Place::demonstration().await;
    let ours = (ORIGIN.as_str(), "http://localhost:8080");
    let theirs = (ORIGIN.as_str(), "https://evil.example");
    let mut tried = 0;
    for route in meres::app::route_table().iter().filter(|route| route.method == "POST") {
        // Whoever may come, so that it is the form that is refused.
        let mut visitor = match Role::ALL.into_iter().find(|role| lets_in(route.access, *role)) {
            Some(role) if is_protected(route) => place.somebody(role.name()).await,
            _ => place.stranger(),
        };
        visitor.get(if is_protected(route) { "/me" } else { "/sign-in" }).await;
        let token = visitor.form_token.clone();
        let another = {
            let mut another = place.stranger();
            another.get("/sign-in").await;
            another.form_token
        };
        assert!(!token.is_empty() && token != another);
        for (headers, token) in [
            (&[ours][..], ""),
            (&[ours], "x"),
            (&[ours], &another),
            (&[theirs], &token),
            (&[(ORIGIN.as_str(), "null")], &token),
            (&[ours, ("sec-fetch-site", "cross-site")], &token),
            (&[("sec-fetch-site", "same-site")], &token),
            (&[], &token),
        ] {
            let seen = sent(&mut visitor, route, headers, token).await;
            let why = format!("POST {} with {headers:?} and “{token}”: {}", route.path, seen.status);
            assert_eq!((seen.status, seen.heading()), (403, "Send that again"), "{why}");
            tried += 1;
        }
        // The same with what belongs to it is not refused for that.
        if !LEAVES.contains(&route.path) {
            let seen = sent(&mut visitor, route, &[ours], &token).await;
            assert_ne!(seen.heading(), "Send that again", "POST {}", route.path);
        }
    }
    assert!(tried > 500, "{tried}");
}

#[tokio::test]
async fn over_https_every_answer_says_that_it_stays_so() {
    let place = Place::demonstration().await;
    let site = Site { address: "https://meres.example".to_owned(), ..(*place.house.site).clone() };
    let house = House { site: site.into(), ..place.house.clone() };
    let mut stranger = Place::moved(&place.stranger(), &house);
    stranger.get("/sign-in").await;
    let elsewhere = Route { path: "/nowhere", ..meres::app::route_table()[0] };
    for route in meres::app::route_table().iter().chain([&elsewhere]) {
        let seen = asked(&mut stranger, route).await;
        let why = format!("{} {}: {}", route.method, route.path, seen.status);
        headers_are_whole(&seen, route.path, &why);
        let stays = &seen.headers["strict-transport-security"];
        assert_eq!(stays, "max-age=31536000; includeSubDomains", "{why}");
    }
    // Asked for by a name that is not ours.
    let request = Request::get("/").header("host", "evil.example").body(Body::empty()).expect("a request");
    let seen = stranger.send(request).await;
    assert_eq!(seen.status, 421);
    headers_are_whole(&seen, "/", "another name");
}
