//! Answers that a script of ours asks for: to whoever is signed in, and kept by nobody.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

pub(crate) fn json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
