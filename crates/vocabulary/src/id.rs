//! Identifiers that know what they identify.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The identifier of a `T`: 128 bits, written as a UUID in lower case. Made by `ground::database`, where chance and
/// the clock are; here it is only read and compared.
pub struct Id<T> {
    bits: u128,
    of: PhantomData<fn() -> T>,
}

/// What an identifier looks like, said when a text does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an identifier such as 018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f")]
pub struct IdError;

impl<T> Id<T> {
    pub const fn from_bits(bits: u128) -> Self {
        Self { bits, of: PhantomData }
    }

    pub const fn bits(self) -> u128 {
        self.bits
    }

    /// Reads the form with four hyphens; capital letters are taken too.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return Err(IdError);
        }
        let mut bits = 0_u128;
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if *byte != b'-' {
                    return Err(IdError);
                }
                continue;
            }
            let digit = char::from(*byte).to_digit(16).ok_or(IdError)?;
            bits = bits << 4 | u128::from(digit);
        }
        Ok(Self::from_bits(bits))
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bits;
        let part = |shift: u32, digits: u32| bits >> shift & ((1 << (digits * 4)) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 8),
            part(80, 4),
            part(64, 4),
            part(48, 4),
            part(0, 12)
        )
    }
}

// Derived, these would ask the same of `T`, which is only a word.
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bits.cmp(&other.bits)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_as_it_was_written() {
        let text = "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0f";
        let id: Id<()> = Id::parse(text).expect("an identifier");
        assert_eq!(id.to_string(), text);
        assert_eq!(Id::parse(&text.to_uppercase()), Ok(id));
        for bad in ["", "018f3c1e7a2b7c3d8e4f5a6b7c8d9e0f", "018f3c1e-7a2b-7c3d-8e4f-5a6b7c8d9e0g"] {
            assert_eq!(Id::<()>::parse(bad), Err(IdError));
        }
    }
}
