//! A count of people that nobody may see yet.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// A raw count of people. It can be added up and handed to a [`Release`](crate::Release); it cannot be printed,
/// serialised or read back, and its `Debug` form keeps the number to itself, so that a log line cannot leak it.
///
/// ```compile_fail
/// println!("{}", disclosure::Working::from(3));
/// ```
///
/// Arithmetic saturates: a count never wraps round and never goes below nobody.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Working(u64);

impl Working {
    pub const NOBODY: Self = Self(0);

    /// The number itself, for the rules of this crate only.
    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

impl From<u64> for Working {
    fn from(n: u64) -> Self {
        Self(n)
    }
}

impl Add for Working {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Working {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Working {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Working {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::NOBODY, Add::add)
    }
}

impl<'a> Sum<&'a Self> for Working {
    fn sum<I: Iterator<Item = &'a Self>>(counts: I) -> Self {
        counts.copied().sum()
    }
}

impl fmt::Debug for Working {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Working(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_keeps_the_number_to_itself() {
        assert_eq!(format!("{:?}", Working::from(3)), "Working(…)");
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Working::from(u64::MAX) + Working::from(1), Working::from(u64::MAX));
        assert_eq!(Working::from(1) - Working::from(2), Working::NOBODY);
        assert_eq!([1, 2, 3].map(Working::from).iter().sum::<Working>(), Working::from(6));
    }
}
