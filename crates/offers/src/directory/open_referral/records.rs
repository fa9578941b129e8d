//! Records in the words of the profile.

use serde_json::{Value, json};
use vocabulary::Id;

use super::object::Making;
use super::profile;
use crate::directory::{
    Accessibility, Address, Contact, CostOption, Directory, Identifier, Kept, Language, LocalTime, More,
    Organisation, Phone, Referral, Schedule, Service, ServiceArea, Site, SiteKind, SiteOfService, Status,
    Term,
};

/// A service with all that belongs to it; nothing where there is none of that identifier, or it stands for itself no more.
pub fn service(directory: &Directory, id: Id<Service>) -> Option<Value> {
    let kept = directory.services.get(&id).filter(|kept| directory.stands(kept))?;
    Some(service_of(directory, id, kept))
}

pub(super) fn service_of(directory: &Directory, id: Id<Service>, kept: &Kept<Service>) -> Value {
    let (at, record) = (id.to_string(), &kept.record);
    let mut making = Making::new(&profile::SERVICE, &record.more);
    making.put("id", Some(at.as_str()));
    let organisation = directory.organisation_of(kept);
    if let Some((id, kept)) = organisation.and_then(|id| Some((id, directory.organisations.get(&id)?))) {
        making.put("organization_id", Some(id.to_string()));
        making.one("organization", organisation_of(directory, id, kept));
    } else {
        making.text("organization_id", record.organisation.as_ref());
    }
    making.put("name", Some(record.name.as_str()));
    making.text("alternate_name", record.alternate_name.as_ref());
    making.text("description", record.description.as_ref());
    making.text("url", record.url.as_ref());
    making.text("email", record.email.as_ref());
    making.put("status", Some(status(record.status)));
    making.text("fees", record.fees.as_ref());
    making.text("eligibility_description", record.eligibility.as_ref());
    making.put("minimum_age", record.minimum_age);
    making.put("maximum_age", record.maximum_age);
    making.text("accreditations", record.accreditations.as_ref());
    making.text("alert", record.alert.as_ref());
    making.text("assured_date", record.assured_on.as_ref());
    making.text("assurer_email", record.assurer_email.as_ref());
    making.text("last_modified", record.last_modified.as_ref());
    making.text("application_process", record.referral_words.as_ref());
    making.list("cost_options", &at, &record.cost_options, cost_option);
    making.list("schedules", &at, &record.schedules, schedule);
    making.list("service_areas", &at, &record.service_areas, service_area);
    making.list("languages", &at, &record.languages, language);
    making.list("contacts", &at, &record.contacts, contact);
    making.list("phones", &at, &record.phones, phone);
    making.list("attributes", &at, &record.terms, attribute);
    let site = |of: &SiteOfService, at: &str| site_of_service(directory, kept, of, at);
    making.list("service_at_locations", &at, &record.sites, site);
    making.own("referral", record.referral.map(referral));
    making.own("online", record.online);
    making.own("home_visit", record.home_visit);
    making.own("transport", record.transport);
    making.own("weekly_sessions", record.weekly_sessions);
    making.own("capacity", record.capacity);
    let (name, about) = directory.sources.get(&kept.source).cloned().unwrap_or_default();
    let mut source = json!({"name": name, "id": kept.key});
    if let Some(about) = about {
        source["about"] = about.into();
    }
    making.own("source", Some(source));
    making.done(&at)
}

pub(super) fn organisation_of(
    directory: &Directory,
    id: Id<Organisation>,
    kept: &Kept<Organisation>,
) -> Value {
    let (at, record) = (id.to_string(), &kept.record);
    let parent = record.parent.as_ref().map(|key| {
        let parent = directory.organisation_at(kept.source, key);
        parent.map_or_else(|| key.clone(), |id| id.to_string())
    });
    let mut making = Making::new(&profile::ORGANISATION, &with_sites(directory, kept));
    making.put("id", Some(at.as_str()));
    making.put("name", Some(record.name.as_str()));
    making.text("alternate_name", record.alternate_name.as_ref());
    making.text("description", record.description.as_ref());
    making.text("email", record.email.as_ref());
    making.text("website", record.website.as_ref());
    making.text("logo", record.logo.as_ref());
    making.text("uri", record.uri.as_ref());
    making.put("parent_organization_id", parent);
    making.list("organization_identifiers", &at, &record.identifiers, identifier);
    making.list("phones", &at, &record.phones, phone);
    making.list("contacts", &at, &record.contacts, contact);
    making.done(&at)
}

