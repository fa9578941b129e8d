//! The fields of one object of a source, taken out one by one: what is taken is understood, and what is left over at
//! the end is kept as it came.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use time::{Date, Month};

use super::gathering::{Gathering, Place};
use crate::directory::open_referral::{EXTENSION, Extension, is_derived};
use crate::directory::{LocalTime, More, Outcome};

/// Under this name a record that was put together from tables says where it stands: file, a NUL, line.
pub(super) const STANDS_AT: &str = "\0stands at";

pub(super) struct Fields<'g> {
    map: Map<String, Value>,
    more: More,
    /// What Meres said beside a record that it wrote.
    own: Map<String, Value>,
    pub(super) place: Place,
    pub(super) all: &'g mut Gathering,
}

impl<'g> Fields<'g> {
    pub(super) fn new(mut map: Map<String, Value>, mut place: Place, all: &'g mut Gathering) -> Self {
        if all.tables
            && let Some(Value::String(stands)) = map.remove(STANDS_AT)
            && let Some((file, at)) = stands.split_once('\0')
        {
            place = Place { file: file.into(), at: at.to_owned() };
        }
        let Extension { more, own } = Extension::take(&mut map);
        Self { map, more, own, place, all }
    }

    /// What has not been taken yet.
    pub(super) const fn left(&self) -> &Map<String, Value> {
        &self.map
    }

    /// How many fields say something.
    pub(super) fn fullness(&self) -> usize {
        self.map.values().filter(|value| !says_nothing(value)).count()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|value| !says_nothing(value))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Where a field stands.
    pub(super) fn place_of(&self, name: &str) -> Place {
        let at = &self.place.at;
        let at = if at.starts_with('$') { format!("{at}.{name}") } else { at.clone() };
        Place { file: self.place.file.clone(), at }
    }

    pub(super) fn warn(&mut self, name: &str, expected: &str) {
        let place = self.place_of(name);
        self.all.warn(&place, name, expected);
    }

    /// Keeps a value that was not understood, and says what was expected.
    pub(super) fn not_used(&mut self, name: &str, value: Value, expected: &str) {
        let place = self.place_of(name);
        self.all.problem(&place, name, expected, Outcome::FieldNotUsed);
        self.keep(name, value);
    }

    pub(super) fn keep(&mut self, name: &str, value: Value) {
        self.more.insert(name.to_owned(), value);
    }

