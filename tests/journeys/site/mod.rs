//! The whole site: the home of each role, search, the audit room; every route for everybody; and the program itself.

mod harmless;
mod program;
mod quiet;
mod tenancy;
mod walk;
mod watched;

use vocabulary::{Permission, Reach, Role};

use crate::journeys::wall::{Passed, passed};
use crate::support::site::Place;

#[tokio::test]
async fn everybody_has_a_home_with_what_is_theirs_and_nothing_else() {
    let place = Place::demonstration().await;
    for role in Role::ALL {
        let mut visitor = place.somebody(role.name()).await;
        let home = visitor.get("/").await;
        assert!(home.heading().starts_with("Welcome, "), "{}", home.body);
        assert!(home.body.contains("every person, place and organisation here is invented"));
        for (path, permission) in [
            ("/organisations", Permission::ManagePeople),
            ("/accounts", Permission::ManagePeople),
            ("/audit", Permission::ReadAudit),
            ("/admin", Permission::SeeConfiguration),
        ] {
            let shown = home.body.contains(&format!("nhsuk-header__navigation-link\" href=\"{path}\""));
            assert_eq!(shown, role.reach(permission) != Reach::Nowhere, "{} {path}", role.name());
        }
    }
}

/// What stands on a start page under what changed.
fn changed(home: &testbed::Seen) -> String {
    home.between("What changed</h2>", "</section>").unwrap_or_else(|| panic!("{}", home.body)).to_owned()
}

#[tokio::test]
async fn what_changed_in_the_rooms_of_a_role_stands_on_its_home_and_is_found() {
    let Passed { county, .. } = passed().await;
    let run = "County 2026: the match run is done";
    let figures = "The figures “Spring” were released";
    let lists = "The worklists for “Hub in Saltby” were approved";
    let population = "The population “County 2026” was imported";
    let sites = "The organisation Saltby Leisure Trust was set up";
    let all = [run, figures, lists, population, sites];
    for (role, expected) in [
        ("Analyst", &[run, figures, lists, population][..]),
        ("Evaluator", &[figures]),
        ("Hub organiser", &[figures]),
        ("Information governance lead", &[figures, lists]),
        ("Service manager", &[sites]),
        ("Volunteer", &[]),
        ("Practice lead", &[]),
    ] {
        let mut visitor = county.place.somebody(role).await;
        let home = visitor.get("/").await;
        let changed = changed(&home);
        for one in all {
            assert_eq!(changed.contains(one), expected.contains(&one), "{role}, {one}: {changed}");
        }
        // The same things by the search box, and by it no others.
        for (words, kind, is_there) in [
            ("county 2026", "Match run", expected.contains(&run)),
            ("county 2026", "Population", expected.contains(&population)),
            ("SPRING", "Figures", expected.contains(&figures)),
            ("hub in saltby", "Worklists", expected.contains(&lists)),
        ] {
            let found = visitor.post("/search", &[("words", words)]).await;
            let kind = format!("<span class=\"meres-facts\">{kind}</span>");
            assert_eq!(found.body.contains(&kind), is_there, "{role}, {words}, {kind}: {}", found.body);
        }
    }
}

#[tokio::test]
async fn one_box_finds_what_a_role_may_see() {
    let place = Place::demonstration().await;
    let mut sam = place.somebody("System administrator").await;
    sam.get("/").await;
    let found = sam.post("/search", &[("words", " LEISURE trust")]).await;
    assert_eq!(found.heading(), "1 match for “LEISURE trust”");
    let found = sam.post("/search", &[("words", "holloway")]).await;
    assert!(found.body.contains("Pat Holloway"));
    let mut violet = place.somebody("Volunteer").await;
    violet.get("/").await;
    let found = violet.post("/search", &[("words", "holloway")]).await;
    assert_eq!(found.heading(), "Nothing found for “holloway”");
    let found = violet.post("/search", &[("words", "<script>alert(1)</script>")]).await;
    assert!(!found.body.contains("<script>alert"));
}

#[tokio::test]
async fn the_audit_room_shows_verifies_and_gives_away_with_a_purpose() {
    let place = Place::demonstration().await;
    let mut ian = place.somebody("Information governance lead").await;
    let seen = ian.get("/audit?action=demo.").await;
    assert!(seen.body.contains("demo.invent") && seen.body.contains("Meres itself"), "{}", seen.body);
    assert!(seen.body.contains("Ian Gwilliam"), "by name");
    assert!(!ian.get("/audit?action=sign-in").await.body.contains("demo.invent"));
    assert!(ian.get("/audit?from=2999-01-01").await.body.contains("Nothing in the log is like that"));
    ian.get("/audit").await;
    let seen = ian.post("/audit/verify", &[]).await;
    assert_eq!(seen.heading(), "The log is sound");
    ian.get("/audit/export").await;
    let seen = ian.post("/audit/export", &[("from", "yesterday"), ("purpose", "")]).await;
    assert_eq!(seen.status, 422);
    assert!(seen.body.contains("Enter what it is for") && seen.body.contains("Enter a day like"));
    let seen = ian.post("/audit/export", &[("purpose", "=1+1")]).await;
    assert_eq!(seen.status, 200);
    assert!(seen.body.starts_with("chain,seq,at,actor,action,object,purpose,detail\n"), "{}", seen.body);
    assert!(seen.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
    assert!(ian.get("/audit?action=audit.export").await.body.contains("=1+1"));
    let seen = ian.post("/audit/export", &[("purpose", "again")]).await;
    assert!(seen.body.contains("'=1+1"), "no formula leaves in a cell");
}

#[tokio::test]
async fn whoever_asks_whether_it_is_well_hears_so() {
    let place = Place::demonstration().await;
    let mut stranger = place.stranger();
    assert_eq!(stranger.get("/healthz").await.body, "well\n");
    assert_eq!(stranger.get("/readyz").await.body, "ready\n");
    let about = stranger.get("/about").await;
    assert!(about.body.contains("<li>axum 0.8"), "{}", about.body);
    assert!(stranger.cookies.is_empty(), "public pages set no cookie");
    assert_eq!(place.house.site.host(), "localhost:8080");
}
