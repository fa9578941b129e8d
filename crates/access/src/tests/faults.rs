//! What goes wrong in the middle, and what comes at once.

use ground::database::Act;
use testbed::Visitor;
use vocabulary::Actor;

use super::sign_in::{half, join_all, shows_password};
use super::{Person, Place};

/// So many browsers of whoever has the password, before the second factor.
const AT_ONCE: usize = 200;
/// On so many machines that they use, each with a count of guesses of its own: a count that all share would let in ten.
const MACHINES: usize = 20;
/// So many of them at least come past the counts of guesses, to the code itself.
const REACH_THE_CODE: usize = 90;

/// The log takes nothing about these from now on.
const FULL: &str = "CREATE TRIGGER audit_is_full BEFORE INSERT ON audit \
                    WHEN NEW.action IN ('organisation.add', 'sign-in', 'session.end') \
                    BEGIN SELECT RAISE(ABORT, 'no room'); END";
const ROOM: &str = "DROP TRIGGER audit_is_full";
/// The same words in PostgreSQL.
const FULL_THERE: &str = "CREATE FUNCTION audit_is_full() RETURNS trigger LANGUAGE plpgsql AS \
                          $$ BEGIN RAISE EXCEPTION 'no room'; END; $$; \
                          CREATE TRIGGER audit_is_full BEFORE INSERT ON audit FOR EACH ROW \
                          WHEN (NEW.action IN ('organisation.add', 'sign-in', 'session.end')) \
                          EXECUTE FUNCTION audit_is_full()";
const ROOM_THERE: &str = "DROP TRIGGER audit_is_full ON audit";

/// Changes the tables behind the program's back.
async fn meddle(place: &Place, here: &'static str, there: &str) {
    if let Some(server) = testbed::database(place.folder.path()) {
        return server.run(there);
    }
    let mut change = place.house.database.change(&Actor::Meres).await.expect("a change");
    change.run(here, Vec::new()).await.expect("done");
    let act = Act { action: "test.meddle", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
}

#[tokio::test]
async fn what_cannot_be_written_down_does_not_happen() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let mut there = half(&place, &ann).await;
    there.get("/sign-in/code").await;
    let code = ann.code();
    there.post("/sign-in/code", &[("code", &code)]).await;
    let page = ann.visitor.get("/me").await;
    let session = page.between("/me/sessions/", "/end\"").expect("the other session").to_owned();
    meddle(&place, FULL, FULL_THERE).await;

    ann.visitor.get("/organisations/new").await;
    let seen = ann.visitor.post("/organisations/new", &[("name", "Horncastle Walkers")]).await;
    assert_eq!(seen.status, 500, "{}", seen.body);
    assert!(!ann.visitor.get("/organisations").await.body.contains("Horncastle Walkers"));
    let seen = ann.visitor.post(&format!("/me/sessions/{session}/end"), &[]).await;
    assert_eq!(seen.status, 500, "{}", seen.body);
    assert_eq!(there.get("/me").await.status, 200, "it was not ended by half");
    let mut third = half(&place, &ann).await;
    third.get("/sign-in/code").await;
    let code = ann.code();
    assert_eq!(third.post("/sign-in/code", &[("code", &code)]).await.status, 500);
    assert_eq!(third.get("/me").await.status, 303, "nobody comes in unseen");
    // What has its line goes on, for those who are here.
    ann.visitor.get("/me/name").await;
    let seen = ann.visitor.post("/me/name", &[("name", "Ann Again")]).await;
    assert_eq!(seen.leads_to(), Some("/me?done=name"), "{}", seen.body);

    meddle(&place, ROOM, ROOM_THERE).await;
    // The code was not used up by what did not happen.
    third.get("/sign-in/code").await;
    assert_eq!(third.post("/sign-in/code", &[("code", &code)]).await.leads_to(), Some("/"));
    ann.adds_organisation("Horncastle Walkers").await;
    assert!(ann.visitor.get("/organisations").await.body.contains("Horncastle Walkers"));
}

/// Who of them came in, when all send this at once.
async fn come_in(many: &mut [Visitor], path: &str, code: &str) -> usize {
    for visitor in many.iter_mut() {
        visitor.get(path).await;
    }
    let tasks = many.iter_mut().map(|visitor| Box::pin(sent(visitor, path, code))).collect();
    let answers: Vec<String> = join_all(tasks).await;
    assert!(answers.iter().all(|answer| ["/", "422", "429"].contains(&answer.as_str())), "{answers:?}");
    let reached = answers.iter().filter(|answer| *answer != "429").count();
    assert!(reached >= REACH_THE_CODE, "{reached}: {answers:?}");
    let mut inside = 0;
    for (visitor, answer) in many.iter_mut().zip(&answers) {
        let is_in = visitor.get("/me").await.status == 200;
        assert_eq!(is_in, answer == "/");
        inside += usize::from(is_in);
    }
    inside
}

async fn sent(visitor: &mut Visitor, path: &str, code: &str) -> String {
    let seen = visitor.post(path, &[("code", code)]).await;
    seen.leads_to().map_or_else(|| seen.status.to_string(), str::to_owned)
}

/// Browsers of theirs which have shown the password and nothing more: at two servers of one database, and on PostgreSQL at one, since
/// two that write at the same moment there can hinder each other, and whoever loses is told that something went wrong.
async fn halves(place: &Place, person: &mut Person) -> Vec<Visitor> {
    const MACHINE: &str = "__Host-meres-device";
    let mut machines = Vec::new();
    for _ in 0..MACHINES {
        person.visitor = place.visitor();
        assert_eq!(person.sign_in().await.leads_to(), Some("/"));
        machines.push(person.visitor.cookies[MACHINE].clone());
    }
    let another = place.another().await;
    let second = if testbed::database(place.folder.path()).is_some() { place } else { &another };
    let mut many = Vec::new();
    for number in 0..AT_ONCE {
        let mut visitor = [place, second][number / MACHINES % 2].visitor();
        visitor.cookies.insert(MACHINE.to_owned(), machines[number % MACHINES].clone());
        shows_password(&mut visitor, person).await;
        assert_eq!(visitor.get("/sign-in/code").await.status, 200);
        many.push(visitor);
    }
    many
}

/// The lines of those who came in by a code of their app: not of those who tried.
async fn come_ins(place: &Place) -> usize {
    place.acts("sign-in").await - place.acts("sign-in.").await
}

#[tokio::test]
async fn a_code_that_many_use_at_once_lets_in_one() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let mut many = halves(&place, &mut ann).await;
    let (started, code) = (come_ins(&place).await, ann.code());
    assert_eq!(come_in(&mut many, "/sign-in/code", &code).await, 1);
    assert_eq!(come_ins(&place).await - started, 1);
}

#[tokio::test]
async fn a_recovery_code_that_many_use_at_once_lets_in_one() {
    let place = Place::new().await;
    let mut ann = place.administrator().await;
    let mut many = halves(&place, &mut ann).await;
    let started = place.acts("sign-in.recovery").await;
    assert_eq!(come_in(&mut many, "/sign-in/recovery", &ann.paper[0]).await, 1);
    assert_eq!(place.acts("sign-in.recovery").await - started, 1);
}
