//! Rules of single records, as JSON.

use super::{listed, read_files, read_services, says};
use crate::directory::import::FeedError;
use crate::directory::{Kind, SiteKind, Status};

const ORGANISATION: &str = r#""organization": {"id": "o", "name": "Age Well"}"#;

#[test]
fn what_a_service_says_is_kept() {
    let feed = read_services(
        r#"{"id": 7, "name": "Tai Chi", "status": "temporarily closed", "description": "", "url": null,
            "minimum_age": 50, "maximum_age": "90", "fees": "Free", "colour": {"of": ["door", null]},
            "organization": {"id": "o", "name": "Age Well", "charity": true},
            "schedules": [{"id": "s", "freq": "WEEKLY", "byday": "MO,2TU", "opens_at": "10:00:00", "closes_at": "noon"}],
            "cost_options": [{"amount": 3.5}, {"amount": 4, "currency": "GBP"}, {"amount": 5, "currency": "EUR"},
                {"amount": "Free"}, {"amount": "from £4"}],
            "languages": [{"code": "pl"}], "phones": [{"number": 1522}, {"description": "none"}],
            "attributes": [{"id": "a", "taxonomy_term": {"id": "t", "name": "Balance", "term": "B"}}, {"label": "x"}],
            "service_at_locations": [{"id": "l", "location": {"id": 9, "location_type": "virtual",
                "latitude": 53.1, "longitude": -0.5,
                "addresses": [{"address_1": "1 High St", "postal_code": "NG31 7AA", "state_province": "Lincolnshire"}]}}]}"#,
    )
    .expect("a feed");
    let service = &feed.services["7"];
    assert_eq!((service.name.as_str(), service.status), ("Tai Chi", Status::TemporarilyClosed));
    assert_eq!((service.minimum_age, service.maximum_age), (Some(50), Some(90)));
    assert_eq!((service.description.as_ref(), service.organisation.as_deref()), (None, Some("o")));
    assert_eq!(service.more["colour"], serde_json::json!({"of": ["door", null]}));
    assert!(!service.more.contains_key("url"), "null says nothing");
    let schedule = &service.schedules[0];
    assert_eq!(
        (schedule.byday.join("+"), schedule.opens_at.map(|t| t.to_string())),
        ("MO+2TU".into(), Some("10:00".into()))
    );
    assert_eq!((schedule.closes_at, &schedule.more["closes_at"]), (None, &"noon".into()));
    let costs: Vec<_> = service.cost_options.iter().map(|c| c.pence).collect();
    assert_eq!(costs, [Some(350), Some(400), None, Some(0), None]);
    assert_eq!(service.cost_options[4].more["amount"], "from £4");
    assert_eq!(service.cost_options[2].more["amount"], 5);
    assert_eq!(service.phones[0].number, "1522");
    assert_eq!(service.more["phones"], serde_json::json!([{"description": "none"}]));
    assert_eq!((service.terms[0].name.as_str(), service.terms.len()), ("Balance", 1));
    assert_eq!(
        (&service.terms[0].more["term"], &service.terms[0].more["attribute"]["id"]),
        (&"B".into(), &"a".into())
    );
    assert_eq!(service.more["attributes"], serde_json::json!([{"label": "x"}]));
    assert_eq!(feed.terms["t"], "Balance");
    let site = &feed.sites["9"];
    assert_eq!((service.sites[0].site.as_str(), site.kind), ("9", SiteKind::Virtual));
    assert_eq!((site.latitude, site.longitude), (Some(53.1), Some(-0.5)));
    assert_eq!(site.addresses[0].postcode.as_deref(), Some("NG31 7AA"));
    assert_eq!(feed.organisations["o"].more["charity"], true);
    says(
        &feed,
        "services.json $.contents[0].schedules[0].closes_at closes_at: expected a time of the day such as 09:30 (field not used)",
    );
    says(
        &feed,
        "$.contents[0].maximum_age maximum_age: expected a number, found one written as text (warning)",
    );
    says(&feed, "$.contents[0].phones[1].number number: expected a phone number");
    assert_eq!((feed.records_read, feed.left_out, feed.problems.len()), (1, 0, 4), "{:#?}", listed(&feed));
}

