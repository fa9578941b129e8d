//! Pieces of SQL in every parameter of every route: in paths, in questions, in fields of forms. Nothing fails, nothing
//! hesitates, nothing is found by a condition that was smuggled in, and everything is there afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::json;
use testbed::{Seen, Visitor};
use web::Route;

use crate::support::feed::service;
use crate::support::forms::{Found, forms, links, route_of};
use crate::support::site::Place;

/// An address that asks for a piece of text somewhere.
type Asking = Box<dyn Fn(&str) -> String>;

/// What is put in: quotes that open, comments, conditions, statements, what the ground itself fills in, odd numbers.
const PIECES: [&str; 14] = [
    "'",
    "\"",
    "x'--",
    "x' OR '1'='1",
    "x') OR ('1'='1",
    "1 OR 1=1",
    "x'; DROP TABLE account; --",
    "x' UNION SELECT password FROM account --",
    "x'||(SELECT pg_sleep(4))||'",
    "x' AND 1=(SELECT COUNT(*) FROM sqlite_schema, sqlite_schema AS b, sqlite_schema AS c, sqlite_schema AS d) --",
    "{within membership.partner}",
    "$1",
    "\\'",
    "99999999999999999999999",
];
/// Conditions of which the one is always so and the other never: whoever asks with either finds the same.
const TWINS: [(&str, &str); 2] = [("x' OR 'a'='a", "x' OR 'a'='b"), ("1) OR (1=1", "1) OR (1=2")];
/// What databases say when a statement is not one.
const SAID: [&str; 7] = [
    "syntax error",
    "SQLITE_",
    "sqlx::",
    "unterminated quoted",
    "unrecognized token",
    "returned from database",
    "no such column",
];
/// Whoever waits longer for an answer waits for a statement of ours.
const PATIENCE: Duration = Duration::from_secs(3);
/// Pages of one route that are opened.
const ALIKE: usize = 2;
/// Ends the session, or begins another.
const LEFT_OUT: [&str; 3] = ["/sign-out", "/demo", "/me/sessions"];

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Somebody who tries, and what they came upon.
struct Trial<'a> {
    table: &'a [Route],
    who: Visitor,
    is_in: bool,
    /// By route, the paths that were opened.
    opened: BTreeMap<&'static str, Vec<String>>,
    /// Names that routes were asked by.
    questions: BTreeMap<&'static str, BTreeSet<String>>,
    forms: BTreeMap<&'static str, Found>,
    asked: usize,
    places: usize,
}

impl Trial<'_> {
    /// Opens all that can be reached by links from here.
    async fn explore(&mut self, from: &[&str]) {
        let mut waiting: Vec<String> = from.iter().rev().map(|&path| path.to_owned()).collect();
        while let Some(path) = waiting.pop() {
            let Some(route) = route_of(self.table, "GET", &path) else { continue };
            let questions = self.questions.entry(route.path).or_default();
            let question = path.split_once('?').map_or("", |(_, question)| question);
            questions.extend(form_urlencoded::parse(question.as_bytes()).map(|(name, _)| name.into_owned()));
            let opened = self.opened.entry(route.path).or_default();
            if opened.len() >= ALIKE || opened.contains(&path) || path.ends_with("/progress") {
                continue;
            }
            opened.push(path.clone());
            let seen = self.who.get(&path).await;
            assert!(seen.status < 500, "{path}: {}", seen.status);
            waiting.extend(links(&seen.body).filter(|link| link.starts_with('/')));
            for form in forms(&seen.body, &path) {
                let Some(route) = route_of(self.table, form.method, &form.action) else { continue };
                if form.method == "GET" {
                    let names = form.fields.into_iter().map(|field| field.name);
                    self.questions.entry(route.path).or_default().extend(names);
                } else {
                    self.forms.entry(route.path).or_insert(form);
                }
            }
        }
    }

    fn judged(&mut self, what: &str, begun: Instant, seen: &Seen) {
        self.asked += 1;
        assert!(seen.status < 500, "{what}: {}", seen.status);
        assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", begun.elapsed());
        for said in SAID {
            assert!(!seen.body.contains(said), "{what}: the database speaks: {said}");
        }
    }

    async fn get(&mut self, path: &str) -> Seen {
        let begun = Instant::now();
        let seen = self.who.get(path).await;
        self.judged(&format!("GET {path}"), begun, &seen);
        seen
    }

    /// Every place in paths and questions of what was opened.
    async fn asks(&mut self, more: &[&str]) {
        let routes: Vec<_> = self.opened.iter().map(|(route, paths)| (*route, paths[0].clone())).collect();
        for (route, path) in routes {
            if route.starts_with("/healthz") || route.starts_with("/readyz") {
                continue;
            }
            let plain = path.split('?').next().unwrap_or("").to_owned();
            let mut with: Vec<Asking> = Vec::new();
            for (at, step) in route.split('/').enumerate().filter(|(_, step)| step.starts_with('{')) {
                let parts: Vec<String> = plain.split('/').map(str::to_owned).collect();
                assert!(!step.is_empty() && at < parts.len());
                with.push(Box::new(move |piece| {
                    let mut parts = parts.clone();
                    parts[at] = encoded(piece);
                    parts.join("/")
                }));
            }
            let names = self.questions.get(route).into_iter().flatten().cloned();
            let names: BTreeSet<String> = names.chain(more.iter().map(|&name| name.to_owned())).collect();
            for name in names {
                let plain = plain.clone();
                with.push(Box::new(move |piece| format!("{plain}?{}={}", encoded(&name), encoded(piece))));
            }
            for place in with {
                self.places += 1;
                for piece in PIECES {
                    self.get(&place(piece)).await;
                }
                for (always, never) in TWINS {
                    let (one, other) = (self.get(&place(always)).await, self.get(&place(never)).await);
                    let same = one.status == other.status && shown(&one, always) == shown(&other, never);
                    assert!(same, "{} and {} do not find the same", place(always), place(never));
                }
            }
        }
    }

    /// Every field of every form.
    async fn sends(&mut self) {
        let forms = std::mem::take(&mut self.forms);
        // Too many wrong codes end the session: those come last.
        let (late, early): (Vec<_>, Vec<_>) =
            forms.into_iter().partition(|(route, _)| route.starts_with("/confirm"));
        for (route, form) in early.into_iter().chain(late) {
            if LEFT_OUT.iter().any(|left| route.starts_with(left)) {
                continue;
            }
            for place in 0..form.fields.len() {
                self.places += 1;
                // What their forms bring back changes where they show once more that it is them.
                self.who.get(if self.is_in { "/me" } else { "/sign-in" }).await;
                for piece in PIECES {
                    let fields = form.fields.iter().enumerate();
                    let fields = fields.map(|(at, field)| {
                        (field.name.as_str(), if at == place { piece } else { field.value.as_str() })
                    });
                    let fields: Vec<_> = fields.collect();
                    let begun = Instant::now();
                    let seen = self.who.post(&form.action, &fields).await;
                    let field = &form.fields[place].name;
                    // A form that says that it began from something else is one to be sent again.
                    let is_taken = seen.status != 403 || route.starts_with("/confirm") || field == "base";
                    assert!(is_taken, "{route}, {field} = {piece}: {}", seen.heading());
                    let what = format!("POST {route}, {field} = {piece}");
                    self.judged(&what, begun, &seen);
                }
            }
        }
    }
}

