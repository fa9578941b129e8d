//! A record is kept as JSON: whatever it says comes back.

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::directory::{
    Accessibility, Address, Contact, CostOption, Identifier, Language, LocalTime, More, Organisation, Phone,
    Referral, Schedule, Service, ServiceArea, Site, SiteKind, SiteOfService, Status, Term,
};

/// Text as the world writes it: Welsh, Polish, right to left, zero width, four bytes, combining marks.
fn text() -> BoxedStrategy<String> {
    prop_oneof![
        "\\PC{0,12}",
        Just("Llanfair Pwllgwyngyll – tŷ, ŵyn".to_owned()),
        Just("Zażółć gęślą jaźń".to_owned()),
        Just("\u{202e}\u{5d0}\u{5d1} \u{627}\u{644}\u{200f}".to_owned()),
        Just("a\u{200b}b\u{200d}\u{feff}".to_owned()),
        Just("e\u{301}\u{1F469}\u{200D}\u{1F52C}😀".to_owned()),
        Just("\"\\\u{0}\u{1f}\u{2028}".to_owned()),
        Just("https://tai.example:8080/a%20b?c=d#e".to_owned()),
        Just("https://tŷ.example/\u{202e}".to_owned()),
        Just("ann@tai.example".to_owned()),
        Just("018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f".to_owned()),
        Just("2026-09-01T12:00:00+01:00".to_owned()),
        Just("WEEKLY".to_owned()),
        Just("postal".to_owned()),
    ]
    .boxed()
}

fn some() -> BoxedStrategy<Option<String>> {
    of(text()).boxed()
}

fn more() -> BoxedStrategy<More> {
    let value = prop_oneof![
        text().prop_map(Value::String),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        vec(text().prop_map(Value::String), 0..3).prop_map(Value::Array),
        text().prop_map(
            |text| json!([{"id": text, "taxonomy_term": {"name": text, "meres": {"as_given": null}}}])
        ),
        text().prop_map(|text| json!({"id": "a", "label": text, "meres": {"more": {"a": 1}}})),
    ];
    // Words of the profile too, under which a source said something that nobody understood.
    let words = select(vec![
        "id",
        "name",
        "status",
        "location_type",
        "latitude",
        "addresses",
        "amount",
        "currency",
        "attributes",
        "attribute",
        "taxonomy_term",
        "taxonomy_term_id",
        "phones",
        "email",
        "fees",
        "fees_description",
        "locations",
        "funding",
        "meres",
        "service",
        "service_id",
        "location",
        "location_id",
        "language",
        "term",
        "description",
        "byday",
        "schedules",
        "organization",
        "organization_id",
        "services",
        "extent",
        "url",
        "source",
        "address_3",
        "contents",
        "items",
    ]);
    btree_map(prop_oneof![text(), words.prop_map(str::to_owned)], value, 0..3).boxed()
}

fn time() -> BoxedStrategy<Option<LocalTime>> {
    of((0..24_u16, 0..60_u16).prop_filter_map("a time", |(hour, minute)| LocalTime::new(hour, minute)))
        .boxed()
}

prop_compose! {
    fn phone()(number in text(), description in some(), more in more()) -> Phone { Phone { number, description, more } }
}

prop_compose! {
    fn contact()(name in some(), title in some(), department in some(), email in some(), phones in vec(phone(), 0..2),
        more in more()) -> Contact { Contact { name, title, department, email, phones, more } }
}

prop_compose! {
    fn schedule()(texts in vec(some(), 8), interval in of(any::<i64>()), byday in vec(text(), 0..3), opens_at in time(),
        closes_at in time(), more in more()) -> Schedule {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        Schedule { valid_from: next(), valid_to: next(), starts_on: next(), freq: next(), interval, byday,
            bymonthday: next(), opens_at, closes_at, description: next(), attending_type: next(), notes: next(), more }
    }
}

prop_compose! {
    fn term()(taxonomy in some(), id in some(), code in some(), name in text(), uri in some(), more in more()) -> Term {
        Term { taxonomy, id, code, name, uri, more }
    }
}