#[test]
fn the_same_in_the_words_of_hsds() {
    let feed = read_services(&format!(
        r#"{{"id": "s", "name": "Walk", "status": "active", {ORGANISATION}, "application_process": "Ring us",
            "eligibility_description": "Over 50s", "fees_description": "£2", "fees": "old words",
            "service_at_locations": [{{"location_id": "x"}}]}}"#
    ))
    .expect("a feed");
    let service = &feed.services["s"];
    assert_eq!(service.referral_words.as_deref(), Some("Ring us"));
    assert_eq!(service.eligibility.as_deref(), Some("Over 50s"));
    assert_eq!((service.fees.as_deref(), &service.more["fees"]), (Some("£2"), &"old words".into()));
    says(&feed, "expected a location that the source holds (warning)");
}

#[test]
fn a_record_needs_an_id_and_a_name() {
    let feed = read_services(&format!(
        r#"{{"id": "a", "status": "active", "organization": {{"id": "gone", "name": "G"}}}}, {{"name": "B"}},
           {{"id": "", "name": "C"}}, {{"id": "d", "name": " "}}, {{"id": ["e"], "name": "E"}}, 5, null,
           {{"id": "f", "name": "F", "status": "active", {ORGANISATION}}}"#
    ))
    .expect("a feed");
    assert_eq!(feed.services.keys().collect::<Vec<_>>(), ["f"]);
    assert_eq!(
        feed.organisations.keys().collect::<Vec<_>>(),
        ["o"],
        "what is left out leaves nothing behind"
    );
    assert_eq!((feed.records_read, feed.left_out), (8, 7));
    says(&feed, "$.contents[0].name name: 'name' is required; the record was left out (left out)");
    says(&feed, "$.contents[1].id id: 'id' is required");
    says(&feed, "$.contents[3].name name: 'name' is required");
    says(&feed, "$.contents[5] : expected an object; the record was left out");
    let error = read_services(r#"{"id": "a"}"#).expect_err("nothing usable");
    assert!(matches!(error, FeedError::NothingUsable { read: 1, left_out: 1, .. }), "{error}");
    assert_eq!(error.problems().len(), 1);
}

#[test]
fn status_and_organisation_are_asked_for() {
    let service = |id: &str, status: &str, rest: &str| {
        format!(r#"{{"id": "{id}", "name": "N", "status": {status}{rest}}}"#)
    };
    let whole = format!(", {ORGANISATION}");
    let all = [
        service("1", "\"\"", &whole),
        service("2", "\"Active\"", &whole),
        service("3", "\"open\"", &whole),
        service("4", "5", &whole),
        service("5", "\"active\"", ""),
        service("6", "\"active\"", r#", "organization_id": "nobody""#),
    ];
    let feed = read_services(&all.join(",")).expect("a feed");
    let status: Vec<Status> = feed.services.values().map(|s| s.status).collect();
    assert_eq!(
        status,
        [Status::Active, Status::Active, Status::Inactive, Status::Inactive, Status::Active, Status::Active]
    );
    assert_eq!(
        (&feed.services["3"].more["status"], &feed.services["4"].more["status"]),
        (&"open".into(), &5.into())
    );
    assert_eq!(feed.services["6"].organisation.as_deref(), Some("nobody"));
    says(&feed, "$.contents[0].status status: expected a status; the service counts as active (warning)");
    says(&feed, "$.contents[2].status status: expected active, inactive, defunct or temporarily closed");
    says(&feed, "$.contents[4] organization: expected the organisation that offers the service (warning)");
    says(&feed, "$.contents[5] organization: expected an organisation that the source holds (warning)");
    assert_eq!((feed.problems.len(), feed.left_out), (5, 0));
}

#[test]
fn an_id_that_comes_again_is_one_record() {
    let service =
        |name: &str| format!(r#"{{"id": 1, "name": "{name}", "status": "active", {ORGANISATION}}}"#);
    let feed = read_services(&format!("{}, {}", service("First"), service("Last"))).expect("a feed");
    assert_eq!(feed.services["1"].name, "Last");
    says(
        &feed,
        "$.contents[1] id: expected each id once; this one came before at $.contents[0], and the last is used (warning)",
    );
    assert_eq!(feed.problems.len(), 1);
    // A list of summaries and the whole of one of them is what every feed has.
    let full = service("Whole").replace("\"status\"", "\"languages\": [{\"code\": \"cy\"}], \"status\"");
    for (summary, whole) in [("a.json", "b.json"), ("b.json", "a.json")] {
        let feed =
            read_files(&[(summary, &format!("[{}]", service("Short"))), (whole, &full)]).expect("a feed");
        assert_eq!((feed.services.len(), feed.services["1"].name.as_str()), (1, "Whole"));
        assert_eq!(listed(&feed), [""; 0]);
    }
}

#[test]
fn what_cannot_be_is_kept_and_not_used() {
    let feed = read_services(&format!(
        r#"{{"id": "a", "name": "A", "status": "active", {ORGANISATION}, "email": false, "description": 5,
            "minimum_age": 12.5, "maximum_age": -1, "assured_date": "last week", "languages": "Welsh",
            "service_at_locations": [{{"location": {{"id": "l", "latitude": 100, "longitude": 101, "addresses": [
              {{"address_1": "1 Main St", "city": "Springfield", "state_province": "IL", "postal_code": "62704"}}]}}}}]}}"#
    ))
    .expect("a feed");
    let service = &feed.services["a"];
    assert_eq!((&service.email, service.minimum_age, service.maximum_age), (&None, None, None));
    let kept = ["email", "description", "minimum_age", "maximum_age", "assured_date", "languages"];
    assert!(kept.iter().all(|name| service.more.contains_key(*name)), "{:?}", service.more);
    let site = &feed.sites["l"];
    assert_eq!((site.latitude, site.longitude), (None, None));
    assert_eq!((&site.more["latitude"], &site.more["longitude"]), (&100.into(), &101.into()));
    assert_eq!(site.addresses[0].postcode.as_deref(), Some("62704"));
    says(
        &feed,
        "$.contents[0].service_at_locations[0].location.latitude latitude: expected degrees from -90 to 90",
    );
    says(&feed, "$.contents[0].email email: expected text (field not used)");
    says(&feed, "postal_code: expected a postcode such as NG31 7AA");
    assert_eq!(feed.problems.len(), 8, "{:#?}", listed(&feed));
    assert!(!listed(&feed).iter().any(|said| said.contains("Springfield") || said.contains("last week")));
}

#[test]
fn names_are_one_line_without_controls_and_otherwise_as_they_came() {
    let name = r"<b>T\u0000ai</b>\u001b[31m\nChi \u200f\u0639 \ud83d\ude00";
    let feed =
        read_services(&format!(r#"{{"id": "a", "name": "{name}", "status": "active", {ORGANISATION}}}"#))
            .expect("a feed");
    assert_eq!(feed.services["a"].name, "<b>Tai</b>[31m Chi \u{200f}\u{639} 😀");
    says(
        &feed,
        "$.contents[0].name name: expected text without control characters; they were removed (warning)",
    );
}

#[test]
fn lists_of_every_kind_and_places_of_services() {
    let feed = read_files(&[
        ("a.json", r#"{"organizations": [{"id": "o", "name": "O", "website": "https://o.example"}]}"#),
        ("b.json", r#"[{"id": "l", "location_type": "physical", "name": "Hall"}]"#),
        ("c.json", r#"{"items": [{"id": "x", "service": {"id": "s", "name": "S", "status": "active",
                       "organization": {"id": "o", "name": "O"}}, "location": {"id": "l", "name": "Hall"}}]}"#),
        ("d.json", r#"{"content": [{"id": "t", "name": "Term", "taxonomy": "T"}]}"#),
        ("e.json", r#"{"id": "tt", "name": "T", "taxonomy_terms": [{"id": "u", "name": "Under"}]}"#),
        ("f.json", r#"{"services": [{"id": "s2", "name": "S2", "status": "active", "organization_id": "o",
                       "attributes": [{"taxonomy_term_id": "u"}]}]}"#),
        ("api_details.json", r#"{"version": "HSDS-UK-3.0", "openapi_url": "x"}"#),
        ("README.md", "words"),
    ])
    .expect("a feed");
    assert_eq!(
        (feed.services.len(), feed.organisations.len(), feed.sites.len(), feed.terms.len()),
        (2, 1, 1, 2)
    );
    assert_eq!(feed.organisations["o"].website.as_deref(), Some("https://o.example"));
    assert_eq!(feed.services["s"].sites[0].site, "l");
    assert_eq!(feed.services["s2"].terms[0].name, "Under");
    says(&feed, "README.md  : expected .json, .csv or .xlsx; this was not read (warning)");
    says(
        &feed,
        "api_details.json  : expected a record of a directory or a list of them; this was not read (warning)",
    );
    assert_eq!(feed.problems.len(), 2, "{:#?}", listed(&feed));
}

#[test]
fn a_page_is_read_by_what_it_holds() {
    let page = format!(
        r#"{{"total_items": 9, "total_pages": 1, "size": 3, "empty": true, "last_page": true,
            "contents": [{{"id": "a", "name": "A", "status": "active", {ORGANISATION}}}]}}"#
    );
    let feed = read_files(&[("service_list.json", &page)]).expect("a feed");
    assert_eq!(feed.services.len(), 1);
    for name in ["size", "total_items", "empty"] {
        says(&feed, &format!("service_list.json $.{name} {name}: expected"));
    }
    let half = page.replace("\"total_pages\": 1", "\"total_pages\": 4");
    says(&read_files(&[("p.json", &half)]).expect("a feed"), "this is one page of 4");
}

/// Keys that the feed knows to be there although they were left out.
fn unread<'k>(feed: &crate::directory::Feed, kind: Kind, keys: &[&'k str]) -> Vec<&'k str> {
    keys.iter().copied().filter(|key| feed.unread.has(kind, key)).collect()
}

