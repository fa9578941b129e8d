//! What goes out beside the profile, whom a postcode leaves in, and the same walk over a program that is really served.

use std::fs;

use offers::directory::availability::Room;
use offers::place::{AreaFacts, PlaceFeed, PostcodePlace};
use serde_json::{Value, json};
use vocabulary::{GridPoint, Lsoa, Postcode};

use super::{COUNT, asked, filled, id, numbers, public, schema, service, uuid, valid, walked};
use crate::support::caller::Caller;
use crate::support::feed::write;
use crate::support::meres::done;
use crate::support::site::{Place, host, served};

#[tokio::test]
async fn what_room_there_is_goes_out_and_is_not_taken_over_by_another() {
    let place = filled().await;
    let mut anybody = place.stranger();
    let (whole, at_place) = (schema("compiled/service.json"), schema("compiled/service_at_location.json"));
    let mut items = Vec::new();
    for (number, room, expected) in [
        (1, Room::Full, json!({"state": "full"})),
        (2, Room::Waiting { weeks: Some(6) }, json!({"state": "waiting", "wait_weeks": 6})),
        (3, Room::Open { places: Some(4) }, json!({"state": "open", "places": 4})),
    ] {
        let name = service(number)["name"].as_str().expect("a name").to_owned();
        place.says_room(&name, room).await;
        let path = format!("/services/{}", place.service(&name).await);
        let item = asked(&mut anybody, &path).await;
        valid(whole.as_ref(), &item);
        let mut said = item["meres"]["room"].clone();
        let on = said.as_object_mut().and_then(|said| said.shift_remove("said_at")).expect("when");
        assert!(on.as_str().is_some_and(|on| on.ends_with('Z') && on.starts_with("20")), "{on}");
        assert_eq!(said, expected, "{name}");
        let site = id(&item["service_at_locations"][0]).to_owned();
        let site = asked(&mut anybody, &format!("/service_at_locations/{site}")).await;
        valid(at_place.as_ref(), &site);
        assert_eq!(site["service"]["meres"]["room"]["state"], expected["state"]);
        items.push(item);
    }
    let silent = service(4)["name"].as_str().expect("a name").to_owned();
    let silent = format!("/services/{}", place.service(&silent).await);
    assert!(asked(&mut anybody, &silent).await["meres"].get("room").is_none());
    // It was true of its day: whoever imports the feed does not go on saying it.
    let other = Place::demonstration().await;
    other.imports("Neighbours", &json!({ "contents": items })).await;
    let catalogue = other.catalogue().await;
    assert_eq!(catalogue.services.len(), 3);
    for listed in &catalogue.services {
        let record = catalogue.record(listed.id).expect("a record");
        assert!(listed.room.is_none() && !record.more.contains_key("meres"), "{:?}", record.more);
    }
}

#[tokio::test]
async fn a_postcode_alone_leaves_out_what_is_for_the_people_of_other_areas() {
    let place = Place::demonstration().await;
    let lsoa = |code: &str| Lsoa::parse(code).expect("an area");
    let area =
        |code: &str, name: &str| AreaFacts { name: Some(name.to_owned()), ..AreaFacts::unknown(lsoa(code)) };
    let postcode = |text: &str, easting: i32, code: Option<&str>| PostcodePlace {
        postcode: Postcode::parse(text).expect("a postcode"),
        point: GridPoint { easting, northing: 336_000 },
        lsoa: code.map(lsoa),
        terminated: false,
    };
    let feed = PlaceFeed {
        postcodes: vec![
            postcode("NG31 7AA", 491_500, Some("E01026317")),
            postcode("PE21 6AA", 533_000, Some("E01026000")),
            postcode("NG31 7AB", 491_600, None),
        ],
        areas: vec![area("E01026317", "South Kesteven 006A"), area("E01026000", "Boston 001A")],
        ..PlaceFeed::default()
    };
    place.learns(feed).await;
    let areas = |number: usize, names: &[&str]| {
        let areas =
            names.iter().zip(0..).map(|(name, at)| json!({"id": uuid(20 + at, number), "name": name}));
        let mut one = service(number);
        one["service_areas"] = areas.collect();
        one
    };
    // Numbers that say where they are.
    let services = [
        areas(1, &["Boston"]),
        areas(2, &["South Kesteven"]),
        areas(3, &["Boston 001A", "South Kesteven 006A"]),
        areas(4, &["Boston", "The villages round about"]),
        service(5),
    ];
    place.imports("County", &json!({ "contents": services })).await;
    let mut anybody = place.stranger();
    let whole = schema("compiled/service.json");
    for (postcode, expected) in [
        ("NG31+7AA", vec![2, 3, 4, 5]),
        ("PE21+6AA", vec![1, 3, 4, 5]),
        // In which area that is nobody knows: it leaves out nobody.
        ("NG31+7AB", vec![1, 2, 3, 4, 5]),
    ] {
        let found = walked(&mut anybody, &format!("/service_at_locations?postcode={postcode}"), 3).await;
        assert_eq!(numbers(&found), expected, "{postcode}");
        for item in &found {
            let path = format!("/services/{}", id(&item["service"]));
            valid(whole.as_ref(), &asked(&mut anybody, &path).await);
        }
    }
}

#[test]
fn a_program_that_is_served_answers_with_items_that_are_valid() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let services: Vec<Value> = (1..=COUNT).map(service).collect();
    write(&here.join("county.json"), &services);
    done(here, "import directory county.json --data one");
    let text = "postcode,lat,long\nNG31 7AA,52.912,-0.642\n";
    fs::write(here.join("postcodes.csv"), text).expect("written");
    done(here, "import place postcodes.csv --data one");
    let (mut program, said) = served(here, "one", testbed::url(&here.join("one")));
    let anybody = Caller::stranger(host(&said));
    let get = |path: &str| -> Value {
        let heard = anybody.ask("GET", &format!("/oruk/v3{path}"), "").expect("an answer");
        assert_eq!(heard.status, 200, "{path}: {}", heard.body);
        assert!(heard.head.to_lowercase().contains("access-control-allow-origin: *"), "{}", heard.head);
        serde_json::from_str(&heard.body).expect("JSON")
    };
    let walk = |kind: &str, (list, whole): (&str, &str), expected: usize| {
        let (list, whole) = (schema(list), schema(whole));
        let mut seen = 0;
        for page in 1.. {
            let page = get(&format!("/{kind}?per_page=400&page={page}"));
            assert_eq!(page["total_items"], expected, "{kind}");
            for item in page["contents"].as_array().expect("items") {
                valid(list.as_ref(), item);
                valid(whole.as_ref(), &get(&format!("/{kind}/{}", id(item))));
                seen += 1;
            }
            if page["last_page"] == true {
                break;
            }
        }
        assert_eq!(seen, expected, "{kind}");
    };
    let all = public();
    assert!(all.len() >= 1_000);
    walk("services", ("compiled/service_list.json", "compiled/service.json"), all.len());
    let placed = all.iter().filter(|number| !number.is_multiple_of(13)).count();
    let schemas = ("compiled/service_at_location_list.json", "compiled/service_at_location.json");
    walk("service_at_locations", schemas, placed);
    program.kill().expect("ended");
    program.wait().expect("ended");
}
