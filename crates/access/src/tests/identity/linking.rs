//! Linking and removing, second factors, confirming, and accounts that are disabled.

use std::time::Instant;

use serde_json::json;
use testbed::Visitor;
use time::Duration;
use web::SecondFactor;

use super::double::{Double, Twist};
use super::{COOKIE, joins, onward, sets_out, signs_in, there_and_back};
use crate::tests::{PASSWORD, Person, Place, wait};

async fn with(factor: SecondFactor) -> (Place, Double, Person) {
    let double = Double::new(1).await;
    let place = Place::with(vec![double.configured("council", factor)]).await;
    let ann = place.administrator().await;
    (place, double, ann)
}

/// Bo, who was invited and came by the council's account.
async fn bo_joins(place: &Place, double: &Double, ann: &mut Person) -> (Visitor, testbed::Seen) {
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let link = ann.link_for("Bo", "bo@example.org", &partner, "volunteer").await;
    let mut bo = place.visitor();
    let seen = joins(&mut bo, double, "council", &link, json!({})).await;
    assert_eq!(place.visitor().get(&link).await.status, 410, "it was used");
    (bo, seen)
}

#[tokio::test]
async fn somebody_who_is_invited_comes_by_their_employers_account_and_signs_in_by_it() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let (mut bo, seen) = bo_joins(&place, &double, &mut ann).await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
    assert_eq!(bo.get("/").await.body, "Bo Ek", "by the name that they gave");
    assert_eq!(place.acts("identity.link").await, 1);
    let mut elsewhere = place.visitor();
    let seen = signs_in(&mut elsewhere, &double, "council", json!({})).await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
    assert_eq!(elsewhere.get("/").await.body, "Bo Ek");
    assert_eq!(place.acts("sign-in.identity").await, 1);
    assert!(!elsewhere.cookies.contains_key(COOKIE));
    for cookie in seen.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("a text");
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Path=/; Secure; HttpOnly; SameSite=Lax"),
            "{cookie}"
        );
    }
    // The list of people shows that they came, and nobody signs in with a password that is none.
    let id = ann.finds("Bo Ek").await.expect("in the list");
    assert!(ann.visitor.get(&format!("/accounts/{id}")).await.body.contains("Active"));
    let mut thief = place.visitor();
    thief.get("/sign-in").await;
    for password in ["", PASSWORD, "invented"] {
        let seen = thief.post("/sign-in", &[("email", "bo@example.org"), ("password", password)]).await;
        assert_eq!(seen.status, 422, "{}", seen.body);
    }
}

#[tokio::test]
async fn who_comes_with_a_wrong_name_or_an_old_link_is_told_so() {
    let (place, _, mut ann) = with(SecondFactor::Theirs).await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let link = ann.link_for("Bo", "bo@example.org", &partner, "volunteer").await;
    let mut bo = place.visitor();
    bo.get(&link).await;
    let with = format!("{link}/with");
    let seen = bo.post(&with, &[("name", " "), ("provider", "council")]).await;
    assert_eq!(seen.status, 422);
    assert!(
        seen.body.contains("Enter your name") && seen.body.contains("Use my The council account"),
        "{}",
        seen.body
    );
    assert_eq!(bo.post(&with, &[("name", "Bo"), ("provider", "nobody")]).await.status, 404);
    wait(Duration::days(8));
    assert_eq!(bo.post(&with, &[("name", "Bo"), ("provider", "council")]).await.status, 410);
}

#[tokio::test]
async fn without_a_second_factor_of_theirs_ours_is_asked_for() {
    let (place, double, mut ann) = with(SecondFactor::Ours).await;
    let (bo, seen) = bo_joins(&place, &double, &mut ann).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/set-up/passkey"), "{}", seen.body);
    let bo = Person::with_app(bo, seen, "bo@example.org").await;
    let mut visitor = place.visitor();
    let page = sets_out(&mut visitor, "council").await;
    let seen = there_and_back(&mut visitor, &double, "council", &page, json!({})).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/code"));
    assert_eq!(visitor.get("/").await.body, "nobody", "by half");
    assert_eq!(visitor.get("/me").await.status, 303);
    visitor.follow(seen).await;
    let seen = visitor.post("/sign-in/code", &[("code", &bo.code())]).await;
    assert_eq!((seen.leads_to(), visitor.get("/").await.body.as_str()), (Some("/"), "Bo Ek"));
}

