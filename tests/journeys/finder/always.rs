//! What holds on every page of the finder, and what each says before anybody sets out.

use std::collections::BTreeSet;

use ground::database::Act;
use offers::directory::availability::Room;
use offers::resource::{import_resources, store as library};
use serde_json::json;
use testbed::Visitor;
use vocabulary::Actor;

use super::{found, hall, place, service, weekly};
use crate::support::site::Place;

/// A page with its list, as somebody who keeps these comes to it.
async fn listed(place: &Place, names: &[&str]) -> String {
    let mut list = Vec::new();
    for name in names {
        list.push(format!("list={}", place.service(name).await));
    }
    format!("/find/list?{}", list.join("&"))
}

#[tokio::test]
async fn urgent_help_is_one_step_from_every_public_page() {
    let place = place().await;
    let (knees, old) = (place.service("Stronger Knees").await, place.service("Old group").await);
    let list = listed(&place, &["Stronger Knees"]).await;
    let leaflet = format!("/find/services/{knees}");
    let wrong = format!("{leaflet}/wrong");
    let pages = [
        ("/", 200, "/"),
        ("/find", 200, "/find"),
        ("/find?words=knee", 200, "/find"),
        ("/find?words=knee&view=map", 200, "/find"),
        ("/find?words=knee&place=Atlantis", 422, "/find"),
        ("/find?words=zzzzqqqq", 200, "/find"),
        (leaflet.as_str(), 200, "/find/services/{id}"),
        (wrong.as_str(), 200, "/find/services/{id}/wrong"),
        ("/find/list", 200, "/find/list"),
        (list.as_str(), 200, "/find/list"),
        ("/find/help-yourself", 200, "/find/help-yourself"),
        ("/find/urgent", 200, "/find/urgent"),
        ("/find/services/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f", 404, ""),
        ("/find/nothing-of-the-kind", 404, ""),
        ("/nowhere", 404, ""),
        (&format!("/find/services/{old}"), 410, ""),
        ("/sign-in", 200, ""),
        ("/accessibility", 200, ""),
    ];
    let mut anybody = place.stranger();
    for (path, status, _) in pages {
        let seen = anybody.get(path).await;
        assert_eq!(seen.status, status, "{path}: {}", seen.body);
        let head = seen.between("<header", "</header>").unwrap_or_default();
        assert!(head.contains("href=\"/find/urgent\""), "{path}: {head}");
    }
    anybody.get(&wrong).await;
    let thanks = anybody.post(&wrong, &[("words", "The door was shut.")]).await;
    assert_eq!(thanks.heading(), "Thank you");
    assert!(thanks.body.contains("href=\"/find/urgent\""), "{}", thanks.body);
    // No page of the finder is left out of this list.
    let walked: BTreeSet<&str> = pages.iter().map(|(.., route)| *route).collect();
    let table = meres::app::route_table();
    for route in table.iter().filter(|route| route.path.starts_with("/find")) {
        assert!(walked.contains(route.path), "{} is not walked", route.path);
    }
    // On paper there is no head: it stands on what is taken home.
    for path in [leaflet.as_str(), &list, "/find/list"] {
        let seen = anybody.get(path).await;
        for words in ["In an emergency call", "tel:999", "For urgent advice call", "tel:111"] {
            assert!(seen.body.contains(words), "{path}: {words}: {}", seen.body);
        }
    }
    // Whoever works here has it beside somebody who looks for help, and not over every table.
    let mut ana = place.somebody("Analyst").await;
    assert!(ana.get("/find?words=knee").await.body.contains("href=\"/find/urgent\""));
    assert!(!ana.get("/directory").await.body.contains("href=\"/find/urgent\""));
}

#[tokio::test]
async fn what_is_hidden_says_that_it_is_gone_and_not_that_it_never_was() {
    let place = place().await;
    let old = place.service("Old group").await;
    let mut anybody = place.stranger();
    let seen = anybody.get(&format!("/find/services/{old}")).await;
    assert_eq!(seen.status, 410);
    assert!(seen.body.contains("nobody has told us lately that it still runs"), "{}", seen.body);
    assert!(!seen.body.contains("Old group"), "{}", seen.body);
}

