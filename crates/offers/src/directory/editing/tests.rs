use ground::database::{Act, Change, Database};
use time::OffsetDateTime;
use time::macros::datetime;
use vocabulary::{Actor, Id, Scope};

use super::super::past::How;
use super::super::proposal::State;
use super::super::{
    Difference, Directory, Entry, Feed, HERE, Kind, Organisation, Service, Site, SiteOfService, past,
    proposal, revision, store,
};
use super::store::{add_service, add_site, publish, standing};
use crate::test_data::database;

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

fn act() -> Act {
    Act { action: "test", object: String::new(), purpose: None, detail: String::new() }
}

async fn change(database: &Database) -> Change {
    database.change(&Actor::Meres).await.expect("begun")
}

async fn sent(database: &Database, service: &Service) {
    let organisation = Organisation { name: "Leisure".into(), ..Organisation::default() };
    let feed = Feed {
        organisations: [("o1".to_owned(), organisation)].into(),
        services: [("1".to_owned(), service.clone())].into(),
        ..Feed::default()
    };
    let mut change = change(database).await;
    let source = store::source(&mut change, "county").await.expect("asked");
    let known = store::known(&mut change, source.as_ref()).await.expect("asked");
    let difference = Difference::between(&known, &feed);
    store::apply(&mut change, "county", None, "digest", &difference).await.expect("written");
    change.commit(act()).await.expect("committed");
}

async fn directory(database: &Database) -> Directory {
    store::directory(&mut database.read().await.expect("read")).await.expect("a directory")
}

async fn only(database: &Database) -> (Id<Entry>, Service) {
    let directory = directory(database).await;
    let (id, kept) = directory.services.iter().next().expect("a service");
    (Id::from_bits(id.bits()), kept.record.clone())
}

async fn publishes(database: &Database, id: Id<Entry>, record: &Service) {
    let mut change = change(database).await;
    let known = standing(&mut change, Kind::Service, id).await.expect("asked").expect("there");
    let record = serde_json::to_string(record).expect("written");
    assert!(publish(&mut change, &known, &record, How::Edit, "account:1").await.expect("published"));
    change.commit(act()).await.expect("committed");
}

fn walk(name: &str, email: &str) -> Service {
    Service {
        name: name.into(),
        email: Some(email.into()),
        organisation: Some("o1".into()),
        ..Service::default()
    }
}

#[tokio::test]
async fn what_was_changed_here_outlives_an_import_and_what_both_changed_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    sent(&database, &walk("Walk", "a@example.org")).await;
    let (id, _) = only(&database).await;
    publishes(&database, id, &walk("Gentle walk", "a@example.org")).await;
    // The source alone changed the address: taken. Both changed the name: ours stays, theirs waits.
    sent(&database, &walk("Health walk", "b@example.org")).await;
    assert_eq!(only(&database).await.1, walk("Gentle walk", "b@example.org"));
    let mut session = database.read().await.expect("read");
    let waiting = proposal::store::waiting(&mut session, &Scope::Everywhere).await.expect("asked");
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].wanted.actor.as_str(), waiting[0].wanted.partner), ("source county", None));
    let proposed: Service = serde_json::from_str(&waiting[0].wanted.proposed).expect("a service");
    assert_eq!(proposed, walk("Health walk", "b@example.org"));
    // Nobody sees it who keeps entries for an organisation.
    let scope = Scope::In(vec![Id::from_bits(7)]);
    assert_eq!(proposal::store::waiting(&mut session, &scope).await.expect("asked"), []);
    let history = past::store::of(&mut session, id).await.expect("asked");
    let hows: Vec<How> = history.iter().map(|past| past.how).collect();
    assert_eq!(hows, [How::Import, How::Edit]);
    drop(session);
    // The same once more is no news; another version takes the place of the one that waits.
    sent(&database, &walk("Health walk", "b@example.org")).await;
    sent(&database, &walk("Wellbeing walk", "b@example.org")).await;
    let mut session = database.read().await.expect("read");
    let all = proposal::store::of_entry(&mut session, id).await.expect("asked");
    let states: Vec<State> = all.iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Withdrawn, State::Waiting]);
    drop(session);
    // What is in nobody's way any more is asked of nobody.
    sent(&database, &walk("Gentle walk", "b@example.org")).await;
    let mut session = database.read().await.expect("read");
    assert_eq!(proposal::store::waiting(&mut session, &Scope::Everywhere).await.expect("asked"), []);
}

#[tokio::test]
async fn what_is_put_back_to_its_source_follows_its_source_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    sent(&database, &walk("Walk", "a@example.org")).await;
    let (id, _) = only(&database).await;
    publishes(&database, id, &walk("Gentle walk", "a@example.org")).await;
    publishes(&database, id, &walk("Walk", "a@example.org")).await;
    let mut session = database.read().await.expect("read");
    let known = standing(&mut session, Kind::Service, id).await.expect("asked").expect("there");
    assert_eq!(known.own, None);
    drop(session);
    sent(&database, &walk("Health walk", "a@example.org")).await;
    assert_eq!(only(&database).await.1.name, "Health walk");
}

#[tokio::test]
async fn a_service_that_is_made_here_belongs_to_an_organisation_of_any_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(folder.path(), noon).await;
    sent(&database, &walk("Walk", "a@example.org")).await;
    let organisation = *directory(&database).await.organisations.keys().next().expect("one");
    let mut made = change(&database).await;
    let hall =
        serde_json::to_string(&Site { name: Some("Hall".into()), ..Site::default() }).expect("written");
    let hall = add_site(&mut made, &hall).await.expect("added");
    let sites = vec![SiteOfService { site: hall.to_string(), ..SiteOfService::default() }];
    let record = serde_json::to_string(&Service { name: "Tai chi".into(), sites, ..Service::default() });
    let id = made.new_id();
    add_service(&mut made, id, organisation, &record.expect("written")).await.expect("added");
    made.commit(act()).await.expect("committed");
    let directory = directory(&database).await;
    let kept = &directory.services[&Id::from_bits(id.bits())];
    assert_eq!(directory.organisation_of(kept), Some(organisation));
    let site = directory.site(kept.source, &kept.record.sites[0].site).expect("its place");
    assert_eq!(site.1.name.as_deref(), Some("Hall"));
    // Neither an import nor its export of nothing can end it.
    let mut import = change(&database).await;
    let nothing = Difference::default();
    assert!(store::apply(&mut import, HERE, None, "digest", &nothing).await.is_err());
    drop(import);
    let mut session = database.read().await.expect("read");
    let known = standing(&mut session, Kind::Service, id).await.expect("asked").expect("there");
    let name = revision::fields(known.shown()).get("name").cloned();
    assert_eq!((known.source_name.as_str(), name), (HERE, Some("Tai chi".into())));
}
