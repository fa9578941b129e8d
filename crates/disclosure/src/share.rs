//! Rates and means, made from what is already shown.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{Policy, Shown, Working, with_commas};

/// A part of a whole in whole percent, made from the two rounded figures and from nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// 1 to 99.
    Percent(u8),
    /// What would read 0 %.
    UnderFive,
    /// What would read 100 %.
    OverNinetyFive,
    /// The whole is too small, or one of the two is not a number.
    NotShown,
}

impl Share {
    pub(crate) fn of(policy: Policy, part: Shown, whole: Shown) -> Self {
        let (Some(part), Some(whole)) = (part.rounded(), whole.rounded()) else {
            return Self::NotShown;
        };
        if whole == 0 || whole < policy.minimum_denominator() {
            return Self::NotShown;
        }
        let (part, whole) = (u128::from(part.min(whole)), u128::from(whole));
        match u8::try_from((part * 200 + whole) / (whole * 2)) {
            Ok(0) => Self::UnderFive,
            Ok(percent @ 1..100) => Self::Percent(percent),
            _ => Self::OverNinetyFive,
        }
    }

    /// The percentage where there is one: for the length of a bar, never for a text.
    pub const fn percent(self) -> Option<u8> {
        match self {
            Self::Percent(p) => Some(p),
            Self::UnderFive | Self::OverNinetyFive | Self::NotShown => None,
        }
    }
}

impl fmt::Display for Share {
    /// "34 %", "<5 %", ">95 %" or "not shown".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(p) => write!(f, "{p} %"),
            Self::UnderFive => f.write_str("<5 %"),
            Self::OverNinetyFive => f.write_str(">95 %"),
            Self::NotShown => f.write_str("not shown"),
        }
    }
}

impl Serialize for Share {
    /// A number, or one of the texts of `Display`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Percent(p) => serializer.serialize_u8(*p),
            other => serializer.collect_str(other),
        }
    }
}

/// A mean over people, to one decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mean {
    /// Tenths of the unit: 34 is 3.4.
    Tenths(i64),
    /// Too few people, or not a finite number.
    NotShown,
}

impl Mean {
    /// `total` is the sum over all the people counted by `people`, in the unit that the mean will have.
    pub(crate) fn of(policy: Policy, total: f64, people: Working) -> Self {
        if people.get() < policy.minimum_for_mean().max(1) {
            return Self::NotShown;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of people stay far below 2^53")]
        let tenths = (total / people.get() as f64 * 10.0).round();
        if !tenths.is_finite() || tenths.abs() > 1e15 {
            return Self::NotShown;
        }
        #[expect(clippy::cast_possible_truncation, reason = "finite, whole and below 10^15")]
        Self::Tenths(tenths as i64)
    }
}

impl fmt::Display for Mean {
    /// "1,203.4" or "not shown".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenths(t) => {
                let (sign, size) = (if *t < 0 { "−" } else { "" }, t.unsigned_abs());
                write!(f, "{sign}{}.{}", with_commas(size / 10), size % 10)
            }
            Self::NotShown => f.write_str("not shown"),
        }
    }
}

impl Serialize for Mean {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "below 10^15")]
            Self::Tenths(t) => serializer.serialize_f64(*t as f64 / 10.0),
            Self::NotShown => serializer.collect_str(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_from_rounded_parts() {
        use Shown::{Count, Few, Hidden, UpTo};
        for (part, whole, text) in [
            (Count(10), Count(30), "33 %"),
            (Count(10), Count(25), "not shown"),
            (Count(0), Count(100), "<5 %"),
            (Count(10), Count(100_000), "<5 %"),
            (Count(100), Count(100), ">95 %"),
            (Count(105), Count(100), ">95 %"),
            (Count(995), Count(1000), ">95 %"),
            (Count(985), Count(1000), "99 %"),
            (UpTo(7), Count(100), "not shown"),
            (Few, Count(100), "not shown"),
            (Count(50), Hidden, "not shown"),
            (Count(0), Count(0), "not shown"),
        ] {
            assert_eq!(Share::of(Policy::default(), part, whole).to_string(), text, "{part} of {whole}");
        }
    }

    #[test]
    fn means_need_eight_people() {
        for (total, people, text) in [
            (24.0, 8, "3.0"),
            (21.0, 7, "not shown"),
            (-12.2, 10, "−1.2"),
            (123_456.0, 10, "12,345.6"),
            (0.0, 0, "not shown"),
            (f64::NAN, 100, "not shown"),
        ] {
            assert_eq!(Mean::of(Policy::default(), total, Working::from(people)).to_string(), text);
        }
    }
}
