//! The organisations as records.

use super::Spec;
use super::chance::Chance;
use super::kinds::Body;
use crate::directory::{Organisation, Phone};

/// An organisation under its key.
pub(super) struct Keyed {
    pub(super) key: String,
    pub(super) organisation: Organisation,
}

/// The key of an organisation in its source.
pub(super) fn key(number: usize, second: bool) -> String {
    super::source_key(&format!("organisation-{:03}", number + 1), second)
}

pub(super) fn organisation(body: &Body, number: usize, spec: &Spec<'_>) -> Keyed {
    let organisation = Organisation {
        name: filled(&body.name, body, spec),
        description: Some(filled(&body.about, body, spec)),
        email: Some(mail(body)),
        website: Some(website(body)),
        phones: vec![phone(number)],
        ..Organisation::default()
    };
    Keyed { key: key(number, body.second), organisation }
}

fn filled(pattern: &str, body: &Body, spec: &Spec<'_>) -> String {
    let town = body.town.and_then(|at| spec.towns.get(at)).map_or(spec.county, |town| &town.name);
    pattern.replace("{county}", spec.county).replace("{town}", town)
}

pub(super) fn mail(body: &Body) -> String {
    format!("hello@{}.example", body.mail)
}

pub(super) fn website(body: &Body) -> String {
    format!("https://www.{}.example", body.mail)
}

/// From the thousand numbers that Ofcom keeps for drama.
fn phone(number: usize) -> Phone {
    Phone { number: format!("01632 960{:03}", (number * 7 + 11) % 1_000), ..Phone::default() }
}

/// The desk of one service.
pub(super) fn desk(number: usize, chance: &mut Chance) -> Phone {
    let hours = ["Monday to Friday, 9am to 5pm", "Mornings only", "Leave a message and we will ring back"];
    let description = chance.in_hundred(35).then(|| chance.pick(&hours).map(|h| (*h).to_owned())).flatten();
    Phone { number: format!("01632 960{:03}", (number * 13 + 500) % 1_000), description, ..Phone::default() }
}
