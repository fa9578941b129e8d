//! A directory that is exported as Open Referral UK and imported again is the same, and what is written is valid by the
//! profile's own schemas.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::Validator;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use vocabulary::Id;

use super::super::read_feed;
use super::published::historic;
use super::read_files;
use super::round_trips::{organisation, service, site};
use crate::directory::open_referral::{Written, write};
use crate::directory::{Directory, Feed, Kept, Organisation, Records, Service, Site};
use crate::test_data::test_data;

fn kept<T: Clone>(records: &BTreeMap<String, T>) -> Records<T> {
    let kept = |key: &String, record: &T| Kept {
        source: Id::from_bits(1),
        key: key.clone(),
        merged_into: None,
        gone: false,
        changed_at: String::new(),
        record: record.clone(),
    };
    (1..).zip(records).map(|(id, (key, record))| (Id::from_bits(id), kept(key, record))).collect()
}

/// The records of a feed as a directory keeps them.
fn directory(feed: &Feed) -> Directory {
    let sources = [(Id::from_bits(1), ("County feed".to_owned(), feed.about.clone()))].into();
    Directory::new(sources, kept(&feed.organisations), kept(&feed.services), kept(&feed.sites))
}

fn written(directory: &Directory) -> (Value, Written) {
    let mut text = Vec::new();
    let written = write(directory, &mut text).expect("written");
    (serde_json::from_slice(&text).expect("JSON"), written)
}

fn read(page: &Value) -> Feed {
    read_files(&[("services.json", &page.to_string())]).expect("a feed")
}

/// The records of a feed under the identifiers that the directory gave them, which is all that an export changes.
fn renamed(feed: &Feed, directory: &Directory) -> Feed {
    let source = Id::from_bits(1);
    let organisation = |key: &String| {
        directory.organisation_at(source, key).map_or_else(|| key.clone(), |id| id.to_string())
    };
    let site =
        |key: &str| directory.site(source, key).map_or_else(|| key.to_owned(), |(id, _)| id.to_string());
    let mut renamed = Feed::default();
    for (id, kept) in &directory.organisations {
        let mut record = feed.organisations[&kept.key].clone();
        record.parent = record.parent.as_ref().map(organisation);
        if let Some(Value::Array(keys)) = record.more.get_mut("locations") {
            for key in keys.iter_mut().filter(|key| key.is_string()) {
                *key = site(key.as_str().unwrap_or_default()).into();
            }
        }
        renamed.organisations.insert(id.to_string(), record);
    }
    for (id, kept) in &directory.services {
        let mut record = feed.services[&kept.key].clone();
        record.organisation = record.organisation.as_ref().map(organisation);
        record.sites.iter_mut().for_each(|at| at.site = site(&at.site));
        renamed.services.insert(id.to_string(), record);
    }
    let sites = directory.sites.iter().map(|(id, kept)| (id.to_string(), feed.sites[&kept.key].clone()));
    renamed.sites.extend(sites);
    renamed
}

/// The profile's schemas of a whole service and of one in a list, forms of texts included.
fn schemas() -> Option<&'static [Validator]> {
    static SCHEMAS: OnceLock<Vec<Validator>> = OnceLock::new();
    let folder = test_data("oruk/schema/compiled")?;
    let schema = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).expect("a schema");
        let schema = serde_json::from_str(&text).expect("JSON");
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
    };
    Some(SCHEMAS.get_or_init(|| ["service.json", "service_list.json"].map(schema).into()))
}

/// What is wrong with the services of a page.
fn faults(page: &Value) -> Vec<String> {
    let services = page["contents"].as_array().expect("services");
    let faults = |schema: &Validator| {
        let of = |service: &Value| -> Vec<String> {
            schema.iter_errors(service).map(|e| format!("{}: {e}", e.instance_path())).collect()
        };
        services.iter().flat_map(of).collect::<Vec<_>>()
    };
    schemas().into_iter().flatten().flat_map(faults).collect()
}

/// Exports and imports again. Gives the page.
fn comes_back(feed: &Feed) -> Result<Value, TestCaseError> {
    let directory = directory(feed);
    let (page, _) = written(&directory);
    prop_assert_eq!(faults(&page), Vec::<String>::new(), "{}", page);
    let (back, before) = (read(&page), renamed(feed, &directory));
    prop_assert_eq!(&back.services, &before.services, "{}", page);
    prop_assert_eq!(&back.organisations, &before.organisations, "{}", page);
    prop_assert_eq!(&back.sites, &before.sites, "{}", page);
    prop_assert_eq!(&back.about, &feed.about);
    prop_assert_eq!(back.left_out, 0);
    Ok(page)
}

