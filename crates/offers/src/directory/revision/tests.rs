use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::Kind;
use super::{Fields, Mark, Side, as_they_have_it, bring_together, changed, marked, written};

fn record(value: Value) -> Fields {
    serde_json::from_value(value).expect("an object")
}

fn undecided(_: &str) -> Option<Side> {
    None
}

#[test]
fn what_one_of_two_changed_is_kept_of_both() {
    let was = record(json!({"name": "Walk", "email": "a@example.org", "status": "active"}));
    let standing = record(json!({"name": "Walk", "email": "b@example.org", "status": "active"}));
    let coming = record(json!({"name": "Gentle walk", "email": "a@example.org", "status": "active"}));
    let together = bring_together(&was, &standing, &coming, undecided);
    assert!(together.conflicts.is_empty());
    let both = json!({"name": "Gentle walk", "email": "b@example.org", "status": "active"});
    assert_eq!(together.record, record(both));
}

#[test]
fn what_both_changed_is_asked_and_nothing_is_lost_meanwhile() {
    let was = record(json!({"name": "Walk", "fees": "Free"}));
    let standing = record(json!({"name": "Long walk", "fees": "£2"}));
    let coming = record(json!({"name": "Short walk", "cost_options": [{"pence": 300}]}));
    let together = bring_together(&was, &standing, &coming, undecided);
    let fields: Vec<&str> = together.conflicts.iter().map(|one| one.field.as_str()).collect();
    // Words and pence are one answer to one question.
    assert_eq!(fields, ["name", "cost"]);
    assert_eq!(together.record, standing);
    assert_eq!(as_they_have_it(&together), coming);
    let mine = |field: &str| Some(if field == "name" { Side::Coming } else { Side::Standing });
    let decided = bring_together(&was, &standing, &coming, mine);
    assert!(decided.conflicts.is_empty());
    assert_eq!(decided.record, record(json!({"name": "Short walk", "fees": "£2"})));
}

#[test]
fn the_same_change_twice_and_a_field_that_was_taken_away_are_no_conflict() {
    let was = record(json!({"name": "Walk", "email": "a@example.org"}));
    let now = record(json!({"name": "Walk"}));
    let together = bring_together(&was, &now, &now, undecided);
    assert_eq!((together.record, together.conflicts.len()), (now.clone(), 0));
    assert_eq!(bring_together(&was, &was, &now, undecided).record, now);
    assert_eq!(changed(&was, &now), ["email"]);
}

#[test]
fn a_record_is_written_alike_whatever_the_order_of_its_fields() {
    let fields = record(json!({"status": "active", "name": "Walk", "more": {"x": 1}}));
    let text = written(Kind::Service, &fields).expect("a service");
    assert_eq!(text, r#"{"name":"Walk","status":"active","more":{"x":1}}"#);
    assert_eq!(written(Kind::Service, &record(json!({"name": 7}))), None);
}

#[test]
fn words_that_differ_are_marked() {
    let mark = |text: &str, differs| Mark { text: text.to_owned(), differs };
    let (old, new) = marked("Tuesdays at 10 in the hall", "Tuesdays and Fridays at 10 in the  hall");
    assert_eq!(old, [mark("Tuesdays at 10 in the hall", false)]);
    assert_eq!(new, [mark("Tuesdays", false), mark("and Fridays", true), mark("at 10 in the hall", false)]);
    assert_eq!(marked("", "new").1, [mark("new", true)]);
}

fn any_record() -> impl Strategy<Value = Fields> {
    let value = prop_oneof![Just(json!("a")), Just(json!("b")), Just(json!(["c"]))];
    prop::collection::btree_map("name|email|fees|cost_options|url", value, 0..5)
        .prop_map(|fields| fields.into_iter().collect())
}

proptest! {
    #[test]
    fn no_change_is_lost(was in any_record(), standing in any_record(), coming in any_record()) {
        let together = bring_together(&was, &standing, &coming, undecided);
        let asked: Vec<&String> = together.conflicts.iter().map(|one| &one.field).collect();
        let taken = as_they_have_it(&together);
        for field in changed(&was, &coming) {
            // Either it is in, or it is asked.
            prop_assert!(!changed(&together.record, &coming).contains(&field) || asked.contains(&&field));
            prop_assert!(!changed(&taken, &coming).contains(&field));
        }
        for field in changed(&was, &standing) {
            prop_assert!(!changed(&together.record, &standing).contains(&field));
        }
        // Whoever changed nothing decides nothing.
        prop_assert_eq!(bring_together(&was, &standing, &was, undecided).record, standing.clone());
        prop_assert_eq!(bring_together(&was, &was, &coming, undecided).record, coming);
    }
}
