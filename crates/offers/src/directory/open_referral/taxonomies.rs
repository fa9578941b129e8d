//! The terms that services are under, each once, and the taxonomies that they are of.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::extension::derived;

/// Terms and taxonomies by their identifiers.
#[derive(Clone, Debug, Default)]
pub struct Taxonomies {
    pub terms: BTreeMap<String, Value>,
    /// Without their terms.
    pub taxonomies: BTreeMap<String, Value>,
    /// The taxonomy of a term, where one is named.
    of_terms: BTreeMap<String, String>,
}

/// The terms of a service.
fn terms(service: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let attributes = service["attributes"].as_array().into_iter().flatten();
    attributes.filter_map(|attribute| attribute["taxonomy_term"].as_object())
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The identifiers of the terms that a service is under.
pub fn term_ids(service: &Value) -> Vec<String> {
    terms(service).filter_map(|term| text(term, "id")).map(str::to_owned).collect()
}

impl Taxonomies {
    /// Those of these services. Where two tell otherwise of the same term, the first is believed.
    pub fn of<'a>(services: impl Iterator<Item = &'a Value> + Clone) -> Self {
        let mut all = Self::default();
        // A source that gives its taxonomy an identifier need not say it with every term.
        let mut given: BTreeMap<&str, &str> = BTreeMap::new();
        for term in services.clone().flat_map(terms) {
            if let (Some(name), Some(id)) = (text(term, "taxonomy"), text(term, "taxonomy_id")) {
                given.entry(name).or_insert(id);
            }
        }
        for term in services.flat_map(terms) {
            let Some(id) = text(term, "id").filter(|id| !all.terms.contains_key(*id)) else { continue };
            let mut whole = term.clone();
            if let Some(name) = text(term, "taxonomy") {
                let known = given.get(name).map(|id| (*id).to_owned());
                let taxonomy = known.unwrap_or_else(|| derived(&json!(["taxonomy", name]).to_string()));
                whole.insert("taxonomy_id".to_owned(), taxonomy.clone().into());
                all.of_terms.insert(id.to_owned(), taxonomy.clone());
                // The profile wants a description, and no source gives one.
                let about = json!({"id": taxonomy, "name": name, "description": ""});
                all.taxonomies.entry(taxonomy).or_insert(about);
            }
            all.terms.insert(id.to_owned(), Value::Object(whole));
        }
        all
    }

    /// The taxonomy that a term is of.
    pub fn taxonomy_of(&self, term: &str) -> Option<&str> {
        self.of_terms.get(term).map(String::as_str)
    }

    /// A taxonomy with its terms.
    pub fn taxonomy(&self, id: &str) -> Option<Value> {
        let mut whole = self.taxonomies.get(id)?.clone();
        let terms = self.terms.iter().filter(|(term, _)| self.taxonomy_of(term) == Some(id));
        let terms: Vec<Value> = terms.map(|(_, term)| term.clone()).collect();
        whole.as_object_mut()?.insert("taxonomy_terms".to_owned(), terms.into());
        Some(whole)
    }
}
