//! What the door lets through, whatever is sent.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};

use super::{PASSWORD, Place};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_form_must_come_from_our_page() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    ann.visitor.get("/me/name").await;
    let token = ann.visitor.form_token.clone();
    let body = format!("form_token={token}&name=Eve");
    let sent = |headers: &[(&str, &str)], body: &str| {
        let mut request = Request::post("/me/name").header(CONTENT_TYPE, FORM);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::from(body.to_owned())).expect("a request")
    };
    let ours = ("origin", "http://localhost:8080");
    let refused: [(&[(&str, &str)], &str); 7] = [
        (&[], &body),
        (&[("origin", "http://evil.example")], &body),
        (&[("origin", "null")], &body),
        (&[ours, ("sec-fetch-site", "cross-site")], &body),
        (&[("sec-fetch-site", "same-site")], &body),
        (&[ours], "name=Eve"),
        (&[ours], "form_token=0000000000000000000000000000000000000000000000000000000000000000&name=Eve"),
    ];
    for (headers, body) in refused {
        assert_eq!(ann.visitor.send(sent(headers, body)).await.status, 403, "{headers:?} {body}");
    }
    assert_eq!(ann.name().await, "Ann Admin");
    let seen = ann.visitor.send(sent(&[ours, ("sec-fetch-site", "same-origin")], &body)).await;
    assert_eq!(seen.leads_to(), Some("/me?done=name"));
    assert_eq!(ann.name().await, "Eve");
    // Another session's token is not ours.
    ann.sign_in().await;
    assert_eq!(ann.visitor.send(sent(&[ours], &body)).await.status, 403);
}

#[tokio::test]
async fn odd_requests_are_turned_away_whole() {
    let place = Place::new().await;
    let mut visitor = place.visitor();
    visitor.get("/sign-in").await;
    let token = visitor.form_token.clone();
    let post = |kind: &str, body: Vec<u8>| {
        Request::post("/sign-in")
            .header(CONTENT_TYPE, kind)
            .header(ORIGIN, "http://localhost:8080")
            .body(Body::from(body))
            .expect("a request")
    };
    let with = |rest: &str| format!("form_token={token}&{rest}").into_bytes();
    let many = (0..10_000).map(|n| format!("f{n}=x")).collect::<Vec<_>>().join("&");
    let cases: [(&str, Vec<u8>, u16); 6] = [
        (FORM, with(&format!("email={}", "x".repeat(70_000))), 413),
        (FORM, with(&many), 413),
        (FORM, with("email=a%00b&password=x"), 400),
        ("application/json", b"{}".to_vec(), 400),
        ("multipart/form-data; boundary=x", b"--x".to_vec(), 400),
        (FORM, with("email=a%FF%FEb&password=%F0%9F%A6%B5"), 422),
    ];
    for (kind, body, status) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        assert_eq!(visitor.send(post(kind, body)).await.status, status, "{shown}");
    }
    let elsewhere =
        Request::get("/sign-in").header(HOST, "evil.example").body(Body::empty()).expect("a request");
    assert_eq!(visitor.send(elsewhere).await.status, 421);
    for path in ["/nowhere", "/accounts/1", "/link/../me", "/sign-out"] {
        assert_eq!(
            visitor.get(path).await.status,
            if path.starts_with("/accounts") { 303 } else { 404 },
            "{path}"
        );
    }
    let put = Request::put("/sign-in").body(Body::empty()).expect("a request");
    assert_eq!(visitor.send(put).await.status, 404);
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_run_nothing_and_keep_nothing() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    for path in ["/", "/sign-in", "/me", "/accounts", "/nowhere", "/sign-in/help"] {
        let seen = ann.visitor.get(path).await;
        let header = |name: &str| seen.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(
            header("content-security-policy").contains("default-src 'none'; script-src 'self'"),
            "{path}"
        );
        assert!(!header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert!(!seen.body.contains(" style=\"") && !seen.body.contains("onclick"), "{path}");
        for cookie in seen.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("a text");
            assert!(cookie.starts_with("__Host-") && cookie.len() < 4_096, "{cookie}");
            for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(part), "{cookie}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_is_led_away_from_the_site() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    ann.visitor.cookies.remove("__Host-meres");
    for next in
        ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb"]
    {
        ann.visitor.get("/sign-in").await;
        let fields = [("email", ann.email.as_str()), ("password", PASSWORD), ("next", next)];
        let seen = ann.visitor.post("/sign-in", &fields).await;
        assert_eq!(seen.leads_to(), Some("/sign-in/code"), "{next}");
    }
    ann.visitor.get("/sign-in").await;
    let fields = [("email", ann.email.as_str()), ("password", PASSWORD), ("next", "/me?x=1")];
    let seen = ann.visitor.post("/sign-in", &fields).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/code?next=%2Fme%3Fx%3D1"));
}

#[tokio::test]
async fn looking_changes_nothing() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    ann.confirm().await;
    let before = place.acts("").await;
    // But for the line that says that she looked at the list of people.
    let looks = place.acts("account.list").await;
    for path in [
        "/",
        "/me",
        "/me/app",
        "/me/codes",
        "/me/name",
        "/me/passkeys/new",
        "/confirm/code",
        "/accounts",
        "/accounts/invite",
        "/organisations",
        "/organisations/new",
        "/confirm",
        "/sign-in",
    ] {
        ann.visitor.get(path).await;
    }
    assert_eq!(place.acts("account.list").await, looks + 1);
    assert_eq!(place.acts("").await, before + 1);
}
