//! Setting up, signing in, and what no longer works afterwards.

use testbed::{Seen, Visitor};
use time::Duration;

use super::{PASSWORD, Person, Place, wait};

#[tokio::test]
async fn whoever_installs_meres_makes_the_first_account_by_a_link_that_works_once() {
    let place = Place::new().await;
    let old = place.first_link().await;
    let link = place.first_link().await;
    let mut ann = place.administrator().await;
    assert_eq!(ann.name().await, "Ann Admin");
    for used in [&old, &link] {
        assert_eq!(place.visitor().get(used).await.status, 410);
    }
    assert!(crate::first_link(&place.house).await.expect("asked").is_none(), "there is an account");
}

#[tokio::test]
async fn a_first_link_is_good_for_a_day() {
    let place = Place::new().await;
    let link = place.first_link().await;
    assert_eq!(place.visitor().get(&link).await.status, 200);
    wait(Duration::hours(24));
    assert_eq!(place.visitor().get(&link).await.status, 410);
}

#[tokio::test]
async fn a_link_that_many_use_at_once_works_for_one() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let partner = partner_of(&mut ann).await;
    let link = ann.link_for("Bo Ek", "bo@example.org", &partner, "volunteer").await;
    let forms = (0..MANY).map(|_| vec![("name", "Bo Ek".to_owned()), ("password", PASSWORD.to_owned())]);
    used_at_once(&place, &link, forms.collect()).await;
    assert_eq!(place.acts("account.join").await, 1);
}

#[tokio::test]
async fn the_first_link_that_many_use_at_once_makes_one_administrator() {
    let place = Place::new().await;
    let link = place.first_link().await;
    let form = |number| {
        vec![
            ("organisation", format!("Programme {number}")),
            ("name", format!("Ann {number}")),
            ("email", format!("ann{number}@example.org")),
            ("password", PASSWORD.to_owned()),
        ]
    };
    let (winner, won) = used_at_once(&place, &link, (0..MANY).map(form).collect()).await;
    let mut ann = Person::with_app(winner, won, "ann").await;
    let accounts = ann.visitor.get("/accounts").await.body;
    assert_eq!(accounts.matches("href=\"/accounts/0").count(), 1, "{accounts}");
    let organisations = ann.visitor.get("/organisations").await.body;
    assert_eq!(organisations.matches("\">Programme ").count(), 1, "{organisations}");
}

/// So many open a link before one of them uses it.
const MANY: usize = 200;

