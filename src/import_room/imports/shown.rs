//! What an import would change, or did, as a page shows it: counts, names, and of a changed record field by field.

use ground::files::digest_text;
use offers::directory::{Difference, Feed, Kind, Known, Written};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::import_room::words::in_words;

/// Records of one kind that are named.
const MOST_NAMED: usize = 200;
/// Letters of a value that are shown.
const MOST_LETTERS: usize = 240;

/// What an import would change, or did. Kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    /// The number of the directory's state that it was worked out against.
    pub(super) version: i64,
    /// Of all that would change.
    pub(super) digest: String,
    /// "services: 3 new, …".
    pub(super) words: String,
    pub(super) records_read: u64,
    pub(super) left_out: u64,
    pub(super) problems: usize,
    /// Services that the source would have.
    pub(super) services: usize,
    pub(super) nothing: bool,
    pub(super) doubtful: usize,
    /// What looks like another list: "service", how many are known, how many of them would be replaced.
    pub(super) another: Option<(String, usize, usize)>,
    pub(super) parts: Vec<ShownPart>,
}

/// The records of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ShownPart {
    pub(super) kind: String,
    pub(super) counts: Counts,
    /// The first of those that would change.
    pub(super) records: Vec<ShownRecord>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) unchanged: usize,
    pub(super) gone: usize,
    pub(super) returned: usize,
    pub(super) kept: usize,
    pub(super) doubtful: usize,
}

/// One record that would change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ShownRecord {
    /// "new", "changed", "back", "gone" or "kept".
    pub(super) what: String,
    pub(super) name: String,
    pub(super) fields: Vec<ShownField>,
}

/// A field that would be another: what it is, and would be; empty where there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ShownField {
    pub(super) field: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl Counts {
    /// Records that are named, if all of them were.
    pub(super) const fn named(&self) -> usize {
        self.added + self.changed + self.returned + self.gone + self.kept + self.doubtful
    }
}

impl Shown {
    pub(super) fn of(known: &Known, feed: &Feed, difference: &Difference, version: i64) -> Self {
        let turnover = difference.turnover(known);
        let another = turnover.is_another_list();
        Self {
            version,
            digest: digest_text(&format!("{difference:?}")),
            words: in_words(difference),
            records_read: feed.records_read,
            left_out: feed.left_out,
            problems: 0,
            services: feed.services.len(),
            nothing: difference.is_empty(),
            doubtful: difference.doubtful(),
            another: another.then(|| (turnover.what.to_owned(), turnover.known, turnover.replaced)),
            parts: Kind::ALL.into_iter().map(|kind| part(known, difference, kind)).collect(),
        }
    }

    /// Whether somebody has to say that what is missing is really gone.
    pub(super) const fn asks(&self) -> bool {
        self.doubtful > 0 || self.another.is_some()
    }
}

fn part(known: &Known, difference: &Difference, kind: Kind) -> ShownPart {
    let part = difference.of(kind);
    let plain = |what: &'static str| {
        move |name: &str| ShownRecord {
            what: what.to_owned(),
            name: if name.is_empty() { "(without a name)".to_owned() } else { name.to_owned() },
            fields: Vec::new(),
        }
    };
    let changed = |written: &Written| {
        let before = known.of(kind).get(&written.key).map_or("", |known| known.record.as_str());
        ShownRecord { fields: fields(before, &written.record), ..plain("changed")(&written.name) }
    };
    let records = (part.gone.iter().map(|one| plain("gone")(&one.name)))
        .chain(part.changed.iter().map(changed))
        .chain(part.added.iter().map(|one| plain("new")(&one.name)))
        .chain(part.returned.iter().map(|one| plain("back")(&one.name)))
        .chain(part.doubtful.iter().chain(&part.kept).map(|one| plain("kept")(&one.name)));
    ShownPart {
        kind: kind.word().to_owned(),
        counts: Counts {
            added: part.added.len(),
            changed: part.changed.len(),
            unchanged: part.unchanged,
            gone: part.gone.len(),
            returned: part.returned.len(),
            kept: part.kept.len(),
            doubtful: part.doubtful.len(),
        },
        records: records.take(MOST_NAMED).collect(),
    }
}

/// Which fields of two records differ.
fn fields(before: &str, after: &str) -> Vec<ShownField> {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let (before, after) = (read(before), read(after));
    let mut names: Vec<&String> =
        before.keys().chain(after.keys().filter(|k| !before.contains_key(*k))).collect();
    names.retain(|name| before.get(*name) != after.get(*name));
    let mut found = Vec::new();
    for name in names {
        match (before.get(name), after.get(name)) {
            // What Meres has no word for is shown by the source's own words.
            (Some(Value::Object(old)), Some(Value::Object(new))) if name == "more" => {
                let mut inner: Vec<&String> =
                    old.keys().chain(new.keys().filter(|k| !old.contains_key(*k))).collect();
                inner.retain(|name| old.get(*name) != new.get(*name));
                found.extend(inner.into_iter().map(|name| field(name, old.get(name), new.get(name))));
            }
            (old, new) => found.push(field(name, old, new)),
        }
    }
    found
}

fn field(name: &str, before: Option<&Value>, after: Option<&Value>) -> ShownField {
    ShownField { field: name.replace('_', " "), before: short(before), after: short(after) }
}

fn short(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| short(Some(item))).collect();
            items.join("; ")
        }
        Some(Value::Object(map)) => {
            let fields = map.iter().filter(|(_, value)| !value.is_null());
            let fields: Vec<String> = fields
                .map(|(name, value)| format!("{}: {}", name.replace('_', " "), short(Some(value))))
                .collect();
            fields.join(", ")
        }
        Some(other) => other.to_string(),
    };
    if text.chars().count() <= MOST_LETTERS {
        return text;
    }
    text.chars().take(MOST_LETTERS).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{ShownField, fields};

    #[test]
    fn a_changed_record_is_shown_field_by_field() {
        let before = r#"{"name":"A","url":"http://a","phones":[{"number":"1"}],"more":{"x":1,"y":2}}"#;
        let after = r#"{"name":"A","phones":[{"number":"2"}],"fees":"Free","more":{"x":1,"y":3}}"#;
        let field = |field: &str, before: &str, after: &str| ShownField {
            field: field.to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        let expected = [
            field("url", "http://a", ""),
            field("phones", "number: 1", "number: 2"),
            field("y", "2", "3"),
            field("fees", "", "Free"),
        ];
        assert_eq!(fields(before, after), expected);
        assert_eq!(fields(before, before), []);
        assert_eq!(fields("", &format!(r#"{{"a":"{}"}}"#, "é".repeat(900)))[0].after.chars().count(), 241);
    }
}
