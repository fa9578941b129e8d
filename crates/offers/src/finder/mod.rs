//! The finder: from what somebody says to the support that is near. No people, and nothing of what was asked is kept.

mod keeping;
mod nearby;
#[cfg(test)]
mod relevance;
mod search;
#[cfg(test)]
mod tests;
mod wanted;
pub mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use vocabulary::{Id, TopicSet};

use crate::catalogue::{Catalogue, Listed};
use crate::resource::Resource;
use words::{Document, Index, Words};

pub use keeping::Finders;
pub use nearby::{From, Nowhere};
pub use search::{Answer, Doubt, Match};
pub use wanted::{AtHome, Wanted};

/// All that is searched, in memory.
#[derive(Debug)]
pub struct Finder {
    pub catalogue: Arc<Catalogue>,
    words: Words,
    services: Index,
    resources: Vec<(Id<Resource>, Resource)>,
    resource_words: Index,
    towns: nearby::Towns,
    languages: BTreeSet<String>,
}

impl Finder {
    pub fn new(catalogue: Arc<Catalogue>, resources: Vec<(Id<Resource>, Resource)>, words: Words) -> Self {
        let services =
            Index::new(&words, catalogue.services.iter().map(|listed| document(&catalogue, listed)));
        let resource_words = Index::new(&words, resources.iter().map(|(_, resource)| of_resource(resource)));
        let towns = nearby::Towns::of(&catalogue);
        let codes = catalogue.services.iter().flat_map(|service| &service.languages);
        let languages = codes.filter_map(|code| code.split(['-', '_']).next().map(str::to_owned)).collect();
        Self { catalogue, words, services, resources, resource_words, towns, languages }
    }

    /// The languages that something is offered in, by their codes (ISO 639) without regions.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(String::as_str)
    }

    /// Things to read, hear or watch in this language that have these words, the best first.
    pub fn resources(&self, text: &str, language: &str, most: usize) -> Vec<(Id<Resource>, &Resource)> {
        let hits = self.resource_words.search(&self.words, text).hits;
        let found = hits.iter().filter_map(|hit| self.resources.get(hit.document as usize));
        let found = found.filter(|(_, resource)| resource.language == language);
        found.take(most).map(|(id, resource)| (*id, resource)).collect()
    }

    /// Every resource.
    pub fn library(&self) -> &[(Id<Resource>, Resource)] {
        &self.resources
    }
}

fn document<'a>(catalogue: &'a Catalogue, listed: &'a Listed) -> Document<'a> {
    let record = catalogue.directory.services.get(&listed.id).map(|kept| &kept.record);
    let text = |text: Option<&'a String>| text.map_or("", String::as_str);
    let places = listed
        .sites
        .iter()
        .flat_map(|site| site.name.iter().map(String::as_str).chain(site.address.iter().map(String::as_str)));
    Document {
        name: &listed.name,
        alternate_name: record.and_then(|record| record.alternate_name.as_deref()),
        organisation: listed.organisation.as_ref().map_or("", |(_, name)| name),
        topics: listed.topics,
        terms: record
            .map_or_else(Vec::new, |record| record.terms.iter().map(|term| term.name.as_str()).collect()),
        description: text(record.and_then(|record| record.description.as_ref())),
        eligibility: text(record.and_then(|record| record.eligibility.as_ref())),
        places: places.collect(),
    }
}

fn of_resource(resource: &Resource) -> Document<'_> {
    let also = [&resource.purpose, &resource.body_region, &resource.stage];
    Document {
        name: &resource.title,
        alternate_name: None,
        organisation: &resource.owner,
        topics: TopicSet::EMPTY,
        terms: also.into_iter().flatten().map(String::as_str).collect(),
        description: "",
        eligibility: resource.audience.as_deref().unwrap_or(""),
        places: Vec::new(),
    }
}
