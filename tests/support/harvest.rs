//! What the site really asks of somebody: every page that links lead them to, every form that stands there, with its fields and
//! what may be chosen, at the addresses that are there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use web::Route;

use super::caller::Caller;
use super::forms::{Field, Found, forms, links, route_of};

/// So many addresses of one route are enough.
const ALIKE: usize = 2;
/// Each of these takes away what others are about: they come when those have had their turn.
const ENDINGS: [&str; 21] = [
    "again", "apart", "approve", "back", "cancel", "close", "decide", "delete", "disable", "drop", "end",
    "forget", "merge", "refuse", "remove", "renew", "retire", "stop", "unmerge", "withdraw", "sign-out",
];
/// Where they are asked whether it is them: too many wrong answers end the session. And where it ends as it should.
const LEAVES: [&str; 6] = ["/sign-out", "/demo", "/sign-in", "/confirm", "/me/sessions", "/me/password"];

/// An address as it is, and what is sent there.
pub(crate) struct Address {
    pub(crate) route: Route,
    pub(crate) path: String,
    /// What a page is asked behind the `?`, with words that it was asked by.
    pub(crate) questions: BTreeMap<String, BTreeSet<String>>,
    /// The kind of what came, for a page.
    pub(crate) kind: Option<String>,
    pub(crate) form: Option<Found>,
}

impl Address {
    /// Whether others need what it takes away.
    pub(crate) fn ends(&self) -> bool {
        // A new role of their own signs them out.
        let ends = |step| ENDINGS.contains(&step) || step == "accounts";
        self.route.method == "POST" && self.route.path.split('/').any(ends)
    }

    /// What is sent there, as a schema of JSON.
    pub(crate) fn fields(&self, token: &str) -> Option<(&'static str, Value)> {
        let form = self.form.as_ref()?;
        let mut properties = Map::from_iter([("form_token".to_owned(), json!({"const": token}))]);
        let mut needed = vec!["form_token"];
        for field in &form.fields {
            properties.insert(field.name.clone(), schema(field));
            if !["checkbox", "button"].contains(&field.kind.as_str()) {
                needed.push(&field.name);
            }
        }
        let kind =
            if form.brings_files { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
        Some((kind, json!({"type": "object", "required": needed, "properties": properties})))
    }

    fn is_asked(&mut self, question: &str) {
        for (name, value) in form_urlencoded::parse(question.as_bytes()) {
            self.questions.entry(name.into_owned()).or_default().insert(value.into_owned());
        }
    }

    fn may_be_asked(&mut self, field: &Field) {
        let known = self.questions.entry(field.name.clone()).or_default();
        known.extend(field.choices.iter().cloned().chain([field.value.clone()]));
    }
}

/// What may stand in a field.
fn schema(field: &Field) -> Value {
    let any = json!({"type": "string", "minLength": 1, "maxLength": 200});
    let one_of = |known: &[&str]| json!({"anyOf": [{"enum": known}, {"type": "string", "pattern": "^[0-9]{1,5}$"}, any]});
    let choices: BTreeSet<&str> = field.choices.iter().map(String::as_str).collect();
    let (name, kind) = (field.name.as_str(), field.kind.as_str());
    if choices.is_empty() && matches!(kind, "hidden" | "radio" | "select" | "button") {
        return any;
    }
    match kind {
        "checkbox" if choices.len() > 1 => {
            json!({"type": "array", "items": {"enum": choices}, "minItems": 1, "uniqueItems": true})
        }
        "hidden" | "radio" | "select" | "button" | "checkbox" => json!({"enum": choices}),
        "file" => json!({"type": "string", "format": "binary"}),
        _ if name.ends_with("-day") => one_of(&["1", "28", "31"]),
        _ if name.ends_with("-month") => one_of(&["1", "2", "12"]),
        _ if name.ends_with("-year") => one_of(&["1950", "2026", "2027", "2029"]),
        "email" => json!({"anyOf": [{"enum": ["nora@example.org"]}, any]}),
        _ if field.is_number && field.value.is_empty() => one_of(&["1", "20"]),
        _ if field.is_number => one_of(&[&field.value]),
        _ if field.value.is_empty() => any,
        _ => json!({"anyOf": [{"enum": [field.value]}, any]}),
    }
}

/// All that they come upon from these pages on.
pub(crate) fn harvest(caller: &Caller, table: &[Route], from: &[&str]) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let mut opened: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut open: Vec<String> = from.iter().rev().map(|&path| path.to_owned()).collect();
    while let Some(path) = open.pop() {
        let Some(route) = route_of(table, "GET", &path) else { continue };
        let (plain, question) = path.split_once('?').unwrap_or((&path, ""));
        let plain = plain.split('#').next().unwrap_or(plain).to_owned();
        if LEAVES.iter().any(|leaves| route.path.starts_with(leaves)) {
            continue;
        }
        let seen = opened.entry(route.path).or_default();
        if let Some(known) = found.iter_mut().find(|one| one.route.method == "GET" && one.path == plain) {
            known.is_asked(question);
            continue;
        }
        if seen.len() >= ALIKE || !seen.insert(plain.clone()) {
            continue;
        }
        let Some(heard) = caller.ask("GET", &path, "") else { continue };
        assert!(heard.status < 500, "{path}: {}", heard.status);
        let kind = heard
            .head
            .lines()
            .find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned));
        let mut page =
            Address { route: *route, path: plain.clone(), questions: BTreeMap::new(), kind, form: None };
        page.is_asked(question);
        if heard.status != 200 {
            page.kind = None;
        }
        found.push(page);
        open.extend(links(&heard.body).filter(|link| link.starts_with('/')));
        for form in forms(&heard.body, &plain) {
            let action = form.action.split(['?', '#']).next().unwrap_or_default().to_owned();
            let Some(route) = route_of(table, form.method, &action) else { continue };
            if LEAVES.iter().any(|leaves| route.path.starts_with(leaves)) {
                continue;
            }
            if form.method == "GET" {
                if let Some(known) =
                    found.iter_mut().find(|one| one.route.method == "GET" && one.path == action)
                {
                    form.fields.iter().for_each(|field| known.may_be_asked(field));
                }
                continue;
            }
            takes(&mut found, *route, action, form);
        }
    }
    found
}

/// A form, beside those of the same route; what another form at the same address has is known of both.
fn takes(found: &mut Vec<Address>, route: Route, path: String, form: Found) {
    let same = |one: &&mut Address| one.route.method == "POST" && one.path == path;
    if let Some(known) = found.iter_mut().find(same).and_then(|one| one.form.as_mut()) {
        for field in form.fields {
            match known.fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) => known.choices.extend(field.choices),
                None => known.fields.push(field),
            }
        }
        return;
    }
    let alike = found.iter().filter(|one| one.route.method == "POST" && one.route.path == route.path);
    if alike.count() < ALIKE {
        found.push(Address { route, path, questions: BTreeMap::new(), kind: None, form: Some(form) });
    }
}
