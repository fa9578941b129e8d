//! Lists come into the directory by its import room: looked at before they change anything, merged, and given their meaning.

use std::collections::BTreeMap;

use offers::directory::{self, Areas, Settings};
use serde_json::{Value, json};
use testbed::{Seen, Visitor};
use vocabulary::{Day, GridPoint};

use crate::support::feed::{page, service};
use crate::support::site::Place;

const NEW: &str = "/directory/imports/new";
const PATH: &str = "/directory/duplicates";

/// Sends a file as a list of this name; the page of the import.
async fn sent(visitor: &mut Visitor, source: &str, name: &str, content: &[u8]) -> (String, Seen) {
    visitor.get(NEW).await;
    let seen = visitor.upload(NEW, &[("source", source)], &[("files", name, content)]).await;
    let path = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body)).to_owned();
    assert!(path.starts_with("/directory/imports/"), "{path}");
    let seen = visitor.get(&path).await;
    (path, seen)
}

/// Takes over what is shown.
async fn taken(visitor: &mut Visitor, path: &str, shown: &Seen, accept: &str) -> Seen {
    let seen = shown.between("name=\"seen\" value=\"", "\"").unwrap_or_default().to_owned();
    let seen = visitor.post(&format!("{path}/take"), &[("seen", &seen), ("accept", accept)]).await;
    visitor.follow(seen).await
}

fn numbered(count: usize, from: usize) -> String {
    let services: Vec<Value> = (from..from + count)
        .map(|n| service(&n.to_string(), &format!("Chair yoga {n}"), "NG31 7AA"))
        .collect();
    page(&services)
}

#[tokio::test]
async fn a_list_is_looked_at_taken_over_and_the_same_again_changes_nothing() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    let mut bad = service("3", "x", "NG31 7AA");
    bad.as_object_mut().expect("an object").remove("name");
    let first = page(&[service("1", "Chair yoga", "NG31 7AA"), service("2", "Darts", "NG31 7AA"), bad]);
    let (path, shown) = sent(&mut ana, "County list", "../../services.json", first.as_bytes()).await;
    assert!(shown.body.contains("What would change") && shown.body.contains("Chair yoga"), "{}", shown.body);
    assert!(shown.body.contains("services.json") && !shown.body.contains("../"), "{}", shown.body);
    assert!(
        shown.body.contains("&#39;name&#39; is required") && shown.body.contains("left out"),
        "{}",
        shown.body
    );
    let only = ana.get(&format!("{path}?outcome=left-out")).await;
    assert!(only.body.contains("<strong>left out</strong>: 1"), "{}", only.body);
    let list = ana.get(&format!("{path}/problems")).await;
    assert!(list.body.starts_with("file,place,column,expected,outcome\n"), "{}", list.body);
    assert!(list.body.contains("'name' is required"), "{}", list.body);
    let home = ana.get("/").await;
    assert!(home.body.contains("An import of County list waits for a decision"), "{}", home.body);
    let sources = directory::store::sources(&mut place.house.database.read().await.expect("read")).await;
    assert!(sources.expect("sources").is_empty(), "nothing is changed yet");

    let shown = ana.get(&path).await;
    let done = taken(&mut ana, &path, &shown, "").await;
    assert!(done.body.contains("It was taken over"), "{}", done.body);
    let again = ana.post(&format!("{path}/take"), &[("seen", "x")]).await;
    assert_eq!(again.status, 409);
    let list = ana.get("/directory/imports").await;
    assert!(list.body.contains("County list") && list.body.contains(">Fine<"), "{}", list.body);
    assert!(list.body.contains("2 services"), "{}", list.body);

    let (path, shown) = sent(&mut ana, "County list", "services.json", first.as_bytes()).await;
    assert!(shown.body.contains("Nothing: the directory has all of this already"), "{}", shown.body);
    let done = taken(&mut ana, &path, &shown, "").await;
    assert!(done.body.contains("It was taken over"), "{}", done.body);

    // A changed one is shown field by field.
    let changed = page(&[service("1", "Chair yoga", "NG31 7AB"), service("2", "Darts for all", "NG31 7AA")]);
    let (path, shown) = sent(&mut ana, "County list", "services.json", changed.as_bytes()).await;
    assert!(shown.body.contains("<del>Darts</del>") && shown.body.contains("<ins>Darts for all</ins>"));
    let seen = ana.post(&format!("{path}/drop"), &[]).await;
    assert!(ana.follow(seen).await.body.contains("Nothing was changed"));
    let log = place.somebody("Information governance lead").await.get("/audit?action=directory").await;
    assert!(log.body.contains("directory.import") && log.body.contains("directory.drop"), "{}", log.body);
}

