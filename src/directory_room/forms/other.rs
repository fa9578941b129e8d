//! The questions of an organisation and of a place.

use offers::directory::{Address, Organisation, Site};
use web::{Choice, Errors, Field, FieldKind, Form};

use super::{email, optional, phone, told, website, with_phone, yes_or_no};

pub(super) fn of_organisation(record: &Organisation) -> Vec<Field> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        Field::new(FieldKind::Text, "name", "Name of the organisation").valued(record.name.clone()),
        Field::new(FieldKind::Words, "description", "What it does (optional)")
            .valued(text(&record.description)),
        Field::new(FieldKind::Text, "phone", "Phone number (optional)").valued(phone(&record.phones)),
        Field::new(FieldKind::Email, "email", "E-mail address (optional)")
            .hinted("Reminders go there where a service has no address of its own.")
            .valued(text(&record.email)),
        Field::new(FieldKind::Text, "website", "Website (optional)").valued(text(&record.website)),
    ]
}

pub(super) fn organisation(typed: &Form, mut record: Organisation, errors: &mut Errors) -> Organisation {
    record.name = errors.needed(typed, "name", 200, "Enter the name of the organisation").to_owned();
    record.description = optional(typed, "description", 5_000, errors);
    with_phone(&mut record.phones, typed, errors);
    record.email = email(typed, errors);
    record.website = website(typed, errors);
    record
}

pub(super) fn of_site(record: &Site) -> Vec<Field> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let address = record.addresses.first().cloned().unwrap_or_default();
    vec![
        Field::new(FieldKind::Text, "name", "Name of the place").valued(text(&record.name)),
        Field::new(FieldKind::Words, "address", "Address (optional)")
            .hinted("Building and street, a line each.")
            .valued(address.lines.join("\n")),
        Field::new(FieldKind::Text, "town", "Town (optional)").valued(text(&address.city)),
        Field::new(FieldKind::Postcode, "postcode", "Postcode").valued(text(&address.postcode)),
        yes_or_no("step-free", "Can one get in and round without a step?", record.step_free),
        Field::new(FieldKind::Words, "getting-there", "How to get there (optional)")
            .hinted("Buses, parking, which door.")
            .valued(text(&record.getting_there)),
    ]
}

pub(super) fn site(typed: &Form, mut record: Site, errors: &mut Errors) -> Site {
    record.name = Some(errors.needed(typed, "name", 200, "Enter the name of the place").to_owned());
    let before = record.addresses.first().cloned().unwrap_or_default();
    let after = address(typed, ["address", "town", "postcode"], before.clone(), errors);
    if after != before {
        if after.postcode != before.postcode {
            // Where it was is not where it is.
            (record.latitude, record.longitude) = (None, None);
        }
        match record.addresses.first_mut() {
            Some(first) => *first = after,
            None => record.addresses.push(after),
        }
    }
    record.step_free = told(typed, "step-free");
    record.getting_there = optional(typed, "getting-there", 2_000, errors);
    record
}

fn address(typed: &Form, names: [&str; 3], before: Address, errors: &mut Errors) -> Address {
    let [lines, town, postcode] = names;
    let text = optional(typed, lines, 500, errors).unwrap_or_default();
    let typed_lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    // A postcode that the source wrote in its own way stays so while nobody touches it.
    let same = before.postcode.as_deref().unwrap_or_default() == typed.text(postcode);
    let postcode = if same {
        before.postcode.clone()
    } else {
        errors.postcode(typed, postcode).map(|postcode| postcode.to_string())
    };
    Address { lines: typed_lines.collect(), city: optional(typed, town, 100, errors), postcode, ..before }
}

/// A place that the directory does not have yet.
pub(super) fn questions_of_new_place() -> Vec<Field> {
    let known = [("yes", "Yes"), ("no", "No"), ("", "Not known")].map(|(v, l)| Choice::new(v, l));
    vec![
        Field::new(FieldKind::Text, "place", "Another place (optional)").hinted(
            "Its name, where it is not among those above. Leave the next three questions empty otherwise.",
        ),
        Field::new(FieldKind::Words, "place-address", "Address of the other place (optional)"),
        Field::new(FieldKind::Postcode, "place-postcode", "Postcode of the other place (optional)"),
        Field::new(FieldKind::Radios(known.to_vec()), "place-step-free", "Is the other place step-free?"),
    ]
}

/// The place that was typed, where one was.
pub(super) fn new_place(typed: &Form, errors: &mut Errors) -> Option<Site> {
    let name = optional(typed, "place", 200, errors);
    let names = ["place-address", "place-town", "place-postcode"];
    let address = address(typed, names, Address::default(), errors);
    let Some(name) = name else {
        if address != Address::default() {
            errors.add("place", "Enter the name of the other place");
        }
        return None;
    };
    if address.postcode.is_none() && errors.of("place-postcode").is_none() {
        errors.add("place-postcode", "Enter the postcode of the other place, so that it can be found");
    }
    let step_free = told(typed, "place-step-free");
    Some(Site { name: Some(name), addresses: vec![address], step_free, ..Site::default() })
}