    /// Puts in what a record says by where it stands.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.map.insert(name.to_owned(), Value::String(value.to_owned()));
    }

    /// Takes a field that says something; null, empty text and empty lists do not.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.swap_remove(name).filter(|value| !says_nothing(value))
    }

    /// Text as it stands, without the white space around it and without control characters but line ends, each of which
    /// is one character: forms send it back so, and what nobody touched is not to look changed.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => {
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
                self.without(name, &text, bad)
            }
            other => {
                self.not_used(name, other, "expected text");
                None
            }
        }
    }

    /// A name: one line.
    pub(super) fn name(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => self.without(name, &text, char::is_control),
            other => {
                self.not_used(name, other, "expected text");
                None
            }
        }
    }

    fn without(&mut self, name: &str, text: &str, bad: impl Fn(char) -> bool) -> Option<String> {
        let text = text.trim();
        if !text.contains(&bad) {
            return Some(text.to_owned());
        }
        self.warn(name, "expected text without control characters; they were removed");
        // Where a line ended two words stay two.
        let parted = text.replace(['\n', '\r', '\t'], " ");
        let text = if bad('\n') { &parted } else { text };
        Some(text.chars().filter(|c| !bad(*c)).collect::<String>().trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// Text, or a number whose digits are a code: an id, a phone number, a postcode.
    pub(super) fn code(&mut self, name: &str) -> Option<String> {
        if let Some(Value::Number(number)) = self.map.get(name) {
            let number = number.to_string();
            self.map.swap_remove(name);
            return Some(number);
        }
        self.name(name)
    }

    /// A number; one that is written as text is understood, and said.
    pub(super) fn number(&mut self, name: &str, expected: &str, fits: impl Fn(f64) -> bool) -> Option<f64> {
        let value = self.take(name)?;
        let number = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let Some(number) = number.filter(|n: &f64| n.is_finite() && fits(*n)) else {
            self.not_used(name, value, expected);
            return None;
        };
        if value.is_string() && !self.all.tables {
            self.warn(name, "expected a number, found one written as text");
        }
        Some(number)
    }

    pub(super) fn whole(&mut self, name: &str, most: i32) -> Option<i32> {
        let expected = format!("expected a whole number from 0 to {most}");
        let fits = |n: f64| n.fract() == 0.0 && (0.0..=f64::from(most)).contains(&n);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number between 0 and an i32, as just asked"
        )]
        self.number(name, &expected, fits).map(|n| n as i32)
    }

    pub(super) fn time(&mut self, name: &str) -> Option<LocalTime> {
        let value = self.take(name)?;
        let time = value.as_str().and_then(LocalTime::parse);
        if time.is_none() {
            self.not_used(name, value, "expected a time of the day such as 09:30");
        }
        time
    }

    /// A day as `2026-09-01`; midnight behind it says nothing.
    pub(super) fn day(&mut self, name: &str) -> Option<String> {
        let value = self.take(name)?;
        let day = value.as_str().and_then(|text| day(text.trim()));
        if day.is_none() {
            self.not_used(name, value, "expected a date such as 2026-09-01");
        }
        day
    }

    /// The objects of a list, each read; those that are none or of which the reader gives nothing are kept as they came.
    pub(super) fn list<T, R: Into<Option<T>>>(
        &mut self,
        name: &str,
        read: impl Fn(&mut Fields<'_>) -> R,
    ) -> Vec<T> {
        let items = match self.take(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.not_used(name, other, "expected a list");
                return Vec::new();
            }
        };
        let list = self.place_of(name);
        let mut kept = Vec::new();
        let mut all = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let place = if list.at.starts_with('$') {
                Place { file: list.file.clone(), at: format!("{}[{at}]", list.at) }
            } else {
                list.clone()
            };
            match item {
                Value::Object(map) => {
                    let mut fields = Fields::new(map, place, self.all);
                    match read(&mut fields).into() {
                        Some(read) => all.push(read),
                        None => kept.push(Value::Object(fields.rest().into_iter().collect())),
                    }
                }
                Value::Null => {}
                other => {
                    self.all.problem(&place, name, "expected an object", Outcome::FieldNotUsed);
                    kept.push(other);
                }
            }
        }
        if !kept.is_empty() {
            self.keep(name, Value::Array(kept));
        }
        all
    }

    /// An object, read.
    pub(super) fn object<T>(&mut self, name: &str, read: impl Fn(&mut Fields<'_>) -> Option<T>) -> Option<T> {
        match self.take(name)? {
            Value::Object(map) => {
                let place = self.place_of(name);
                let mut fields = Fields::new(map, place, self.all);
                let read = read(&mut fields);
                if read.is_none() {
                    let rest = Value::Object(fields.rest().into_iter().collect());
                    self.keep(name, rest);
                }
                read
            }
            other => {
                self.not_used(name, other, "expected an object");
                None
            }
        }
    }

    /// A field that only Meres writes.
    pub(super) fn own<T: DeserializeOwned>(
        &mut self,
        name: &str,
        expected: &str,
        fits: impl Fn(&T) -> bool,
    ) -> Option<T> {
        let value = self.own.get(name)?;
        let read = T::deserialize(value).ok().filter(fits);
        if read.is_none() {
            let place = self.place_of(&format!("{EXTENSION}.{name}"));
            self.all.problem(&place, name, expected, Outcome::FieldNotUsed);
        } else {
            self.own.swap_remove(name);
        }
        read
    }

    /// All that was not taken.
    pub(super) fn rest(&mut self) -> More {
        let mut more = std::mem::take(&mut self.more);
        let own = std::mem::take(&mut self.own);
        if !own.is_empty() {
            more.insert(EXTENSION.to_owned(), Value::Object(own));
        }
        let left = std::mem::take(&mut self.map);
        let no_id = |name: &str, value: &Value| name == "id" && value.as_str().is_some_and(is_derived);
        let said = left.into_iter().filter(|(name, value)| !says_nothing(value) && !no_id(name, value));
        more.extend(said.map(|(name, value)| (name, without_places(value, self.all.tables))));
        more
    }
}

/// A day as `2026-09-01`.
pub(super) fn day(text: &str) -> Option<String> {
    let (day, behind) = text.split_at_checked(10)?;
    let midnight = behind.is_empty() || behind.starts_with("T00:00") || behind.starts_with(" 00:00");
    let mut parts = day.split('-');
    let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    let known = Date::from_calendar_date(year, Month::try_from(month).ok()?, number).is_ok();
    (midnight && known && parts.next().is_none()).then(|| day.to_owned())
}

/// Null, "" and empty lists and objects are how some sources leave a field out.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What is kept of tables without the notes of where it stood.
fn without_places(value: Value, tables: bool) -> Value {
    if !tables {
        return value;
    }
    match value {
        Value::Object(mut map) => {
            map.swap_remove(STANDS_AT);
            Value::Object(
                map.into_iter().map(|(name, value)| (name, without_places(value, tables))).collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|v| without_places(v, tables)).collect()),
        other => other,
    }
}
