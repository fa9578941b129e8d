//! The routes as an `OpenAPI` document.

use crate::support::openapi::document;

#[test]
fn generated_document_openapi() {
    let mut table = meres::app::route_table();
    table.sort_by_key(|route| (route.path, route.method));
    let text = serde_json::to_string_pretty(&document(&table, None)).expect("a document");
    super::check("docs/reference/openapi.json", &format!("{text}\n"));
}
