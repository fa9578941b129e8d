//! The objects of Open Referral UK 3.0: which fields they have, of what form, and which are required. The tests hold
//! what is written to the profile's own compiled schemas.

use serde_json::{Map, Value};
use vocabulary::Id;

use super::forms::{is_address, is_mail_address, is_moment};
use crate::directory::Entry;

/// What a field may hold.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// The profile does not say.
    Any,
    Text,
    Number,
    Uuid,
    Address,
    Mail,
    Moment,
    OneOf(&'static [&'static str]),
    List(&'static Object),
    One(&'static Object),
}

#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) required: bool,
    /// The import has a word for it, so that what a source said under this name for something else would be taken for it.
    pub(super) read: bool,
}

/// An object of the profile.
pub(super) struct Object(pub(super) &'static [Field]);

impl Object {
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }

    fn takes(&self, map: &Map<String, Value>) -> bool {
        self.0
            .iter()
            .all(|field| map.get(field.name).map_or(!field.required, |value| field.form.takes(value)))
    }
}

impl Form {
    pub(super) fn takes(self, value: &Value) -> bool {
        let text = |fits: fn(&str) -> bool| value.as_str().is_some_and(fits);
        match self {
            Self::Any => true,
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Uuid => text(|text| Id::<Entry>::parse(text).is_ok()),
            Self::Address => text(is_address),
            Self::Mail => text(is_mail_address),
            Self::Moment => text(is_moment),
            Self::OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Self::List(object) => {
                value.as_array().is_some_and(|all| all.iter().all(|one| Self::One(object).takes(one)))
            }
            Self::One(object) => value.as_object().is_some_and(|map| object.takes(map)),
        }
    }
}

/// A field that the import understands.
const fn read(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false, read: true }
}

/// A field that is only carried.
const fn carried(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false, read: false }
}

const fn required(field: Field) -> Field {
    Field { required: true, ..field }
}

/// The identifier of something that is no record.
const PART: Field = required(carried("id", Form::Uuid));

pub(super) const TERM: Object = Object(&[
    required(read("id", Form::Uuid)),
    read("code", Form::Text),
    required(read("name", Form::Text)),
    read("term", Form::Text),
    required(carried("description", Form::Text)),
    carried("parent_id", Form::Uuid),
    read("taxonomy", Form::Text),
    carried("taxonomy_id", Form::Uuid),
    read("term_uri", Form::Address),
]);

pub(super) const ATTRIBUTE: Object = Object(&[
    PART,
    carried("link_id", Form::Uuid),
    carried("taxonomy_term_id", Form::Uuid),
    carried("link_type", Form::Text),
    read("taxonomy_term", Form::One(&TERM)),
]);

const ATTRIBUTES: Field = carried("attributes", Form::List(&ATTRIBUTE));

const FUNDING: Object = Object(&[PART, carried("service_id", Form::Uuid), carried("source", Form::Text)]);

pub(super) const PHONE: Object = Object(&[PART, read("number", Form::Text), read("description", Form::Text)]);

pub(super) const CONTACT: Object = Object(&[
    PART,
    carried("service_id", Form::Uuid),
    read("name", Form::Text),
    read("title", Form::Text),
    read("department", Form::Text),
    read("email", Form::Text),
    read("phones", Form::List(&PHONE)),
    ATTRIBUTES,
]);

pub(super) const IDENTIFIER: Object = Object(&[
    PART,
    carried("organization_id", Form::Uuid),
    read("identifier_scheme", Form::Text),
    required(read("identifier_type", Form::Text)),
    required(read("identifier", Form::Text)),
    ATTRIBUTES,
]);

pub(super) const COST_OPTION: Object = Object(&[
    PART,
    carried("service_id", Form::Uuid),
    read("valid_from", Form::Text),
    read("valid_to", Form::Text),
    read("option", Form::Text),
    read("amount", Form::Number),
    read("amount_description", Form::Text),
]);

pub(super) const SCHEDULE: Object = Object(&[
    PART,
    carried("service_id", Form::Uuid),
    carried("service_at_location_id", Form::Uuid),
    read("valid_from", Form::Text),
    read("valid_to", Form::Text),
    read("dtstart", Form::Text),
    read("freq", Form::OneOf(&["WEEKLY", "MONTHLY"])),
    read("interval", Form::Number),
    read("byday", Form::Text),
    read("bymonthday", Form::Text),
    read("description", Form::Text),
    read("opens_at", Form::Text),
    read("closes_at", Form::Text),
    carried("schedule_link", Form::Address),
    read("attending_type", Form::Text),
    read("notes", Form::Text),
]);

