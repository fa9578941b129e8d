//! The questions of a record, and the record with their answers: what no question asks stays as it is.

mod cost;
mod other;
mod service;
mod times;

use offers::directory::revision::Fields;
use offers::directory::{Kind, Phone, Settings};
use web::{Errors, Field, Form};

/// What the questions of a record need beside it.
pub(super) struct Around<'a> {
    pub(super) settings: &'a Settings,
    /// Keys and names of the places that its organisation uses.
    pub(super) places: Vec<(String, String)>,
}

/// The questions, answered as the record is.
pub(super) fn questions(kind: Kind, record: &Fields, around: &Around<'_>) -> Vec<Field> {
    match kind {
        Kind::Service => service::questions(&known(record), around),
        Kind::Organisation => other::of_organisation(&known(record)),
        Kind::Site => other::of_site(&known(record)),
    }
}

/// The record with the answers, and a place that is to be made with it.
pub(super) fn answered(
    kind: Kind,
    (typed, record): (&Form, &Fields),
    around: &Around<'_>,
    errors: &mut Errors,
) -> (Fields, Option<Fields>) {
    match kind {
        Kind::Service => {
            let place = other::new_place(typed, errors);
            let service = service::answered(typed, known(record), around, errors);
            (fields(&service), place.as_ref().map(fields))
        }
        Kind::Organisation => (fields(&other::organisation(typed, known(record), errors)), None),
        Kind::Site => (fields(&other::site(typed, known(record), errors)), None),
    }
}

fn known<T: serde::de::DeserializeOwned + Default>(record: &Fields) -> T {
    serde_json::from_value(serde_json::Value::Object(record.clone())).unwrap_or_default()
}

fn fields<T: serde::Serialize>(record: &T) -> Fields {
    match serde_json::to_value(record) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => Fields::default(),
    }
}

/// What was typed where it is not too long; nothing where nothing was.
fn optional(typed: &Form, name: &str, most: usize, errors: &mut Errors) -> Option<String> {
    let text = typed.text(name).replace("\r\n", "\n");
    if text.chars().count() > most {
        errors.add(name, format!("This must be {most} characters or fewer"));
    }
    Some(text).filter(|text| !text.is_empty())
}

/// The same where it must be an e-mail address.
fn email(typed: &Form, errors: &mut Errors) -> Option<String> {
    let text = optional(typed, "email", 254, errors)?;
    let parts = text.split_once('@');
    let good = parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if !good {
        errors.add("email", "Enter an e-mail address, like name@example.org");
    }
    Some(text)
}

/// The same where it must be the address of a website; without a beginning it gets one.
fn website(typed: &Form, errors: &mut Errors) -> Option<String> {
    let text = optional(typed, "website", 500, errors)?;
    let whole = if text.contains("://") { text } else { format!("https://{text}") };
    let rest = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if !host.contains('.') || whole.chars().any(char::is_whitespace) {
        errors.add("website", "Enter the address of a website, like https://www.example.org");
    }
    Some(whole)
}

/// Yes, no, or not said.
fn told(typed: &Form, name: &str) -> Option<bool> {
    match typed.text(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn yes_or_no(name: &'static str, label: &str, said: Option<bool>) -> Field {
    let choices = [("yes", "Yes"), ("no", "No"), ("", "Not known")].map(|(v, l)| web::Choice::new(v, l));
    let value = said.map_or("", |yes| if yes { "yes" } else { "no" });
    Field::new(web::FieldKind::Radios(choices.to_vec()), name, label).valued(value)
}

/// The number that people are to ring.
fn phone(phones: &[Phone]) -> String {
    phones.first().map(|phone| phone.number.clone()).unwrap_or_default()
}

/// The first of its numbers becomes this one; the others stay.
fn with_phone(phones: &mut Vec<Phone>, typed: &Form, errors: &mut Errors) {
    let number = optional(typed, "phone", 60, errors);
    if number.as_deref().is_some_and(|number| number.chars().filter(char::is_ascii_digit).count() < 3) {
        errors.add("phone", "Enter a phone number, like 01476 406080");
    }
    match (number, phones.is_empty()) {
        (Some(number), true) => phones.push(Phone { number, ..Phone::default() }),
        (Some(number), false) => phones[0].number = number,
        (None, false) => drop(phones.remove(0)),
        (None, true) => {}
    }
}
