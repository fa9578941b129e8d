//! JSON that cannot fill the memory: each element of the list that a document is about is handed on as soon as it is
//! read, and how many values one may hold is counted.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::directory::open_referral::{OTHER_ORGANISATIONS, OTHER_SITES};

/// Values in one record, and in one file: a record of a directory holds hundreds.
const MOST_IN_RECORD: u32 = 200_000;
const MOST_IN_FILE: u32 = 10_000_000;

/// Lists that are handed on element by element. None of these names is a field of a record.
pub(super) const PAGE_LISTS: [&str; 3] = ["contents", "content", "items"];

/// Lists that stand behind these in what Meres itself wrote.
pub(super) const LISTS_BEHIND: [&str; 2] = [OTHER_ORGANISATIONS, OTHER_SITES];

/// What a document is, without the elements that were handed on.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The fields of the object that the document is; nothing where it is a list.
    pub(super) fields: Option<Map<String, Value>>,
    /// The list whose elements were handed on and how many there were.
    pub(super) list: Option<(String, usize)>,
}

/// An element of a list: the name of the list ("" where the document is one), its place in it, and itself.
pub(super) type Each<'e> = dyn FnMut(&str, usize, Value) -> Result<(), String> + 'e;

/// Reads a document. The error is a line, a column and what was expected there.
pub(super) fn outline(text: &str, each: &mut Each<'_>) -> Result<Outline, (usize, usize, String)> {
    let budget = Budget { record: Cell::new(0), file: Cell::new(0) };
    let mut reader = serde_json::Deserializer::from_str(text);
    let read =
        Top { budget: &budget, each }.deserialize(&mut reader).and_then(|top| reader.end().map(|()| top));
    read.map_err(|e| {
        let said = e.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
        let why = if said.contains("recursion limit") {
            "values are nested more than 128 deep".to_owned()
        } else if said.starts_with("invalid type: ")
            && let Some((_, expected)) = said.rsplit_once(", expected ")
        {
            // Between the two stands the value.
            format!("expected {expected}")
        } else {
            said.to_owned()
        };
        (e.line(), e.column(), why)
    })
}

struct Budget {
    record: Cell<u32>,
    file: Cell<u32>,
}

impl Budget {
    fn spend<E: Error>(&self) -> Result<(), E> {
        for (spent, most, what) in
            [(&self.record, MOST_IN_RECORD, "one record"), (&self.file, MOST_IN_FILE, "the file")]
        {
            spent.set(spent.get() + 1);
            if spent.get() > most {
                return Err(E::custom(format!("{what} holds more than {most} values")));
            }
        }
        Ok(())
    }
}

struct Top<'b, 'e> {
    budget: &'b Budget,
    each: &'b mut Each<'e>,
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = Outline;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Outline, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object of a directory")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Outline, A::Error> {
        let count = hand_on(list, "", self.budget, self.each)?;
        Ok(Outline { fields: None, list: Some((String::new(), count)) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut outline = Outline { fields: Some(Map::new()), list: None };
        while let Some(name) = map.next_key::<String>()? {
            let is_behind = LISTS_BEHIND.contains(&name.as_str());
            if is_behind || (PAGE_LISTS.contains(&name.as_str()) && outline.list.is_none()) {
                let page = Page { name: &name, budget: self.budget, each: self.each };
                if let Some(count) = map.next_value_seed(page)?
                    && !is_behind
                {
                    outline.list = Some((name, count));
                }
                continue;
            }
            self.budget.record.set(0);
            let value = map.next_value_seed(Bounded(self.budget))?;
            outline.fields.get_or_insert_default().insert(name, value);
        }
        Ok(outline)
    }
}

fn hand_on<'de, A: SeqAccess<'de>>(
    mut list: A,
    name: &str,
    budget: &Budget,
    each: &mut Each<'_>,
) -> Result<usize, A::Error> {
    let mut count = 0;
    loop {
        budget.record.set(0);
        let Some(value) = list.next_element_seed(Bounded(budget))? else { return Ok(count) };
        each(name, count, value).map_err(A::Error::custom)?;
        count += 1;
    }
}

/// The list of a page; nothing where the field holds no list.
struct Page<'b, 'e> {
    name: &'b str,
    budget: &'b Budget,
    each: &'b mut Each<'e>,
}

impl<'de> DeserializeSeed<'de> for Page<'_, '_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Page<'_, '_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list in the field {}", self.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        hand_on(list, self.name, self.budget, self.each).map(Some)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Any value, counted.
struct Bounded<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.0.spend()?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Bounded(self.0))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(Bounded(self.0))?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}