/// A made-up record as an import would have it: no text is blank or has controls, days are days, numbers are in bounds.
fn as_imported<T: Serialize + DeserializeOwned>(record: &T) -> T {
    let record = serde_json::to_value(record).expect("JSON");
    serde_json::from_value(tidied("", record).expect("a record")).expect("a record")
}

fn tidied(name: &str, value: Value) -> Option<Value> {
    let bounded = |number: &Value, least: i64, most: i64| {
        let number = number.as_i64().unwrap_or_default();
        Value::from(least + number.rem_euclid(most - least))
    };
    Some(match (name, value) {
        ("valid_from" | "valid_to" | "starts_on" | "assured_on", Value::String(_)) => "2026-09-01".into(),
        // An empty list is how some sources leave a field out: no record has one.
        ("byday", Value::Array(_)) => json!(["MO", "-1TU"]),
        // The one is not above the other: such ages are not used.
        ("minimum_age", age @ Value::Number(_)) => bounded(&age, 0, 75),
        ("maximum_age", age @ Value::Number(_)) => bounded(&age, 75, 150),
        ("interval", number @ Value::Number(_)) => bounded(&number, 1, 1_000),
        ("pence", pence @ Value::Number(_)) => bounded(&pence, 0, 100_000_000),
        ("weekly_sessions" | "capacity", number @ Value::Number(_)) => bounded(&number, 0, i32::MAX.into()),
        (_, Value::String(text)) => {
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            let must = matches!(name, "name" | "number" | "value" | "site");
            let text = if text.trim().is_empty() && must { "x" } else { text.trim() };
            return Some(text.into()).filter(|_| !text.is_empty());
        }
        (_, Value::Null) => return None,
        (_, Value::Array(all)) => {
            let all: Vec<Value> = all.into_iter().filter_map(|one| tidied("", one)).collect();
            return Some(all.clone().into()).filter(|_| !all.is_empty());
        }
        (_, Value::Object(map)) => {
            let all: Map<String, Value> =
                map.into_iter().filter_map(|(name, one)| Some((name.clone(), tidied(&name, one)?))).collect();
            return Some(all.clone().into()).filter(|_| !all.is_empty());
        }
        (_, other) => other,
    })
}

/// A key of the source: any text that has no spaces around it.
fn key(kind: &str, number: usize) -> String {
    format!("{kind} \u{202e}{number}\u{5d0}")
}