#[tokio::test]
async fn whether_there_is_room_stands_wherever_somebody_could_set_out_from() {
    let place = place().await;
    let full = place.says_room("Stronger Knees", Room::Full).await;
    let waits = place.says_room("Debt advice", Room::Waiting { weeks: Some(6) }).await;
    assert!(full.starts_with("Full at the moment (they said so on "), "{full}");
    let knees = place.service("Stronger Knees").await;
    let list = listed(&place, &["Stronger Knees", "Debt advice", "Stronger Knees, far away"]).await;
    let mut anybody = place.stranger();
    for path in ["/find?words=knees".to_owned(), format!("/find/services/{knees}"), list.clone()] {
        let seen = anybody.get(&path).await;
        assert_eq!(seen.body.matches(full.as_str()).count(), 1, "{path}: {}", seen.body);
    }
    let seen = anybody.get(&list).await;
    assert_eq!(seen.body.matches(waits.as_str()).count(), 1, "{}", seen.body);
    assert_eq!(seen.body.matches("they said so on").count(), 2, "of the third nobody said anything");
    // What is texted or mailed says it too, after the name.
    for kind in ["sms:?", "mailto:?"] {
        let sent = seen.between(&format!("href=\"{kind}"), "\"").expect("an address");
        assert!(sent.contains("Stronger%20Knees%0AFull%20at%20the%20moment%20%28they%20said"), "{sent}");
        assert!(sent.contains("Debt%20advice%0AWaiting%20list%20of%20about%206%20weeks"), "{sent}");
    }
}

#[tokio::test]
async fn what_is_full_comes_after_what_has_room_and_can_be_left_out() {
    let place = place().await;
    let mut anybody = place.stranger();
    let names = ["Stronger Knees", "Stronger Knees, far away"];
    assert_eq!(found(&anybody.get("/find?topic=strength").await), names);
    place.says_room("Stronger Knees", Room::Full).await;
    assert_eq!(found(&anybody.get("/find?topic=strength").await), [names[1], names[0]]);
    let seen = anybody.get("/find?topic=strength&room=yes").await;
    assert_eq!(found(&seen), [names[1]]);
    // Fewer than three: what would find more is offered, and does.
    assert!(seen.body.contains(">Also what is full (2)</a>"), "{}", seen.body);
    let more = seen.between("<li><a href=\"", "\">Also what is full").expect("a way on");
    let more = more.rsplit("href=\"").next().unwrap_or(more).replace("&#38;", "&").replace("&amp;", "&");
    assert_eq!(found(&anybody.get(&more).await).len(), 2, "{more}");
    assert!(!anybody.get("/find?topic=strength").await.body.contains("Any distance ("));
}

#[tokio::test]
async fn a_word_that_was_mended_is_said() {
    let place = place().await;
    let mut anybody = place.stranger();
    let seen = anybody.get("/find?words=strenght+for+my+knees").await;
    assert!(seen.body.contains("We looked for “strength for my knees”."), "{}", seen.body);
    assert!(!anybody.get("/find?words=strength").await.body.contains("We looked for"));
}

#[tokio::test]
async fn what_one_can_do_oneself_stands_beside_what_is_near() {
    let place = place().await;
    let file = place.file("library.csv");
    std::fs::write(
        &file,
        "key,title,format,version,language,owner,purpose,url\n\
         a,Knee exercises at home,video,1,en,Invented Library,Stronger knees on stairs,https://library.example/knee\n\
         b,Knie,print,1,de,Invented Library,Knees,\n",
    )
    .expect("written");
    let read = import_resources(&file).expect("a library");
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let mut change = place.house.database.change(&Actor::Meres).await.expect("a change");
    library::apply(&mut change, "library", &read).await.expect("written");
    let act = Act { action: "resource.import", object: String::new(), purpose: None, detail: String::new() };
    change.commit(act).await.expect("committed");
    let mut anybody = place.stranger();
    let seen = anybody.get("/find?words=my+knee+hurts+on+the+stairs").await;
    assert_eq!(found(&seen).len(), 2);
    let beside = seen.between("Things that you can do yourself</h2>", "</section>").expect("beside them");
    assert!(beside.contains("Knee exercises at home") && !beside.contains("Knie"), "{beside}");
    let path = beside.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let (page, mark) = path.split_once('#').expect("where on the page");
    let page = anybody.get(page).await;
    let there = page.between(&format!("id=\"{mark}\">"), "</li>").expect("it is there");
    assert!(there.contains("https://library.example/knee"), "{there}");
}

/// Twelve walks and one that is online, each in its own village.
async fn many(place: &Place) {
    let walks: Vec<_> = (10..22)
        .map(|number| {
            let postcode = format!("ZZ2 {}AA", number % 10);
            let at = hall(number, &format!("Hall {number}"), &postcode, &weekly("MO", "10:00", "11:00"));
            let more = json!({"service_at_locations": at});
            service(number, &format!("Marching {number}"), "We march.", "Walking", &more)
        })
        .collect();
    let villages: Vec<(String, i32)> =
        (0..10).map(|number| (format!("ZZ2 {number}AA"), 402_000 + 4_000 * number)).collect();
    let villages: Vec<(&str, i32, i32)> =
        villages.iter().map(|(postcode, easting)| (postcode.as_str(), *easting, 500_000)).collect();
    place.knows(&villages).await;
    place.imports("Walks", &json!({ "contents": walks })).await;
}

