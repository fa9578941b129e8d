//! An object in the making: what the profile takes stands in its fields, everything else beside them.

use serde_json::{Map, Value};

use super::EXTENSION;
use super::extension::{AS_GIVEN, MORE, derived};
use super::profile::{Form, Object};
use crate::directory::More;

/// A value that is nested deeper than this is left out: the feed as a whole must stay readable.
const MOST_DEEP: u32 = 60;

pub(super) struct Making {
    object: &'static Object,
    fields: Map<String, Value>,
    as_given: Map<String, Value>,
    more: Map<String, Value>,
    own: Map<String, Value>,
}

impl Making {
    /// Begins with what the record says that Meres has no word for. Where the profile has one, which would be taken for
    /// that, it stands beside.
    pub(super) fn new(object: &'static Object, more: &More) -> Self {
        let empty = Map::new;
        let mut making = Self { object, fields: empty(), as_given: empty(), more: empty(), own: empty() };
        for (name, value) in more.iter().filter(|(_, value)| is_flat(value, MOST_DEEP)) {
            let is_plain = match object.field(name) {
                Some(field) => !field.read && field.form.takes(value),
                None => name != EXTENSION,
            };
            let into = if is_plain { &mut making.fields } else { &mut making.more };
            into.insert(name.clone(), value.clone());
        }
        making
    }

    /// Puts in what the record says; where the profile does not take it so, it stands beside.
    pub(super) fn put(&mut self, name: &str, value: Option<impl Into<Value>>) {
        let Some(value) = value.map(Into::into).filter(|value| is_flat(value, MOST_DEEP)) else { return };
        let fits = self.object.field(name).is_none_or(|field| field.form.takes(&value));
        let into = if fits { &mut self.fields } else { &mut self.as_given };
        into.insert(name.to_owned(), value);
    }

    /// Puts in a text, where there is one.
    pub(super) fn text(&mut self, name: &str, text: Option<&String>) {
        self.put(name, text.map(String::as_str));
    }

    /// Puts in an object that was made here.
    pub(super) fn one(&mut self, name: &str, made: Value) {
        self.fields.insert(name.to_owned(), made);
    }

    /// Puts in objects that were made here, each from its place in the list.
    pub(super) fn list<T>(&mut self, name: &str, at: &str, all: &[T], make: impl Fn(&T, &str) -> Value) {
        if !all.is_empty() {
            let objects =
                all.iter().enumerate().map(|(place, one)| make(one, &format!("{at}/{name}/{place}")));
            self.fields.insert(name.to_owned(), objects.collect());
        }
    }

    /// Says something that the profile has no field for.
    pub(super) fn own(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.own.insert(name.to_owned(), value.into());
        }
    }

    /// The object, with what is required. An identifier that is not known is derived from where the object stands, and
    /// words that are not known are empty: nobody made them up.
    pub(super) fn done(mut self, at: &str) -> Value {
        for field in self.object.0.iter().filter(|field| field.required) {
            if self.fields.contains_key(field.name) {
                continue;
            }
            let stands_in = match field.form {
                Form::Uuid => derived(at).into(),
                Form::OneOf(words) => {
                    self.as_given.entry(field.name).or_insert(Value::Null);
                    words.first().copied().unwrap_or_default().into()
                }
                _ => Value::from(""),
            };
            self.fields.insert(field.name.to_owned(), stands_in);
        }
        for (name, beside) in [(AS_GIVEN, self.as_given), (MORE, self.more)] {
            if !beside.is_empty() {
                self.own.insert(name.to_owned(), Value::Object(beside));
            }
        }
        if !self.own.is_empty() {
            self.fields.insert(EXTENSION.to_owned(), Value::Object(self.own));
        }
        Value::Object(self.fields)
    }
}

fn is_flat(value: &Value, most: u32) -> bool {
    let Some(less) = most.checked_sub(1) else { return false };
    match value {
        Value::Array(all) => all.iter().all(|one| is_flat(one, less)),
        Value::Object(map) => map.values().all(|one| is_flat(one, less)),
        _ => true,
    }
}
