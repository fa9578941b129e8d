//! What others have published: the official mocks and examples, and the real directory of 2014.

use std::path::PathBuf;

use super::super::{DirectoryMapping, FeedError, read_feed};
use super::{listed, read_files, says};
use crate::directory::Outcome;
use crate::test_data::test_data;

#[test]
fn the_official_mocks_give_the_verdict_of_their_names() {
    let Some(mocks) = test_data("oruk/mocks") else { return };
    let feed = read_feed(&[mocks.join("V3.0-UK-Default")], None).expect("a feed");
    assert_eq!(feed.services.len(), 1);
    assert_eq!(feed.left_out, 0, "{:#?}", listed(&feed));
    let service = feed.services.values().next().expect("a service");
    assert_eq!(
        (service.name.as_str(), service.schedules.len(), service.sites.len()),
        ("Community Counselling", 1, 1)
    );
    assert!(feed.organisations.contains_key("d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"));
    says(&feed, "organization_list.json $.size size: expected");
    says(&feed, "dashboard_services_response.json");

    let bad = mocks.join("V3.0-UK-Fail");
    let error = read_feed(&[bad.join("service_list.json")], None).expect_err("nothing usable");
    assert!(matches!(error, FeedError::NothingUsable { read: 4, left_out: 4, .. }), "{error}");
    for at in 0..4 {
        let place = format!("$.contents[{at}].name");
        let found = error.problems().iter().find(|p| p.place == place).expect("listed");
        assert_eq!((found.outcome, found.column.as_str()), (Outcome::LeftOut, "name"));
        assert!(found.expected.starts_with("'name' is required"), "{}", found.expected);
    }
    assert_eq!(read_feed(&[bad.join("service_full.json")], None).expect("valid").services.len(), 1);
    let all = read_feed(&[bad], None).expect("a feed");
    assert_eq!((all.services.len(), all.left_out), (1, 4), "{:#?}", listed(&all));
}

#[test]
fn the_official_tables_join() {
    let Some(folder) = test_data("oruk/examples/csv") else { return };
    let feed = read_feed(&[folder], None).expect("a feed");
    let service = feed.services.values().next().expect("a service");
    assert_eq!(
        (feed.services.len(), feed.organisations.len(), feed.sites.len()),
        (1, 1, 1),
        "{:#?}",
        listed(&feed)
    );
    assert_eq!((service.cost_options[0].pence, service.minimum_age), (Some(3_500), Some(12)));
    assert_eq!((service.contacts[0].phones.len(), service.sites[0].schedules.len()), (1, 1));
    assert_eq!((service.languages.len(), service.service_areas.len()), (0, 1));
    let site = &feed.sites["3a19ff88-4620-4d17-9830-ac1d859eb5d5"];
    assert_eq!((site.addresses.len(), site.accessibility.len()), (1, 1));
    assert_eq!(feed.organisations.values().next().expect("one").identifiers[0].value, "1234567");
    assert_eq!(feed.terms.len(), 1);
    // The example's attribute is of something that the example does not hold.
    says(
        &feed,
        "attribute.csv line 2 link_id: expected a record that the tables hold; the row was left out (left out)",
    );
}

pub(super) fn historic() -> Option<(PathBuf, DirectoryMapping)> {
    let folder = test_data("directory")?;
    let name = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/directory/nhs-choices-2014.toml");
    let text = std::fs::read_to_string(name).expect("the mapping");
    Some((folder, DirectoryMapping::parse("nhs-choices-2014.toml", &text).expect("a mapping")))
}

#[test]
fn the_directory_of_2014_is_read_whole() {
    let Some((folder, mapping)) = historic() else { return };
    let feed = read_feed(&[folder], Some(&mapping)).expect("a feed");
    assert_eq!((feed.records_read, feed.left_out), (409, 0), "{:#?}", listed(&feed));
    // Five of the 26 rows of hospitals say another phone of a hospital that is already there.
    assert_eq!((feed.services.len(), feed.organisations.len(), feed.sites.len()), (404, 404, 404));
    assert_eq!(listed(&feed), [""; 0]);
    let of = |term: &str| feed.services.values().filter(|s| s.terms[0].name == term).count();
    let kinds = ["Clinic", "GP practice", "Hospital", "Pharmacy", "Social care provider"].map(of);
    assert_eq!(kinds, [110, 37, 21, 120, 116]);
    let opening: usize = feed.services.values().map(|s| s.schedules.len()).sum();
    assert_eq!(opening, 825);
    assert_eq!(feed.services.values().filter(|s| !s.schedules.is_empty()).count(), 103);
    let hospital = &feed.services["40654"];
    let phones: Vec<&str> = hospital.phones.iter().map(|p| p.number.as_str()).collect();
    assert_eq!(
        (phones, hospital.email.as_deref()),
        (vec!["01780 764151", "01733 875847"], Some("pals@pbh-tr.nhs.uk"))
    );
    assert_eq!(hospital.more["ParentODSCode"], "RGN");
    let placed = feed.sites.values().filter(|s| s.latitude.is_some() && s.longitude.is_some()).count();
    assert_eq!(placed, 404);
    assert_eq!(feed.sites["18611"].longitude, "-3.4109733998775482E-2".parse().ok());
    assert_eq!(feed.organisations["46946"].identifiers[0].value, "C83036");
    assert!(feed.about.expect("said").starts_with("Historic: 2014"));
}

#[test]
fn four_thousand_services_share_their_organisations_and_sites() {
    let one = r#""name": "Tai Chi", "description": "Gentle movement for balance. Twelve weeks, all levels, chairs are there for those who need one, and there is tea.",
        "status": "active", "url": "https://example.org", "email": "a@example.org", "minimum_age": 50,
        "schedules": [{"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "11:00", "valid_from": "2026-01-01"},
                      {"freq": "WEEKLY", "byday": "TH", "opens_at": "14:00", "closes_at": "15:00"}],
        "cost_options": [{"amount": 3.5}], "languages": [{"code": "en"}], "contacts": [{"name": "Ann", "phones": [{"number": "01522 1"}]}],
        "attributes": [{"taxonomy_term": {"id": "t1", "name": "Falls", "taxonomy": "x"}}, {"taxonomy_term": {"id": "t2", "name": "Balance"}}]"#;
    let services: Vec<String> = (0..4_000)
        .map(|n| {
            format!(
                r#"{{"id": "s{n}", {one}, "organization": {{"id": "o{}", "name": "Age Well", "description": "A charity"}},
                    "service_at_locations": [{{"id": "a{n}", "location": {{"id": "l{}", "location_type": "physical", "latitude": 53.1,
                    "longitude": -0.5, "addresses": [{{"address_1": "1 High St", "city": "Lincoln", "postal_code": "LN1 1AA"}}]}}}}]}}"#,
                n / 8,
                n / 3
            )
        })
        .collect();
    let page = format!(r#"{{"total_items": 4000, "contents": [{}]}}"#, services.join(","));
    let feed = read_files(&[("services.json", &page)]).expect("a feed");
    assert_eq!((feed.services.len(), feed.organisations.len(), feed.sites.len()), (4_000, 500, 1_334));
    assert_eq!(listed(&feed), [""; 0]);
}
