//! The directory as other programs take it: Open Referral UK 3.0 on a site that is served, held to the profile's own schemas
//! and to a plain reading of what was imported; and from one Meres into another.

mod served;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use testbed::{Seen, Visitor};

use crate::support::bench::test_data;
use crate::support::feed::{keep, keep_places, write};
use crate::support::meres::done;
use crate::support::site::{Place, host, served};

const COUNT: usize = 1_200;
const NAMES: [&str; 6] = [
    "Chair yoga",
    "Strength \"and\" balance",
    "Walking <b>football</b>",
    "Caf\u{e9} for sore knees",
    "\u{1f6b6} Health walk",
    "Swim \\ float",
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const HERE: (f64, f64) = (52.912, -0.642);
const NOTHING: &str = "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn uuid(kind: u32, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// Degrees of the place of a service: further from the middle the higher its number, and never so far from its postcode that
/// its coordinates would be taken for a mistake.
fn degrees(number: usize) -> (f64, f64) {
    let far = f64::from(u32::try_from(number).expect("small")) * 0.000_07;
    if number.is_multiple_of(2) { (HERE.0 + far, HERE.1) } else { (HERE.0, HERE.1 - far) }
}

/// One that differs from its neighbours in all that can be asked for; every thirteenth says next to nothing.
fn service(number: usize) -> Value {
    let name = format!("{} {number}", NAMES[number % NAMES.len()]);
    let id = uuid(1, number);
    let organisation = json!({"id": uuid(2, number % 50), "name": format!("Leisure {}", number % 50)});
    if number.is_multiple_of(13) {
        return json!({"id": id, "name": name, "status": "active", "organization": organisation,
            "description": null, "url": "", "languages": []});
    }
    let day = DAYS[number % 7];
    let schedule = json!({"id": uuid(3, number), "freq": "WEEKLY", "byday": day,
        "opens_at": format!("{:02}:30", 8 + number % 10), "closes_at": format!("{:02}:30", 9 + number % 10)});
    let (latitude, longitude) = degrees(number);
    let place = json!({"id": uuid(4, number), "location": {
        "id": uuid(5, number), "name": "The hall", "location_type": "physical",
        "latitude": latitude, "longitude": longitude,
        "addresses": [{"id": uuid(6, number), "address_1": "1 High Street", "city": "Grantham",
            "state_province": "Lincolnshire", "postal_code": "NG31 7AA", "country": "GB", "address_type": "physical"}],
    }});
    let term = number % 12;
    let taxonomy = ["Activities", "Conditions", "Our own"][term % 3];
    json!({
        "id": id, "name": name, "status": if number.is_multiple_of(97) { "inactive" } else { "active" },
        "description": format!("Somebody described number {number} in Grantham."),
        "organization": organisation,
        "minimum_age": number % 90, "maximum_age": 90 + number % 30,
        // Nobody has looked at some of them for long.
        "assured_date": if number.is_multiple_of(101) { "2005-01-01" } else { "" },
        "email": if number.is_multiple_of(5) { "not an address" } else { "walk@example.org" },
        "eligibility_description": "Ask first",
        "schedules": [schedule],
        "languages": [{"id": uuid(7, number), "code": "en"}],
        "cost_options": [{"id": uuid(8, number), "amount": 3.5}],
        "attributes": [{"id": uuid(9, number), "taxonomy_term": {
            "id": if term == 11 { "no-uuid".to_owned() } else { uuid(10, term) },
            "name": format!("Term {term}"), "taxonomy": taxonomy}}],
        "service_at_locations": [place],
        "funding": [{"id": uuid(11, number), "source": "The county"}],
    })
}

/// Numbers of those that are public.
fn public() -> Vec<usize> {
    let shown = |number: &usize| {
        number.is_multiple_of(13) || !(number.is_multiple_of(97) || number.is_multiple_of(101))
    };
    (1..=COUNT).filter(shown).collect()
}

async fn filled() -> Place {
    let place = Place::demonstration().await;
    let services: Vec<Value> = (1..=COUNT).map(service).collect();
    write(&place.file("county.json"), &services);
    keep(&place.house.database, "County", &place.file("county.json")).await;
    let text = format!("postcode,lat,long\nNG31 7AA,{},{}\n", HERE.0, HERE.1);
    fs::write(place.file("postcodes.csv"), text).expect("written");
    keep_places(&place.house.database, &place.file("postcodes.csv")).await;
    place
}

fn parsed(seen: &Seen) -> Value {
    assert_eq!(seen.headers["content-type"], "application/json", "{}", seen.body);
    serde_json::from_str(&seen.body).unwrap_or_else(|why| panic!("{why}: {}", seen.body))
}

async fn asked(visitor: &mut Visitor, path: &str) -> Value {
    let seen = visitor.get(&format!("/oruk/v3{path}")).await;
    assert_eq!(seen.status, 200, "{path}: {}", seen.body);
    assert_eq!(seen.headers["access-control-allow-origin"], "*");
    parsed(&seen)
}

/// Every item of a list; what its pages say of themselves is true.
async fn walked(visitor: &mut Visitor, path: &str, size: usize) -> Vec<Value> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let mut items: Vec<Value> = Vec::new();
    for number in 1.. {
        let page = asked(visitor, &format!("{path}{mark}per_page={size}&page={number}")).await;
        let here = page["contents"].as_array().expect("items");
        items.extend(here.iter().cloned());
        let total = usize::try_from(page["total_items"].as_u64().expect("a count")).expect("small");
        let pages = total.div_ceil(size);
        let about = json!({"total_items": total, "total_pages": pages, "page_number": number, "size": here.len(),
            "first_page": number == 1, "last_page": number >= pages, "empty": here.is_empty()});
        let Value::Object(mut said) = page else { panic!("a page") };
        said.shift_remove("contents");
        assert_eq!(Value::Object(said), about, "{path}");
        if number >= pages {
            assert_eq!(items.len(), total, "{path}");
            break;
        }
    }
    items
}