#[tokio::test]
async fn theirs_counts_where_the_token_says_so_and_its_lack_opens_no_way_in() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    bo_joins(&place, &double, &mut ann).await;
    for said in [json!({ "amr": ["pwd", "mfa"] }), json!({ "amr": ["absent-minded"], "acr": "urn:two" })] {
        let mut bo = place.visitor();
        signs_in(&mut bo, &double, "council", said.clone()).await;
        assert_eq!(bo.get("/").await.body, "Bo Ek", "{said}");
    }
    // Somebody who has Bo's password there, and sets up an app of their own here.
    for said in [
        json!({ "amr": "absent" }),
        json!({ "amr": ["pwd"] }),
        json!({ "amr": ["MFA", "mfa "] }),
        json!({ "amr": [], "acr": "urn:one" }),
    ] {
        let mut thief = place.visitor();
        let seen = signs_in(&mut thief, &double, "council", said.clone()).await;
        assert_eq!(
            (seen.status, seen.heading()),
            (403, "The council did not ask for your second factor"),
            "{said}"
        );
        assert!(!thief.cookies.contains_key("__Host-meres"), "{said}");
    }
}

#[tokio::test]
async fn an_account_that_is_disabled_and_one_that_nobody_has_look_the_same() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let (mut bo, _) = bo_joins(&place, &double, &mut ann).await;
    let id = ann.finds("Bo Ek").await.expect("in the list");
    ann.confirm().await;
    ann.visitor.get(&format!("/accounts/{id}/disable")).await;
    let seen = ann.visitor.post(&format!("/accounts/{id}/disable"), &[]).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    assert_eq!(bo.get("/").await.body, "nobody", "at once");
    let mut pages = Vec::new();
    for subject in ["u-1", "nobody's"] {
        let mut visitor = place.visitor();
        let seen = signs_in(&mut visitor, &double, "council", json!({ "sub": subject })).await;
        assert_eq!((seen.status, seen.heading()), (403, "Nobody signs in here with that account"));
        assert!(!visitor.cookies.contains_key("__Host-meres"));
        pages.push(seen.body);
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn on_their_own_page_somebody_links_an_account_and_removes_it() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let page = ann.visitor.get("/me").await;
    assert!(page.body.contains("Sign in with your The council account as well"), "{}", page.body);
    wait(Duration::minutes(20));
    let asked = ann.visitor.get("/me/identities/with/council").await;
    assert_eq!(asked.leads_to(), Some("/confirm?next=%2Fme%2Fidentities%2Fwith%2Fcouncil"));
    ann.confirm().await;
    ann.visitor.get("/me/identities/with/council").await;
    let seen = ann.visitor.post("/me/identities/with/council", &[]).await;
    assert!(onward(&seen).contains("prompt=login"), "on a shared machine they say who they are");
    let seen = there_and_back(&mut ann.visitor, &double, "council", &seen, json!({ "sub": "ann" })).await;
    assert_eq!(seen.leads_to(), Some("/me?done=identity"), "{}", seen.body);
    let mut elsewhere = place.visitor();
    signs_in(&mut elsewhere, &double, "council", json!({ "sub": "ann" })).await;
    assert_eq!(elsewhere.get("/").await.body, "Ann Admin");
    // Nobody else's, from then on.
    let (_, seen) = {
        let partner = ann.adds_organisation("Horncastle Walkers").await;
        let link = ann.link_for("Bo", "bo@example.org", &partner, "volunteer").await;
        let mut bo = place.visitor();
        let seen = joins(&mut bo, &double, "council", &link, json!({ "sub": "ann" })).await;
        assert_eq!(place.visitor().get(&link).await.status, 200, "the link still works");
        (bo, seen)
    };
    assert_eq!((seen.status, seen.heading()), (403, "That account is in use"));
    // Removed: with it goes whoever else is signed in as Ann.
    let page = ann.visitor.get("/me").await;
    let remove = page.between("href=\"/me/identities/", "\"").map(|path| format!("/me/identities/{path}"));
    let remove = remove.expect("a way to remove it");
    assert_eq!(elsewhere.get(&remove).await.status, 200);
    ann.visitor.get(&remove).await;
    assert_eq!(ann.visitor.post(&remove, &[]).await.leads_to(), Some("/me?done=removed"));
    assert_eq!(elsewhere.get("/").await.body, "nobody");
    assert_eq!(signs_in(&mut elsewhere, &double, "council", json!({ "sub": "ann" })).await.status, 403);
    assert_eq!(ann.visitor.post(&remove, &[]).await.status, 404);
    assert_eq!((place.acts("identity.link").await, place.acts("identity.remove").await), (1, 1));
}