/// All of them open this link, and then send their forms at once, to two servers of one database: one of them has used it, and
/// is given back with the answer.
async fn used_at_once(place: &Place, link: &str, forms: Vec<Vec<(&str, String)>>) -> (Visitor, Seen) {
    let another = place.another().await;
    let mut many = Vec::new();
    for number in 0..forms.len() {
        let mut visitor = [place, &another][number % 2].visitor();
        assert_eq!(visitor.get(link).await.status, 200);
        many.push(visitor);
    }
    let tries = many.iter_mut().zip(&forms).map(|(visitor, form)| async move {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, text)| (*name, text.as_str())).collect();
        visitor.post(link, &form).await
    });
    let seen = join_all(tries.map(Box::pin).collect()).await;
    let statuses: Vec<u16> = seen.iter().map(|seen| seen.status).collect();
    assert_eq!(statuses.iter().filter(|&&status| status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
    many.into_iter().zip(seen).find(|(_, seen)| seen.status == 303).expect("one")
}

/// All of them together, on this one thread.
pub(super) async fn join_all<T>(mut tasks: Vec<std::pin::Pin<Box<impl Future<Output = T>>>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (task, done) in tasks.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = task.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

async fn partner_of(person: &mut Person) -> String {
    let seen = person.visitor.get("/organisations").await;
    seen.between("href=\"/organisations/", "\"").map(|_| ()).expect("a link");
    let links = seen.body.split("href=\"/organisations/").skip(1).filter_map(|rest| rest.split_once('"'));
    links.map(|(id, _)| id.to_owned()).find(|id| id.len() == 36).expect("an organisation")
}

#[tokio::test]
async fn a_password_alone_opens_nothing() {
    let place = Place::new().await;
    let ann = place.administrator().await;
    let mut thief = place.visitor();
    thief.get("/sign-in").await;
    let seen = thief.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/code"));
    for path in ["/me", "/accounts", "/organisations", "/confirm", "/me/app"] {
        let seen = thief.get(path).await;
        assert_eq!(seen.status, 303, "{path}");
        assert!(seen.leads_to().expect("somewhere").starts_with("/sign-in?next="), "{path}");
    }
    // And does not lead to an app of the thief's own.
    assert_eq!(thief.get("/sign-in/set-up").await.leads_to(), Some("/sign-in?next=%2F"));
    assert_eq!(thief.get("/").await.body, "nobody");
}

#[tokio::test]
async fn every_stage_has_a_token_of_its_own_and_the_old_one_is_dead() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let whole = ann.visitor.cookies["__Host-meres"].clone();
    ann.confirm().await;
    let confirmed = ann.visitor.cookies["__Host-meres"].clone();
    assert_ne!(whole, confirmed);
    let mut with_old = place.visitor();
    with_old.cookies.insert("__Host-meres".to_owned(), whole);
    assert_eq!(with_old.get("/").await.body, "nobody");
    ann.sign_in().await;
    let again = ann.visitor.cookies["__Host-meres"].clone();
    let mut with_old = place.visitor();
    with_old.cookies.insert("__Host-meres".to_owned(), confirmed);
    assert_eq!(with_old.get("/").await.body, "nobody", "signing in again ends the session of this browser");
    let mut visitor = ann.visitor.clone();
    ann.visitor.get("/me").await;
    ann.visitor.post("/sign-out", &[]).await;
    visitor.cookies.insert("__Host-meres".to_owned(), again);
    assert_eq!(visitor.get("/").await.body, "nobody", "signing out ends the session, not the cookie alone");
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    for _ in 0..14 {
        wait(Duration::minutes(50));
        assert_eq!(ann.name().await, "Ann Admin", "kept up by use");
    }
    wait(Duration::minutes(50));
    assert_eq!(ann.name().await, "nobody", "twelve hours are the most");
    ann.sign_in().await;
    wait(Duration::minutes(61));
    assert_eq!(ann.name().await, "nobody", "an hour without use");
}

#[tokio::test]
async fn a_code_works_once_and_a_recovery_code_too() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    ann.visitor.get("/confirm").await;
    let code = ann.code();
    assert_eq!(ann.visitor.post("/confirm", &[("code", &code)]).await.status, 303);
    ann.visitor.get("/confirm").await;
    let again = ann.visitor.post("/confirm", &[("code", &code)]).await;
    assert_eq!(again.status, 422, "{}", again.body);
    let paper = ann.paper[3].to_uppercase().replace('-', " ");
    let mut first = half(&place, &ann).await;
    first.get("/sign-in/recovery").await;
    assert_eq!(first.post("/sign-in/recovery", &[("code", &paper)]).await.leads_to(), Some("/"));
    assert_eq!(first.get("/").await.body, "Ann Admin");
    let mut second = half(&place, &ann).await;
    second.get("/sign-in/recovery").await;
    assert_eq!(second.post("/sign-in/recovery", &[("code", &paper)]).await.status, 422);
    assert_eq!(place.acts("sign-in.recovery").await, 1);
}

/// Somebody with the password, before the second factor.
pub(super) async fn half(place: &Place, person: &Person) -> Visitor {
    let mut visitor = place.visitor();
    shows_password(&mut visitor, person).await;
    visitor
}

pub(super) async fn shows_password(visitor: &mut Visitor, person: &Person) {
    visitor.get("/sign-in").await;
    visitor.post("/sign-in", &[("email", &person.email), ("password", PASSWORD)]).await;
}

