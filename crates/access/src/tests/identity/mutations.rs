//! Answers that are right but for one thing: not one of them is taken.

use serde_json::json;
use testbed::Visitor;
use time::Duration;
use web::SecondFactor;

use super::double::{Double, Twist};
use super::twists::{all, documents};
use super::{COOKIE, joins, onward, sets_out, signs_in, there_and_back};
use crate::tests::{Place, wait};

/// A site with a provider, at which Bo has signed in before, and a link for somebody who has not come.
async fn ready() -> (Place, Double, String) {
    let double = Double::new(1).await;
    let place = Place::with(vec![double.configured("council", SecondFactor::Theirs)]).await;
    let mut ann = place.administrator().await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let link = ann.link_for("Bo Ek", "bo@example.org", &partner, "volunteer").await;
    let seen = joins(&mut place.visitor(), &double, "council", &link, json!({})).await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
    let link = ann.link_for("Di Fo", "di@example.org", &partner, "volunteer").await;
    (place, double, link)
}

/// Everybody comes from a network of their own, so that none is turned away for another's tries.
fn somebody(place: &Place, number: usize) -> Visitor {
    let mut visitor = place.visitor();
    visitor.address =
        std::net::Ipv4Addr::from(0x0a00_0001 + (u32::try_from(number).expect("few") << 8)).into();
    visitor
}

async fn nobody_came_in(place: &Place, visitor: &mut Visitor, before: (usize, usize), why: &str) {
    assert!(!visitor.cookies.contains_key("__Host-meres"), "{why}: a session");
    assert_eq!(visitor.get("/").await.body, "nobody", "{why}");
    assert_eq!(acts(place).await, before, "{why}: something was done");
}

async fn acts(place: &Place) -> (usize, usize) {
    (place.acts("sign-in.identity").await, place.acts("identity.link").await)
}

#[tokio::test]
async fn an_answer_that_is_wrong_in_one_thing_brings_nobody_in() {
    let (place, double, _) = ready().await;
    let twists = all(&double.issuer);
    assert!(twists.len() >= 200, "{} mutations", twists.len());
    for (number, (why, twist)) in twists.into_iter().enumerate() {
        if number % 25 == 0 {
            // Each is applied to an answer that is right.
            let mut bo = somebody(&place, 9_999);
            let seen = signs_in(&mut bo, &double, "council", json!({})).await;
            assert_eq!(
                (seen.leads_to(), bo.get("/").await.body.as_str()),
                (Some("/"), "Bo Ek"),
                "{}",
                seen.body
            );
        }
        let before = acts(&place).await;
        let mut visitor = somebody(&place, number);
        double.twist(Some(twist));
        let seen = signs_in(&mut visitor, &double, "council", json!({})).await;
        double.twist(None);
        assert_eq!(seen.status, 403, "{why}: {}", seen.body);
        assert!(!visitor.cookies.contains_key(COOKIE), "{why}: the way is over");
        nobody_came_in(&place, &mut visitor, before, &why).await;
    }
}

#[tokio::test]
async fn an_answer_that_is_wrong_in_one_thing_links_nothing() {
    let (place, double, link) = ready().await;
    // Another subject is nobody's yet, and could be linked: each mutation is of an answer that would do so.
    let right = || json!({ "sub": "u-2" });
    let before = acts(&place).await;
    for (number, (why, twist)) in all(&double.issuer).into_iter().enumerate() {
        if why.starts_with("sub: another") {
            continue;
        }
        let mut visitor = somebody(&place, number);
        double.twist(Some(twist));
        let seen = joins(&mut visitor, &double, "council", &link, right()).await;
        double.twist(None);
        assert_eq!(seen.status, 403, "{why}: {}", seen.body);
        nobody_came_in(&place, &mut visitor, before, &why).await;
    }
    let mut di = place.visitor();
    let seen = joins(&mut di, &double, "council", &link, right()).await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
}

#[tokio::test]
async fn a_provider_whose_documents_are_not_right_is_not_believed() {
    let (place, double, _) = ready().await;
    for (why, twist) in documents(&double.issuer) {
        wait(Duration::hours(2));
        let before = acts(&place).await;
        let mut visitor = place.visitor();
        double.twist(Some(twist));
        let seen = sets_out(&mut visitor, "council").await;
        // Keys that are not its own come to light on the way back.
        let seen = if seen.status == 200 && why.contains("keys") {
            there_and_back(&mut visitor, &double, "council", &seen, json!({})).await
        } else {
            seen
        };
        double.twist(None);
        assert_eq!(seen.status, 403, "{why}: {}", seen.body);
        nobody_came_in(&place, &mut visitor, before, &why).await;
        wait(Duration::minutes(1));
        let seen = signs_in(&mut place.visitor(), &double, "council", json!({})).await;
        assert_eq!(seen.leads_to(), Some("/"), "after {why}: {}", seen.body);
    }
}

#[tokio::test]
async fn an_address_to_come_back_by_works_once() {
    let (place, double, _) = ready().await;
    let mut bo = place.visitor();
    let seen = sets_out(&mut bo, "council").await;
    let cookies = bo.cookies.clone();
    let question = double.signs_in(&onward(&seen), json!({}));
    assert_eq!(super::come_back(&mut bo, &double, "council", &question).await.leads_to(), Some("/"));
    // Without the cookie, which is gone; with it; and with a code that the provider would take.
    let mut thief = place.visitor();
    assert_eq!(super::come_back(&mut thief, &double, "council", &question).await.status, 403);
    for code in ["old", "new"] {
        let mut question = question.clone();
        if code == "new" {
            question[0].1.clone_from(&double.signs_in(&onward(&seen), json!({}))[0].1);
        }
        thief.cookies.clone_from(&cookies);
        let before = acts(&place).await;
        let seen = super::come_back(&mut thief, &double, "council", &question).await;
        assert_eq!(seen.status, 403, "{}", seen.body);
        nobody_came_in(&place, &mut thief, before, code).await;
    }
}

#[tokio::test]
async fn new_keys_are_asked_for_when_one_is_not_known_and_not_otherwise() {
    let (place, double, _) = ready().await;
    let mut bo = place.visitor();
    for _ in 0..3 {
        assert_eq!(signs_in(&mut bo, &double, "council", json!({})).await.leads_to(), Some("/"));
    }
    assert_eq!((double.asked("about"), double.asked("keys")), (1, 1), "kept");
    wait(Duration::minutes(1));
    double.rotate(40);
    let seen = signs_in(&mut bo, &double, "council", json!({})).await;
    assert_eq!((seen.leads_to(), double.asked("keys")), (Some("/"), 2), "{}", seen.body);
    // One that is not there either is asked for once, and not again at once.
    let unknown =
        || Some(Twist::Header(Box::new(|header| _ = header.insert("kid".to_owned(), json!("unheard of")))));
    wait(Duration::minutes(1));
    double.twist(unknown());
    for _ in 0..5 {
        assert_eq!(signs_in(&mut bo, &double, "council", json!({})).await.status, 403);
    }
    assert_eq!(double.asked("keys"), 3);
    double.twist(None);
    wait(Duration::hours(2));
    signs_in(&mut bo, &double, "council", json!({})).await;
    assert_eq!(double.asked("keys"), 4, "kept for an hour");
}
