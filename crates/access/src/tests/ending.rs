//! Sessions that are ended: at once, each by whoever may, and nobody else's with them.

use testbed::Visitor;

use super::sign_in::half;
use super::{Person, Place};

/// An identifier of nothing.
const NOTHING: &str = "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";

/// The same person on another machine, signed in.
async fn elsewhere(place: &Place, person: &Person) -> Visitor {
    let mut visitor = half(place, person).await;
    visitor.get("/sign-in/code").await;
    let code = person.code();
    assert_eq!(visitor.post("/sign-in/code", &[("code", &code)]).await.leads_to(), Some("/"));
    visitor
}

/// Whom the site takes this browser for, by a page that is for those who signed in.
async fn is_in(visitor: &mut Visitor) -> bool {
    visitor.get("/me").await.status == 200
}

/// The sessions that a page has a way to end, in its order.
fn ends(page: &str, before: &str) -> Vec<String> {
    let ids = page.split(before).skip(1).filter_map(|rest| rest.split_once("/end\""));
    ids.map(|(id, _)| id.to_owned()).filter(|id| id.len() == NOTHING.len()).collect()
}

#[tokio::test]
async fn a_session_of_ones_own_ends_at_once_and_nobody_ends_anothers() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "volunteer").await;
    let mut there = elsewhere(&place, &ann).await;
    let page = ann.visitor.get("/me").await;
    let [session] = &ends(&page.body, "/me/sessions/")[..] else { panic!("{}", page.body) };
    // Whoever knows the identifier of another's session ends nothing by it.
    let mut answers = Vec::new();
    for id in [session.as_str(), NOTHING, "x"] {
        bo.visitor.get("/me").await;
        let seen = bo.visitor.post(&format!("/me/sessions/{id}/end"), &[]).await;
        answers.push((seen.status, seen.body));
    }
    assert_eq!(answers[0].0, 404);
    assert!(answers[1..].iter().all(|answer| *answer == answers[0]), "and it is not said that it is one");
    assert!(is_in(&mut there).await);
    assert_eq!(place.acts("session.end").await, 0);
    ann.visitor.get("/me").await;
    let seen = ann.visitor.post(&format!("/me/sessions/{session}/end"), &[]).await;
    assert_eq!(seen.leads_to(), Some("/me?done=session"), "{}", seen.body);
    assert!(!is_in(&mut there).await, "dead at once");
    assert!(is_in(&mut ann.visitor).await && is_in(&mut bo.visitor).await);
    assert_eq!(place.acts("session.end").await, 1);
    let again = ann.visitor.post(&format!("/me/sessions/{session}/end"), &[]).await;
    assert_eq!((again.status, place.acts("session.end").await), (404, 1));
}

#[tokio::test]
async fn everywhere_else_is_everywhere_else_and_nobody_elses() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "volunteer").await;
    let (mut there, mut yonder) = (elsewhere(&place, &ann).await, elsewhere(&place, &ann).await);
    let mut of_bo = elsewhere(&place, &bo).await;
    ann.visitor.get("/me").await;
    let seen = ann.visitor.post("/me/sessions/end", &[]).await;
    assert_eq!(seen.leads_to(), Some("/me?done=sessions"), "{}", seen.body);
    assert!(!is_in(&mut there).await && !is_in(&mut yonder).await);
    assert!(is_in(&mut ann.visitor).await && is_in(&mut bo.visitor).await && is_in(&mut of_bo).await);
    assert_eq!(place.acts("session.end-others").await, 1);
}

#[tokio::test]
async fn whoever_manages_people_sees_where_they_are_signed_in_and_ends_it_there() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let walkers = ann.adds_organisation("Horncastle Walkers").await;
    let others = ann.adds_organisation("Louth Leisure").await;
    let mut bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
    let mut cy = ann.invites(&place, "Cy Lo", &walkers, "volunteer").await;
    let mut di = ann.invites(&place, "Di Fo", &others, "volunteer").await;
    let mut of_cy = elsewhere(&place, &cy).await;
    let (of_walkers, of_others) =
        (ann.finds("Cy Lo").await.expect("Cy"), ann.finds("Di Fo").await.expect("Di"));
    let page = ann.visitor.get(&format!("/accounts/{of_others}")).await;
    let foreign = ends(&page.body, &format!("/accounts/{of_others}/sessions/"));
    assert_eq!(foreign.len(), 1, "{}", page.body);

    bo.confirm().await;
    let own = format!("/accounts/{of_walkers}");
    let page = bo.visitor.get(&own).await;
    assert!(page.body.contains("Where Cy Lo is signed in"), "{}", page.body);
    let sessions = ends(&page.body, &format!("{own}/sessions/"));
    assert_eq!(sessions.len(), 2, "{}", page.body);
    // Neither somebody of another organisation, nor their session by way of one's own people.
    for path in [
        format!("/accounts/{of_others}/sessions/{}/end", foreign[0]),
        format!("/accounts/{of_others}/sign-out"),
        format!("{own}/sessions/{}/end", foreign[0]),
        format!("{own}/sessions/{NOTHING}/end"),
    ] {
        assert_eq!(bo.visitor.get(&path).await.status, 404, "{path}");
        bo.visitor.get("/me").await;
        assert_eq!(bo.visitor.post(&path, &[]).await.status, 404, "{path}");
    }
    assert!(is_in(&mut di.visitor).await);
    // The latest stands first: that is the other machine.
    let one = format!("{own}/sessions/{}/end", sessions[0]);
    let page = bo.visitor.get(&one).await;
    assert_eq!(page.heading(), "Sign Cy Lo out on one device");
    let seen = bo.visitor.post(&one, &[]).await;
    assert_eq!(seen.leads_to(), Some(format!("{own}?done=session").as_str()), "{}", seen.body);
    assert!(!is_in(&mut of_cy).await && is_in(&mut cy.visitor).await);
    assert_eq!(place.acts("account.end-session").await, 1);
    bo.visitor.get("/me").await;
    assert_eq!(bo.visitor.post(&one, &[]).await.status, 404, "it has ended");
    assert_eq!(place.acts("account.end-session").await, 1);

    let mut of_cy = elsewhere(&place, &cy).await;
    bo.visitor.get("/me").await;
    let seen = bo.visitor.post(&format!("{own}/sign-out"), &[]).await;
    assert_eq!(seen.leads_to(), Some(format!("{own}?done=sign-out").as_str()), "{}", seen.body);
    assert!(!is_in(&mut of_cy).await && !is_in(&mut cy.visitor).await);
    for visitor in [&mut ann.visitor, &mut bo.visitor, &mut di.visitor] {
        assert!(is_in(visitor).await, "nobody else");
    }
    assert_eq!(place.acts("account.sign-out").await, 1);
    assert!(bo.visitor.get(&own).await.body.contains("Not signed in now."));
}