#[tokio::test]
async fn another_list_under_the_same_name_asks_first_and_a_changed_directory_is_shown_anew() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    let (path, shown) = sent(&mut ana, "County list", "a.json", numbered(4, 1).as_bytes()).await;
    taken(&mut ana, &path, &shown, "").await;
    let (other, shown) = sent(&mut ana, "County list", "a.json", numbered(4, 100).as_bytes()).await;
    assert!(shown.body.contains("Is this the same list?"), "{}", shown.body);
    let refused = taken(&mut ana, &other, &shown, "").await;
    assert!(refused.body.contains("tick the box below"), "{}", refused.body);

    // Meanwhile somebody takes over something else under the name.
    let (path, between) = sent(&mut ana, "County list", "a.json", numbered(5, 1).as_bytes()).await;
    taken(&mut ana, &path, &between, "").await;
    ana.get(&other).await;
    let anew = taken(&mut ana, &other, &shown, "1").await;
    assert!(anew.body.contains("The directory changed since you looked"), "{}", anew.body);
    assert!(anew.body.contains("has 5 services"), "{}", anew.body);
    let done = taken(&mut ana, &other, &anew, "1").await;
    assert!(done.body.contains("It was taken over"), "{}", done.body);
    let list = ana.get("/directory/imports").await;
    assert!(list.body.contains("4 services"), "{}", list.body);
}

#[tokio::test]
async fn hostile_and_hopeless_files_are_refused_in_words() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    for (name, content) in [
        ("a.json", &b"{\"contents\": ["[..]),
        ("a.json", b"{}"),
        ("a.csv", b"No,Name\n1,Yoga\n"),
        ("a.xlsx", b"PK\x03\x04 no workbook"),
        ("a.json", &[0xFF; 4096][..]),
        ("a.json", &b"[".repeat(100_000)[..]),
        ("..", b"\0\0\0\0"),
    ] {
        let (_, seen) = sent(&mut ana, "", name, content).await;
        assert!(seen.body.contains("Nothing of it could be used"), "{name}: {}", seen.body);
        assert!(!seen.body.contains("/tmp/"), "{}", seen.body);
    }
    ana.get(NEW).await;
    let none = ana.upload(NEW, &[("source", "kept as typed")], &[("files", "", b"")]).await;
    assert_eq!(none.status, 422);
    assert!(none.body.contains("Choose a file, or give an address") && none.body.contains("kept as typed"));
    let files = [("files", "a.csv", &b"No,Name\n1,Yoga\n"[..])];
    let bad = ana.upload(NEW, &[("mapping_text", "format = 2")], &files).await;
    assert_eq!(bad.status, 422, "{}", bad.body);
    assert!(bad.body.contains("format = 2"), "{}", bad.body);
    let mapping = "format = 1\nkind = \"directory\"\n[[table]]\nhas = [\"No\", \"Name\"]\n[table.service]\n\
                   key = \"No\"\nname = \"Name\"\n";
    let good = ana.upload(NEW, &[("mapping_text", mapping)], &files).await;
    let good = ana.follow(good).await;
    assert!(good.body.contains("What would change") && good.body.contains("Yoga"), "{}", good.body);
    // A form without its token, and one that goes where no files are taken.
    ana.form_token = "x".to_owned();
    assert_eq!(ana.upload(NEW, &[], &files).await.status, 403);
    ana.get(NEW).await;
    assert_eq!(ana.upload("/directory/terms/set", &[("term", "x")], &files).await.status, 400);
}

#[tokio::test]
async fn who_may_not_import_sees_and_sends_nothing() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    let (path, _) = sent(&mut ana, "County list", "a.json", numbered(2, 1).as_bytes()).await;
    let mut violet = place.somebody("Volunteer").await;
    violet.get("/me").await;
    for page in [path.as_str(), "/directory/imports", NEW, "/directory/duplicates", "/directory/terms"] {
        assert_eq!(violet.get(page).await.status, 403, "{page}");
    }
    violet.get("/me").await;
    assert_eq!(violet.post(&format!("{path}/take"), &[("seen", "x")]).await.status, 403);
    let files = [("files", "a.json", &b"{}"[..])];
    assert_eq!(violet.upload(NEW, &[], &files).await.status, 403);
    assert!(!violet.get("/").await.body.contains("waits for a decision"));
}

