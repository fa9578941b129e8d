//! Looking whether entries are still so, and how much room there is.

use ground::database::Act;
use ground::jobs::{self, NewJob};
use offers::directory::availability::Room;
use vocabulary::Actor;

use super::{County, feed};

async fn looks_again(county: &County) {
    let mut change = county.place.house.database.change(&Actor::Meres).await.expect("begun");
    let job = NewJob::new("directory.remind", "directory", serde_json::Value::Null);
    jobs::queue(&mut change, &job).await.expect("queued");
    let act = Act { action: "test.queue", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
    county.place.works(None).await;
}

#[tokio::test]
async fn a_reminder_goes_out_once_and_its_link_works_once() {
    let mut sent = feed();
    sent.services.get_mut("4").expect("a service").assured_on = Some("2020-01-01".into());
    let county = County::with(&sent).await;
    assert_eq!(county.public("Health walk").await, None, "nobody looked for too long");
    looks_again(&county).await;
    looks_again(&county).await;
    let letters = county.letters();
    assert_eq!(letters.matches("Is this still right?").count(), 1, "{letters}");
    assert!(letters.contains("walks@example.org") && letters.contains("It is hidden now"), "{letters}");
    let link = letters.split("http://localhost:8080/still-correct/").nth(1).expect("a link");
    let link = format!("/still-correct/{}", link.split('\\').next().expect("its end"));
    let mut somebody = county.place.stranger();
    for _ in 0..2 {
        let page = somebody.get(&link).await;
        assert_eq!(page.heading(), "Is this still correct?");
        assert!(page.body.contains("Health walk") && page.body.contains("Tuesdays, 10:30am to 11:30am"));
    }
    assert_eq!(county.public("Health walk").await, None, "to open it changes nothing");
    assert_eq!(somebody.post(&link, &[("answer", "changed")]).await.status, 422);
    somebody.get(&link).await;
    let seen = somebody.post(&link, &[("answer", "correct")]).await;
    assert_eq!(seen.heading(), "Thank you");
    assert!(county.public("Health walk").await.is_some());
    assert_eq!(somebody.get(&link).await.status, 410);
    assert_eq!(somebody.post(&link, &[("answer", "correct")]).await.status, 410);
    assert_eq!(somebody.get("/still-correct/0123").await.status, 410);
}

#[tokio::test]
async fn what_somebody_says_by_a_link_is_a_message_to_those_who_decide() {
    let mut sent = feed();
    sent.services.get_mut("4").expect("a service").assured_on = Some("2020-01-01".into());
    let county = County::with(&sent).await;
    looks_again(&county).await;
    let letters = county.letters();
    let link = letters.split("/still-correct/").nth(1).and_then(|rest| rest.split('\\').next());
    let link = format!("/still-correct/{}", link.expect("a link"));
    let mut somebody = county.place.stranger();
    somebody.get(&link).await;
    let words = "We meet on Wednesdays now. <b>Really</b>";
    let seen = somebody.post(&link, &[("answer", "changed"), ("words", words)]).await;
    assert_eq!(seen.heading(), "Thank you");
    assert_eq!(county.public("Health walk").await, None);
    let mut priya = county.place.somebody("Programme manager").await;
    let proposal = super::first_waiting(&mut priya).await;
    let page = priya.get(&proposal).await;
    assert!(page.body.contains("We meet on Wednesdays now.") && !page.body.contains("<b>Really"));
    assert!(page.body.contains("by a link in a letter") && !page.body.contains("Approve"), "{}", page.body);
    let id = proposal.rsplit('/').next().expect("an identifier");
    let entry = county.page("Health walk").await;
    let form = priya.get(&format!("{entry}/change?proposal={id}")).await;
    assert!(form.body.contains("Somebody wrote: We meet on Wednesdays"), "{}", form.body);
    priya.get(&proposal).await;
    let seen = priya.post(&format!("{proposal}/approve"), &[]).await;
    let seen = priya.follow(seen).await;
    assert!(seen.body.contains("The message is marked as read"), "{}", seen.body);
    assert!(priya.get("/directory/queue").await.body.contains("No change waits"));
}

#[tokio::test]
async fn anybody_may_say_that_something_is_wrong_and_not_without_end() {
    let county = County::new().await;
    let mut somebody = county.place.stranger();
    let entry = county.page("Health walk").await;
    let public = entry.replace("/directory/edit/", "/find/services/");
    assert!(somebody.get(&public).await.body.contains(&format!("{public}/wrong")));
    let wrong = format!("{public}/wrong");
    let page = somebody.get(&wrong).await;
    assert!(page.body.contains("Tuesdays, 10:30am to 11:30am"), "{}", page.body);
    for words in ["", &"x".repeat(1_001)] {
        assert_eq!(somebody.post(&wrong, &[("words", words)]).await.status, 422);
    }
    for _ in 0..5 {
        somebody.get(&wrong).await;
        let seen = somebody.post(&wrong, &[("words", "The door was shut. <b>Really</b>")]).await;
        assert_eq!(seen.heading(), "Thank you");
    }
    somebody.get(&wrong).await;
    assert_eq!(somebody.post(&wrong, &[("words", "Again")]).await.status, 409);
    let mut priya = county.place.somebody("Programme manager").await;
    let proposal = super::first_waiting(&mut priya).await;
    let page = priya.get(&proposal).await;
    assert!(page.body.contains("The door was shut.") && !page.body.contains("<b>Really"), "{}", page.body);
    assert!(page.body.contains("Somebody who read the public page"), "{}", page.body);
    // Those who keep other entries read none of it.
    let mut sergei = county.place.somebody("Service manager").await;
    assert_eq!(sergei.get(&proposal).await.status, 404);
    let nothing = "/find/services/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f/wrong";
    assert_eq!(somebody.get(nothing).await.status, 404);
}

#[tokio::test]
async fn a_look_brings_an_entry_back_and_says_who_looked() {
    let mut sent = feed();
    sent.services.get_mut("2").expect("a service").assured_on = Some("2020-01-01".into());
    let county = County::with(&sent).await;
    let mut sergei = county.place.somebody("Service manager").await;
    assert!(sergei.get("/").await.body.contains("1 entry to look at"));
    let due = sergei.get("/directory/due?state=hidden").await;
    assert!(due.body.contains("Tai chi") && due.body.contains("Hidden (1)"), "{}", due.body);
    let entry = county.page("Tai chi").await;
    sergei.get(&format!("{entry}/check")).await;
    assert_eq!(sergei.post(&format!("{entry}/check"), &[]).await.status, 422);
    assert_eq!(sergei.post(&format!("{entry}/check"), &[("against", "link")]).await.status, 422);
    let answers = [("against", "telephone"), ("note", "Spoke to the desk")];
    let seen = sergei.post(&format!("{entry}/check"), &answers).await;
    let page = sergei.follow(seen).await;
    assert!(page.body.contains("checked by telephone, by Sergei Moss: Spoke to the desk"), "{}", page.body);
    assert!(county.public("Tai chi").await.is_some());
    assert!(!sergei.get("/").await.body.contains("entry to look at"));
}

#[tokio::test]
async fn still_correct_is_one_press_for_whoever_is_signed_in() {
    let mut sent = feed();
    sent.services.get_mut("2").expect("a service").assured_on = Some("2020-01-01".into());
    let county = County::with(&sent).await;
    let mut sergei = county.place.somebody("Service manager").await;
    let home = sergei.get("/directory").await;
    let entry = county.page("Tai chi").await;
    let action = format!("{entry}/still-correct");
    assert!(home.body.contains(&format!("action=\"{action}\"")), "{}", home.body);
    let at = |name: &str| home.body.find(&format!("{name}</a></h2>")).expect("one of ours");
    assert!(at("Tai chi") < at("Aqua aerobics"), "what is hidden comes first: {}", home.body);
    assert_eq!(county.public("Tai chi").await, None);
    let seen = sergei.post(&action, &[("from", "list")]).await;
    assert_eq!(seen.leads_to(), Some("/directory?done=checked"));
    assert!(county.public("Tai chi").await.is_some());
    let page = sergei.get(&entry).await;
    assert!(page.body.contains("Sergei Moss"), "who said so stands there: {}", page.body);
    // Whose entry it is not cannot say so.
    let other = county.page("Health walk").await;
    assert_eq!(sergei.post(&format!("{other}/still-correct"), &[]).await.status, 404);
}

#[tokio::test]
async fn a_group_is_full_by_one_press_and_the_number_can_follow() {
    let county = County::new().await;
    let mut sergei = county.place.somebody("Service manager").await;
    let entry = county.page("Chair yoga").await;
    sergei.get("/directory").await;
    let seen = sergei.post(&format!("{entry}/room"), &[("room", "full")]).await;
    let page = sergei.follow(seen).await;
    assert!(page.body.contains("Full at the moment"), "{}", page.body);
    let room = || async {
        let catalogue = county.catalogue().await;
        let listed = catalogue.services.iter().find(|one| one.name == "Chair yoga").expect("public");
        listed.room.as_ref().map(|said| said.room)
    };
    assert_eq!(room().await, Some(Room::Full));
    sergei.post(&format!("{entry}/room"), &[("room", "full"), ("instead", "waiting")]).await;
    sergei.get(&format!("{entry}/room")).await;
    let answers = [("room", "waiting"), ("number", "some")];
    assert_eq!(sergei.post(&format!("{entry}/room"), &answers).await.status, 422);
    sergei.post(&format!("{entry}/room"), &[("room", "waiting"), ("number", "6")]).await;
    assert_eq!(room().await, Some(Room::Waiting { weeks: Some(6) }));
    assert_eq!(sergei.post(&format!("{entry}/room"), &[("room", "perhaps")]).await.status, 400);
    assert!(sergei.get("/directory").await.body.contains("Waiting list of about 6 weeks"));
}

#[tokio::test]
async fn a_demonstration_has_work_on_its_directory_once() {
    let county = crate::support::site::Place::demonstration().await;
    meres::directory_room::invent_directory_work(&county.house).await.expect("nothing to do");
    let county = County { place: county };
    county.sends(&feed()).await;
    for _ in 0..2 {
        meres::directory_room::invent_directory_work(&county.place.house).await.expect("invented");
    }
    let mut priya = county.place.somebody("Programme manager").await;
    let home = priya.get("/directory").await;
    assert!(
        home.body.contains("1 change waits for you") && home.body.contains("1 of them hidden"),
        "{}",
        home.body
    );
    let mut sergei = county.place.somebody("Service manager").await;
    let own = sergei.get("/directory").await;
    assert!(own.body.contains("Change waiting") && own.body.contains("Full at the moment"), "{}", own.body);
}
