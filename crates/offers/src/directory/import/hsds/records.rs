//! Services, organisations, sites and services at sites, each read from its object.

use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::gathering::{Came, Gathering, Place};
use super::kinds::Kind;
use super::{parts, unread};
use crate::directory::open_referral::ROOM;
use crate::directory::{self, Organisation, Outcome, Service, Site, SiteKind, SiteOfService, Status};

/// Years that a service may name as an age.
pub(in super::super) const OLDEST: i32 = 150;

const YES_NO: &str = "expected true or false";
const COUNT: &str = "expected a whole number";

/// Reads an object of this kind into the feed. A nested one stands inside another record.
pub(in super::super) fn read(kind: Kind, map: Map<String, Value>, place: Place, all: &mut Gathering) {
    let counts = !matches!(kind, Kind::Taxonomy | Kind::Term);
    all.feed.records_read += u64::from(counts);
    let fields = &mut Fields::new(map, place, all);
    match kind {
        Kind::Service => {
            service(fields, false);
        }
        Kind::Organisation => {
            organisation(fields, false);
        }
        Kind::Site => {
            let key = fields.code("id");
            site(fields, key, false);
        }
        Kind::SiteOfService => at_location(fields),
        Kind::Taxonomy => parts::taxonomy(fields),
        Kind::Term => {
            parts::term(fields);
        }
    }
}

fn came(fields: &Fields<'_>, nested: bool) -> Came {
    Came { place: fields.place.clone(), nested, summary: fields.all.summary, fullness: fields.fullness() }
}

/// Takes what every record needs: its id and its name. Where one is missing the record is listed as left out.
fn needed(fields: &mut Fields<'_>, kind: directory::Kind, nested: bool) -> Option<(String, String)> {
    // Both are asked for before anything else is, so that a record that is left out leaves nothing behind.
    let (key, name) = (fields.code("id"), fields.name("name"));
    let missing = match (&key, &name) {
        (Some(_), Some(_)) => return key.zip(name),
        (None, _) => "id",
        (Some(_), None) => "name",
    };
    fields.all.unread(kind, key.clone());
    left_out_inside(fields);
    let place = fields.place_of(missing);
    let why = format!("'{missing}' is required; the record was left out");
    if nested {
        fields.all.problem(&place, missing, why, Outcome::FieldNotUsed);
    } else {
        fields.all.left_out(&place, missing, why);
    }
    if let Some(key) = key {
        fields.keep("id", Value::String(key));
    }
    None
}

/// What stands inside a record that is left out is left out with it.
fn left_out_inside(fields: &mut Fields<'_>) {
    for (kind, key) in unread::inside(fields.left()) {
        fields.all.unread(kind, key);
    }
}

/// Gives the key of the service.
fn service(fields: &mut Fields<'_>, nested: bool) -> Option<String> {
    let came = came(fields, nested);
    let (key, name) = needed(fields, directory::Kind::Service, nested)?;
    about(fields);
    // It was true of its day, and here it is its own provider who says it.
    let _: Option<Value> = fields.own(ROOM, "expected an object", |_| true);
    let organisation = owner(fields);
    let fees = fields.text("fees_description").or_else(|| fields.text("fees"));
    let sites = sites(fields, &key);
    let record = Service {
        organisation,
        name,
        alternate_name: fields.text("alternate_name"),
        description: fields.text("description"),
        url: fields.text("url"),
        email: fields.text("email"),
        status: status(fields),
        fees,
        cost_options: fields.list("cost_options", parts::cost_option),
        eligibility: fields.text("eligibility_description"),
        minimum_age: fields.whole("minimum_age", OLDEST),
        maximum_age: fields.whole("maximum_age", OLDEST),
        accreditations: fields.text("accreditations"),
        alert: fields.text("alert"),
        assured_on: fields.day("assured_date"),
        assurer_email: fields.text("assurer_email"),
        last_modified: fields.text("last_modified"),
        referral: fields.own("referral", "expected a way in that Meres knows", |_| true),
        referral_words: fields.text("application_process"),
        online: fields.own("online", YES_NO, |_| true),
        home_visit: fields.own("home_visit", YES_NO, |_| true),
        transport: fields.own("transport", YES_NO, |_| true),
        weekly_sessions: fields.own("weekly_sessions", COUNT, |n| *n >= 0),
        capacity: fields.own("capacity", COUNT, |n| *n >= 0),
        schedules: fields.list("schedules", parts::schedule),
        service_areas: fields.list("service_areas", parts::service_area),
        languages: fields.list("languages", parts::language),
        terms: fields.list("attributes", parts::attribute),
        contacts: fields.list("contacts", parts::contact),
        phones: fields.list("phones", parts::phone),
        sites,
        more: fields.rest(),
    };
    fields.all.service(&key, record, came);
    Some(key)
}