#[tokio::test]
async fn the_door_does_not_say_who_has_an_account() {
    let place = Place::new().await;
    let ann = place.administrator().await;
    let mut bodies = Vec::new();
    for email in [ann.email.as_str(), "nobody@example.org"] {
        let mut visitor = place.visitor();
        visitor.get("/sign-in").await;
        let seen = visitor.post("/sign-in", &[("email", email), ("password", "three other words")]).await;
        assert_eq!(seen.status, 422);
        let token = visitor.form_token.clone();
        bodies.push(seen.body.replace(email, "EMAIL").replace(&token, "TOKEN"));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn guessing_is_bounded_and_locks_nobody_out_where_they_are_known() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let mut thief = place.visitor();
    thief.get("/sign-in").await;
    let mut let_in = 0;
    for _ in 0..30 {
        let seen = thief.post("/sign-in", &[("email", &ann.email), ("password", "a wrong one, again")]).await;
        let_in += usize::from(seen.status == 422);
    }
    assert_eq!(let_in, 10, "then nobody even looks at the password");
    let seen = thief.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).await;
    assert_eq!(seen.status, 429);
    assert!(seen.headers.contains_key("retry-after"));
    // Ann, on the machine that knows her.
    ann.visitor.cookies.remove("__Host-meres");
    assert_eq!(ann.sign_in().await.leads_to(), Some("/"));
    // And on a new one, elsewhere: one network does not use up everybody's tries.
    let wrong = [("email", ann.email.as_str()), ("password", "a wrong one, again")];
    for _ in 0..4 {
        wait(Duration::minutes(16));
        for _ in 0..30 {
            thief.post("/sign-in", &wrong).await;
        }
    }
    let mut elsewhere = place.visitor();
    elsewhere.address = [198, 51, 100, 7].into();
    elsewhere.get("/sign-in").await;
    let seen = elsewhere.post("/sign-in", &[("email", &ann.email), ("password", PASSWORD)]).await;
    assert_eq!(seen.leads_to(), Some("/sign-in/code"), "{}", seen.body);
    // What is refused leaves no line.
    let lines = place.acts("").await;
    assert_eq!(thief.post("/sign-in", &wrong).await.status, 429);
    assert_eq!(place.acts("").await, lines);
    wait(Duration::minutes(16));
    assert_eq!(
        thief.post("/sign-in", &[("email", &ann.email), ("password", "wrong again")]).await.status,
        422
    );
}

#[tokio::test]
async fn codes_cannot_be_guessed_through() {
    let place = Place::new().await;
    let ann = place.administrator().await;
    // The code of setting up counts as well.
    wait(Duration::minutes(16));
    let mut thief = half(&place, &ann).await;
    thief.get("/sign-in/code").await;
    let mut looked_at = 0;
    for guess in 0..30 {
        let seen = thief.post("/sign-in/code", &[("code", &format!("{guess:06}"))]).await;
        looked_at += usize::from(seen.status == 422);
    }
    assert_eq!(looked_at, 10);
}

#[tokio::test]
async fn a_new_password_signs_out_everywhere_else() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let mut elsewhere = half(&place, &ann).await;
    elsewhere.get("/sign-in/code").await;
    let code = ann.code();
    elsewhere.post("/sign-in/code", &[("code", &code)]).await;
    assert_eq!(elsewhere.get("/").await.body, "Ann Admin");
    let seen = ann.visitor.get("/me").await;
    assert!(seen.body.contains("Sign out there"), "{}", seen.body);
    ann.confirm().await;
    ann.visitor.get("/me/password").await;
    let seen = ann
        .visitor
        .post("/me/password", &[("present", "not it at all"), ("password", "four other plain words")])
        .await;
    assert_eq!(seen.status, 422);
    let seen = ann
        .visitor
        .post("/me/password", &[("present", PASSWORD), ("password", "four other plain words")])
        .await;
    assert_eq!(seen.leads_to(), Some("/me?done=password"), "{}", seen.body);
    assert_eq!(elsewhere.get("/").await.body, "nobody");
    assert_eq!(ann.name().await, "Ann Admin");
}
