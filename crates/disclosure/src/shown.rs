//! A count as a reader may see it.

use std::fmt;

use serde::{Serialize, Serializer};

/// A count after the gate. The four never look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    /// A count rounded to the policy's base (5). Zero is zero.
    Count(u64),
    /// Anything from nobody to this many (7): a small cell of a table with a health attribute.
    UpTo(u64),
    /// A small count that is not zero: a table without a health attribute.
    Few,
    /// Withheld, so that no other cell can be worked out from it.
    Hidden,
}

impl Shown {
    /// The rounded count where there is one: for the length of a bar or the step of a colour, never for arithmetic
    /// whose result is shown.
    pub const fn rounded(self) -> Option<u64> {
        match self {
            Self::Count(n) => Some(n),
            Self::UpTo(_) | Self::Few | Self::Hidden => None,
        }
    }
}

impl fmt::Display for Shown {
    /// "1,235", "≤7", "*" or "hidden".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(n) => f.write_str(&with_commas(*n)),
            Self::UpTo(n) => write!(f, "≤{n}"),
            Self::Few => f.write_str("*"),
            Self::Hidden => f.write_str("hidden"),
        }
    }
}

impl Serialize for Shown {
    /// A number, or the text "≤7", "*" or "hidden": a suppressed value is never a number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(n) => serializer.serialize_u64(*n),
            other => serializer.collect_str(other),
        }
    }
}

/// 1234567 as "1,234,567".
pub fn with_commas(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_never_look_alike() {
        for (shown, text) in [
            (Shown::Count(0), "0"),
            (Shown::Count(1_234_565), "1,234,565"),
            (Shown::UpTo(7), "≤7"),
            (Shown::Few, "*"),
            (Shown::Hidden, "hidden"),
        ] {
            assert_eq!(shown.to_string(), text);
        }
    }
}
