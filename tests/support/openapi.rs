//! The routes of the site as an `OpenAPI` document, for programs that read one.

use serde_json::{Map, Value, json};
use web::{Access, Route};

use super::harvest::Address;

/// Names of form fields that routes take: whoever sends others is answered too.
const FIELDS: [&str; 16] = [
    "name",
    "email",
    "password",
    "code",
    "organisation",
    "role",
    "way",
    "words",
    "from",
    "until",
    "purpose",
    "ods",
    "next",
    "first-day",
    "postcode",
    "days",
];
/// What lists ask for behind the `?`.
const QUESTIONS: [&str; 7] = ["sort", "down", "page", "done", "action", "object", "next"];

/// The document; `form_token` is what forms bring back, where one is known.
pub(crate) fn document(table: &[Route], form_token: Option<&str>) -> Value {
    let mut paths = Map::new();
    for route in table {
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        entry[route.method.to_lowercase()] = operation(route, form_token);
    }
    about(&paths)
}

/// The document of addresses that are there, with what their forms have.
pub(crate) fn document_of<'a>(addresses: impl Iterator<Item = &'a Address>, form_token: &str) -> Value {
    let mut paths = Map::new();
    for address in addresses {
        let entry = paths.entry(address.path.clone()).or_insert_with(|| json!({}));
        entry[address.route.method.to_lowercase()] = found(address, form_token);
    }
    about(&paths)
}

/// Every status by which an address that is there may answer.
const ANSWERS: [&str; 11] = ["200", "303", "400", "403", "404", "409", "410", "413", "415", "422", "429"];

fn found(address: &Address, form_token: &str) -> Value {
    let questions = address.questions.iter().map(|(name, known)| {
        let schema = json!({"anyOf": [{"enum": known}, {"type": "string", "maxLength": 200}]});
        json!({"name": name, "in": "query", "schema": schema})
    });
    let mut responses = Map::new();
    for status in ANSWERS {
        responses.insert(status.to_owned(), json!({"description": "An answer"}));
    }
    if let Some(kind) = &address.kind {
        responses["200"]["content"] = Value::Object(Map::from_iter([(kind.clone(), json!({}))]));
    }
    let mut operation = json!({"parameters": questions.collect::<Vec<_>>(), "responses": responses});
    if let Some((kind, schema)) = address.fields(form_token) {
        operation["requestBody"] = json!({"required": true, "content": {kind: {"schema": schema}}});
    }
    operation
}

fn about(paths: &Map<String, Value>) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Meres: the site",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every route of the site. What lies below /oruk is JSON for programs that exchange data; everything else \
                is HTML pages and forms that are sent as forms, here for programs that test.",
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
        },
        "servers": [{"url": "/"}],
        "components": {"securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-meres"}}},
        "paths": paths,
    })
}

fn operation(route: &Route, form_token: Option<&str>) -> Value {
    let in_path = route.path.split(['{', '}']).skip(1).step_by(2).map(|name| {
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}})
    });
    let mut parameters: Vec<Value> = in_path.collect();
    let mut operation = json!({"responses": responses(route)});
    if route.path.starts_with("/oruk") {
        let questions = meres::open_referral_api::parameters(route.path).into_iter().map(|asked| {
            json!({"name": asked.name, "in": "query", "description": asked.about, "schema": {"type": asked.kind}})
        });
        parameters.extend(questions);
    } else if route.method == "GET" {
        parameters
            .extend(QUESTIONS.map(|name| json!({"name": name, "in": "query", "schema": {"type": "string"}})));
    } else {
        let token = form_token.map_or_else(|| json!({"type": "string"}), |token| json!({"const": token}));
        let mut properties = Map::from_iter([("form_token".to_owned(), token)]);
        properties.extend(FIELDS.map(|name| (name.to_owned(), json!({"type": "string"}))));
        operation["requestBody"] = json!({"required": true, "content": {"application/x-www-form-urlencoded": {"schema": {
            "type": "object", "required": ["form_token"], "properties": properties}}}});
        if route.uploads {
            let content = &mut operation["requestBody"]["content"];
            content["multipart/form-data"] = content["application/x-www-form-urlencoded"].clone();
        }
    }
    operation["parameters"] = json!(parameters);
    if matches!(route.access, Access::SignedIn | Access::May(_)) {
        operation["security"] = json!([{"session": []}]);
    }
    operation
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    if route.path.starts_with("/oruk") {
        let json = |about: &str| json!({"description": about, "content": {"application/json": {"schema": {"type": "object"}}}});
        responses.insert("200".to_owned(), json("Open Referral UK 3.0"));
        responses.insert(
            "304".to_owned(),
            json!({"description": "The same as the answer that `If-None-Match` names"}),
        );
        responses.insert("default".to_owned(), json("What was wrong: status, title, detail"));
        return Value::Object(responses);
    }
    responses.insert("200".to_owned(), json!({"description": "A page, or what was asked for"}));
    responses.insert("303".to_owned(), json!({"description": "Done, or sign in first: go on there"}));
    if let Access::May(permission) = route.access {
        let why = format!("Not for somebody who may not {}", permission.name());
        responses.insert("403".to_owned(), json!({"description": why}));
    }
    responses.insert("default".to_owned(), json!({"description": "A page that says what to do"}));
    Value::Object(responses)
}
