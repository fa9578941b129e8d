//! What Open Referral UK 3.0 asks of a service in a list and under its own address.

use std::collections::BTreeMap;

use ground::fetch::Url;
use serde_json::{Map, Value};

use super::Fault;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Uuid,
    Web,
    Mail,
    Status,
    Moment,
}

/// A field, whether it must be there, its form, and why it matters.
type Rule = (&'static str, bool, Form, &'static str);

const ITS_NUMBER: &str = "Without a number that stays, others take every change for a new service.";
const ITS_NAME: &str = "Nobody can find or choose what has no name; others leave it out.";
const ITS_STATUS: &str = "Nobody knows whether it is running.";
const REACHED: &str = "People cannot follow it, and programs that check it refuse the service.";

const SERVICE: &[Rule] = &[
    ("id", true, Form::Uuid, ITS_NUMBER),
    ("name", true, Form::Text, ITS_NAME),
    ("status", true, Form::Status, ITS_STATUS),
    ("description", false, Form::Text, "It is what people read before they decide."),
    ("organization_id", false, Form::Uuid, "It leads to whoever offers the service."),
    ("url", false, Form::Web, REACHED),
    ("email", false, Form::Mail, REACHED),
    ("assurer_email", false, Form::Mail, REACHED),
    ("last_modified", false, Form::Moment, "Others ask for what has changed since they looked last."),
];

const ORGANISATION: &[Rule] = &[
    ("id", true, Form::Uuid, "Without it one organisation becomes many."),
    ("name", true, Form::Text, "Nobody knows who offers the service."),
    ("description", true, Form::Text, "Open Referral UK asks for it, if only for a sentence."),
    ("email", false, Form::Mail, REACHED),
    ("website", false, Form::Web, REACHED),
    ("uri", false, Form::Web, REACHED),
];

/// Lists that a whole service may hold; each of their records must have an id.
const LISTS: &[&str] = &[
    "schedules",
    "service_areas",
    "service_at_locations",
    "languages",
    "funding",
    "cost_options",
    "contacts",
    "attributes",
];

/// Everything that is wrong, gathered by field.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<(String, &'static str), Fault>);

impl Faults {
    /// In the order of how often.
    pub(super) fn ended(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self.0.into_values().collect();
        faults.sort_by(|a, b| (b.count, &a.field).cmp(&(a.count, &b.field)));
        faults
    }

    fn note(&mut self, field: String, what: &'static str, place: &str, why: &str) {
        let fault = self.0.entry((field.clone(), what)).or_insert_with(|| Fault {
            field,
            what: what.to_owned(),
            count: 0,
            example: place.to_owned(),
            why: why.to_owned(),
        });
        fault.count += 1;
    }

    /// Looks at a service; whether it is as it should be. `place` says where it stands.
    pub(super) fn service(&mut self, service: &Value, place: &str) -> bool {
        let Value::Object(map) = service else {
            self.note("the service".to_owned(), "is no object", place, "Nothing of it can be read.");
            return false;
        };
        let mut well = self.fields(map, SERVICE, "", place);
        match map.get("organization") {
            None | Some(Value::Null) => {}
            Some(Value::Object(organisation)) => {
                well &= self.fields(organisation, ORGANISATION, "organization.", place);
            }
            Some(_) => {
                self.note(
                    "organization".to_owned(),
                    "is no object",
                    place,
                    "Nobody knows who offers the service.",
                );
                well = false;
            }
        }
        for list in LISTS {
            well &= self.list(map, list, place);
        }
        well
    }

    fn list(&mut self, map: &Map<String, Value>, list: &str, place: &str) -> bool {
        match map.get(list) {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => {
                let nameless = items.iter().any(|item| item.get("id").and_then(Value::as_str).is_none());
                if nameless {
                    self.note(format!("{list}.id"), "is missing", place, ITS_NUMBER);
                }
                !nameless
            }
            Some(_) => {
                self.note(list.to_owned(), "is no list", place, "Nothing of it can be read.");
                false
            }
        }
    }

