//! What stands beside the profile's own fields, taken out again; and identifiers that say nothing.

use ground::files::digest_text;
use serde_json::{Map, Value};
use vocabulary::Id;

use super::EXTENSION;
use crate::directory::{Entry, More};

pub(super) const AS_GIVEN: &str = "as_given";
pub(super) const MORE: &str = "more";

/// What an object says in the field of that name.
#[derive(Debug, Default)]
pub(in super::super) struct Extension {
    /// What is to be kept as it came, whatever its name means.
    pub(in super::super) more: More,
    /// Fields of Meres's own.
    pub(in super::super) own: Map<String, Value>,
}

impl Extension {
    /// Takes it out of an object, whose fields are afterwards as the record had them.
    pub(in super::super) fn take(map: &mut Map<String, Value>) -> Self {
        if !map.get(EXTENSION).is_some_and(Value::is_object) {
            return Self::default();
        }
        let Some(Value::Object(mut own)) = map.swap_remove(EXTENSION) else { return Self::default() };
        for (name, value) in object(&mut own, AS_GIVEN) {
            if value.is_null() {
                map.swap_remove(&name);
            } else {
                map.insert(name, value);
            }
        }
        Self { more: object(&mut own, MORE).into_iter().collect(), own }
    }
}

/// Takes an object out of another; what is none stays where it is.
fn object(map: &mut Map<String, Value>, name: &str) -> Map<String, Value> {
    match map.get_mut(name).map(Value::take) {
        Some(Value::Object(inside)) => {
            map.swap_remove(name);
            inside
        }
        Some(other) => {
            map.insert(name.to_owned(), other);
            Map::new()
        }
        None => Map::new(),
    }
}

/// The first 48 bits of a derived identifier, and the version (8: bits of one's own) and variant of any such UUID.
const DERIVED: u128 = 0x6d65_7265_7300 << 80;
const DERIVED_MASK: u128 = 0xffff_ffff_ffff << 80;
const FORM: u128 = 0x8 << 76 | 0x2 << 62;
const FORM_MASK: u128 = 0xf << 76 | 0x3 << 62;

/// The identifier of something that the profile wants one of and the source gave none, from where it stands: the same at
/// every export, and known for what it is when it comes back.
pub(super) fn derived(from: &str) -> String {
    let digits = digest_text(from);
    let bits = digits.bytes().take(32).fold(0_u128, |bits, digit| {
        bits << 4 | u128::from(char::from(digit).to_digit(16).unwrap_or_default())
    });
    let bits = bits & !DERIVED_MASK & !FORM_MASK | DERIVED | FORM;
    Id::<Entry>::from_bits(bits).to_string()
}

/// Whether an identifier is such a one, and so says nothing.
pub(in super::super) fn is_derived(text: &str) -> bool {
    let bits = Id::<Entry>::parse(text).map(Id::bits);
    bits.is_ok_and(|bits| bits & DERIVED_MASK == DERIVED && bits & FORM_MASK == FORM)
}