pub(super) const SERVICE_AREA: Object = Object(&[
    PART,
    carried("service_id", Form::Uuid),
    read("name", Form::Text),
    read("description", Form::Text),
    read("extent", Form::Text),
    read("extent_type", Form::Text),
    read("uri", Form::Text),
    carried("service_area", Form::Text),
]);

pub(super) const LANGUAGE: Object = Object(&[
    PART,
    carried("service_id", Form::Uuid),
    carried("phone_id", Form::Uuid),
    read("code", Form::Text),
    read("name", Form::Text),
    read("language", Form::Text),
    read("note", Form::Text),
]);

pub(super) const ADDRESS: Object = Object(&[
    PART,
    carried("location_id", Form::Uuid),
    read("attention", Form::Text),
    required(read("address_1", Form::Text)),
    read("address_2", Form::Text),
    read("address_3", Form::Text),
    read("address_4", Form::Text),
    required(read("city", Form::Text)),
    read("region", Form::Text),
    required(read("state_province", Form::Text)),
    required(read("postal_code", Form::Text)),
    required(read("country", Form::Text)),
    required(read("address_type", Form::OneOf(PLACES))),
    ATTRIBUTES,
]);

const PLACES: &[&str] = &["physical", "postal", "virtual"];

pub(super) const ACCESSIBILITY: Object = Object(&[
    PART,
    carried("location_id", Form::Uuid),
    read("description", Form::Text),
    read("details", Form::Text),
    read("url", Form::Address),
    carried("accessibility", Form::Text),
    ATTRIBUTES,
]);

pub(super) const SITE: Object = Object(&[
    required(read("id", Form::Uuid)),
    required(read("location_type", Form::OneOf(PLACES))),
    read("name", Form::Text),
    read("description", Form::Text),
    read("latitude", Form::Number),
    read("longitude", Form::Number),
    read("external_identifier", Form::Text),
    read("external_identifier_type", Form::Text),
    read("transportation", Form::Text),
    read("addresses", Form::List(&ADDRESS)),
    read("accessibility", Form::List(&ACCESSIBILITY)),
    read("phones", Form::List(&PHONE)),
    ATTRIBUTES,
]);

pub(super) const SITE_OF_SERVICE: Object = Object(&[
    PART,
    carried("service_id", Form::Uuid),
    read("location_id", Form::Uuid),
    read("location", Form::One(&SITE)),
    read("schedules", Form::List(&SCHEDULE)),
    read("contacts", Form::List(&CONTACT)),
    read("phones", Form::List(&PHONE)),
]);

pub(super) const ORGANISATION: Object = Object(&[
    required(read("id", Form::Uuid)),
    required(read("name", Form::Text)),
    read("alternate_name", Form::Text),
    required(read("description", Form::Text)),
    read("email", Form::Mail),
    read("website", Form::Address),
    read("logo", Form::Text),
    read("uri", Form::Address),
    read("parent_organization_id", Form::Uuid),
    read("organization_identifiers", Form::List(&IDENTIFIER)),
    read("phones", Form::List(&PHONE)),
    read("contacts", Form::List(&CONTACT)),
    read("services", Form::Any),
    read("locations", Form::Any),
    ATTRIBUTES,
]);

pub(super) const SERVICE: Object = Object(&[
    required(read("id", Form::Uuid)),
    read("organization_id", Form::Uuid),
    read("organization", Form::One(&ORGANISATION)),
    required(read("name", Form::Text)),
    read("alternate_name", Form::Text),
    read("description", Form::Text),
    read("url", Form::Address),
    read("email", Form::Mail),
    required(read("status", Form::OneOf(&["active", "inactive", "defunct", "temporarily closed"]))),
    read("fees", Form::Text),
    read("fees_description", Form::Text),
    read("cost_options", Form::List(&COST_OPTION)),
    read("eligibility_description", Form::Text),
    read("minimum_age", Form::Number),
    read("maximum_age", Form::Number),
    read("accreditations", Form::Text),
    read("alert", Form::Text),
    read("assured_date", Form::Text),
    read("assurer_email", Form::Mail),
    read("last_modified", Form::Moment),
    read("application_process", Form::Text),
    read("schedules", Form::List(&SCHEDULE)),
    read("service_areas", Form::List(&SERVICE_AREA)),
    read("languages", Form::List(&LANGUAGE)),
    read("attributes", Form::List(&ATTRIBUTE)),
    read("contacts", Form::List(&CONTACT)),
    read("phones", Form::List(&PHONE)),
    read("service_at_locations", Form::List(&SITE_OF_SERVICE)),
    carried("funding", Form::List(&FUNDING)),
]);