/// A schema of the profile, forms of texts included; what it refers to lies beside it.
fn schema(name: &str) -> Option<Validator> {
    let folder = test_data("oruk/schema")?;
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(folder.join(name)).expect("a schema");
        serde_json::from_str(&text).expect("JSON")
    };
    let mut schema = read(name);
    if name == "taxonomy.json" {
        schema["properties"]["taxonomy_terms"]["items"] = read("taxonomy_term.json");
    }
    Some(jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema"))
}

#[track_caller]
fn valid(schema: Option<&Validator>, item: &Value) {
    let Some(schema) = schema else { return };
    let faults: Vec<String> =
        schema.iter_errors(item).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{item}");
}

/// What the profile requires, and so is there even where nobody knows it.
const REQUIRED: [&str; 6] = ["description", "city", "state_province", "postal_code", "country", "address_1"];

/// Where something is null or empty that could have been left out.
fn empty(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(at.to_owned()),
        Value::String(text) if text.is_empty() && !REQUIRED.iter().any(|name| at.ends_with(name)) => {
            found.push(at.to_owned());
        }
        Value::Array(all) => all.iter().for_each(|one| empty(&format!("{at}[]"), one, found)),
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| *name != "meres")
            .for_each(|(name, one)| empty(&format!("{at}.{name}"), one, found)),
        _ => {}
    }
}

fn id(item: &Value) -> &str {
    item["id"].as_str().expect("an identifier")
}

#[tokio::test]
async fn every_item_is_valid_and_every_count_is_true() {
    let place = filled().await;
    let mut anybody = place.stranger();
    for root in ["", "/"] {
        assert_eq!(asked(&mut anybody, root).await["version"], "HSDS-UK-3.0");
    }
    let (list, whole) = (schema("compiled/service_list.json"), schema("compiled/service.json"));
    let services = walked(&mut anybody, "/services", 500).await;
    assert_eq!(services.len(), public().len());
    let full = walked(&mut anybody, "/services?full=true", 77).await;
    let mut wrong = Vec::new();
    for (item, full) in services.iter().zip(&full) {
        valid(list.as_ref(), item);
        assert!(
            item.get("schedules").is_none() && item.get("meres").is_none(),
            "one-to-one fields only: {item}"
        );
        let alone = asked(&mut anybody, &format!("/services/{}", id(item))).await;
        valid(whole.as_ref(), &alone);
        assert_eq!(&alone, full);
        empty("$", item, &mut wrong);
        empty("$", &alone, &mut wrong);
    }
    assert_eq!(wrong, Vec::<String>::new());
    let ids: BTreeSet<&str> = services.iter().map(id).collect();
    assert_eq!(ids.len(), services.len(), "each once");

    let (list, whole) =
        (schema("compiled/service_at_location_list.json"), schema("compiled/service_at_location.json"));
    let sites = walked(&mut anybody, "/service_at_locations", 333).await;
    let placed: Vec<&Value> = full
        .iter()
        .flat_map(|service| service["service_at_locations"].as_array().into_iter().flatten())
        .collect();
    assert_eq!(
        sites.iter().map(id).collect::<Vec<_>>(),
        placed.iter().map(|site| id(site)).collect::<Vec<_>>()
    );
    for item in &sites {
        valid(list.as_ref(), item);
        let alone = asked(&mut anybody, &format!("/service_at_locations/{}", id(item))).await;
        valid(whole.as_ref(), &alone);
        assert_eq!(alone["service"]["id"], item["service"]["id"]);
        assert!(
            alone["location"]["addresses"][0]["postal_code"] == "NG31 7AA"
                && alone["service"]["schedules"][0].is_object()
        );
        assert!(ids.contains(id(&alone["service"])), "what is not public is nowhere");
    }

    let (term, taxonomy) = (schema("taxonomy_term.json"), schema("taxonomy.json"));
    let terms = walked(&mut anybody, "/taxonomy_terms", 5).await;
    let taxonomies = walked(&mut anybody, "/taxonomies", 2).await;
    assert_eq!((terms.len(), taxonomies.len()), (12, 3));
    for item in &terms {
        valid(term.as_ref(), item);
        assert_eq!(&asked(&mut anybody, &format!("/taxonomy_terms/{}", id(item))).await, item);
    }
    for item in &taxonomies {
        let alone = asked(&mut anybody, &format!("/taxonomies/{}", id(item))).await;
        valid(taxonomy.as_ref(), &alone);
        assert_eq!(
            (&alone["name"], alone["taxonomy_terms"].as_array().expect("terms").len()),
            (&item["name"], 4)
        );
    }
    assert!(anybody.cookies.is_empty(), "nobody is given a cookie");
}