/// What an organisation says besides: the keys of its sites, where it has them, as their identifiers.
fn with_sites(directory: &Directory, kept: &Kept<Organisation>) -> More {
    let mut more = kept.record.more.clone();
    if let Some(Value::Array(keys)) = more.get_mut("locations") {
        for key in keys {
            let site = key.as_str().and_then(|key| directory.site(kept.source, key));
            if let Some((id, _)) = site {
                *key = id.to_string().into();
            }
        }
    }
    more
}

pub(super) fn site_of(id: Id<Site>, record: &Site) -> Value {
    let at = id.to_string();
    let mut making = Making::new(&profile::SITE, &record.more);
    making.put("id", Some(at.as_str()));
    let kind = match record.kind {
        SiteKind::Physical => "physical",
        SiteKind::Postal => "postal",
        SiteKind::Virtual => "virtual",
    };
    making.put("location_type", Some(kind));
    making.text("name", record.name.as_ref());
    making.text("description", record.description.as_ref());
    making.put("latitude", record.latitude);
    making.put("longitude", record.longitude);
    making.text("external_identifier", record.external_identifier.as_ref());
    making.text("external_identifier_type", record.external_identifier_type.as_ref());
    making.text("transportation", record.getting_there.as_ref());
    making.list("addresses", &at, &record.addresses, address);
    making.list("accessibility", &at, &record.accessibility, accessibility);
    making.list("phones", &at, &record.phones, phone);
    making.own("step_free", record.step_free);
    making.done(&at)
}

fn site_of_service(directory: &Directory, kept: &Kept<Service>, of: &SiteOfService, at: &str) -> Value {
    let mut making = Making::new(&profile::SITE_OF_SERVICE, &of.more);
    match directory.site(kept.source, &of.site) {
        Some((id, site)) => making.one("location", site_of(id, site)),
        None => making.text("location_id", Some(&of.site)),
    }
    making.list("schedules", at, &of.schedules, schedule);
    making.list("contacts", at, &of.contacts, contact);
    making.list("phones", at, &of.phones, phone);
    making.done(at)
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Inactive => "inactive",
        Status::Defunct => "defunct",
        Status::TemporarilyClosed => "temporarily closed",
    }
}

const fn referral(referral: Referral) -> &'static str {
    match referral {
        Referral::Open => "open",
        Referral::ThroughAProfessional => "through_a_professional",
        Referral::WaitingList => "waiting_list",
    }
}

/// A term under an attribute of its own. The same term has the same identifier wherever it stands.
fn attribute(term: &Term, at: &str) -> Value {
    let mut more = term.more.clone();
    let beside = match more.get("attribute") {
        Some(Value::Object(beside)) => beside.clone().into_iter().collect(),
        _ => More::new(),
    };
    if !beside.is_empty() {
        more.remove("attribute");
    }
    let mut making = Making::new(&profile::TERM, &more);
    making.text("id", term.id.as_ref());
    making.text("code", term.code.as_ref());
    making.put("name", Some(term.name.as_str()));
    making.text("taxonomy", term.taxonomy.as_ref());
    making.text("term_uri", term.uri.as_ref());
    let known_by = [term.taxonomy.as_deref(), term.id.as_deref(), term.code.as_deref(), Some(&term.name)];
    let term = making.done(&json!(known_by).to_string());
    let mut making = Making::new(&profile::ATTRIBUTE, &beside);
    making.one("taxonomy_term", term);
    making.done(at)
}

fn identifier(identifier: &Identifier, at: &str) -> Value {
    let mut making = Making::new(&profile::IDENTIFIER, &identifier.more);
    making.text("identifier_scheme", identifier.scheme.as_ref());
    making.text("identifier_type", identifier.kind.as_ref());
    making.put("identifier", Some(identifier.value.as_str()));
    making.done(at)
}

