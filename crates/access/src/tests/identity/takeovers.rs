//! Whoever can choose an e-mail address somewhere comes in as nobody by it.

use serde_json::{Value, json};
use web::SecondFactor;

use super::double::Double;
use super::{joins, signs_in};
use crate::tests::Place;

/// What a provider may say of Ann's address, and of nobody's.
fn addresses() -> Vec<Value> {
    let mut all = Vec::new();
    for email in [
        "ann@example.org",
        "ANN@EXAMPLE.ORG",
        "Ann@Example.org",
        "ann@example.org ",
        " ann@example.org",
        "ann@example.org.",
        "\u{ff41}nn@example.org",
        "a\u{200b}nn@example.org",
        "ann+x@example.org",
        "<ann@example.org>",
        "ann@example.org,eve@example.org",
        "ann@example.org\u{0}eve",
        "eve@example.org",
        "",
    ] {
        for verified in [json!(true), json!(false), json!("true"), json!(1), json!("absent")] {
            all.push(json!({ "email": email, "email_verified": verified, "preferred_username": email, "upn": email }));
        }
    }
    all.extend([
        json!({ "email": "absent", "email_verified": "absent" }),
        json!({ "email": ["ann@example.org"] }),
    ]);
    all.push(json!({ "email": null, "emails": ["ann@example.org"], "name": "Ann Admin" }));
    all
}

#[tokio::test]
async fn an_address_links_nobody_whichever_provider_says_it() {
    let words = ["council", "trust", "practice"];
    let (a, b, c) = (Double::new(1).await, Double::new(11).await, Double::new(21).await);
    let doubles = [&a, &b, &c];
    let configured =
        doubles.iter().zip(words).zip([SecondFactor::Theirs, SecondFactor::Ours, SecondFactor::Theirs]);
    let place =
        Place::with(configured.map(|((double, word), factor)| double.configured(word, factor)).collect())
            .await;
    let mut ann = place.administrator().await;
    let mut refusals = Vec::new();
    let mut tries = 0;
    for (double, word) in doubles.into_iter().zip(words) {
        let mut bodies = Vec::new();
        for (number, mut claims) in addresses().into_iter().enumerate() {
            // The subject is anything that is not linked; it may be the address itself.
            let subject = ["eve", "ann@example.org", "u-1", "Ann Admin"][number % 4];
            claims["sub"] = json!(subject);
            let mut eve = place.visitor();
            eve.address =
                std::net::Ipv4Addr::from(0x0a00_0001 + (u32::try_from(number).expect("few") << 8)).into();
            let seen = signs_in(&mut eve, double, word, claims.clone()).await;
            assert_eq!(seen.status, 403, "{word} {claims}: {}", seen.body);
            assert!(!eve.cookies.contains_key("__Host-meres"), "{word} {claims}");
            assert!(!seen.body.contains("ann@example.org") && !seen.body.contains("Ann"), "{}", seen.body);
            // What is of another type than the standard's is refused as a whole.
            if claims["email"].is_string() && claims["email_verified"] != json!(1) {
                bodies.push(seen.body);
            }
            tries += 1;
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "the same page, whatever the address");
        refusals.extend(bodies);
    }
    assert!(tries > 200, "{tries}");
    assert_eq!(refusals.len(), 3);
    assert_eq!((place.acts("sign-in.identity").await, place.acts("identity.link").await), (0, 0));
    assert_eq!(ann.name().await, "Ann Admin");
}

/// Two providers, and a link by which Bo is invited.
async fn council_and_trust() -> (Place, Double, Double, String) {
    let (a, b) = (Double::new(1).await, Double::new(11).await);
    let place = Place::with(vec![
        a.configured("council", SecondFactor::Theirs),
        b.configured("trust", SecondFactor::Theirs),
    ])
    .await;
    let mut ann = place.administrator().await;
    let partner = ann.adds_organisation("Horncastle Walkers").await;
    let link = ann.link_for("Bo Ek", "bo@example.org", &partner, "volunteer").await;
    (place, a, b, link)
}

#[tokio::test]
async fn somebody_stays_who_they_are_when_their_address_changes_or_another_takes_it() {
    let (place, a, b, link) = council_and_trust().await;
    let mut bo = place.visitor();
    let seen =
        joins(&mut bo, &a, "council", &link, json!({ "sub": "bo-at-council", "email": "bo@example.org" }))
            .await;
    assert_eq!(seen.leads_to(), Some("/"), "{}", seen.body);
    for email in ["bo.ek@example.org", "ann@example.org", "absent"] {
        signs_in(&mut bo, &a, "council", json!({ "sub": "bo-at-council", "email": email })).await;
        assert_eq!(bo.get("/").await.body, "Bo Ek", "{email}");
    }
    // The same subject and the same address at another provider are somebody else.
    let mut eve = place.visitor();
    let same = json!({ "sub": "bo-at-council", "email": "bo@example.org" });
    assert_eq!(signs_in(&mut eve, &b, "trust", same).await.status, 403);
    // And whoever gets Bo's old address at the council is not Bo.
    let heir = json!({ "sub": "new-at-council", "email": "bo@example.org" });
    assert_eq!(signs_in(&mut eve, &a, "council", heir).await.status, 403);
    assert_eq!(eve.get("/").await.body, "nobody");
}

#[tokio::test]
async fn what_one_provider_gives_is_taken_for_no_other() {
    let (place, a, b, link) = council_and_trust().await;
    joins(&mut place.visitor(), &a, "council", &link, json!({})).await;
    // Begun at one, and brought back to the door of the other: with either's state, code and cookie.
    for (begun, back) in [("council", "trust"), ("trust", "council")] {
        let (double, other) = if begun == "council" { (&a, &b) } else { (&b, &a) };
        for issuer in [&double.issuer, &other.issuer] {
            let mut eve = place.visitor();
            let seen = super::sets_out(&mut eve, begun).await;
            let mut question = double.signs_in(&super::onward(&seen), json!({}));
            question[2].1.clone_from(issuer);
            assert_eq!(
                super::come_back(&mut eve, other, back, &question).await.status,
                403,
                "{begun} to {back}"
            );
            assert_eq!(eve.get("/").await.body, "nobody");
        }
    }
    // A way that Eve began, opened in Bo's browser: it would sign Bo in as somebody else.
    let (mut eve, mut bo) = (place.visitor(), place.visitor());
    let seen = super::sets_out(&mut eve, "council").await;
    let question = a.signs_in(&super::onward(&seen), json!({}));
    super::sets_out(&mut bo, "council").await;
    assert_eq!(super::come_back(&mut bo, &a, "council", &question).await.status, 403);
    assert_eq!(bo.get("/").await.body, "nobody");
}