    fn fields(&mut self, map: &Map<String, Value>, rules: &[Rule], before: &str, place: &str) -> bool {
        let mut well = true;
        for (name, needed, form, why) in rules {
            let what = match map.get(*name) {
                None if *needed => "is missing",
                // A null is no text; what is not said is left out.
                Some(Value::Null) => "is null, where it should be left out",
                None => continue,
                Some(Value::String(text)) if text.trim().is_empty() && *needed => "is empty",
                Some(Value::String(text)) => match wrong(*form, text) {
                    None => continue,
                    Some(what) => what,
                },
                Some(_) => "is no text",
            };
            self.note(format!("{before}{name}"), what, place, why);
            well = false;
        }
        well
    }
}

fn wrong(form: Form, text: &str) -> Option<&'static str> {
    match form {
        Form::Text => None,
        Form::Uuid => vocabulary::Id::<()>::parse(text).err().map(|_| "is no UUID"),
        Form::Web => Url::parse(text).err().map(|_| "is no web address"),
        Form::Mail => {
            let parts = text.rsplit_once('@');
            let well = parts.is_some_and(|(who, host)| {
                !who.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
            });
            (!well).then_some("is no e-mail address")
        }
        Form::Status => {
            let known = ["active", "inactive", "defunct", "temporarily closed"];
            (!known.contains(&text)).then_some("is none of active, inactive, defunct and temporarily closed")
        }
        Form::Moment => {
            let format = &time::format_description::well_known::Rfc3339;
            let well = time::OffsetDateTime::parse(text, format).is_ok();
            (!well).then_some("is no moment like 2026-11-22T09:30:00Z")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Faults;
    use crate::test_data;

    #[test]
    fn what_is_wrong_is_said_once_with_a_count() {
        let mut faults = Faults::default();
        let id = "ac148810-d857-441c-9679-408f346de14b";
        assert!(faults.service(&json!({"id": id, "name": "A", "status": "active"}), "first"));
        let bad = json!({"id": "1", "status": "open", "email": "no", "url": null, "schedules": [{}],
            "organization": {"id": id, "name": " "}, "languages": "en"});
        assert!(!faults.service(&bad, "second") && !faults.service(&bad, "third"));
        let found = faults.ended();
        let words: Vec<String> = found.iter().map(|one| format!("{} {}", one.field, one.what)).collect();
        assert_eq!(
            words,
            [
                "email is no e-mail address",
                "id is no UUID",
                "languages is no list",
                "name is missing",
                "organization.description is missing",
                "organization.name is empty",
                "schedules.id is missing",
                "status is none of active, inactive, defunct and temporarily closed",
                "url is null, where it should be left out",
            ]
        );
        assert!(found.iter().all(|one| one.count == 2 && one.example == "second"));
    }

    /// The same verdicts as the schemas of Open Referral UK give, for a service that is spoilt one field at a time.
    #[test]
    fn the_verdicts_are_those_of_the_schema() {
        let Some(folder) = test_data::test_data("oruk") else { return };
        let read = |path: &str| -> Value {
            let text = std::fs::read_to_string(folder.join(path)).expect(path);
            serde_json::from_str(&text).expect(path)
        };
        let schema = jsonschema::options()
            .should_validate_formats(true)
            .build(&read("schema/compiled/service_list.json"))
            .expect("a schema");
        let whole = read("mocks/V3.0-UK-Default/service_list.json")["contents"][0].clone();
        let judged = |service: &Value, how: &str| {
            let ours = Faults::default().service(service, "here");
            assert_eq!(ours, schema.is_valid(service), "{how}: {service}");
            ours
        };
        assert!(judged(&whole, "as published"));
        for field in ["id", "name", "status", "url", "email", "description", "assurer_email", "last_modified"]
        {
            for spoilt in [json!(null), json!(7), json!("not one")] {
                let mut service = whole.clone();
                service[field] = spoilt;
                judged(&service, field);
            }
            let mut service = whole.clone();
            service.as_object_mut().expect("an object").remove(field);
            judged(&service, field);
        }
        for item in read("mocks/V3.0-UK-Fail/service_list.json")["contents"].as_array().expect("items") {
            assert!(!judged(item, "the mock that fails"));
        }
    }
}