/// Of a service that Meres wrote, what was said of its source: that a list is old must not be lost on the way.
fn about(fields: &mut Fields<'_>) {
    let source: Option<Map<String, Value>> = fields.own("source", "expected an object", |_| true);
    let about = source.and_then(|mut source| source.swap_remove("about"));
    if let Some(Value::String(about)) = about {
        fields.all.about(&about);
    }
}

/// The key of the organisation, which may stand inside the service and is then a record of its own.
fn owner(fields: &mut Fields<'_>) -> Option<String> {
    let named = fields.code("organization_id");
    let inside = fields.object("organization", |inside| organisation(inside, true));
    inside.or(named)
}

fn status(fields: &mut Fields<'_>) -> Status {
    let Some(value) = fields.take("status") else {
        fields.warn("status", "expected a status; the service counts as active");
        return Status::Active;
    };
    let known = value.as_str().and_then(status_of);
    known.unwrap_or_else(|| {
        fields.warn(
            "status",
            "expected active, inactive, defunct or temporarily closed; the service counts as inactive",
        );
        fields.keep("status", value);
        Status::Inactive
    })
}

/// A status in the words of HSDS.
pub(in super::super) fn status_of(text: &str) -> Option<Status> {
    Some(match text.trim().to_ascii_lowercase().replace('_', " ").as_str() {
        "active" => Status::Active,
        "inactive" => Status::Inactive,
        "defunct" => Status::Defunct,
        "temporarily closed" => Status::TemporarilyClosed,
        _ => return None,
    })
}

fn sites(fields: &mut Fields<'_>, service: &str) -> Vec<SiteOfService> {
    let count = std::cell::Cell::new(0_u32);
    fields.list("service_at_locations", |at| {
        count.set(count.get() + 1);
        site_of_service(at, &format!("{service}/{}", count.get()))
    })
}

/// A service at a location; a location without an id gets this key.
fn site_of_service(fields: &mut Fields<'_>, otherwise: &str) -> Option<SiteOfService> {
    let named = fields.code("location_id");
    let inside = fields.object("location", |inside| {
        let mut key = inside.code("id").or_else(|| named.clone());
        if key.is_none() {
            inside.warn("id", "'id' is required; the location got one after its service");
            key = Some(otherwise.to_owned());
        }
        site(inside, key, true)
    });
    let Some(site) = inside.or(named) else {
        fields.warn("location", "expected the location at which the service is given");
        return None;
    };
    Some(SiteOfService {
        site,
        schedules: fields.list("schedules", parts::schedule),
        contacts: fields.list("contacts", parts::contact),
        phones: fields.list("phones", parts::phone),
        more: fields.rest(),
    })
}

/// A service at a location in a list of its own: the service and the location may stand inside it.
fn at_location(fields: &mut Fields<'_>) {
    let place = fields.place.clone();
    let named = fields.code("service_id");
    let key = fields.object("service", |inside| service(inside, true)).or(named);
    let Some(key) = key else {
        left_out_inside(fields);
        fields.all.left_out(
            &place,
            "service",
            "expected the service that is given there; the record was left out",
        );
        return;
    };
    if let Some(at) = site_of_service(fields, &format!("{key}/at")) {
        fields.all.link(key, at, place);
    } else {
        let why = "expected the location at which the service is given; the record was left out";
        fields.all.left_out(&place, "location", why);
    }
}

