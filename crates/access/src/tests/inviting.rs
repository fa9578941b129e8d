//! Whoever invites learns nothing of who has an account elsewhere; whoever was invited and has one takes the role on with it.

use testbed::Seen;

use super::{PASSWORD, Person, Place};

/// Two organisations, their managers, and somebody who has an account by way of the second.
struct Scene {
    place: Place,
    ann: Person,
    walkers: String,
    bo: Person,
    kim: Person,
}

impl Scene {
    async fn new() -> Self {
        let place = Place::new().await;
        let mut ann = place.administrator().await;
        let walkers = ann.adds_organisation("Horncastle Walkers").await;
        let leisure = ann.adds_organisation("Louth Leisure").await;
        let bo = ann.invites(&place, "Bo Ek", &walkers, "service-manager").await;
        let kim = ann.invites(&place, "Kim Uy", &leisure, "volunteer").await;
        Self { place, ann, walkers, bo, kim }
    }
}

/// A page without what is new each time that it is made: identifiers, tokens, and the address that was asked about.
fn without_numbers(seen: &Seen, email: &str) -> String {
    let text = seen.body.replace(email, "ADDRESS");
    let number = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let cut = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    text.split_inclusive(cut)
        .map(|part| part.trim_end_matches(cut))
        .map(|word| if number(word) { "NUMBER" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn to_invite_somebody_says_nothing_of_an_account_elsewhere() {
    let mut scene = Scene::new().await;
    let (place, bo) = (&scene.place, &mut scene.bo);
    bo.confirm().await;
    let mut shown: Vec<Vec<(u16, String)>> = Vec::new();
    // Nobody's address; somebody's, as they have it and otherwise written.
    for email in ["zed.zz@example.org", "kim.uy@example.org", "KIM.uy@example.org"] {
        let acts = place.acts("").await;
        let mut pages = Vec::new();
        bo.visitor.get("/accounts/invite").await;
        let fields = [
            ("name", "Jo Io"),
            ("email", email),
            ("organisation", scene.walkers.as_str()),
            ("role", "volunteer"),
        ];
        pages.push(bo.visitor.post("/accounts/invite", &fields).await);
        let link = pages[0].between("http://localhost:8080", "<").expect("a link").to_owned();
        let path = format!("/accounts/{}", bo.finds("Jo Io").await.expect("in the list"));
        pages.push(bo.visitor.get("/accounts").await);
        for page in ["", "/renew", "/disable", "/roles/new", "/sign-out"] {
            pages.push(bo.visitor.get(&format!("{path}{page}")).await);
        }
        // And what whoever is to hand the link over sees when they try it.
        pages.push(place.visitor().get(&link).await);
        pages.push(bo.visitor.get(&link).await);
        bo.visitor.get(&path).await;
        let seen = bo.visitor.post(&format!("{path}/renew"), &[]).await;
        pages.push(seen);
        bo.visitor.get(&path).await;
        let role = [("organisation", scene.walkers.as_str()), ("role", "link-worker")];
        pages.push(bo.visitor.post(&format!("{path}/roles/new"), &role).await);
        pages.push(bo.visitor.get(&path).await);
        pages.push(bo.visitor.post(&format!("{path}/disable"), &[]).await);
        let mut texts: Vec<_> =
            pages.iter().map(|seen| (seen.status, without_numbers(seen, email))).collect();
        texts.push((0, (place.acts("").await - acts).to_string()));
        shown.push(texts);
        // Out of the list, for the next to be the only one of that name.
        let page = bo.visitor.get(&path).await;
        for part in page.body.split("/roles/").skip(1) {
            let Some((role, _)) = part.split_once("/end\"") else { continue };
            bo.visitor.get(&format!("{path}/roles/{role}/end")).await;
            bo.visitor.post(&format!("{path}/roles/{role}/end"), &[]).await;
        }
        assert_eq!(bo.finds("Jo Io").await, None);
    }
    let first = shown.remove(0);
    assert!(first[..10].iter().all(|(status, _)| *status == 200), "{first:?}");
    for other in shown {
        for (at, (one, other)) in first.iter().zip(&other).enumerate() {
            assert_eq!(one, other, "page {at}");
        }
    }
    // Nothing came of any of it for the owner of the account.
    assert_eq!(scene.kim.name().await, "Kim Uy");
}

#[tokio::test]
async fn whoever_is_invited_and_has_an_account_takes_the_role_on_with_it() {
    let mut scene = Scene::new().await;
    let place = &scene.place;
    let email = scene.kim.email.clone();
    let link = scene.bo.link_for("Kimberley U", &email, &scene.walkers, "link-worker").await;
    // Not signed in, it is the page that everybody gets; a second account by one address is not made.
    let mut visitor = place.visitor();
    let seen = visitor.get(&link).await;
    assert!(seen.body.contains("sign in with it first"), "{}", seen.body);
    let fields = [("name", "Kim"), ("password", "another few plain words")];
    let seen = visitor.post(&link, &fields).await;
    assert_eq!(seen.status, 422, "{}", seen.body);
    assert!(seen.body.contains("sign in with it first"));
    // Somebody else who is signed in cannot take it for themselves.
    let seen = scene.bo.visitor.get(&link).await;
    assert_eq!(seen.heading(), "Join Meres");
    let seen = scene.kim.visitor.get(&link).await;
    assert_eq!(seen.heading(), "Take on a new role", "{}", seen.body);
    assert!(seen.body.contains("Link worker at Horncastle Walkers"), "{}", seen.body);
    let before = scene.kim.visitor.clone();
    let seen = scene.kim.visitor.post(&link, &[]).await;
    assert_eq!(seen.leads_to(), Some("/me"), "{}", seen.body);
    let page = scene.kim.visitor.get("/me").await;
    assert!(page.body.contains("Horncastle Walkers") && page.body.contains("Louth Leisure"), "{}", page.body);
    let mut old = before;
    assert_eq!(old.get("/").await.body, "nobody", "what they may do changed: under a new token");
    assert_eq!(scene.kim.visitor.get(&link).await.status, 410, "it works once");
    assert_eq!(place.acts("role.accept").await, 1);
    // One account, by its own name.
    assert!(scene.bo.finds("Kim Uy").await.is_some());
    assert_eq!(scene.bo.finds("Kimberley U").await, None);
    let list = scene.ann.visitor.get("/accounts").await.body;
    assert_eq!(list.matches("Kim").count(), 1, "{list}");
    assert_eq!(scene.kim.sign_in().await.status, 303, "with the password that they had");
}

#[tokio::test]
async fn two_may_invite_somebody_new_who_has_one_account_in_the_end() {
    let mut scene = Scene::new().await;
    let leisure = scene.ann.visitor.get("/organisations").await;
    let leisure = leisure.body.split("\">Louth Leisure").next().and_then(|before| before.rsplit('/').next());
    let leisure = leisure.expect("its identifier").to_owned();
    let first = scene.bo.link_for("Di Fo", "di@example.org", &scene.walkers, "volunteer").await;
    let second = {
        let mut cy = scene.ann.invites(&scene.place, "Cy Lo", &leisure, "service-manager").await;
        cy.link_for("Diana Fo", "Di@Example.org", &leisure, "volunteer").await
    };
    // Whom the viewer sees is said plainly: the same address twice among one's own people, and anywhere for whoever sees all.
    for who in [&mut scene.bo, &mut scene.ann] {
        who.confirm().await;
        who.visitor.get("/accounts/invite").await;
        let fields = [
            ("name", "Di"),
            ("email", "DI@example.org"),
            ("organisation", scene.walkers.as_str()),
            ("role", "volunteer"),
        ];
        let seen = who.visitor.post("/accounts/invite", &fields).await;
        assert!(seen.status == 422 && seen.body.contains("among your people already"), "{}", seen.body);
    }
    let mut visitor = scene.place.visitor();
    visitor.get(&second).await;
    let seen = visitor.post(&second, &[("name", "Diana Fo"), ("password", PASSWORD)]).await;
    let mut di = Person::with_app(visitor, seen, "di@example.org").await;
    assert_eq!(di.visitor.get(&first).await.heading(), "Take on a new role");
    assert_eq!(di.visitor.post(&first, &[]).await.leads_to(), Some("/me"));
    assert!(di.visitor.get("/me").await.body.contains("Horncastle Walkers"));
    di.sign_in().await;
    assert_eq!(di.name().await, "Diana Fo");
}

#[tokio::test]
async fn whoever_ends_the_last_role_of_a_colleague_is_told_so() {
    let mut scene = Scene::new().await;
    let bo = &mut scene.bo;
    bo.invites(&scene.place, "Di Fo", &scene.walkers, "volunteer").await;
    let path = format!("/accounts/{}", bo.finds("Di Fo").await.expect("in the list"));
    let page = bo.visitor.get(&path).await;
    let line = page.between("/roles/", "/end\"").filter(|line| line.len() == 36);
    let line = line
        .or_else(|| page.body.split("/roles/").find_map(|part| part.split_once("/end\"")).map(|(l, _)| l));
    let end = format!("{path}/roles/{}/end", line.expect("a line to end"));
    bo.visitor.get(&end).await;
    let seen = bo.visitor.post(&end, &[]).await;
    assert_eq!(seen.status, 303);
    let seen = bo.visitor.follow(seen).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(seen.body.contains("The role was ended.") && !seen.body.contains("Di Fo"), "{}", seen.body);
    // Whoever sees everybody is led to the page of the person, as before.
    let end = {
        let path = format!("/accounts/{}", scene.ann.finds("Kim Uy").await.expect("in the list"));
        scene.ann.confirm().await;
        let page = scene.ann.visitor.get(&path).await;
        let line = page.body.split("/roles/").find_map(|part| part.split_once("/end\"")).expect("a line").0;
        format!("{path}/roles/{line}/end")
    };
    scene.ann.visitor.get(&end).await;
    let seen = scene.ann.visitor.post(&end, &[]).await;
    let seen = scene.ann.visitor.follow(seen).await;
    assert!(seen.heading() == "Kim Uy" && seen.body.contains("The role was ended"), "{}", seen.body);
}
