//! The smaller objects of HSDS: times, prices, phones, addresses and what else stands inside a record.

use serde_json::Value;

use super::super::fields::Fields;
use crate::directory::open_referral::is_derived;
use crate::directory::{
    Accessibility, Address, Contact, CostOption, Identifier, Language, Phone, Schedule, ServiceArea, Term,
    price,
};

pub(super) fn phone(fields: &mut Fields<'_>) -> Option<Phone> {
    let number = fields.code("number");
    let Some(number) = number else {
        fields.warn("number", "expected a phone number");
        return None;
    };
    Some(Phone { number, description: fields.text("description"), more: fields.rest() })
}

pub(super) fn contact(fields: &mut Fields<'_>) -> Contact {
    Contact {
        name: fields.name("name"),
        title: fields.text("title"),
        department: fields.text("department"),
        email: fields.text("email"),
        phones: fields.list("phones", phone),
        more: fields.rest(),
    }
}

pub(super) fn identifier(fields: &mut Fields<'_>) -> Option<Identifier> {
    let value = fields.code("identifier");
    let Some(value) = value else {
        fields.warn("identifier", "expected the identifier itself");
        return None;
    };
    Some(Identifier {
        scheme: fields.text("identifier_scheme"),
        kind: fields.text("identifier_type"),
        value,
        more: fields.rest(),
    })
}

/// An amount in pounds or in no currency becomes pence; another currency is kept as it came.
pub(super) fn cost_option(fields: &mut Fields<'_>) -> CostOption {
    let currency = fields.text("currency");
    let pounds = currency.as_ref().is_none_or(|c| matches!(c.to_ascii_uppercase().as_str(), "GBP" | "£"));
    let pence = if pounds { amount(fields) } else { None };
    if let Some(currency) = currency {
        fields.keep("currency", Value::String(currency));
    }
    CostOption {
        option: fields.text("option"),
        pence,
        description: fields.text("amount_description"),
        valid_from: fields.day("valid_from"),
        valid_to: fields.day("valid_to"),
        more: fields.rest(),
    }
}

fn amount(fields: &mut Fields<'_>) -> Option<i64> {
    const MOST_POUNDS: f64 = 1_000_000.0;
    // "Free" and "£3.50": text, but a price.
    let words =
        fields.get("amount").and_then(Value::as_str).filter(|text| text.trim().parse::<f64>().is_err());
    if let Some(pence) = words.and_then(|words| price::pence(words, false)) {
        fields.take("amount");
        return Some(pence);
    }
    let pounds =
        fields.number("amount", "expected an amount in pounds", |n| (0.0..=MOST_POUNDS).contains(&n))?;
    #[expect(clippy::cast_possible_truncation, reason = "at most a hundred million, as just asked")]
    Some((pounds * 100.0).round() as i64)
}

pub(super) fn schedule(fields: &mut Fields<'_>) -> Schedule {
    let interval = fields.number("interval", "expected a whole number from 1", |n| {
        n.fract() == 0.0 && (1.0..=1_000.0).contains(&n)
    });
    Schedule {
        valid_from: fields.day("valid_from"),
        valid_to: fields.day("valid_to"),
        starts_on: fields.day("dtstart"),
        freq: fields.text("freq"),
        #[expect(clippy::cast_possible_truncation, reason = "at most a thousand, as just asked")]
        interval: interval.map(|n| n as i64),
        byday: days(fields),
        bymonthday: fields.code("bymonthday"),
        opens_at: fields.time("opens_at"),
        closes_at: fields.time("closes_at"),
        description: fields.text("description"),
        attending_type: fields.text("attending_type"),
        notes: fields.text("notes"),
        more: fields.rest(),
    }
}

/// `TH,FR`, `2TU`, or a list of such.
fn days(fields: &mut Fields<'_>) -> Vec<String> {
    let Some(value) = fields.take("byday") else { return Vec::new() };
    let all: Option<Vec<&str>> = match &value {
        Value::String(text) => Some(text.split([',', ' ', ';']).filter(|day| !day.is_empty()).collect()),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let days: Option<Vec<String>> = all.and_then(|all| all.into_iter().map(day).collect());
    days.unwrap_or_else(|| {
        fields.not_used("byday", value, "expected days such as MO,TU or 2WE");
        Vec::new()
    })
}

fn day(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let (which, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let known = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].contains(&day);
    let digits = which.trim_start_matches(['+', '-']);
    let which = which.len() <= 3
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (which.is_empty() || !digits.is_empty());
    (known && which).then_some(text)
}

pub(super) fn service_area(fields: &mut Fields<'_>) -> ServiceArea {
    ServiceArea {
        name: fields.text("name"),
        description: fields.text("description"),
        extent: fields.take("extent"),
        extent_type: fields.text("extent_type"),
        uri: fields.text("uri"),
        more: fields.rest(),
    }
}

pub(super) fn language(fields: &mut Fields<'_>) -> Language {
    Language {
        code: fields.text("code"),
        name: fields.text("name").or_else(|| fields.text("language")),
        note: fields.text("note"),
        more: fields.rest(),
    }
}

pub(super) fn accessibility(fields: &mut Fields<'_>) -> Accessibility {
    Accessibility {
        description: fields.text("description"),
        details: fields.text("details"),
        url: fields.text("url"),
        more: fields.rest(),
    }
}

pub(super) fn address(fields: &mut Fields<'_>) -> Address {
    let names = ["address_1", "address_2", "address_3", "address_4"];
    let lines = names.iter().filter_map(|line| fields.text(line)).collect();
    let said = |lines: &Vec<String>| lines.len() > names.len() && lines.iter().all(|line| !line.is_empty());
    Address {
        attention: fields.text("attention"),
        lines: fields.own("lines", "expected lines of text", said).unwrap_or(lines),
        city: fields.text("city"),
        region: fields.text("region"),
        county: fields.text("state_province"),
        postcode: fields.code("postal_code"),
        country: fields.text("country"),
        kind: fields.text("address_type"),
        more: fields.rest(),
    }
}

/// The term of an attribute, with what the attribute itself says beside it. An attribute that names no term is kept as
/// it came.
pub(super) fn attribute(fields: &mut Fields<'_>) -> Option<Term> {
    let mut read = if fields.has("taxonomy_term") {
        fields.object("taxonomy_term", term)?
    } else if fields.has("taxonomy_term_id") {
        Term { id: fields.code("taxonomy_term_id"), ..Term::default() }
    } else {
        return None;
    };
    let beside = fields.rest();
    if !beside.is_empty() {
        read.more.insert("attribute".to_owned(), Value::Object(beside.into_iter().collect()));
    }
    Some(read)
}

/// A term of a taxonomy; it is known to the feed from here on.
pub(super) fn term(fields: &mut Fields<'_>) -> Option<Term> {
    let id = fields.code("id").filter(|id| !is_derived(id));
    let name = fields.name("name").or_else(|| fields.name("term"));
    if id.is_none() && name.is_none() {
        fields.warn("name", "expected a term with an id or a name");
        return None;
    }
    if let (Some(id), Some(name)) = (&id, &name) {
        fields.all.feed.terms.insert(id.clone(), name.clone());
    }
    Some(Term {
        taxonomy: fields.text("taxonomy"),
        id,
        code: fields.code("code"),
        name: name.unwrap_or_default(),
        uri: fields.text("term_uri"),
        more: fields.rest(),
    })
}

pub(super) fn taxonomy(fields: &mut Fields<'_>) {
    let _: Vec<Term> = fields.list("taxonomy_terms", term);
}
