//! Which records an object names that is left out: the source still has them.

use serde_json::{Map, Value};

use super::kinds::Kind;
use crate::directory;

/// Fields in which a record stands inside another.
const INSIDE: [(&str, Kind); 6] = [
    ("organization", Kind::Organisation),
    ("service", Kind::Service),
    ("services", Kind::Service),
    ("location", Kind::Site),
    ("locations", Kind::Site),
    ("service_at_locations", Kind::SiteOfService),
];

/// The id of an object, as text.
pub(in super::super) fn id(map: &Map<String, Value>) -> Option<String> {
    match map.get("id")? {
        Value::String(id) => Some(id.trim().to_owned()).filter(|id| !id.is_empty()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// The records that stand inside an object, with their keys where these can be read.
pub(super) fn inside(map: &Map<String, Value>) -> Vec<(directory::Kind, Option<String>)> {
    let mut found = Vec::new();
    for (name, kind) in INSIDE {
        let several = match map.get(name) {
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for inner in several.iter().filter_map(Value::as_object) {
            found.extend(record(kind).map(|kind| (kind, id(inner))));
            found.append(&mut inside(inner));
        }
    }
    found
}

/// The kind of record that is kept of such an object.
pub(in super::super) const fn record(kind: Kind) -> Option<directory::Kind> {
    match kind {
        Kind::Service => Some(directory::Kind::Service),
        Kind::Organisation => Some(directory::Kind::Organisation),
        Kind::Site => Some(directory::Kind::Site),
        Kind::SiteOfService | Kind::Taxonomy | Kind::Term => None,
    }
}