/// Gives the key of the organisation.
fn organisation(fields: &mut Fields<'_>, nested: bool) -> Option<String> {
    let came = came(fields, nested);
    let (key, name) = needed(fields, directory::Kind::Organisation, nested)?;
    let _: Vec<String> = fields.list("services", |inside| {
        if !inside.has("organization") && !inside.has("organization_id") {
            inside.put("organization_id", &key);
        }
        service(inside, true)
    });
    let sites: Vec<String> = fields.list("locations", |inside| {
        let key = inside.code("id");
        site(inside, key, true)
    });
    if !sites.is_empty() {
        fields.keep("locations", sites.into());
    }
    let record = Organisation {
        name,
        alternate_name: fields.text("alternate_name"),
        description: fields.text("description"),
        email: fields.text("email"),
        website: fields.text("website"),
        logo: fields.text("logo"),
        uri: fields.text("uri"),
        identifiers: fields.list("organization_identifiers", parts::identifier),
        phones: fields.list("phones", parts::phone),
        contacts: fields.list("contacts", parts::contact),
        parent: fields.code("parent_organization_id"),
        more: fields.rest(),
    };
    fields.all.organisation(&key, record, came);
    Some(key)
}

/// Gives the key of the site.
fn site(fields: &mut Fields<'_>, key: Option<String>, nested: bool) -> Option<String> {
    let came = came(fields, nested);
    let Some(key) = key else {
        fields.all.unread(directory::Kind::Site, None);
        let place = fields.place_of("id");
        let why = "'id' is required; the record was left out";
        if nested {
            fields.all.problem(&place, "id", why, Outcome::FieldNotUsed);
        } else {
            fields.all.left_out(&place, "id", why);
        }
        return None;
    };
    let kind = site_kind(fields);
    let (latitude, longitude) = coordinates(fields);
    let record = Site {
        kind,
        name: fields.name("name"),
        description: fields.text("description"),
        latitude,
        longitude,
        external_identifier: fields.code("external_identifier"),
        external_identifier_type: fields.text("external_identifier_type"),
        getting_there: fields.text("transportation"),
        addresses: fields.list("addresses", parts::address),
        accessibility: fields.list("accessibility", parts::accessibility),
        step_free: fields.own("step_free", YES_NO, |_| true),
        phones: fields.list("phones", parts::phone),
        more: fields.rest(),
    };
    fields.all.site(&key, record, came);
    Some(key)
}

fn site_kind(fields: &mut Fields<'_>) -> SiteKind {
    let Some(value) = fields.take("location_type") else { return SiteKind::Physical };
    match value.as_str().map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        Some("physical") => SiteKind::Physical,
        Some("postal") => SiteKind::Postal,
        Some("virtual") => SiteKind::Virtual,
        _ => {
            fields.not_used("location_type", value, "expected physical, postal or virtual");
            SiteKind::Physical
        }
    }
}

/// Both or neither: half a coordinate is no place. What cannot be one is kept and not used.
fn coordinates(fields: &mut Fields<'_>) -> (Option<f64>, Option<f64>) {
    let mut one = |name: &str, most: f64| {
        let came = fields.get(name).cloned();
        let expected = format!("expected degrees from -{most} to {most}");
        (fields.number(name, &expected, |n| n.abs() <= most), came)
    };
    let ((latitude, north), (longitude, east)) = (one("latitude", 90.0), one("longitude", 180.0));
    let both = latitude.zip(longitude);
    if both.is_none() {
        for (name, came) in [("latitude", north), ("longitude", east)] {
            came.into_iter().for_each(|value| fields.keep(name, value));
        }
    }
    both.unzip()
}