#[tokio::test]
async fn nobody_removes_an_account_elsewhere_of_somebody_else() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let (mut bo, _) = bo_joins(&place, &double, &mut ann).await;
    let page = bo.get("/me").await;
    let remove = page.between("href=\"/me/identities/", "\"").map(|path| format!("/me/identities/{path}"));
    let remove = remove.expect("a way to remove it");
    ann.confirm().await;
    assert_eq!(ann.visitor.get(&remove).await.status, 404);
    ann.visitor.get("/me").await;
    assert_eq!(ann.visitor.post(&remove, &[]).await.status, 404);
    assert_eq!(place.acts("identity.remove").await, 0);
}

#[tokio::test]
async fn the_only_way_in_cannot_be_removed_until_there_is_another() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let (mut bo, _) = bo_joins(&place, &double, &mut ann).await;
    let page = bo.get("/me").await;
    assert!(page.body.contains("You have no password here"), "{}", page.body);
    let remove = page.between("href=\"/me/identities/", "\"").map(|path| format!("/me/identities/{path}"));
    let remove = remove.expect("a way to remove it");
    assert_eq!(bo.get(&remove).await.status, 409);
    assert_eq!(bo.post(&remove, &[]).await.status, 409);
    // A password comes with an app, or whoever found it out would set up theirs.
    assert_eq!(bo.get("/me/password").await.status, 409);
    let seen = bo.get("/me/app").await;
    let secret = seen.between("class=\"meres-secret\">", "<").expect("a secret").replace(' ', "");
    let mut bo = Person { visitor: bo, email: "bo@example.org".to_owned(), secret, paper: Vec::new() };
    let code = bo.code();
    assert_eq!(bo.visitor.post("/me/app", &[("code", &code)]).await.heading(), "Keep your recovery codes");
    let seen = bo.visitor.get("/me/password").await;
    assert_eq!(seen.heading(), "Choose a password");
    assert!(!seen.body.contains("present password"));
    let seen = bo.visitor.post("/me/password", &[("password", PASSWORD)]).await;
    assert_eq!(seen.leads_to(), Some("/me?done=password"), "{}", seen.body);
    bo.visitor.get(&remove).await;
    assert_eq!(bo.visitor.post(&remove, &[]).await.leads_to(), Some("/me?done=removed"));
    bo.visitor.cookies.clear();
    assert_eq!(bo.sign_in().await.leads_to(), Some("/"));
}