#[tokio::test]
async fn what_is_the_same_twice_is_merged_taken_back_or_kept_apart() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    for (source, id) in [("County list", "1"), ("Leisure list", "77")] {
        let list = page(&[service(id, "Chair yoga", "NG31 7AA")]);
        let (path, shown) = sent(&mut ana, source, "a.json", list.as_bytes()).await;
        taken(&mut ana, &path, &shown, "").await;
    }
    let page = ana.get(PATH).await;
    assert!(page.body.contains("the same name") && page.body.contains("Leisure list"), "{}", page.body);
    let pair = |page: &Seen| {
        // The service; the two organisations look the same too.
        let card = page
            .body
            .split("nhsuk-card__content")
            .find(|card| card.contains(">Chair yoga<"))
            .expect("a card");
        let value = |name: &str| {
            let rest = card.split_once(&format!("name=\"{name}\" value=\"")).expect(name).1;
            rest.split('"').next().expect("a value").to_owned()
        };
        (value("kept"), value("merged"))
    };
    let (kept, merged) = pair(&page);
    let form = [("kept", kept.as_str()), ("merged", merged.as_str())];
    let seen = ana.post(&format!("{PATH}/merge"), &form).await;
    let page = ana.follow(seen).await;
    assert!(
        page.body.contains("They are one from now on") && page.body.contains("is shown as"),
        "{}",
        page.body
    );
    // The way back stands above the other pairs, and once.
    let back = format!(
        "unmerge\" method=\"post\"><input type=\"hidden\" name=\"form_token\" value=\"{}\"><input \
         type=\"hidden\" name=\"merged\" value=\"{merged}\"",
        ana.form_token
    );
    let (above, below) = page.body.split_once("Meres found these").expect("the list");
    assert!(above.contains(&back) && !below.contains(&back), "{}", page.body);
    assert_eq!(ana.post(&format!("{PATH}/merge"), &form).await.status, 409);
    ana.get(PATH).await;
    let seen = ana.post(&format!("{PATH}/unmerge"), &[("merged", &merged)]).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("stands for itself again"), "{}", page.body);
    assert_eq!(pair(&page), (kept.clone(), merged.clone()));
    let seen = ana.post(&format!("{PATH}/apart"), &form).await;
    let page = ana.follow(seen).await;
    assert!(
        page.body.contains("not suggested again") && !page.body.contains(">Chair yoga<"),
        "{}",
        page.body
    );
}

/// How many offers matching would be given.
async fn offers(place: &Place) -> (usize, Vec<String>) {
    let mut session = place.house.database.read().await.expect("read");
    let all = directory::store::directory(&mut session).await.expect("a directory");
    let said = directory::store::terms(&mut session).await.expect("terms");
    let settings = Settings::default().with_terms(said);
    let today = Day::parse("2026-11-22").expect("a day");
    let point = GridPoint { easting: 490_000, northing: 335_000 };
    let anywhere = |_: &directory::Site| Some(directory::Where { point, approximate: false });
    let exported = directory::export(&all, &settings, &Areas::default(), &anywhere, &BTreeMap::new(), today);
    (exported.services, exported.unmapped.into_iter().map(|(term, _)| term).collect())
}

#[tokio::test]
async fn a_term_that_is_given_its_meaning_changes_what_matching_gets() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    let mut odd = service("1", "Sitting dance", "NG31 7AA");
    odd["attributes"] = json!([{"id": "a", "taxonomy_term": {"id": "t", "name": "Dancing in Chairs"}}]);
    let (path, shown) = sent(&mut ana, "County list", "a.json", page(&[odd]).as_bytes()).await;
    taken(&mut ana, &path, &shown, "").await;
    assert_eq!(offers(&place).await, (0, vec!["Dancing in Chairs".to_owned()]));
    let page = ana.get("/directory/terms").await;
    assert!(page.body.contains("Dancing in Chairs") && page.body.contains("Sitting dance"), "{}", page.body);
    let set = "/directory/terms/set";
    let form = ana.get(&format!("{set}?term=dancing+in+chairs")).await;
    assert!(form.body.contains("Falls prevention"), "{}", form.body);
    let neither = ana.post(set, &[("term", "dancing in chairs")]).await;
    assert_eq!(neither.status, 422);
    let topics = [("term", "Dancing in chairs"), ("topics", "strength"), ("topics", "falls_prevention")];
    let seen = ana.post(set, &topics).await;
    let page = ana.follow(seen).await;
    assert!(page.body.contains("Strength, Falls prevention"), "{}", page.body);
    assert!(page.body.contains("Every term that a service uses has its meaning"), "{}", page.body);
    assert_eq!(offers(&place).await, (1, vec![]));
    let seen = ana.post(set, &[("term", "dancing in chairs"), ("none", "none")]).await;
    assert!(ana.follow(seen).await.body.contains("None of the sixteen topics"));
    assert_eq!(offers(&place).await, (0, vec![]), "somebody has said that it means nothing");
    let seen = ana.post("/directory/terms/remove", &[("term", "dancing in chairs")]).await;
    ana.follow(seen).await;
    assert_eq!(offers(&place).await, (0, vec!["Dancing in Chairs".to_owned()]));
}

#[tokio::test]
async fn the_term_that_most_services_use_is_asked_about_first() {
    let place = Place::demonstration().await;
    let mut ana = place.somebody("Analyst").await;
    let with = |id: &str, name: &str, term: &str| {
        let mut one = service(id, name, "NG31 7AA");
        one["attributes"] = json!([{"id": format!("a{id}"), "taxonomy_term": {"id": term, "name": term}}]);
        one
    };
    let all = [with("1", "One", "Aqua"), with("2", "Two", "Zumba gold"), with("3", "Three", "Zumba gold")];
    let (path, shown) = sent(&mut ana, "County list", "a.json", page(&all).as_bytes()).await;
    taken(&mut ana, &path, &shown, "").await;
    let page = ana.get("/directory/terms").await;
    let at = |term: &str| page.body.find(term).unwrap_or_else(|| panic!("{term}: {}", page.body));
    assert!(at("Zumba gold") < at("Aqua"), "{}", page.body);
}
