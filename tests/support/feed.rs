//! Services as an Open Referral UK feed tells of them.

use std::path::Path;

use serde_json::{Value, json};

/// A service of one organisation, at a hall with this postcode.
pub(crate) fn service(id: &str, name: &str, postcode: &str) -> Value {
    json!({
        "id": id, "name": name, "status": "active",
        "organization": {"id": "leisure", "name": "Invented Leisure"},
        "attributes": [{"id": format!("a{id}"), "taxonomy_term": {"id": "exercise", "name": "Exercise"}}],
        "service_at_locations": [{"id": format!("l{id}"), "location": {
            "id": format!("hall{id}"), "name": "The hall", "location_type": "physical",
            "addresses": [{"id": format!("d{id}"), "address_1": "1 High Street", "city": "Grantham",
                "postal_code": postcode, "country": "GB", "address_type": "physical"}],
        }}],
    })
}

/// A page of services.
pub(crate) fn page(services: &[Value]) -> String {
    json!({"contents": services}).to_string()
}

/// Writes a page of services to a file.
pub(crate) fn write(file: &Path, services: &[Value]) {
    std::fs::write(file, page(services)).expect("written");
}
