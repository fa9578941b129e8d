//! Signing in by an identity provider: what works, and all that must not.

mod double;
mod linking;
mod mutations;
mod takeovers;
mod twists;

use serde_json::Value;
use testbed::{Seen, Visitor};
use time::Duration;

use self::double::Double;
use super::wait;

const COOKIE: &str = "__Host-meres-with";

/// Where the page that goes on by itself leads.
fn onward(seen: &Seen) -> String {
    assert_eq!(seen.status, 200, "{}", seen.body);
    let refresh = seen.headers["refresh"].to_str().expect("a text");
    let address = refresh.strip_prefix("0;url=").expect("an address");
    assert!(seen.body.contains("Continue to"), "{}", seen.body);
    address.to_owned()
}

/// Signs in at the double where that page leads, and comes back.
async fn there_and_back(
    visitor: &mut Visitor,
    double: &Double,
    word: &str,
    seen: &Seen,
    claims: Value,
) -> Seen {
    let question = double.signs_in(&onward(seen), claims);
    come_back(visitor, double, word, &question).await
}

async fn come_back(
    visitor: &mut Visitor,
    double: &Double,
    word: &str,
    question: &[(String, String)],
) -> Seen {
    if let Some(cookie) = visitor.cookies.get_mut(COOKIE) {
        wait(Duration::seconds(double.on_the_way(cookie)));
    }
    let question = form_urlencoded::Serializer::new(String::new()).extend_pairs(question).finish();
    visitor.get(&format!("/sign-in/with/{word}/back?{question}")).await
}

/// Presses the button on the sign-in page, and comes back with these claims.
async fn signs_in(visitor: &mut Visitor, double: &Double, word: &str, claims: Value) -> Seen {
    let seen = sets_out(visitor, word).await;
    there_and_back(visitor, double, word, &seen, claims).await
}

async fn sets_out(visitor: &mut Visitor, word: &str) -> Seen {
    visitor.cookies.remove("__Host-meres");
    let page = visitor.get("/sign-in").await;
    assert!(
        page.body.contains(&format!("value=\"{word}\">Sign in with The {word}</button>")),
        "{}",
        page.body
    );
    visitor.post("/sign-in/with", &[("provider", word), ("email", ""), ("password", "")]).await
}

/// Opens a one-time link and chooses the account at the double there.
async fn joins(visitor: &mut Visitor, double: &Double, word: &str, link: &str, claims: Value) -> Seen {
    let page = visitor.get(link).await;
    assert!(page.body.contains(&format!("formaction=\"{link}/with\"")), "{}", page.body);
    let seen = visitor.post(&format!("{link}/with"), &[("name", "Bo Ek"), ("provider", word)]).await;
    there_and_back(visitor, double, word, &seen, claims).await
}
