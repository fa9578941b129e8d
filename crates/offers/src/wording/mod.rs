//! What a record says, in words: its fields by the names that people give them, and two versions side by side.

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::catalogue::schedule_in_words;
use crate::directory::Schedule;
use crate::directory::revision::{Conflict, Fields, Mark, changed, marked};

/// A field of which two versions of a record say something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub field: String,
    pub name: String,
    pub old: Vec<Mark>,
    pub new: Vec<Mark>,
}

/// What a record of before and one of after say differently, in the order in which people read them.
pub fn differences(before: &Fields, after: &Fields) -> Vec<Told> {
    let told = |field: String| {
        let (old, new) = marked(&in_words(&field, before), &in_words(&field, after));
        Told { name: field_name(&field), field, old, new }
    };
    changed(before, after).into_iter().map(told).collect()
}

/// What both sides of a field say that both changed.
pub fn both_sides(conflict: &Conflict) -> Told {
    let field = conflict.field.clone();
    let (old, new) = marked(&in_words(&field, &conflict.standing), &in_words(&field, &conflict.coming));
    Told { name: field_name(&field), field, old, new }
}

/// "name, what it costs": the fields in which two records differ, in a line.
pub fn fields_in_words(before: &Fields, after: &Fields) -> String {
    let names: Vec<String> =
        changed(before, after).iter().map(|field| field_name(field).to_lowercase()).collect();
    names.join(", ")
}

/// What people call a field.
pub fn field_name(field: &str) -> String {
    let known = match field {
        "name" => "Name",
        "alternate_name" => "Also called",
        "description" => "Description",
        "status" => "Is it running?",
        "alert" => "Notice",
        "url" | "website" => "Website",
        "email" => "E-mail address",
        "phones" => "Phone",
        "contacts" => "Who to ask",
        "cost" => "What it costs",
        "eligibility" => "Who it is for",
        "minimum_age" => "Youngest age",
        "maximum_age" => "Oldest age",
        "referral" => "How to come",
        "referral_words" => "How to come, in words",
        "online" => "Online",
        "home_visit" => "Home visits",
        "transport" => "Transport",
        "schedules" => "Days and times",
        "sites" => "Places",
        "addresses" => "Address",
        "step_free" => "Step-free",
        "getting_there" => "How to get there",
        "languages" => "Languages",
        "terms" => "Topics",
        "accessibility" => "Accessibility",
        "service_areas" => "Where people may live",
        "organisation" => "Organisation",
        "assured_on" => "Last checked, as the source says",
        "last_modified" => "Last changed, as the source says",
        "weekly_sessions" => "Sessions a week",
        "capacity" => "Places a session",
        "more" => "Other things that the source says",
        _ => "",
    };
    if known.is_empty() { field.replace('_', " ") } else { known.to_owned() }
}

/// What a record says in this field; nothing where it says nothing.
pub fn in_words(field: &str, record: &Fields) -> String {
    if field == "cost" {
        return cost(record);
    }
    let Some(value) = record.get(field) else { return String::new() };
    match (field, value) {
        ("schedules", Value::Array(all)) => times(all),
        ("sites", Value::Array(all)) => joined(all.iter().map(site), "; "),
        ("terms" | "languages", Value::Array(all)) => {
            joined(all.iter().map(|one| first(one, &["name", "code"])), ", ")
        }
        ("phones", Value::Array(all)) => joined(all.iter().map(|one| first(one, &["number"])), ", "),
        ("addresses", Value::Array(all)) => joined(all.iter().map(address), "; "),
        (_, value) => plain(value),
    }
}

fn cost(record: &Fields) -> String {
    let mut said: Vec<String> = Vec::new();
    if let Some(Value::Array(options)) = record.get("cost_options") {
        for option in options {
            let amount = option.get("pence").and_then(Value::as_i64).map(pounds);
            let about = ["option", "description"].map(|key| option.get(key).map(plain));
            let parts = amount.into_iter().chain(about.into_iter().flatten());
            said.push(joined(parts, " "));
        }
    }
    if let Some(fees) = record.get("fees").map(plain)
        && !said.contains(&fees)
    {
        said.push(fees);
    }
    joined(said.into_iter(), "; ")
}

/// ISO 639 and the English name, for those that directories in England have most.
pub const LANGUAGES: [(&str, &str); 32] = [
    ("ar", "Arabic"),
    ("bfi", "British Sign Language"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("cy", "Welsh"),
    ("de", "German"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fr", "French"),
    ("gu", "Gujarati"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("it", "Italian"),
    ("ku", "Kurdish"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("ps", "Pashto"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("so", "Somali"),
    ("ta", "Tamil"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// The name of a language by its code; what is no code that we know stays as it is.
pub fn language_name(code: &str) -> String {
    let first = code.split(['-', '_']).next().unwrap_or(code);
    let known = LANGUAGES.iter().find(|(known, _)| *known == first);
    known.map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

/// Pence of an amount in pounds.
pub fn pence(text: &str) -> Option<i64> {
    let text = text.trim_start_matches('£').trim();
    let (pounds, rest) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |text: &str| !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(pounds) || !digits(rest) || rest.len() > 2 {
        return None;
    }
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(pounds.parse::<i64>().ok()? * 100 + rest)
}

/// "Free", "£4", "£3.50".
pub fn pounds(pence: i64) -> String {
    match (pence / 100, pence % 100) {
        (0, 0) => "Free".to_owned(),
        (pounds, 0) => format!("£{pounds}"),
        (pounds, rest) => format!("£{pounds}.{rest:02}"),
    }
}

fn times(all: &[Value]) -> String {
    let one = |value: &Value| {
        let schedule: Schedule = serde_json::from_value(value.clone()).unwrap_or_default();
        schedule_in_words(&schedule).unwrap_or_default()
    };
    joined(all.iter().map(one), "; ")
}

fn site(value: &Value) -> String {
    let times = value.get("schedules").and_then(Value::as_array).map(|all| times(all)).unwrap_or_default();
    let key = first(value, &["site"]);
    if times.is_empty() { key } else { format!("{key} ({times})") }
}

fn address(value: &Value) -> String {
    let lines = value.get("lines").and_then(Value::as_array).cloned().unwrap_or_default();
    let rest = ["city", "county", "postcode"].map(|key| value.get(key).map(plain).unwrap_or_default());
    joined(lines.iter().map(plain).chain(rest), ", ")
}

fn first(value: &Value, keys: &[&str]) -> String {
    keys.iter().find_map(|key| value.get(key)).map(plain).unwrap_or_default()
}

/// Any value: texts as they are, lists and objects by what they hold.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match text.as_str() {
            "active" => "Running".to_owned(),
            "inactive" => "Not running".to_owned(),
            "defunct" => "Ended".to_owned(),
            "temporarily_closed" => "Closed for now".to_owned(),
            "open" => "Open to all".to_owned(),
            "through_a_professional" => "Through a professional".to_owned(),
            "waiting_list" => "From a waiting list".to_owned(),
            _ => text.trim().to_owned(),
        },
        Value::Array(all) => joined(all.iter().map(plain), ", "),
        Value::Object(all) => joined(all.values().map(plain), ", "),
    }
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}