prop_compose! {
    fn feed()(services in vec(service(), 1..4), organisations in vec(organisation(), 0..3), sites in vec(site(), 0..4),
        offered in vec(of(0..3_usize), 3), parents in vec(of(0..3_usize), 3), places in vec(vec(0..4_usize, 0..3), 3),
        about in of(Just("Historic: 2014".to_owned()))) -> Feed {
        let mut feed = Feed { about, ..Feed::default() };
        for (at, service) in services.iter().enumerate() {
            let mut service: Service = as_imported(service);
            // Pence are what was in pounds: an amount in another currency is kept as it came.
            for cost in service.cost_options.iter_mut().filter(|cost| cost.more.contains_key("currency")) {
                cost.pence = None;
            }
            // Some are of an organisation that the source does not hold, or at a site of which it has the key only.
            service.organisation = offered[at].map(|of| key("o", of));
            let sites = service.sites.first().cloned().into_iter();
            service.sites = sites.flat_map(|of| places[at].iter().map(move |site| (of.clone(), *site)))
                .map(|(of, site)| crate::directory::SiteOfService { site: key("l", site), ..of }).collect();
            feed.services.insert(key("s", at), service);
        }
        for (at, organisation) in organisations.iter().enumerate() {
            let mut organisation: Organisation = as_imported(organisation);
            organisation.parent = parents[at].map(|of| key("o", of));
            feed.organisations.insert(key("o", at), organisation);
        }
        for (at, site) in sites.iter().enumerate() {
            let mut site: Site = as_imported(site);
            (site.latitude, site.longitude) = site.latitude.zip(site.longitude).unzip();
            feed.sites.insert(key("l", at), site);
        }
        feed
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_made_up_directory_comes_back(feed in feed()) {
        comes_back(&feed)?;
    }
}

#[track_caller]
fn comes_back_whole(feed: &Feed) -> Value {
    comes_back(feed).unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn what_others_have_published_comes_back() {
    for folder in
        ["oruk/mocks/V3.0-UK-Default", "oruk/mocks/V3.0-UK-Fail", "oruk/examples", "oruk/examples/csv"]
    {
        let Some(folder) = test_data(folder) else { return };
        comes_back_whole(&read_feed(&[folder], None).expect("a feed"));
    }
}

#[test]
fn the_directory_of_2014_comes_back_and_stays_historic() {
    let Some((folder, mapping)) = historic() else { return };
    let feed = read_feed(&[folder], Some(&mapping)).expect("a feed");
    let page = comes_back_whole(&feed);
    assert_eq!(page["total_items"], 404);
    assert!(
        page["contents"][0]["meres"]["source"]["about"].as_str().expect("said").starts_with("Historic: 2014")
    );
    // And again: only the identifiers are those of the second directory.
    let again = read(&page);
    assert_eq!(read(&comes_back_whole(&again)).services.len(), 404);
}

#[test]
fn what_the_profile_has_no_room_for_stands_beside() {
    let feed = super::read_services(
        r#"{"id": "7", "name": "Tai Chi", "status": "on", "email": "ask at the desk", "url": "https://tai.example/",
            "colour": "red", "organization_id": "nobody", "minimum_age": "twelve", "schedules": [{"freq": "DAILY"}],
            "attributes": [{"taxonomy_term": {"id": "t", "name": "Balance"}}],
            "service_at_locations": [{"location": {"id": "l", "addresses": [{"postal_code": "62704"}]}}]}"#,
    )
    .expect("a feed");
    let page = comes_back_whole(&feed);
    let service = &page["contents"][0];
    assert_eq!(
        (&service["status"], &service["url"], &service["colour"]),
        (&json!("inactive"), &json!("https://tai.example/"), &json!("red"))
    );
    assert_eq!(service["email"], Value::Null, "what is no address of mail is none to other readers");
    assert_eq!(
        service["meres"],
        json!({
            "source": {"name": "County feed", "id": "7"},
            "as_given": {"organization_id": "nobody", "email": "ask at the desk"},
            "more": {"minimum_age": "twelve", "status": "on"},
        })
    );
    let address = &service["service_at_locations"][0]["location"]["addresses"][0];
    assert_eq!((&address["postal_code"], &address["city"]), (&json!("62704"), &json!("")));
    assert_eq!(service["schedules"][0]["meres"]["as_given"]["freq"], "DAILY");
    // The same term has the same identifier in every service.
    let id = |page: &Value| page["contents"][0]["attributes"][0]["taxonomy_term"]["id"].clone();
    assert_eq!(id(&page), id(&comes_back_whole(&read(&page))));
}

#[test]
fn organisations_and_sites_without_a_service_come_too_and_what_is_gone_or_merged_does_not() {
    let one = |name: &str| format!(r#"{{"id": "{name}", "name": "{name}", "status": "active"}}"#);
    let feed = read_files(&[
        ("services.json", &format!("[{}, {}, {}]", one("Bowls"), one("Darts"), one("Yoga"))),
        ("organizations.json", r#"[{"id": "o", "name": "Age Well", "legal_status": "charity"}]"#),
        ("locations.json", r#"[{"id": "l", "name": "Hall", "location_type": "physical"}]"#),
    ])
    .expect("a feed");
    let page = comes_back_whole(&feed);
    assert_eq!(
        (&page["other_organizations"][0]["name"], &page["other_locations"][0]["name"]),
        (&json!("Age Well"), &json!("Hall"))
    );
    let mut directory = directory(&feed);
    let ids: Vec<Id<Service>> = directory.services.keys().copied().collect();
    directory.services.get_mut(&ids[0]).expect("one").gone = true;
    directory.services.get_mut(&ids[1]).expect("one").merged_into = Some(ids[2]);
    directory.organisations.values_mut().for_each(|kept| kept.gone = true);
    let (page, written) = written(&directory);
    assert_eq!(page["contents"].as_array().expect("services").len(), 1);
    assert_eq!(page["contents"][0]["name"], "Yoga");
    assert_eq!(written, Written { services: 1, left_out: 2, other_organisations: 0, other_sites: 1 });
}

#[test]
fn a_value_that_is_nested_without_end_is_left_out_and_the_rest_can_be_read() {
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let service = format!(r#"{{"id": "1", "name": "Yoga", "deep": {deep}, "flat": [[1]]}}"#);
    let feed = super::read_services(&service).expect("a feed");
    let (page, _) = written(&directory(&feed));
    assert_eq!((&page["contents"][0]["flat"], &page["contents"][0]["deep"]), (&json!([[1]]), &Value::Null));
    assert_eq!(read(&page).services.len(), 1);
}