async fn pages_of(anybody: &mut Visitor, question: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    for page in 1..=3 {
        pages.push(found(&anybody.get(&format!("/find?{question}&page={page}")).await));
    }
    pages
}

#[tokio::test]
async fn a_long_answer_comes_in_pages_that_lead_to_each_other() {
    let place = place().await;
    many(&place).await;
    let mut anybody = place.stranger();
    let pages = pages_of(&mut anybody, "words=marching").await;
    assert_eq!((pages[0].len(), pages[1].len()), (10, 2));
    assert_eq!(pages[2], pages[1], "a page behind the last is the last");
    let all: BTreeSet<&String> = pages[..2].iter().flatten().collect();
    assert_eq!(all.len(), 12, "each once");
    let first = anybody.get("/find?words=marching").await;
    assert!(first.body.contains("12 services found") && first.body.contains("1 to 10 of 12"));
    assert!(first.body.contains("page=2#results") && !first.body.contains(">Previous<"), "{}", first.body);
    let last = anybody.get("/find?words=marching&page=2").await;
    assert!(last.body.contains("11 to 12 of 12") && last.body.contains(">Previous<"), "{}", last.body);
    assert!(!last.body.contains(">Next<"));
}

#[tokio::test]
async fn a_list_names_the_place_that_is_near_and_how_one_gets_in() {
    let place = place().await;
    let mut halls = hall(51, "Far Hall", "ZZ9 9ZZ", &weekly("MO", "10:00", "11:00"));
    let near = hall(52, "Near Hall", "ZZ1 1AB", &weekly("FR", "14:00", "15:00"));
    halls.as_array_mut().expect("places").extend(near.as_array().expect("a place").iter().cloned());
    halls[1]["location"]["meres"] = json!({"step_free": true});
    let two = service(50, "Two halls", "Gentle.", "Exercise", &json!({"service_at_locations": halls}));
    place.imports("Second", &json!({ "contents": [two] })).await;
    let list = listed(&place, &["Two halls"]).await;
    let mut anybody = place.stranger();
    let seen = anybody.get(&format!("{list}&place=ZZ1+1AA")).await;
    for words in ["Near Hall", "You can get in without steps.", "Fridays, 2pm to 3pm"] {
        assert!(seen.body.contains(words), "{words}: {}", seen.body);
    }
    assert!(!seen.body.contains("Far Hall"), "{}", seen.body);
    let seen = anybody.get(&list).await;
    assert!(seen.body.contains("Far Hall") && seen.body.contains("We do not know if there are steps"));
}

#[tokio::test]
async fn the_map_and_the_list_have_the_same_numbers_and_lead_to_each_other() {
    let place = place().await;
    many(&place).await;
    let mut anybody = place.stranger();
    for page in ["", "&page=2"] {
        let seen = anybody.get(&format!("/find?words=marching&place=ZZ1+1AA&view=map{page}")).await;
        let drawing = seen.between("meres-figure__wide", "</svg>").expect("a map");
        let narrow = seen.between("meres-figure__narrow", "</svg>").expect("a map for a phone");
        let mut listed = BTreeSet::new();
        for item in seen.body.split("<li class=\"meres-result\" id=\"").skip(1) {
            let id = item.split('"').next().expect("an id").to_owned();
            let number = item.split("meres-result__number\">").nth(1).and_then(|rest| rest.split('<').next());
            let name = item.split("<a href=").nth(1).and_then(|rest| rest.split('>').nth(1));
            let name = name.and_then(|rest| rest.split('<').next()).expect("a name").to_owned();
            listed.insert((format!("#{id}"), number.expect("a number").to_owned(), name));
        }
        assert_eq!(listed.len(), if page.is_empty() { 10 } else { 2 });
        for drawing in [drawing, narrow] {
            let mut marked = BTreeSet::new();
            for link in drawing.split("<a href=\"").skip(1) {
                let to = link.split('"').next().expect("an address").to_owned();
                let said = link.split("aria-label=\"").nth(1).and_then(|rest| rest.split('"').next());
                let (number, name) = said.and_then(|said| said.split_once(": ")).expect("a name");
                assert!(link.contains(&format!(">{number}</text></a>")), "{link}");
                marked.insert((to, number.to_owned(), name.to_owned()));
            }
            assert_eq!(marked, listed);
            assert!(drawing.contains("role=\"group\"") && drawing.contains(">You</text>"), "{drawing}");
        }
    }
}
