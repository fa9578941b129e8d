//! What is somebody else's is as if it were not there: every route with a place for an identifier that some role may take only
//! in its own organisation, or only for itself, asked with the identifiers of others. A new route of that kind fails here
//! until its things are in the table.

use testbed::{Seen, Visitor};
use vocabulary::{Reach, Role};
use web::{Access, Route};

use super::walk::{NOTHING, filled};
use crate::journeys::wall::{Passed, passed};
use crate::support::site::Place;

/// Things of one kind: the routes below this path take their identifiers.
struct Things {
    below: &'static str,
    /// Whose they are, by role, and theirs.
    own: (&'static str, Vec<String>),
    /// Who may do the same with their own, and these are not theirs: another organisation's, or of what has ended.
    not_theirs: (&'static str, Vec<String>),
}

/// Whose identifiers no demonstration holds, and the test that asks for them as another.
const ELSEWHERE: [(&str, &str, &str); 5] = [
    ("/me/sessions/{id}", "ending.rs", "a_session_of_ones_own_ends_at_once_and_nobody_ends_anothers"),
    ("/me/passkeys/{id}", "passkeys.rs", "nobody_touches_a_passkey_of_somebody_else"),
    ("/me/identities/{id}", "identity/linking.rs", "nobody_removes_an_account_elsewhere_of_somebody_else"),
    (
        "/accounts/{id}/sessions/{line}",
        "ending.rs",
        "whoever_manages_people_sees_where_they_are_signed_in_and_ends_it_there",
    ),
    ("/directory/queue/{id}", "keeping.rs", "the_entry_of_another_organisation_is_not_there"),
];

/// What is public may be watched by whoever keeps a directory entry at all.
const OF_EVERYBODY: [&str; 2] = ["/directory/edit/{id}/watch", "/directory/edit/{id}/unwatch"];

/// Whether whoever may come may do so with some things and not with others.
fn is_of_somebody(route: &Route) -> bool {
    let named = route.path.contains('{') && !route.path.contains("{word}");
    named
        && match route.access {
            Access::Public | Access::Door => false,
            Access::SignedIn => true,
            Access::May(permission) => Role::ALL.iter().any(|role| role.reach(permission) == Reach::Own),
        }
}

/// The identifiers that a page links to in a room, each with the words of its link.
fn links(page: &str, room: &str) -> Vec<(String, String)> {
    let before = format!("href=\"{room}/");
    let links = page.split(&before).skip(1).filter_map(|rest| rest.split_once("\">")).map(|(id, rest)| {
        let words = rest.split_once("</a>").map_or("", |(words, _)| words);
        (id.to_owned(), words.to_owned())
    });
    links.filter(|(id, _)| id.len() == NOTHING.len()).collect()
}

#[track_caller]
fn named(all: &[(String, String)], name: &str) -> String {
    let found = all.iter().find(|(_, words)| words.contains(name));
    found.unwrap_or_else(|| panic!("no {name} in {all:?}")).0.clone()
}

/// Asks for a route as its own page would, with these in the places of its path.
async fn asked(visitor: &mut Visitor, route: &Route, id: &str, line: &str) -> Seen {
    // The first place is the thing's own; a line of it is below.
    let (before, after) = route.path.split_once('}').expect("a place");
    let path = format!("{}{}", filled(&format!("{before}}}"), id), filled(after, line));
    visitor.get("/me").await;
    match route.method {
        "GET" => visitor.get(&path).await,
        _ => visitor.post(&path, &[]).await,
    }
}

/// The organisations of the directory, one of which is looked after by the service manager's.
async fn looked_after(priya: &mut Visitor) -> (String, String) {
    let all = links(&priya.get("/directory/organisations").await.body, "/directory/organisations");
    let (own, other) = (named(&all, "Invented Leisure"), named(&all, "Invented Walkers"));
    let path = format!("/directory/organisations/{own}");
    let page = priya.get(&path).await;
    let partner = page.body.split("<option value=\"").find(|option| option.contains("Saltby Leisure Trust"));
    let partner = partner.and_then(|option| option.split('"').next()).expect("a partner").to_owned();
    let seen = priya.post(&format!("{path}/keepers"), &[("partner", &partner)]).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    (own, other)
}

/// Everything of every kind, made or found.
async fn things(place: &Place) -> Vec<Things> {
    let mut sam = place.somebody("System administrator").await;
    let mut priya = place.somebody("Programme manager").await;
    let mut robin = place.somebody("Practice lead").await;
    let people = links(&sam.get("/accounts").await.body, "/accounts");
    let partners = links(&sam.get("/organisations").await.body, "/organisations");
    // Somebody and something that is no more, elsewhere.
    let (gone, closed) = (named(&people, "Clare Fitzgerald"), named(&partners, "University of Saltby"));
    for path in [format!("/accounts/{gone}/disable"), format!("/organisations/{closed}/close")] {
        sam.get(&path).await;
        assert_eq!(sam.post(&path, &[]).await.status, 303, "{path}");
    }
    let (kept, not_kept) = looked_after(&mut priya).await;
    let entries =
        |page: &str| links(page, "/directory/edit").into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let theirs = entries(&priya.get(&format!("/directory/organisations/{kept}")).await.body);
    let others = entries(&priya.get(&format!("/directory/organisations/{not_kept}")).await.body);
    let mut sites = Vec::new();
    for entry in [&theirs[0], &others[0]] {
        let page = priya.get(&format!("/directory/edit/{entry}")).await.body;
        let site = page.split_once("/directory/sites/").and_then(|(_, rest)| rest.split_once('/'));
        sites.push(site.unwrap_or_else(|| panic!("{page}")).0.to_owned());
    }
    let page = robin.get("/practice").await.body;
    let lists = links(&page, "/practice/lists").into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    let page = robin.get("/practice/codes").await.body;
    let blocks: Vec<String> = page
        .split("/practice/codes/")
        .filter_map(|rest| rest.split_once("/end\"").map(|(id, _)| id.to_owned()))
        .filter(|id| id.len() == NOTHING.len())
        .collect();
    let (manager, other_lead) = ("Service manager", "Another practice's lead");
    vec![
        Things {
            below: "/accounts/{id}",
            own: (manager, vec![named(&people, "Violet Marsh")]),
            not_theirs: (
                manager,
                vec![named(&people, "Sam Adeyemi"), named(&people, "Stan Kowalczyk"), gone],
            ),
        },
        Things {
            below: "/organisations/{id}",
            own: (manager, vec![named(&partners, "Saltby Leisure Trust")]),
            not_theirs: (manager, vec![named(&partners, "Fenmarch Voices"), closed]),
        },
        Things {
            below: "/directory/organisations/{id}",
            own: (manager, vec![kept.clone()]),
            not_theirs: (manager, vec![not_kept]),
        },
        Things { below: "/directory/edit/{id}", own: (manager, theirs), not_theirs: (manager, others) },
        Things {
            below: "/directory/sites/{id}",
            own: (manager, vec![]),
            not_theirs: ("Stand holder", sites),
        },
        Things {
            below: "/practice/lists/{id}",
            own: ("Practice lead", lists.clone()),
            not_theirs: (other_lead, lists),
        },
        Things {
            below: "/practice/codes/{id}",
            own: ("Practice lead", vec![]),
            not_theirs: (other_lead, blocks),
        },
    ]
}

/// Whoever leads another practice, which has a key of its own: they came by a link, and are signed in.
async fn another_lead(place: &Place) -> Visitor {
    let mut sam = place.somebody("System administrator").await;
    sam.get("/organisations/new").await;
    let seen = sam.post("/organisations/new", &[("name", "Mill Lane Surgery"), ("ods", "Z99006")]).await;
    let organisation = seen.leads_to().unwrap_or_else(|| panic!("{}", seen.body));
    let organisation =
        organisation.trim_start_matches("/organisations/").split('?').next().expect("one").to_owned();
    // The role of somebody who is there already, so that nobody needs to be invited.
    let people = links(&sam.get("/accounts").await.body, "/accounts");
    let id = named(&people, "Pat Holloway");
    sam.get(&format!("/accounts/{id}/roles/new")).await;
    let typed = [("organisation", organisation.as_str()), ("role", "practice-lead")];
    let seen = sam.post(&format!("/accounts/{id}/roles/new"), &typed).await;
    assert_eq!(seen.status, 303, "{}", seen.body);
    let mut pat = place.stranger();
    pat.get("/demo").await;
    assert_eq!(pat.post("/demo", &[("account", &id)]).await.leads_to(), Some("/"));
    assert_eq!(pat.get("/practice").await.status, 200, "a practice lead like the other");
    pat
}

async fn come(place: &Place, role: &str) -> Visitor {
    if Role::ALL.iter().any(|known| known.name() == role) {
        return place.somebody(role).await;
    }
    another_lead(place).await
}

#[tokio::test]
async fn what_is_anothers_is_as_if_it_were_not_there() {
    let Passed { county, .. } = passed().await;
    let place = &county.place;
    let things = things(place).await;
    let table = meres::app::route_table();
    let of_somebody: Vec<&Route> = table.iter().filter(|route| is_of_somebody(route)).collect();
    assert!(of_somebody.len() > 40, "{}", of_somebody.len());
    let mut visitors = std::collections::BTreeMap::new();
    for kind in &things {
        for who in [kind.own.0, kind.not_theirs.0] {
            if !visitors.contains_key(who) {
                visitors.insert(who, come(place, who).await);
            }
        }
        assert!(!kind.not_theirs.1.is_empty(), "{}", kind.below);
    }
    let mut cells = 0;
    for route in of_somebody {
        let elsewhere = ELSEWHERE.iter().any(|(below, ..)| route.path.starts_with(below));
        let kind = things.iter().find(|kind| route.path.starts_with(kind.below));
        assert!(kind.is_some() || elsewhere, "{}: whose are these? Add them to the table", route.path);
        let Some(kind) = kind else { continue };
        let (who, ids) = &kind.not_theirs;
        let visitor = visitors.get_mut(who).expect("they came");
        let nothing = asked(visitor, route, NOTHING, NOTHING).await;
        for id in ids {
            let seen = asked(visitor, route, id, NOTHING).await;
            if OF_EVERYBODY.contains(&route.path) {
                assert_eq!((seen.status, nothing.status), (303, 404), "{}: {}", route.path, seen.body);
                continue;
            }
            let why = format!("{} {} with {id} for {who}: {}", route.method, route.path, seen.status);
            assert_eq!((seen.status, nothing.status), (404, 404), "{why}");
            assert_eq!(seen.body.replace(id, NOTHING), nothing.body, "{why}");
            cells += 1;
        }
        let (who, ids) = &kind.own;
        let visitor = visitors.get_mut(who).expect("they came");
        for id in ids.iter().filter(|_| route.method == "GET" && route.path.matches('{').count() == 1) {
            let seen = asked(visitor, route, id, NOTHING).await;
            assert!([200, 409].contains(&seen.status), "{} with {id} for {who}: {}", route.path, seen.status);
            cells += 1;
        }
    }
    assert!(cells > 60, "{cells}");
}

#[test]
fn what_is_asked_for_elsewhere_is_asked_for() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (below, file, test) in ELSEWHERE {
        let places = ["crates/access/src/tests", "tests/journeys/directory_editing"];
        let text = places.iter().find_map(|place| std::fs::read_to_string(root.join(place).join(file)).ok());
        let text = text.unwrap_or_else(|| panic!("{below}: no {file}"));
        assert!(text.contains(&format!("async fn {test}()")), "{below}: no {test} in {file}");
    }
}
