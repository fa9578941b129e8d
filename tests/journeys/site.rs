//! The whole site: every route for everybody, the home of each role, search, the audit room, and the program itself.

use std::process::Command;

use vocabulary::{Permission, Reach, Role};
use web::Access;

use crate::support::caller::Caller;
use crate::support::meres::binary;
use crate::support::site::{Place, host, served};

/// An identifier of nothing.
const NOTHING: &str = "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn filled(path: &str) -> String {
    ["{id}", "{line}", "{token}", "{word}"]
        .iter()
        .fold(path.to_owned(), |path, part| path.replace(part, NOTHING))
}

/// What a role may expect of a route: in, or 403.
fn lets_in(access: Access, role: Role) -> bool {
    match access {
        Access::Public | Access::Door | Access::SignedIn => true,
        Access::May(permission) => role.reach(permission) != Reach::Nowhere,
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_it_says_and_nobody_else() {
    let place = Place::demonstration().await;
    let table = meres::app::route_table();
    assert!(table.len() > 40, "{}", table.len());
    let mut cells = 0;
    for route in &table {
        let mut stranger = place.stranger();
        stranger.get("/sign-in").await;
        let path = filled(route.path);
        let seen = match route.method {
            "GET" => stranger.get(&path).await,
            _ => stranger.post(&path, &[]).await,
        };
        let to_the_door = seen.leads_to().is_some_and(|to| to.starts_with("/sign-in?next="));
        let open = matches!(route.access, Access::Public | Access::Door);
        // The pages of the second factor are at the door, and for those alone who are half in.
        let half = route.path.starts_with("/sign-in/");
        assert!(
            to_the_door != open || half,
            "{} {} for a stranger: {}",
            route.method,
            route.path,
            seen.status
        );
        assert!(seen.status < 500, "{} {}", route.method, route.path);
        cells += 1;
    }
    for role in Role::ALL {
        let mut visitor = place.somebody(role.name()).await;
        for route in table.iter().filter(|route| !["/sign-out", "/demo"].contains(&route.path)) {
            visitor.get("/me").await;
            let path = filled(route.path);
            let seen = match route.method {
                "GET" => visitor.get(&path).await,
                _ => visitor.post(&path, &[]).await,
            };
            let expected = lets_in(route.access, role);
            let why = format!("{} {} for {}: {}", route.method, route.path, role.name(), seen.status);
            assert_eq!(seen.status != 403, expected, "{why}");
            assert!(seen.status < 500, "{why}");
            if route.path.contains("{id}") && expected {
                assert_eq!(seen.status, 404, "{why}");
            }
            cells += 1;
        }
    }
    assert_eq!(cells, table.len() + Role::ALL.len() * (table.len() - 3));
}

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

/// What a page says, asked for as plainly as can be.
fn fetched(host: &str, path: &str) -> String {
    let heard = Caller::stranger(host).ask("GET", path, "").expect("an answer");
    assert_eq!(heard.status, 200, "{path}: {}", heard.body);
    heard.body
}

#[test]
fn the_program_serves_says_how_to_begin_and_ends_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut program, said) = served(folder.path(), "data", testbed::url(&folder.path().join("data")));
    let host = host(&said).to_owned();
    let ours = format!("http://{host}");
    let link = said.lines().find_map(|line| line.trim().strip_prefix(&ours)).expect("a link to begin with");
    assert!(link.starts_with("/link/"), "{said}");
    assert_eq!(fetched(&host, "/readyz"), "ready\n");
    assert!(fetched(&host, link).contains("Set up Meres"));
    let page = fetched(&host, "/sign-in");
    let styles = page.split_once("rel=\"stylesheet\" href=\"").and_then(|(_, rest)| rest.split_once('"'));
    assert!(fetched(&host, styles.expect("styles").0).contains(".nhsuk-button"));
    let stop = Command::new("kill").arg(program.id().to_string()).status().expect("told");
    assert!(stop.success());
    assert!(program.wait().expect("ended").success(), "it ends in order");
    // What is served to the world needs a proxy that speaks HTTPS.
    let open = Command::new(binary())
        .args(["serve", "--data", "another", "--listen", "0.0.0.0:0"])
        .current_dir(folder.path())
        .env_remove("MERES_DATABASE_URL")
        .output()
        .expect("ran");
    assert_eq!(open.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&open.stderr).contains("--trusted-proxy"));
}

#[test]
fn a_demonstration_never_touches_what_is_real() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("real")).expect("a folder");
    std::fs::write(folder.path().join("real/meres.db"), "somebody's").expect("a file");
    let line = "demo --people 2000 --services 200 --out out --data real --no-serve";
    let said = crate::support::meres::say(folder.path(), line);
    assert_eq!(said.status, 3, "{}", said.err);
    assert!(said.err.contains("name another with --data"), "{}", said.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("real/meres.db")).expect("there"), "somebody's");
    let line = "demo --people 2000 --services 200 --out out --no-serve";
    crate::support::meres::done(folder.path(), line);
    let (mut program, said) = served(folder.path(), "out/data", None);
    assert!(fetched(host(&said), "/demo").contains("Sign in as Pat Holloway"));
    program.kill().expect("ended");
    program.wait().expect("ended");
}
