//! Feeds behind addresses: read when somebody asks and by schedule, and looked at for whoever publishes them.

use std::fs;

use ground::fetch::Reach;
use ground::jobs;
use serde_json::json;
use testbed::{Seen, Visitor};

use crate::support::bench::test_data;
use crate::support::feed::{page, service};
use crate::support::feed_server::FeedServer;
use crate::support::site::Place;

const NEW: &str = "/directory/imports/new";

/// A place that may ask this machine for feeds.
async fn place() -> Place {
    let place = Place::demonstration().await;
    place.house.shelf.put(Reach::Anywhere);
    place
}

/// A list as an API gives it, whole.
fn list(names: &[&str]) -> String {
    let services: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let mut service = service(&at.to_string(), name, "NG31 7AA");
            service["languages"] = json!([{"id": "l", "code": "en"}]);
            service
        })
        .collect();
    page(&services)
}

async fn asked(visitor: &mut Visitor, source: &str, address: &str) -> (String, Seen) {
    visitor.get(NEW).await;
    let seen = visitor.upload(NEW, &[("source", source), ("address", address)], &[]).await;
    let path = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
    (path.clone(), visitor.get(&path).await)
}

async fn taken(visitor: &mut Visitor, path: &str) -> Seen {
    let shown = visitor.get(path).await;
    let seen =
        shown.between("name=\"seen\" value=\"", "\"").unwrap_or_else(|| panic!("{}", shown.body)).to_owned();
    let seen = visitor.post(&format!("{path}/take"), &[("seen", &seen)]).await;
    visitor.follow(seen).await
}

#[tokio::test]
async fn a_feed_is_read_in_the_background_and_then_by_its_schedule() {
    let place = place().await;
    let server = FeedServer::new(&[("/services", list(&["Yoga", "Darts", "Bowls", "Choir"]))]);
    let mut ana = place.somebody("Analyst").await;
    let address = format!("{}/services?key=secret", server.address);
    let (path, waiting) = asked(&mut ana, "County feed", &address).await;
    assert!(waiting.body.contains("Waiting for its turn"), "{}", waiting.body);
    assert!(ana.get(&format!("{path}/progress")).await.body.contains("event: progress"));
    place.works(None).await;
    assert!(ana.get(&format!("{path}/progress")).await.body.contains("event: end"));
    let shown = ana.get(&path).await;
    assert!(shown.body.contains("What would change") && shown.body.contains("Choir"), "{}", shown.body);
    assert!(!shown.body.contains("secret"), "{}", shown.body);
    assert!(taken(&mut ana, &path).await.body.contains("It was taken over"));

    let sources = ana.get("/directory/imports").await;
    let source = sources.between("action=\"/directory/sources/", "/now\"").expect("a source").to_owned();
    let source = format!("/directory/sources/{source}");
    assert!(sources.body.contains("Only when somebody asks") && !sources.body.contains("secret"));

    // By its schedule it is taken over by itself.
    ana.get(&format!("{source}/schedule")).await;
    let neither = ana.post(&format!("{source}/schedule"), &[("address", "x"), ("every", "hourly")]).await;
    assert_eq!(neither.status, 422);
    let form = ana.get(&format!("{source}/schedule")).await;
    assert!(form.body.contains("to keep") && !form.body.contains("secret"), "{}", form.body);
    let form = [("address", ""), ("every", "daily")];
    let seen = ana.post(&format!("{source}/schedule"), &form).await;
    let sources = ana.follow(seen).await;
    assert!(sources.body.contains("Every day, next on"), "{}", sources.body);
    server.publish("/services", &list(&["Yoga", "Darts", "Bowls", "Choir", "Swimming"]));
    due(&place).await;
    let sources = ana.get("/directory/imports").await;
    assert!(sources.body.contains("5 services") && sources.body.contains(">Fine<"), "{}", sources.body);

    // What looks like another list waits for a person.
    server.publish("/services", &list(&["Something else"]));
    due(&place).await;
    let home = ana.get("/").await;
    assert!(home.body.contains("An import of County feed waits for a decision"), "{}", home.body);
    let sources = ana.get("/directory/imports").await;
    assert!(
        sources.body.contains("5 services") && sources.body.contains("Waits for you"),
        "{}",
        sources.body
    );

    server.withdraw("/services");
    due(&place).await;
    due(&place).await;
    let sources = ana.get("/directory/imports").await;
    assert!(sources.body.contains("Failed twice"), "{}", sources.body);
    assert!(ana.get("/").await.body.contains("waits for a decision"), "what failed says nothing of it");

    server.publish("/services", &list(&["Yoga", "Darts", "Bowls", "Choir"]));
    let seen = ana.post(&format!("{source}/now"), &[]).await;
    let path = seen.leads_to().expect("an import").to_owned();
    place.works(None).await;
    assert!(taken(&mut ana, &path).await.body.contains("It was taken over"));

    let page = ana.get(&format!("{source}/retire")).await;
    assert!(page.body.contains("4 services"), "{}", page.body);
    let seen = ana.post(&format!("{source}/retire"), &[]).await;
    let sources = ana.follow(seen).await;
    assert!(!ana.get("/").await.body.contains("waits for a decision"), "nothing is left to decide");
    assert!(sources.body.contains("Retired") && sources.body.contains("0 services"), "{}", sources.body);
    let mut session = place.house.database.read().await.expect("read");
    let waiting = jobs::newest(&mut session, 100).await.expect("jobs");
    assert!(!waiting.iter().any(|job| job.state == jobs::State::Queued), "nothing more is read");
}