#[tokio::test]
async fn somebody_without_an_app_confirms_by_signing_in_anew_there() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let (mut bo, _) = bo_joins(&place, &double, &mut ann).await;
    wait(Duration::minutes(20));
    assert!(bo.get("/me/app").await.leads_to().is_some_and(|to| to.starts_with("/confirm?")));
    let token = bo.cookies["__Host-meres"].clone();
    let now = crate::tests::NOW.get();
    for (why, said) in [
        ("no time", json!({ "auth_time": "absent" })),
        ("long ago", json!({ "auth_time": now - 600 })),
        ("no second factor", json!({ "amr": ["pwd"] })),
        ("somebody else", json!({ "sub": "u-2" })),
    ] {
        let page = bo.get("/confirm?next=/me/app").await;
        assert!(
            page.body.contains("action=\"/confirm/with\"") && !page.body.contains("name=\"code\""),
            "{}",
            page.body
        );
        let seen = bo.post("/confirm/with", &[("first", "council"), ("next", "/me/app")]).await;
        let address = onward(&seen);
        assert!(address.contains("max_age=0") && address.contains("prompt=login"), "{address}");
        let seen = there_and_back(&mut bo, &double, "council", &seen, said).await;
        assert_eq!((seen.status, seen.heading()), (403, "That did not confirm that it is you"), "{why}");
        assert_eq!(bo.get("/me/app").await.status, 303, "{why}");
    }
    bo.get("/confirm?next=/me/app").await;
    let seen = bo.post("/confirm/with", &[("provider", "council"), ("next", "/me/app")]).await;
    let seen = there_and_back(&mut bo, &double, "council", &seen, json!({})).await;
    assert_eq!(seen.leads_to(), Some("/me/app"), "{}", seen.body);
    assert_ne!(bo.cookies["__Host-meres"], token, "under a new token");
    assert_eq!(bo.get("/me/app").await.status, 200);
    let mut thief = place.visitor();
    thief.cookies.insert("__Host-meres".to_owned(), token);
    assert_eq!(thief.get("/").await.body, "nobody", "the old one is dead");
}

#[tokio::test]
async fn what_was_begun_to_confirm_or_to_link_ends_with_its_session() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    ann.visitor.get("/me/identities/with/council").await;
    let seen = ann.visitor.post("/me/identities/with/council", &[]).await;
    // Somebody else signs in in the same browser before the way back is gone.
    ann.sign_in().await;
    let seen = there_and_back(&mut ann.visitor, &double, "council", &seen, json!({})).await;
    assert_eq!((seen.status, seen.heading()), (403, "Begin again"));
    // And a page of step-up that is too long ago asks for it again.
    ann.visitor.get("/me/identities/with/council").await;
    let seen = ann.visitor.post("/me/identities/with/council", &[]).await;
    ann.visitor.cookies.remove("__Host-meres");
    let seen = there_and_back(&mut ann.visitor, &double, "council", &seen, json!({})).await;
    assert_eq!((seen.status, seen.heading()), (403, "Begin again"));
    assert_eq!(place.acts("identity.link").await, 0);
}

#[tokio::test]
async fn a_link_to_come_back_by_ends_every_way_in_from_before() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    let (mut bo, _) = bo_joins(&place, &double, &mut ann).await;
    let id = ann.finds("Bo Ek").await.expect("in the list");
    for by_password in [false, true] {
        ann.confirm().await;
        ann.visitor.get(&format!("/accounts/{id}/renew")).await;
        let seen = ann.visitor.post(&format!("/accounts/{id}/renew"), &[]).await;
        let link = seen.between("http://localhost:8080", "<").expect("a link").to_owned();
        let mut back = place.visitor();
        if by_password {
            back.get(&link).await;
            let seen = back.post(&link, &[("password", PASSWORD)]).await;
            assert_eq!(seen.leads_to(), Some("/sign-in/set-up/passkey"));
            assert_eq!(signs_in(&mut bo, &double, "council", json!({ "sub": "u-2" })).await.status, 403);
        } else {
            // The same account, or another: it is them by the link.
            let seen = joins(&mut back, &double, "council", &link, json!({ "sub": "u-2" })).await;
            assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
            assert_eq!(bo.get("/").await.body, "nobody", "signed out everywhere");
            assert_eq!(signs_in(&mut bo, &double, "council", json!({})).await.status, 403);
        }
    }
}

