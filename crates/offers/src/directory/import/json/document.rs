//! One document of JSON: what it is, and its records.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::gathering::{Gathering, MOST_RECORDS, OnePage, Place};
use super::super::hsds::{Kind, kind_of, read as read_record, record};
use super::bounded::{LISTS_BEHIND, Outline, outline};
use crate::directory::open_referral::OTHER_SITES;

/// Lists of records that a document may hold under names of their own, where it is no record itself.
const LISTS: &[&str] = &[
    "services",
    "organizations",
    "organisations",
    "locations",
    "service_at_locations",
    "taxonomies",
    "taxonomy_terms",
];

/// What a document turned out to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Held {
    Records,
    /// Something else that is published beside a feed: a schema, a dashboard, the description of an API.
    NoRecords,
}

/// Reads a document into the feed. The error says where the text is not what it should be.
pub(in super::super) fn read(name: &str, bytes: &[u8], all: &mut Gathering) -> Result<Held, String> {
    let text = text_of(bytes)?;
    let file: Arc<str> = name.into();
    let by_name = Kind::of_name(name);
    let before = all.feed.records_read;
    let read = outline(text, &mut |list, at, value| {
        if all.feed.records_read >= MOST_RECORDS {
            return Err(format!("the source holds more than {MOST_RECORDS} records"));
        }
        let at = if list.is_empty() { format!("$[{at}]") } else { format!("$.{list}[{at}]") };
        let place = Place { file: file.clone(), at };
        if LISTS_BEHIND.contains(&list) {
            element_behind(list, value, place, all);
        } else {
            element(value, place, by_name, all);
        }
        Ok(())
    });
    let outline = read.map_err(|(line, column, why)| format!("line {line}, column {column}: {why}"))?;
    if outline.list.is_some() {
        counts(&file, &outline, all);
        return Ok(Held::Records);
    }
    let Some(map) = outline.fields else { return Ok(Held::NoRecords) };
    let whole = Place { file: file.clone(), at: "$".to_owned() };
    if let Some(kind) = kind_of(&map, by_name) {
        read_record(kind, map, whole, all);
        return Ok(Held::Records);
    }
    let mut held = Held::NoRecords;
    for (list, value) in map {
        let (true, Value::Array(items)) = (LISTS.contains(&list.as_str()), value) else { continue };
        held = Held::Records;
        for (at, item) in items.into_iter().enumerate() {
            let place = Place { file: file.clone(), at: format!("$.{list}[{at}]") };
            element(item, place, Kind::of_name(&list), all);
        }
        if all.feed.records_read - before > MOST_RECORDS {
            return Err(format!("the source holds more than {MOST_RECORDS} records"));
        }
    }
    Ok(held)
}

/// One page of a list that comes in pages.
pub(in super::super) struct Page {
    pub(in super::super) items: Vec<Value>,
    /// The list in which they stand: "$.contents".
    pub(in super::super) list: String,
    /// Whether the page says that it is the last, where it says anything.
    pub(in super::super) says_last: Option<bool>,
    /// All that it says of itself.
    pub(in super::super) says: Map<String, Value>,
    /// What stands behind them in what Meres wrote: the list, and the record.
    pub(in super::super) behind: Vec<(String, Value)>,
}

/// Reads a page; nothing where the document is no list.
pub(in super::super) fn page(bytes: &[u8]) -> Result<Option<Page>, String> {
    let (mut items, mut behind) = (Vec::new(), Vec::new());
    let read = outline(text_of(bytes)?, &mut |list, _, value| {
        if LISTS_BEHIND.contains(&list) {
            behind.push((list.to_owned(), value));
        } else {
            items.push(value);
        }
        Ok(())
    });
    let outline = read.map_err(|(line, column, why)| format!("line {line}, column {column}: {why}"))?;
    let says_last = outline.fields.as_ref().and_then(says_last);
    let mut says = outline.fields.clone().unwrap_or_default();
    says.retain(|_, value| !value.is_array() && !value.is_object());
    let list = match (outline.list, outline.fields) {
        (Some((list, _)), _) => list,
        (None, Some(mut map)) if kind_of(&map, None).is_none() => {
            let Some(Value::Array(found)) = map.swap_remove("services") else { return Ok(None) };
            items = found;
            "services".to_owned()
        }
        _ => return Ok(None),
    };
    let list = if list.is_empty() { "$".to_owned() } else { format!("$.{list}") };
    Ok(Some(Page { items, list, says_last, says, behind }))
}

fn says_last(map: &Map<String, Value>) -> Option<bool> {
    let says = |name: &str| map.get(name).and_then(Value::as_u64);
    let at = says("page_number").or_else(|| says("page"));
    let by_count = || Some(at? >= says("total_pages")?);
    flag(map, "last_page").or_else(by_count)
}

/// Reads an element of a list into the feed.
pub(in super::super) fn element(value: Value, place: Place, list: Option<Kind>, all: &mut Gathering) {
    if let Value::Object(map) = value {
        let kind = kind_of(&map, list).or(list).unwrap_or(Kind::Service);
        read_record(kind, map, place, all);
    } else {
        all.feed.records_read += 1;
        match list {
            None => all.unread_any(),
            Some(kind) => record(kind).into_iter().for_each(|kind| all.unread(kind, None)),
        }
        all.left_out(&place, "", "expected an object; the record was left out");
    }
}

/// Reads an element of a list behind the services, whose name says what it holds.
pub(in super::super) fn element_behind(list: &str, value: Value, place: Place, all: &mut Gathering) {
    let kind = if list == OTHER_SITES { Kind::Site } else { Kind::Organisation };
    match value {
        Value::Object(map) => read_record(kind, map, place, all),
        other => element(other, place, Some(kind), all),
    }
}

fn text_of(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("the text is UTF-16; expected UTF-8".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        format!("line {line} is not UTF-8 text")
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Compares what a page says of itself with what it holds. What it holds is what was read.
fn counts(file: &Arc<str>, outline: &Outline, all: &mut Gathering) {
    let (Some(map), Some((_, held))) = (&outline.fields, &outline.list) else { return };
    let says = |name: &str| map.get(name).and_then(Value::as_u64);
    let held = *held as u64;
    let whole = says("total_pages").is_none_or(|pages| pages <= 1) && flag(map, "last_page") != Some(false);
    let mut warn = |name: &str, expected: String| {
        let place = Place { file: file.clone(), at: format!("$.{name}") };
        all.warn(&place, name, expected);
    };
    for (name, counts) in [("size", true), ("total_items", whole)] {
        if counts && says(name).is_some_and(|said| said != held) {
            warn(name, format!("expected {held}, which is how many the page holds; those were read"));
        }
    }
    if flag(map, "empty").is_some_and(|empty| empty != (held == 0)) {
        warn("empty", format!("expected what the page holds, which is {held}; those were read"));
    }
    let number = says("page_number").or_else(|| says("page"));
    if !whole || number.is_some_and(|number| number > 1) {
        let last = flag(map, "last_page") == Some(true);
        let records = Kind::of_name(file).map(Kind::word);
        all.page(OnePage { file: file.clone(), list: records, number, of: says("total_pages"), last });
    }
}

fn flag(map: &Map<String, Value>, name: &str) -> Option<bool> {
    map.get(name).and_then(Value::as_bool)
}