/// The profile counts in pounds and has no currency: what is in another, the record keeps under a name of the profile's,
/// and it stands beside.
fn cost_option(cost: &CostOption, at: &str) -> Value {
    let mut making = Making::new(&profile::COST_OPTION, &cost.more);
    making.text("option", cost.option.as_ref());
    #[expect(clippy::cast_precision_loss, reason = "prices are read up to a hundred million pence")]
    making.put("amount", cost.pence.map(|pence| pence as f64 / 100.0));
    making.text("amount_description", cost.description.as_ref());
    making.text("valid_from", cost.valid_from.as_ref());
    making.text("valid_to", cost.valid_to.as_ref());
    making.done(at)
}

fn schedule(schedule: &Schedule, at: &str) -> Value {
    let mut making = Making::new(&profile::SCHEDULE, &schedule.more);
    let time = |time: LocalTime| time.to_string();
    making.text("valid_from", schedule.valid_from.as_ref());
    making.text("valid_to", schedule.valid_to.as_ref());
    making.text("dtstart", schedule.starts_on.as_ref());
    making.text("freq", schedule.freq.as_ref());
    making.put("interval", schedule.interval);
    making.put("byday", Some(schedule.byday.join(",")).filter(|days| !days.is_empty()));
    making.text("bymonthday", schedule.bymonthday.as_ref());
    making.put("opens_at", schedule.opens_at.map(time));
    making.put("closes_at", schedule.closes_at.map(time));
    making.text("description", schedule.description.as_ref());
    making.text("attending_type", schedule.attending_type.as_ref());
    making.text("notes", schedule.notes.as_ref());
    making.done(at)
}

fn service_area(area: &ServiceArea, at: &str) -> Value {
    let mut making = Making::new(&profile::SERVICE_AREA, &area.more);
    making.text("name", area.name.as_ref());
    making.text("description", area.description.as_ref());
    making.put("extent", area.extent.clone());
    making.text("extent_type", area.extent_type.as_ref());
    making.text("uri", area.uri.as_ref());
    making.done(at)
}

fn language(language: &Language, at: &str) -> Value {
    let mut making = Making::new(&profile::LANGUAGE, &language.more);
    making.text("code", language.code.as_ref());
    making.text("name", language.name.as_ref());
    making.text("note", language.note.as_ref());
    making.done(at)
}

fn contact(contact: &Contact, at: &str) -> Value {
    let mut making = Making::new(&profile::CONTACT, &contact.more);
    making.text("name", contact.name.as_ref());
    making.text("title", contact.title.as_ref());
    making.text("department", contact.department.as_ref());
    making.text("email", contact.email.as_ref());
    making.list("phones", at, &contact.phones, phone);
    making.done(at)
}

fn phone(phone: &Phone, at: &str) -> Value {
    let mut making = Making::new(&profile::PHONE, &phone.more);
    making.put("number", Some(phone.number.as_str()));
    making.text("description", phone.description.as_ref());
    making.done(at)
}

/// The profile has one line and HSDS four; where there are more they stand beside too.
fn address(address: &Address, at: &str) -> Value {
    let mut making = Making::new(&profile::ADDRESS, &address.more);
    making.text("attention", address.attention.as_ref());
    let names = ["address_1", "address_2", "address_3", "address_4"];
    names.iter().zip(&address.lines).for_each(|(name, line)| making.put(name, Some(line.as_str())));
    making.own("lines", (address.lines.len() > names.len()).then(|| address.lines.clone()));
    making.text("city", address.city.as_ref());
    making.text("region", address.region.as_ref());
    making.text("state_province", address.county.as_ref());
    making.text("postal_code", address.postcode.as_ref());
    making.text("country", address.country.as_ref());
    making.text("address_type", address.kind.as_ref());
    making.done(at)
}

fn accessibility(accessibility: &Accessibility, at: &str) -> Value {
    let mut making = Making::new(&profile::ACCESSIBILITY, &accessibility.more);
    making.text("description", accessibility.description.as_ref());
    making.text("details", accessibility.details.as_ref());
    making.text("url", accessibility.url.as_ref());
    making.done(at)
}
