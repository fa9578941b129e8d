//! Lower layer super output areas: the small areas of official statistics.

use std::fmt;

/// The code of an LSOA in England (`E01…`) or Wales (`W01…`): a letter and eight digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lsoa {
    wales: bool,
    number: u32,
}

/// What an LSOA code looks like, said when a text does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an LSOA code such as E01026317")]
pub struct LsoaError;

impl Lsoa {
    /// Reads a code. Only its form is tested; whether the area exists is the business of the geography tables.
    pub fn parse(text: &str) -> Result<Self, LsoaError> {
        let (wales, digits) = match text.as_bytes() {
            [b'E' | b'e', rest @ ..] => (false, rest),
            [b'W' | b'w', rest @ ..] => (true, rest),
            _ => return Err(LsoaError),
        };
        if digits.len() != 8 || !digits.starts_with(b"01") || !digits.iter().all(u8::is_ascii_digit) {
            return Err(LsoaError);
        }
        let number = digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'));
        Ok(Self { wales, number })
    }
}

impl fmt::Display for Lsoa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:08}", if self.wales { 'W' } else { 'E' }, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_other_text() {
        for good in ["E01026317", "W01000001"] {
            assert_eq!(Lsoa::parse(good).map(|l| l.to_string()).as_deref(), Ok(good));
        }
        assert_eq!(Lsoa::parse("e01026317"), Lsoa::parse("E01026317"));
        for bad in ["", "E02026317", "E0102631", "E010263170", "E01O26317"] {
            assert_eq!(Lsoa::parse(bad), Err(LsoaError), "{bad}");
        }
    }
}
