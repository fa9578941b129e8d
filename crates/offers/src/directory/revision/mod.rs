//! Two changes of one record, brought together field by field, so that neither is lost. Pure: a record is what its JSON
//! says, a field is a name at its top, and fields that only make sense together (what it costs, in words and in pence) are
//! one.

mod marked;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::{Kind, Organisation, Service, Site};

pub use marked::{Mark, marked};

/// The fields of a record by their names.
pub type Fields = Map<String, Value>;

/// A field that both changed, each in another way.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    pub field: String,
    /// With that field alone: as it was when both began, as one left it, as the other did.
    pub was: Fields,
    pub standing: Fields,
    pub coming: Fields,
}

/// What became of two changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    pub record: Fields,
    /// What nobody has decided; the record has what stood there.
    pub conflicts: Vec<Conflict>,
}

/// Whose a field is to be, of two that changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Standing,
    Coming,
}

/// The order in which people read a record.
const ORDER: [&str; 26] = [
    "name",
    "alternate_name",
    "description",
    "status",
    "alert",
    "url",
    "website",
    "email",
    "phones",
    "contacts",
    "cost",
    "eligibility",
    "minimum_age",
    "maximum_age",
    "referral",
    "referral_words",
    "online",
    "home_visit",
    "transport",
    "schedules",
    "sites",
    "addresses",
    "step_free",
    "getting_there",
    "languages",
    "terms",
];

/// Reads the fields of a record as it is kept.
pub fn fields(record: &str) -> Fields {
    serde_json::from_str(record).unwrap_or_default()
}

/// A record as it is kept: written by its own type, so that the same record is the same text. Nothing where the fields
/// make no such record.
pub fn written(kind: Kind, fields: &Fields) -> Option<String> {
    let value = Value::Object(fields.clone());
    match kind {
        Kind::Organisation => serde_json::to_string(&serde_json::from_value::<Organisation>(value).ok()?),
        Kind::Service => serde_json::to_string(&serde_json::from_value::<Service>(value).ok()?),
        Kind::Site => serde_json::to_string(&serde_json::from_value::<Site>(value).ok()?),
    }
    .ok()
}

/// The names of the fields in which two records differ, in the order in which people read them.
pub fn changed(before: &Fields, after: &Fields) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for key in before.keys().chain(after.keys()) {
        if before.get(key) != after.get(key) && !names.contains(&together_as(key)) {
            names.push(together_as(key));
        }
    }
    let place = |name: &&str| ORDER.iter().position(|known| known == name).unwrap_or(ORDER.len());
    names.sort_by_key(|name| (place(name), *name));
    names.into_iter().map(str::to_owned).collect()
}

/// Brings two changes of the same record together. What only one of them changed is taken as they have it; of what both
/// changed in another way, what `decided` says, and otherwise what stands.
pub fn bring_together(
    was: &Fields,
    standing: &Fields,
    coming: &Fields,
    decided: impl Fn(&str) -> Option<Side>,
) -> Together {
    let mut record = standing.clone();
    let mut conflicts = Vec::new();
    let theirs = changed(was, standing);
    for field in changed(was, coming) {
        let taken = part(coming, &field);
        if !theirs.contains(&field) || part(standing, &field) == taken {
            put(&mut record, &field, taken);
            continue;
        }
        match decided(&field) {
            Some(Side::Coming) => put(&mut record, &field, taken),
            Some(Side::Standing) => {}
            None => conflicts.push(Conflict {
                was: part(was, &field),
                standing: part(standing, &field),
                coming: taken,
                field,
            }),
        }
    }
    Together { record, conflicts }
}

/// The same record with what the other side has of every field that was not decided.
pub fn as_they_have_it(together: &Together) -> Fields {
    let mut record = together.record.clone();
    for conflict in &together.conflicts {
        put(&mut record, &conflict.field, conflict.coming.clone());
    }
    record
}

/// What goes by one name for people.
fn together_as(key: &str) -> &str {
    match key {
        "fees" | "cost_options" => "cost",
        other => other,
    }
}

fn part(record: &Fields, field: &str) -> Fields {
    let of_it = record.iter().filter(|(key, _)| together_as(key) == field);
    of_it.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn put(record: &mut Fields, field: &str, part: Fields) {
    record.retain(|key, _| together_as(key) != field);
    record.extend(part);
}