/// A page without what was asked, however it is written there, and without numbers.
fn shown(seen: &Seen, piece: &str) -> String {
    let html = piece.replace('&', "&#38;").replace('\'', "&#39;").replace('"', "&#34;");
    let page = seen.body.replace(&html, "").replace(&encoded(piece), "").replace(piece, "");
    let leads = seen.leads_to().unwrap_or("").replace(&encoded(piece), "");
    let plus: String = form_urlencoded::byte_serialize(piece.as_bytes()).collect();
    format!("{page}{leads}").replace(&plus, "").chars().filter(|c| !c.is_ascii_digit()).collect()
}

async fn tables(place: &Place) -> Vec<i64> {
    let mut session = place.house.database.read().await.expect("read");
    let mut counts = Vec::new();
    for sql in [
        "SELECT COUNT(*) AS n FROM account",
        "SELECT COUNT(*) AS n FROM membership",
        "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL",
    ] {
        counts.push(session.count(sql, Vec::new()).await.expect("counted"));
    }
    counts
}

#[tokio::test]
async fn a_piece_of_sql_is_a_text_like_any_other() {
    let place = Place::demonstration().await;
    let services = ["one", "two", "three"].map(|id| service(id, &format!("Chair yoga {id}"), "NG31 7AA"));
    place.imports("county", &json!({ "contents": services })).await;
    place.knows(&[("NG31 7AA", 492_000, 335_000)]).await;
    let table = meres::app::route_table();
    let before = tables(&place).await;
    let (mut asked, mut places, mut routes) = (0, 0, BTreeSet::new());
    for (who, from) in [
        ("", ["/", "/find?place=NG31+7AA", "/oruk/v3/services", "/oruk/v3/taxonomies"]),
        ("System administrator", ["/", "/accounts", "/audit", "/directory"]),
    ] {
        let visitor = if who.is_empty() { place.stranger() } else { place.somebody(who).await };
        let mut trial = Trial {
            table: &table,
            who: visitor,
            is_in: !who.is_empty(),
            opened: BTreeMap::new(),
            questions: BTreeMap::new(),
            forms: BTreeMap::new(),
            asked: 0,
            places: 0,
        };
        trial.explore(&from).await;
        trial.asks(&["page", "sort", "q", "next", "done"]).await;
        trial.sends().await;
        routes.extend(trial.opened.keys().copied());
        asked += trial.asked;
        places += trial.places;
    }
    eprintln!("{asked} requests, {places} places, {} routes", routes.len());
    assert!(asked > 3_000 && places > 150 && routes.len() > 50, "{asked} {places} {}", routes.len());
    let after = tables(&place).await;
    assert!(after.iter().zip(&before).all(|(after, before)| after >= before), "{before:?} {after:?}");
    // What was kept is looked at once more: a piece that waited for a later statement would show there.
    let mut sam = place.somebody("System administrator").await;
    for path in
        ["/", "/organisations", "/accounts", "/audit", "/admin/jobs", "/directory", "/directory/queue"]
    {
        assert_eq!(sam.get(path).await.status, 200, "{path}");
    }
    let mut session = place.house.database.read().await.expect("read");
    assert_eq!(ground::audit::follow(&mut session, &[]).await.expect("followed").faults, []);
}