/// The numbers of the services behind these items.
fn numbers(items: &[Value]) -> Vec<usize> {
    let number = |item: &Value| {
        let service = if item["service"].is_object() { &item["service"] } else { item };
        service["name"]
            .as_str()
            .expect("a name")
            .rsplit(' ')
            .next()
            .and_then(|n| n.parse().ok())
            .expect("a number")
    };
    let mut numbers: Vec<usize> = items.iter().map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// Whether the service of this number is what was asked for.
type Plain = Box<dyn Fn(usize) -> bool>;

#[tokio::test]
async fn what_is_asked_for_is_what_a_plain_reading_finds() {
    let place = filled().await;
    let mut anybody = place.stranger();
    let terms = walked(&mut anybody, "/taxonomy_terms", 50).await;
    let named = |name: &str| terms.iter().find(|term| term["name"] == name).expect("a term");
    let odd = id(named("Term 11")).to_owned();
    let own = named("Term 2")["taxonomy_id"].as_str().expect("a taxonomy").to_owned();
    let says = |number: usize| !number.is_multiple_of(13);
    let cases: Vec<(String, Plain)> = vec![
        ("search=CAF%C3%89+described".into(), Box::new(move |n| says(n) && n % 6 == 3)),
        (
            "search=leisure+7".into(),
            Box::new(move |n| {
                let leisure = format!("leisure {}", n % 50);
                leisure.contains('7')
                    || n.to_string().contains('7')
                    || (says(n) && format!("term {}", n % 12).contains('7'))
            }),
        ),
        ("search=%3Cb%3E".into(), Box::new(|n| n % 6 == 2)),
        ("search=nothing+of+the+kind".into(), Box::new(|_| false)),
        ("minimum_age=60".into(), Box::new(move |n| says(n) && n % 90 >= 60)),
        ("maximum_age=100".into(), Box::new(move |n| says(n) && 90 + n % 30 <= 100)),
        ("day=WE".into(), Box::new(move |n| says(n) && n % 7 == 2)),
        ("day=sunday,Mon".into(), Box::new(move |n| says(n) && (n % 7 == 6 || n % 7 == 0))),
        ("start_time=15:00".into(), Box::new(move |n| says(n) && 8 + n % 10 >= 15)),
        ("end_time=10:30&day=MO".into(), Box::new(move |n| says(n) && 9 + n % 10 <= 10 && n % 7 == 0)),
        (format!("taxonomy_term_id={}", uuid(10, 4)), Box::new(move |n| says(n) && n % 12 == 4)),
        (format!("taxonomy_term_id={odd}"), Box::new(move |n| says(n) && n % 12 == 11)),
        (format!("taxonomy_id={own}"), Box::new(move |n| says(n) && n % 12 % 3 == 2)),
        ("modified_after=2020-01-01".into(), Box::new(|_| true)),
        ("modified_after=2999-01-01T00:00:00Z".into(), Box::new(|_| false)),
        ("search=&day=&unknown=x&page_number=7".into(), Box::new(|_| true)),
    ];
    for (question, plain) in &cases {
        let expected: Vec<usize> = public().into_iter().filter(|number| plain(*number)).collect();
        let found = walked(&mut anybody, &format!("/services?{question}"), 100).await;
        assert_eq!(numbers(&found), expected, "{question}");
        let placed: Vec<usize> = expected.into_iter().filter(|number| says(*number)).collect();
        let found = walked(&mut anybody, &format!("/service_at_locations?{question}"), 100).await;
        assert_eq!(numbers(&found), placed, "{question} at places");
    }
    // Metres by a sphere, which is no more than two in a hundred from what is measured on the grid.
    let metres = |number: usize| {
        let (latitude, longitude) = degrees(number);
        let (north, east) = (latitude - HERE.0, (longitude - HERE.1) * HERE.0.to_radians().cos());
        north.hypot(east).to_radians() * 6_371_000.0
    };
    for limit in [0.0, 500.0, 5_000.0, 1_000_000.0] {
        let question = format!("/service_at_locations?postcode=ng317aa&proximity={limit}");
        let found = walked(&mut anybody, &question, 100).await;
        let found_numbers: BTreeSet<usize> = numbers(&found).into_iter().collect();
        for number in public().into_iter().filter(|number| says(*number)) {
            let far = metres(number);
            let sure = far < limit * 0.98 || far > limit * 1.02;
            assert!(
                !sure || found_numbers.contains(&number) == (far < limit),
                "{number} at {far} of {limit}"
            );
        }
        let far: Vec<f64> = found.iter().map(|item| metres(numbers(std::slice::from_ref(item))[0])).collect();
        assert!(far.windows(2).all(|pair| pair[0] <= pair[1] * 1.02), "the nearest first");
    }
    // Nobody says where else people may live: the postcode alone excludes nobody.
    let all = walked(&mut anybody, "/service_at_locations?postcode=NG31+7AA", 500).await;
    assert_eq!(all.len(), public().into_iter().filter(|number| says(*number)).count());
}

#[tokio::test]
async fn whatever_is_asked_is_answered_in_json() {
    let place = filled().await;
    let mut anybody = place.stranger();
    let long = "a".repeat(10_000);
    let many = "a=1&".repeat(600);
    for (question, status) in [
        ("/services?page=0", 400),
        ("/services?page=-1", 400),
        ("/services?page=99999999999999999999", 400),
        ("/services?page=18446744073709551615", 200),
        ("/services?per_page=0", 400),
        ("/services?per_page=18446744073709551615", 200),
        ("/services?page=%FF%FE", 400),
        ("/services?search=%FF%FE", 200),
        ("/services?search=%00", 400),
        (&format!("/services?search={long}"), 400),
        (&format!("/services?{many}"), 413),
        ("/services?search='%20OR%201=1;%20DROP%20TABLE%20service;--", 200),
        ("/services?taxonomy_term_id=%27%22%3B--", 200),
        ("/services?minimum_age=1e999", 400),
        ("/services?minimum_age=-1", 400),
        ("/services?day=Someday", 400),
        ("/services?start_time=99:99", 400),
        ("/services?modified_after=then", 400),
        ("/services?full=maybe", 400),
        ("/service_at_locations?postcode=ZE1+0AA", 400),
        ("/service_at_locations?postcode=Grantham&proximity=10", 400),
        ("/service_at_locations?proximity=10", 400),
        ("/service_at_locations?postcode=NG31+7AA&proximity=1e12", 400),
        ("/taxonomies?page=x", 400),
        (&format!("/services/{NOTHING}"), 404),
        (&format!("/services/{}", uuid(1, 97)), 404),
        ("/services/%FF", 404),
        ("/services/x", 404),
        ("/taxonomies/x", 404),
        ("/taxonomy_terms/%27", 404),
        ("/service_at_locations/x", 404),
        ("/organizations", 404),
        ("/services/", 404),
    ] {
        let seen = anybody.get(&format!("/oruk/v3{question}")).await;
        let short: String = question.chars().take(80).collect();
        assert_eq!(seen.status, status, "{short}: {}", seen.body);
        assert_eq!(seen.headers["access-control-allow-origin"], "*", "{short}");
        assert_eq!(seen.headers["cross-origin-resource-policy"], "cross-origin");
        let said = parsed(&seen);
        if status != 200 {
            assert_eq!(said["status"], status, "{short}");
            assert!(said["detail"].as_str().is_some_and(|why| why.ends_with('.')), "{said}");
            assert!(!seen.headers["cache-control"].to_str().expect("text").contains("public"));
        }
    }
    let behind = asked(&mut anybody, "/services?page=1000000&per_page=100").await;
    assert_eq!(
        (&behind["empty"], &behind["last_page"], &behind["size"]),
        (&json!(true), &json!(true), &json!(0))
    );
    assert_eq!(behind["total_items"], public().len());
    let mut send = async |method: &str, path: &str, known: Option<&str>| {
        let mut request =
            Request::builder().method(method).uri(path).header("origin", "https://other.example");
        if let Some(known) = known {
            request = request.header("if-none-match", known);
        }
        anybody.send(request.body(Body::empty()).expect("a request")).await
    };
    let seen = send("OPTIONS", "/oruk/v3/services", None).await;
    assert_eq!((seen.status, seen.body.as_str()), (204, ""));
    assert!(seen.headers["access-control-allow-headers"].to_str().expect("text").contains("If-None-Match"));
    let seen = send("POST", "/oruk/v3/services", None).await;
    assert_eq!((seen.status, parsed(&seen)["status"].as_u64()), (405, Some(405)));
    let seen = send("HEAD", "/oruk/v3/services", None).await;
    assert_eq!((seen.status, seen.body.as_str()), (200, ""));
    // What somebody has is not sent again, until it is another.
    let page = "/oruk/v3/services?per_page=5";
    let tag = send("GET", page, None).await.headers["etag"].to_str().expect("text").to_owned();
    let seen = send("GET", page, Some(&tag)).await;
    assert_eq!((seen.status, seen.body.as_str()), (304, ""));
    assert_eq!(
        (&seen.headers["etag"], &seen.headers["cache-control"]),
        (&tag.parse().expect("a value"), &"public, max-age=60".parse().expect("a value"))
    );
    assert_eq!(send("GET", "/oruk/v3/services?per_page=6", Some(&tag)).await.status, 200);
    let mut services: Vec<Value> = (1..=COUNT).map(service).collect();
    services[0]["name"] = json!("Another name 1");
    write(&place.file("county.json"), &services);
    keep(&place.house.database, "County", &place.file("county.json")).await;
    let seen = send("GET", page, Some(&tag)).await;
    assert_eq!(seen.status, 200);
    assert!(seen.body.contains("Another name 1"), "the next who asks sees the change");
}

/// A feed without what each data folder gives anew: identifiers, and where a record came from. By the name of the service.
fn plain(feed: &Value) -> BTreeMap<String, Value> {
    fn without(value: &mut Value) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(without),
            Value::Object(map) => {
                map.retain(|name, _| name != "id" && !name.ends_with("_id") && name != "source");
                map.values_mut().for_each(without);
                map.retain(|name, value| {
                    name != "meres" || value.as_object().is_none_or(|map: &Map<_, _>| !map.is_empty())
                });
            }
            _ => {}
        }
    }
    let services = feed["contents"].as_array().expect("services").iter().cloned();
    services
        .map(|mut service| {
            without(&mut service);
            (service["name"].as_str().expect("a name").to_owned(), service)
        })
        .collect()
}

