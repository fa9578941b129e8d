//! Terms of the sources of which nobody has said what they mean.

use std::collections::BTreeMap;

use super::settings::folded;
use super::{Directory, Settings, Status};

/// A term that services use and that means no topic yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmappedTerm {
    /// In small letters: as [`Settings::with_terms`] takes it.
    pub key: String,
    pub name: String,
    pub taxonomy: Option<String>,
    /// Services that run and use it.
    pub services: usize,
    /// The names of the first of them.
    pub examples: Vec<String>,
}

/// Names that are shown with a term.
const EXAMPLES: usize = 3;

/// The terms of which nobody has said what they mean, those that most services use first.
pub fn unmapped_terms(directory: &Directory, settings: &Settings) -> Vec<UnmappedTerm> {
    let mut found: BTreeMap<String, UnmappedTerm> = BTreeMap::new();
    let running = directory.standing_services().filter(|(_, kept)| kept.record.status == Status::Active);
    for (_, kept) in running {
        let mut said = Vec::new();
        for term in kept.record.terms.iter().filter(|term| settings.topics_of(term).is_none()) {
            let key = folded(&term.name);
            if key.is_empty() || said.contains(&key) {
                continue;
            }
            let one = found.entry(key.clone()).or_insert_with(|| UnmappedTerm {
                key: key.clone(),
                name: term.name.trim().to_owned(),
                taxonomy: term.taxonomy.clone(),
                services: 0,
                examples: Vec::new(),
            });
            one.services += 1;
            if one.examples.len() < EXAMPLES {
                one.examples.push(kept.record.name.clone());
            }
            said.push(key);
        }
    }
    let mut found: Vec<UnmappedTerm> = found.into_values().collect();
    found.sort_by(|a, b| (b.services, &a.key).cmp(&(a.services, &b.key)));
    found
}
