//! The catalogue as it goes out: every public service in the words of Open Referral UK, written once. Whoever asks for a page
//! gets these texts put together, and nothing is asked of the database.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vocabulary::{GridPoint, Id};

use super::coverage::{Coverage, known_areas};
use super::hours::Hours;
use super::{Catalogue, Listed};
use crate::directory::open_referral::{Pieces, SITES, Taxonomies, site_in_list, term_ids};
use crate::directory::{Kept, Service, SiteKind, where_is};

/// All that goes out.
#[derive(Debug)]
pub struct Published {
    /// In the order of their identifiers.
    pub(super) services: Vec<PublishedService>,
    /// By the identifier of the place: which service, which of its places.
    sites: BTreeMap<String, (usize, usize)>,
    pub taxonomies: Taxonomies,
}

/// A service as it goes out.
#[derive(Debug)]
pub struct PublishedService {
    pub id: Id<Service>,
    /// JSON without the places, as whole and as in a list.
    whole: String,
    in_list: String,
    pub sites: Vec<PublishedSite>,
    /// All that is searched, in small letters.
    pub(super) words: String,
    pub(super) terms: Vec<String>,
    pub(super) taxonomies: BTreeSet<String>,
    /// Years, where it says so.
    pub(super) ages: (Option<i32>, Option<i32>),
    pub(super) hours: Vec<Hours>,
    pub(super) coverage: Coverage,
    /// When it, its organisation or one of its places came or was changed last.
    pub modified: Option<OffsetDateTime>,
}

/// A place where a service is, as it goes out.
#[derive(Debug)]
pub struct PublishedSite {
    pub id: String,
    /// JSON without the service, as whole and as in a list.
    whole: String,
    in_list: String,
    pub(super) point: Option<GridPoint>,
    pub(super) hours: Vec<Hours>,
}

impl Published {
    pub(super) fn of(catalogue: &Catalogue) -> Self {
        let known = known_areas(&catalogue.places);
        let written: Vec<(PublishedService, Value)> =
            catalogue.services.par_iter().filter_map(|listed| written(catalogue, listed, &known)).collect();
        let taxonomies = Taxonomies::of(written.iter().map(|(_, terms)| terms));
        let mut services: Vec<PublishedService> = written.into_iter().map(|(service, _)| service).collect();
        let mut sites = BTreeMap::new();
        for (at, service) in services.iter_mut().enumerate() {
            let named = service.terms.iter().filter_map(|term| taxonomies.taxonomy_of(term));
            service.taxonomies = named.map(str::to_owned).collect();
            for (place, site) in service.sites.iter().enumerate() {
                sites.entry(site.id.clone()).or_insert((at, place));
            }
        }
        Self { services, sites, taxonomies }
    }

    pub fn service(&self, id: Id<Service>) -> Option<&PublishedService> {
        let at = self.services.binary_search_by_key(&id, |service| service.id).ok()?;
        Some(&self.services[at])
    }

    /// A place of a service by its own identifier.
    pub fn site(&self, id: &str) -> Option<(&PublishedService, &PublishedSite)> {
        let (at, place) = *self.sites.get(id)?;
        let service = &self.services[at];
        Some((service, &service.sites[place]))
    }
}

impl PublishedService {
    /// The whole service as JSON.
    pub fn whole(&self) -> String {
        if self.sites.is_empty() {
            return self.whole.clone();
        }
        let sites: Vec<&str> = self.sites.iter().map(|site| site.whole.as_str()).collect();
        beside(&self.whole, SITES, &format!("[{}]", sites.join(",")))
    }

    /// As a list has it.
    pub fn in_list(&self) -> &str {
        &self.in_list
    }
}

impl PublishedSite {
    /// The place with its whole service as JSON.
    pub fn whole(&self, service: &PublishedService) -> String {
        beside(&self.whole, "service", &service.whole)
    }

    /// As a list has it.
    pub fn in_list(&self, service: &PublishedService) -> String {
        beside(&self.in_list, "service", &service.in_list)
    }
}

/// An object that is written, and has fields, with one more.
fn beside(object: &str, name: &str, value: &str) -> String {
    let fields = object.strip_suffix('}').unwrap_or(object);
    format!("{fields},\"{name}\":{value}}}")
}

/// A service, and what says which terms it is under.
fn written(
    catalogue: &Catalogue,
    listed: &Listed,
    known: &BTreeSet<String>,
) -> Option<(PublishedService, Value)> {
    let (directory, today) = (&catalogue.directory, catalogue.today);
    let kept = directory.services.get(&listed.id)?;
    let mut pieces = Pieces::of(directory, listed.id)?;
    if let Some(said) = &listed.room {
        pieces.says_room(said);
    }
    let record = &kept.record;
    let mut modified = vec![&kept.changed_at];
    let organisation = listed.organisation.as_ref().and_then(|(id, _)| directory.organisations.get(id));
    modified.extend(organisation.map(|kept| &kept.changed_at));
    let mut sites = Vec::new();
    for (at, json) in record.sites.iter().zip(&pieces.sites) {
        let site = directory.site(kept.source, &at.site);
        let kept = site.and_then(|(id, _)| directory.sites.get(&id));
        modified.extend(kept.map(|kept| &kept.changed_at));
        // What arrives by post or over the internet is no place to go to.
        let physical = site.filter(|(_, site)| site.kind == SiteKind::Physical);
        sites.push(PublishedSite {
            id: json["id"].as_str()?.to_owned(),
            whole: json.to_string(),
            in_list: site_in_list(json).to_string(),
            point: physical.and_then(|(_, site)| where_is(site, &catalogue.places)).map(|found| found.point),
            hours: Hours::of(&at.schedules, today),
        });
    }
    let modified = modified.into_iter().filter_map(|at| OffsetDateTime::parse(at, &Rfc3339).ok()).max();
    let service = PublishedService {
        id: listed.id,
        whole: pieces.service.to_string(),
        in_list: pieces.in_list().to_string(),
        sites,
        words: words(kept, listed),
        terms: term_ids(&pieces.service),
        taxonomies: BTreeSet::new(),
        ages: (record.minimum_age, record.maximum_age),
        hours: Hours::of(&record.schedules, today),
        coverage: Coverage::of(record, &catalogue.settings, known),
        modified,
    };
    let Value::Object(mut fields) = pieces.service else { return None };
    fields.retain(|name, _| name == "attributes");
    Some((service, Value::Object(fields)))
}

/// Name, description, organisation and terms.
fn words(kept: &Kept<Service>, listed: &Listed) -> String {
    let record = &kept.record;
    let said = [Some(&record.name), record.alternate_name.as_ref(), record.description.as_ref()];
    let organisation = listed.organisation.as_ref().map(|(_, name)| name);
    let terms = record.terms.iter().map(|term| &term.name);
    let all: Vec<&str> =
        said.into_iter().flatten().chain(organisation).chain(terms).map(String::as_str).collect();
    // A word is not to be found across two of them.
    all.join("\n").to_lowercase()
}
