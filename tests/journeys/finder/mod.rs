//! The finder, as people in pain use it: words, a place, a page to print, a list to keep.

mod always;
mod square;

use serde_json::{Value, json};
use testbed::Seen;

use crate::support::site::Place;

fn service(id: u32, name: &str, description: &str, term: &str, more: &Value) -> Value {
    let mut service = json!({
        "id": format!("00000000-0000-4000-8000-{id:012}"), "name": name, "description": description, "status": "active",
        "organization": {"id": "00000000-0000-4000-9000-000000000001", "name": "Invented Leisure", "description": ""},
        "attributes": [{"id": format!("a{id}"), "taxonomy_term": {"id": term, "name": term}}],
    });
    for (name, value) in more.as_object().expect("fields") {
        service[name] = value.clone();
    }
    service
}

fn hall(id: u32, name: &str, postcode: &str, schedules: &Value) -> Value {
    json!([{"id": format!("l{id}"), "schedules": schedules, "location": {
        "id": format!("h{id}"), "name": name, "location_type": "physical",
        "addresses": [{"id": format!("d{id}"), "address_1": "1 High Street", "city": "Saltby", "postal_code": postcode,
            "country": "GB", "address_type": "physical", "state_province": "Invented"}]}}])
}

fn weekly(day: &str, from: &str, until: &str) -> Value {
    json!([{"id": "s", "freq": "WEEKLY", "byday": day, "opens_at": from, "closes_at": until}])
}

async fn place() -> Place {
    let place = Place::demonstration().await;
    place
        .knows(&[("ZZ1 1AA", 400_000, 500_000), ("ZZ1 1AB", 401_000, 500_000), ("ZZ9 9ZZ", 450_000, 500_000)])
        .await;
    let free = json!([{"id": "c", "amount": 0, "option": "each time"}]);
    let services = [
        service(
            1,
            "Stronger Knees",
            "Gentle strength exercises for sore knees and hips. <script>alert(1)</script>",
            "Strength and balance",
            &json!({"service_at_locations": hall(1, "Saltby Hall", "ZZ1 1AB", &weekly("TU", "10:30", "11:30")),
                "cost_options": free, "phones": [{"id": "p", "number": "01632 960 123"}],
                "eligibility_description": "Anybody with joint pain"}),
        ),
        service(
            2,
            "Stronger Knees, far away",
            "Strength exercises for knees.",
            "Strength and balance",
            &json!({"service_at_locations": hall(2, "Far Hall", "ZZ9 9ZZ", &weekly("TH", "18:00", "19:00")),
                "cost_options": [{"id": "c", "amount": 3.5, "option": "each time"}]}),
        ),
        service(
            3,
            "Debt advice",
            "Help with bills.",
            "Debt advice",
            &json!({"languages": [{"id": "g", "code": "pl"}]}),
        ),
        service(4, "Old group", "Knees.", "Exercise", &json!({"assured_date": "2019-01-01"})),
    ];
    place.imports("County", &json!({ "contents": services })).await;
    place
}

/// Names of what was found, in order.
fn found(seen: &Seen) -> Vec<String> {
    let names = seen.body.split("<h2 class=\"nhsuk-heading-m meres-result__name\">").skip(1);
    names.filter_map(|rest| Some(rest.split_once("\">")?.1.split_once("</a>")?.0.to_owned())).collect()
}