#[test]
fn what_is_left_out_is_known_to_be_there() {
    let feed = read_files(&[(
        "services.json",
        r#"[{"id": "1", "name": "Walk", "status": "active"}, {"id": 2, "status": "active",
            "organization": {"id": "o"}, "service_at_locations": [{"location": {"id": "l"}}]},
            {"id": "p", "website": "https://a.example", "services": [{"id": "3", "name": "Swim"}],
             "locations": [{"id": "m"}]}]"#,
    )])
    .expect("a feed");
    assert_eq!((feed.services.len(), feed.left_out), (1, 2));
    assert_eq!(unread(&feed, Kind::Service, &["1", "2", "3", "4"]), ["2", "3"]);
    assert_eq!(unread(&feed, Kind::Organisation, &["o", "p", "q"]), ["o", "p"]);
    assert_eq!(unread(&feed, Kind::Site, &["l", "m", "n"]), ["l", "m"]);
    assert!(!Kind::ALL.into_iter().any(|kind| feed.unread.may_be_any(kind)));
    let feed = read_services(r#"{"id": "1", "name": "Walk"}, {"name": "Swim", "status": "active"}, 7"#);
    let unread = feed.expect("a feed").unread;
    assert!(unread.may_be_any(Kind::Service) && !unread.may_be_any(Kind::Organisation));
}
