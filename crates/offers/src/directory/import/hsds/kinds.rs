//! Which of the objects of HSDS something is, told by what it holds and not by what its file is called.

use serde_json::{Map, Value};

use crate::directory::open_referral::EXTENSION;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Service,
    Organisation,
    Site,
    SiteOfService,
    Taxonomy,
    Term,
}

impl Kind {
    /// By the name of a file or of the list in which it stands, where the content leaves it open.
    pub(in super::super) fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let kinds = [
            ("service_at_location", Self::SiteOfService),
            ("service", Self::Service),
            ("organi", Self::Organisation),
            ("location", Self::Site),
            ("taxonomy_term", Self::Term),
            ("taxonom", Self::Taxonomy),
        ];
        kinds.iter().find(|(begin, _)| name.starts_with(begin)).map(|(_, kind)| *kind)
    }

    /// As the name of a file begins that holds such records.
    pub(in super::super) const fn word(self) -> &'static str {
        match self {
            Self::SiteOfService => "service_at_location",
            Self::Service => "service",
            Self::Organisation => "organi",
            Self::Site => "location",
            Self::Term => "taxonomy_term",
            Self::Taxonomy => "taxonom",
        }
    }
}

/// Fields that only this kind has among the kinds that are still open when it is asked for.
const SITE: &[&str] = &["location_type", "addresses", "latitude", "transportation"];
const SERVICE: &[&str] = &[
    "status",
    "organization",
    "organization_id",
    "service_at_locations",
    "service_areas",
    "cost_options",
    "eligibility_description",
    "application_process",
    "fees",
    "fees_description",
    "accreditations",
    "assured_date",
    "minimum_age",
    "schedules",
];
const ORGANISATION: &[&str] = &[
    "organization_identifiers",
    "website",
    "logo",
    "legal_status",
    "tax_status",
    "tax_id",
    "year_incorporated",
    "parent_organization_id",
    "services",
    "programs",
    "locations",
];
const TAXONOMY: &[&str] = &["taxonomy_terms", "version"];
const TERM: &[&str] = &["taxonomy", "term", "term_uri", "taxonomy_id", "taxonomy_detail", "parent_id"];

/// What an object is; nothing where it is none of them.
pub(in super::super) fn kind_of(map: &Map<String, Value>, name: Option<Kind>) -> Option<Kind> {
    // Only a service of Meres's own says where it came from, whatever else is in it.
    if map.get(EXTENSION).is_some_and(|beside| beside.get("source").is_some()) {
        return Some(Kind::Service);
    }
    let any = |names: &[&str]| names.iter().any(|name| map.contains_key(*name));
    let both = |one: &[&str], other: &[&str]| any(one) && any(other);
    if both(&["service", "service_id"], &["location", "location_id"]) && !map.contains_key("name") {
        return Some(Kind::SiteOfService);
    }
    if !any(&["id", "name"]) {
        return any(&["status", "organization"]).then_some(Kind::Service);
    }
    let kinds = [
        (SITE, Kind::Site),
        (SERVICE, Kind::Service),
        (ORGANISATION, Kind::Organisation),
        (TAXONOMY, Kind::Taxonomy),
        (TERM, Kind::Term),
    ];
    let told = kinds.iter().find(|(fields, _)| any(fields)).map(|(_, kind)| *kind);
    told.or(name).or(Some(Kind::Service))
}