/// The next import by schedule comes now, and a worker does it.
async fn due(place: &Place) {
    let mut session = place.house.database.read().await.expect("read");
    let all = jobs::newest(&mut session, 100).await.expect("jobs");
    drop(session);
    let next = all.iter().find(|job| job.kind == "directory.again" && job.state == jobs::State::Queued);
    let next = next.expect("the next is queued").id;
    let mut change = place.house.database.change(&vocabulary::Actor::Meres).await.expect("a change");
    jobs::cancel(&mut change, next).await.expect("cancelled");
    assert!(jobs::again(&mut change, next).await.expect("again"));
    let act = ground::database::Act {
        action: "test.due",
        object: String::new(),
        purpose: None,
        detail: String::new(),
    };
    change.commit(act).await.expect("committed");
    place.works(None).await;
}

#[tokio::test]
async fn a_schedule_does_not_end_a_tenth_of_a_list_unseen() {
    let place = place().await;
    let names: Vec<String> = (0..40).map(|number| format!("Group {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = FeedServer::new(&[("/services", list(&names))]);
    let mut ana = place.somebody("Analyst").await;
    let (path, _) = asked(&mut ana, "County feed", &format!("{}/services", server.address)).await;
    place.works(None).await;
    taken(&mut ana, &path).await;
    let sources = ana.get("/directory/imports").await;
    let source = sources.between("action=\"/directory/sources/", "/now\"").expect("a source").to_owned();
    let form = [("address", format!("{}/services", server.address)), ("every", "daily".to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    ana.post(&format!("/directory/sources/{source}/schedule"), &form).await;
    for (left, stand, waits) in [(36, "36 services", false), (29, "36 services", true)] {
        server.publish("/services", &list(&names[..left]));
        due(&place).await;
        let sources = ana.get("/directory/imports").await;
        assert!(sources.body.contains(stand), "{left}: {}", sources.body);
        assert_eq!(ana.get("/").await.body.contains("waits for a decision"), waits, "{left}");
    }
}

#[tokio::test]
async fn an_address_that_leads_home_is_not_asked() {
    let place = Place::demonstration().await;
    let server = FeedServer::new(&[("/services", list(&["Yoga"]))]);
    let port = server.address.rsplit(':').next().expect("a port").to_owned();
    let mut ana = place.somebody("Analyst").await;
    for host in ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"] {
        let (path, _) = asked(&mut ana, "Home", &format!("http://{host}:{port}/services")).await;
        place.works(None).await;
        let seen = ana.get(&path).await;
        assert!(seen.body.contains("private network") && !seen.body.contains("Yoga"), "{}", seen.body);
    }
    ana.get(NEW).await;
    let bad = ana.upload(NEW, &[("address", "file:///etc/passwd")], &[]).await;
    assert_eq!(bad.status, 422, "{}", bad.body);
}

#[tokio::test]
async fn a_feed_is_judged_as_its_publishers_judge_it() {
    let Some(mocks) = test_data("oruk/mocks") else { return };
    let place = place().await;
    let mut ana = place.somebody("Analyst").await;
    for (mock, valid, sentence) in [
        ("V3.0-UK-Default", "1 of 1 services", "The feed is sound: its service can be taken"),
        (
            "V3.0-UK-Fail",
            "0 of 4 services",
            "4 of 4 services are not as Open Referral UK asks. Most often: name is missing.",
        ),
    ] {
        let read = |file: &str| fs::read_to_string(mocks.join(mock).join(file)).expect(file);
        let single = "/services/ac148810-d857-441c-9679-408f346de14b";
        let server = FeedServer::new(&[
            ("/", read("api_details.json")),
            ("/services", read("service_list.json")),
            (single, read("service_full.json")),
        ]);
        ana.get("/directory/validator").await;
        let seen = ana.post("/directory/validator", &[("address", &server.address)]).await;
        let path = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
        place.works(None).await;
        let found = ana.get(&path).await;
        assert!(found.body.contains(valid) && found.body.contains(sentence), "{mock}: {}", found.body);
        let fails = mock.ends_with("Fail");
        let root =
            if fails { "it does not say its profile" } else { "it says that it is Open Referral UK 3" };
        assert!(found.body.contains(root), "{}", found.body);
        assert_eq!(found.body.contains("Two services of one page have the same id"), fails);
        assert_eq!(found.body.contains("It says that it has 1 services (total_items), and 4 came"), fails);
    }
    let server = FeedServer::new(&[("/services", "<html>".to_owned())]);
    let seen = ana.post("/directory/validator", &[("address", &server.address)]).await;
    let path = seen.leads_to().expect("a page").to_owned();
    place.works(None).await;
    let found = ana.get(&path).await;
    assert!(found.body.contains("The list of services could not be read"), "{}", found.body);
    let list = ana.get("/directory/validator").await;
    assert!(list.body.contains("The feed is sound"), "{}", list.body);
}