fn exported(here: &Path, data: &str) -> Value {
    done(here, &format!("export directory --data {data} --out {data}.json"));
    serde_json::from_str(&fs::read_to_string(here.join(format!("{data}.json"))).expect("a feed"))
        .expect("JSON")
}

#[test]
fn the_feed_of_one_is_the_directory_of_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    // The last is not public, and stays at home.
    let services: Vec<Value> = (1..=97).map(service).collect();
    write(&here.join("county.json"), &services);
    done(here, "import directory county.json --data one");
    let (mut program, said) = served(here, "one", testbed::url(&here.join("one")));
    let feed = format!("http://{}/oruk/v3/services", host(&said));
    for (data, question) in [("two", ""), ("three", "?full=true")] {
        let line = format!("import directory {feed}{question} --source One --data {data}");
        let said = done(here, &line);
        assert!(said.out.contains("Services: 96 new"), "{}", said.out);
        let before = plain(&exported(here, data));
        let said = done(here, &line);
        assert!(said.out.contains("Services: 0 new, 0 changed, 96 as before"), "{}", said.out);
        for counts in ["Organisations: 0 new, 0 changed", "Sites: 0 new, 0 changed"] {
            assert!(said.out.contains(counts), "{}", said.out);
        }
        let mut expected = plain(&exported(here, "one"));
        expected.retain(|name, _| !name.ends_with(" 97"));
        assert_eq!(before, expected);
        assert_eq!(plain(&exported(here, data)), expected);
    }
    program.kill().expect("ended");
    program.wait().expect("ended");
}