prop_compose! {
    fn cost()(option in some(), pence in of(any::<i64>()), description in some(), valid_from in some(), valid_to in some(),
        more in more()) -> CostOption { CostOption { option, pence, description, valid_from, valid_to, more } }
}

prop_compose! {
    pub(super) fn organisation()(name in text(), texts in vec(some(), 9), value in text(), phones in vec(phone(), 0..2),
        contacts in vec(contact(), 0..2), more in more()) -> Organisation {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let identifier = Identifier { scheme: next(), kind: next(), value, more: more.clone() };
        Organisation { name, alternate_name: next(), description: next(), email: next(), website: next(), logo: next(),
            uri: next(), identifiers: vec![identifier], phones, contacts, parent: next(), more }
    }
}

prop_compose! {
    pub(super) fn site()(kind in prop_oneof![Just(SiteKind::Physical), Just(SiteKind::Postal), Just(SiteKind::Virtual)],
        texts in vec(some(), 16), latitude in of(-90.0..90.0), longitude in of(-180.0..180.0), lines in vec(text(), 0..6),
        step_free in of(any::<bool>()), phones in vec(phone(), 0..2), more in more()) -> Site {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let address = Address { attention: next(), lines, city: next(), region: next(), county: next(), postcode: next(),
            country: next(), kind: next(), more: more.clone() };
        let accessibility = Accessibility { description: next(), details: next(), url: next(), more: more.clone() };
        Site { kind, name: next(), description: next(), latitude, longitude, external_identifier: next(),
            external_identifier_type: next(), getting_there: next(), addresses: vec![address],
            accessibility: vec![accessibility], step_free, phones, more }
    }
}

prop_compose! {
    pub(super) fn service()(name in text(), texts in vec(some(), 22), status in prop_oneof![Just(Status::Active),
            Just(Status::Inactive), Just(Status::Defunct), Just(Status::TemporarilyClosed)],
        ages in (of(any::<i32>()), of(any::<i32>())), referral in of(prop_oneof![Just(Referral::Open),
            Just(Referral::ThroughAProfessional), Just(Referral::WaitingList)]),
        flags in (of(any::<bool>()), of(any::<bool>()), of(any::<bool>())), schedules in vec(schedule(), 0..2),
        cost_options in vec(cost(), 0..2), terms in vec(term(), 0..2), contacts in vec(contact(), 0..2),
        phones in vec(phone(), 0..2), key in text(), more in more()) -> Service {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let extent = more.values().next().cloned().filter(|extent| !extent.is_null());
        let area = ServiceArea { name: next(), description: next(), extent, extent_type: next(), uri: next(), more: more.clone() };
        let language = Language { code: next(), name: next(), note: next(), more: more.clone() };
        let at = SiteOfService { site: key, schedules: schedules.clone(), contacts: contacts.clone(), phones: phones.clone(), more: more.clone() };
        Service { organisation: next(), name, alternate_name: next(), description: next(), url: next(), email: next(),
            status, fees: next(), cost_options, eligibility: next(), minimum_age: ages.0, maximum_age: ages.1,
            accreditations: next(), alert: next(), assured_on: next(), assurer_email: next(), last_modified: next(), referral,
            referral_words: next(), online: flags.0, home_visit: flags.1, transport: flags.2, weekly_sessions: ages.0,
            capacity: ages.1, schedules, service_areas: vec![area], languages: vec![language], terms, contacts, phones,
            sites: vec![at], more }
    }
}

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    record: &T,
) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(record).map_err(|e| TestCaseError::fail(e.to_string()))?;
    let back: T = serde_json::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}: {text}")))?;
    prop_assert_eq!(&back, record);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn services_come_back(service in service()) {
        comes_back(&service)?;
    }

    #[test]
    fn organisations_and_sites_come_back(organisation in organisation(), site in site()) {
        comes_back(&organisation)?;
        comes_back(&site)?;
    }
}
