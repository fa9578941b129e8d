//! The routes of the site as an `OpenAPI` document, for programs that read one.

use serde_json::{Map, Value, json};
use web::{Access, Route};

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