#[tokio::test]
async fn a_provider_that_hangs_or_is_gone_keeps_nobody_from_their_password() {
    // One that takes the question and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = silent.local_addr().expect("an address");
    let double = Double::new(1).await;
    let mut hanging = double.configured("council", SecondFactor::Theirs);
    hanging.issuer = format!("http://{address}");
    let place = Place::with(vec![hanging]).await;
    let mut ann = place.administrator().await;
    let mut visitor = place.visitor();
    let began = Instant::now();
    let waiting = async {
        let seen = sets_out(&mut visitor, "council").await;
        assert_eq!((seen.status, seen.heading()), (403, "The council does not answer"), "{}", seen.body);
    };
    let meanwhile = async {
        ann.visitor.cookies.remove("__Host-meres");
        ann.sign_in().await
    };
    let ((), seen) = tokio::join!(waiting, meanwhile);
    assert_eq!(seen.leads_to(), Some("/"));
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    // It is not asked again at once.
    let began = Instant::now();
    assert_eq!(sets_out(&mut place.visitor(), "council").await.status, 403);
    assert!(began.elapsed().as_millis() < 2_000, "{:?}", began.elapsed());
    drop(silent);
}

#[tokio::test]
async fn one_network_cannot_have_the_provider_asked_for_ever() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    bo_joins(&place, &double, &mut ann).await;
    let before = double.asked("token");
    double.twist(Some(Twist::Reply(400, "{}".to_owned())));
    let mut thief = place.visitor();
    thief.address = [198, 51, 100, 7].into();
    let mut asked = Vec::new();
    for _ in 0..70 {
        asked.push(signs_in(&mut thief, &double, "council", json!({})).await.status);
    }
    assert_eq!(asked.iter().filter(|status| **status == 403).count(), 60);
    assert_eq!(asked.iter().filter(|status| **status == 429).count(), 10);
    assert_eq!(double.asked("token") - before, 60);
    // Elsewhere it goes on.
    double.twist(None);
    let seen = signs_in(&mut place.visitor(), &double, "council", json!({})).await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
}

#[tokio::test]
async fn a_provider_that_remembers_somebody_confirms_nothing() {
    let (place, double, mut ann) = with(SecondFactor::Theirs).await;
    bo_joins(&place, &double, &mut ann).await;
    let now = crate::tests::NOW.get();
    let mut desk = place.visitor();
    let seen = signs_in(&mut desk, &double, "council", json!({ "auth_time": now - 6 * 3600 })).await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
    assert_eq!(desk.get("/").await.body, "Bo Ek");
    // They signed in there this morning: nobody has shown who sits here now.
    assert!(desk.get("/me/app").await.leads_to().is_some_and(|to| to.starts_with("/confirm?")));
    let mut fresh = place.visitor();
    signs_in(&mut fresh, &double, "council", json!({})).await;
    assert_eq!(fresh.get("/me/app").await.status, 200);
}

#[tokio::test]
async fn an_account_without_a_second_factor_is_not_linked_to_somebody_who_has_none_here() {
    let (council, club) = (Double::new(1).await, Double::new(40).await);
    let providers = vec![
        council.configured("council", SecondFactor::Theirs),
        club.configured("club", SecondFactor::Ours),
    ];
    let place = Place::with(providers).await;
    let mut ann = place.administrator().await;
    let (mut bo, _) = bo_joins(&place, &council, &mut ann).await;
    bo.get("/me/identities/with/club").await;
    let seen = bo.post("/me/identities/with/club", &[]).await;
    let seen = there_and_back(&mut bo, &club, "club", &seen, json!({ "sub": "bo" })).await;
    assert_eq!(seen.status, 409, "{}", seen.body);
    assert!(seen.body.contains("Set up a passkey or an authenticator app first"), "{}", seen.body);
    let mut thief = place.visitor();
    signs_in(&mut thief, &club, "club", json!({ "sub": "bo" })).await;
    assert_eq!(thief.get("/").await.body, "nobody");
}
