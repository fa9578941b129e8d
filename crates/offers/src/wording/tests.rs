use serde_json::json;

use super::{differences, fields_in_words, in_words};
use crate::directory::revision::Fields;

fn record(value: serde_json::Value) -> Fields {
    serde_json::from_value(value).expect("an object")
}

#[test]
fn a_record_is_said_in_the_words_of_those_who_keep_it() {
    let service = record(json!({
        "status": "temporarily_closed",
        "fees": "£4 a class",
        "cost_options": [{"pence": 400, "option": "a class"}, {"pence": 0, "option": "first time"}],
        "schedules": [{"freq": "WEEKLY", "byday": ["TU"], "opens_at": "10:30", "closes_at": "11:30"}],
        "terms": [{"name": "Exercise"}, {"name": "Pain", "code": "pain"}],
        "online": true,
    }));
    let says = |field: &str| in_words(field, &service);
    assert_eq!(says("status"), "Closed for now");
    assert_eq!(says("cost"), "£4 a class; Free first time");
    assert_eq!(says("schedules"), "Tuesdays, 10:30am to 11:30am");
    assert_eq!(says("terms"), "Exercise, Pain");
    assert_eq!((says("online").as_str(), says("email").as_str()), ("Yes", ""));
}

#[test]
fn two_versions_are_told_field_by_field_with_the_words_that_differ() {
    let before = record(json!({"name": "Walk", "description": "A gentle walk", "email": "a@example.org"}));
    let after = record(json!({"name": "Walk", "description": "A very gentle walk", "fees": "Free"}));
    let told = differences(&before, &after);
    let names: Vec<&str> = told.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Description", "E-mail address", "What it costs"]);
    let marked: Vec<&str> =
        told[0].new.iter().filter(|mark| mark.differs).map(|mark| mark.text.as_str()).collect();
    assert_eq!(marked, ["very"]);
    assert_eq!(fields_in_words(&before, &after), "description, e-mail address, what it costs");
}