#[tokio::test]
async fn somebody_with_a_sore_knee_finds_what_is_near_and_takes_it_home() {
    let place = place().await;
    let mut anybody = place.stranger();
    let start = anybody.get("/").await;
    assert!(start.body.contains("action=\"/find\""), "{}", start.body);
    let seen = anybody.get("/find?words=my+knee+hurts+on+the+stairs&place=zz11aa").await;
    assert_eq!(seen.status, 200);
    assert_eq!(found(&seen), ["Stronger Knees", "Stronger Knees, far away"]);
    assert!(seen.headers.get("set-cookie").is_none(), "nobody is followed");
    assert!(seen.body.contains("nearest to ZZ1 1AA first"));
    assert!(seen.body.contains("0.6 miles away, about 20 minutes on foot"), "{}", seen.body);
    assert!(seen.body.contains("Tuesdays, 10:30am to 11:30am") && seen.body.contains("£3.50 each time"));
    assert!(!seen.body.contains("<script>alert"), "what others wrote is text");
    // What nobody has looked at since 2019 is not shown.
    assert!(!seen.body.contains("Old group"));

    let page = anybody
        .get(
            seen.between("<a href=\"/find/services/", "\"")
                .map(|path| format!("/find/services/{path}").replace("&#38;", "&").replace("&amp;", "&"))
                .expect("a link")
                .as_str(),
        )
        .await;
    assert_eq!(page.heading().split('<').next().map(str::trim), Some("Stronger Knees"));
    for words in
        ["tel:01632960123", "Anybody with joint pain", "Free", "QR code that leads to this page", "ask first"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let id = page.between("localhost:8080/find/services/", "<").expect("its address").to_owned();
    let list = anybody.get(&format!("/find/list?list={id}")).await;
    assert!(
        list.body.contains("sms:?&#38;body=Stronger%20Knees")
            || list.body.contains("sms:?&amp;body=Stronger%20Knees"),
        "{}",
        list.body
    );
    assert!(list.body.contains("mailto:?subject=") && list.body.contains("Take off your list"));
    let gone = anybody.get("/find/list?list=018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f").await;
    assert!(gone.body.contains("no longer in our directory"), "{}", gone.body);
    assert_eq!(anybody.get("/find/services/018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f").await.status, 404);
}

#[tokio::test]
async fn what_does_not_fit_is_left_out_and_what_is_not_known_says_so() {
    let place = place().await;
    let mut anybody = place.stranger();
    let mut names = async |question: &str| found(&anybody.get(&format!("/find?{question}")).await);
    assert_eq!(names("topic=strength&place=ZZ1&miles=5").await, ["Stronger Knees"]);
    assert_eq!(names("topic=strength&free=yes").await, ["Stronger Knees"]);
    assert_eq!(names("topic=strength&day=TH").await, ["Stronger Knees, far away"]);
    assert_eq!(names("topic=strength&time=evening").await, ["Stronger Knees, far away"]);
    assert_eq!(names("topic=money&language=pl").await, ["Debt advice"]);
    assert_eq!(names("topic=strength&language=pl").await, [""; 0]);
    assert_eq!(names("words=knee&home=only").await, [""; 0]);
    // Nobody says whether there are steps: they stay, and say so.
    let seen = anybody.get("/find?topic=strength&steps=yes").await;
    assert_eq!(found(&seen).len(), 2);
    assert!(seen.body.contains("We do not know if there are steps: ask first."));
    // A town is as good as a postcode.
    let seen = anybody.get("/find?topic=strength&place=saltby").await;
    assert!(seen.body.contains("nearest to Saltby first"), "{}", seen.body);
    let map = anybody.get("/find?topic=strength&place=ZZ1+1AA&view=map").await;
    assert!(map.body.contains("<svg") && map.body.contains("Show the list only"));
}

#[tokio::test]
async fn a_postcode_that_comes_later_is_known_at_once() {
    let place = place().await;
    let mut anybody = place.stranger();
    let question = "/find?topic=strength&place=ZZ5+5ZZ";
    assert_eq!(anybody.get(question).await.status, 422);
    place.knows(&[("ZZ5 5ZZ", 449_000, 500_000)]).await;
    assert_eq!(found(&anybody.get(question).await)[0], "Stronger Knees, far away");
}

#[tokio::test]
async fn what_cannot_wait_comes_first() {
    let place = place().await;
    let mut anybody = place.stranger();
    let seen = anybody.get("/find?words=bad+back+and+I+cannot+control+my+bladder").await;
    assert!(seen.body.contains("This may need help now"), "{}", seen.body);
    let page = anybody.get("/find/urgent").await;
    assert!(page.body.contains("tel:999") && page.body.contains("tel:111"));
    assert!(!anybody.get("/find?words=sore+knee").await.body.contains("This may need help now"));
}

#[tokio::test]
async fn mistakes_are_said_beside_the_field_and_hostile_questions_do_no_harm() {
    let place = place().await;
    let mut anybody = place.stranger();
    for (question, words) in [
        ("words=knee&place=ZZ77+7ZZ", "We do not know this postcode"),
        ("words=knee&place=Atlantis", "We do not know this place"),
        ("words=knee&age=old", "Enter an age in years"),
    ] {
        let seen = anybody.get(&format!("/find?{question}")).await;
        assert_eq!(seen.status, 422, "{question}");
        assert!(seen.body.contains("nhsuk-error-summary") && seen.body.contains(words), "{}", seen.body);
        assert!(seen.body.contains("value=\"knee\""), "what was typed stays");
    }
    for question in [
        "words=%27%3B+DROP+TABLE+service%3B--",
        "words=%F0%9F%92%A9%E2%80%AE%CC%81.*%5B(%2B%2B",
        "words=knee&page=999999999999",
        "words=knee&page=-1",
        "place=%FF%FE&words=knee%FF",
        "miles=-3&day=XX&time=night&view=3d&list=1&list=2",
        &format!("words={}", "knee+".repeat(1_500)),
        &format!("words={}", "x".repeat(7_000)),
    ] {
        let status = anybody.get(&format!("/find?{question}")).await.status;
        assert!(matches!(status, 200 | 422), "{question}: {status}");
    }
    let nothing = anybody.get("/find?words=zzzzqqqq").await;
    assert!(nothing.body.contains("Nothing found") && nothing.body.contains("ask a link worker"));
    assert!(nothing.body.contains("href=\"/find?topic=strength\""), "whoever finds no words can choose");
    assert!(!anybody.get("/find?words=knee").await.body.contains("href=\"/find?topic="));
}
