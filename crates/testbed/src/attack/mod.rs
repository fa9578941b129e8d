//! An opponent who has only what is printed, and a solver of integer programs.
//!
//! It shares no code with the release that it attacks. What a reader holds is a [`Publication`]: every true count is an
//! unknown whole number, every printed figure says between which two numbers it lies ([`Range::of_printed`]), and
//! whatever any reader knows of how figures hang together (parts are no larger than their whole, areas add up to the
//! county) is a linear relation between the unknowns. [`Publication::attack`] then asks of each figure whether two
//! numbers that lie far enough apart both fit everything.
//!
//! The answer "far enough" is proven by two witnesses: tables of whole numbers, each put into every relation again in
//! exact arithmetic, so that nothing hangs on the solver's floating point. Everything else is a loss for the
//! publication: a figure that is narrower, and just as well a figure that the solver could not settle in time.

mod components;
mod publication;
mod solver;
#[cfg(test)]
mod tests;
mod tighten;

pub use publication::{Figure, Publication, Range};

/// Two possible values of a small count must differ by this much, as target P1 asks: no interval narrower than 5. It is
/// what the release's own proof promises, and it is reached by the least that a small figure may say: of "≤7" with one
/// value ruled out at either end, 1 to 6 stay, and these differ by 5.
pub const WIDE: i64 = 5;
/// Against somebody who knows some of the people, nothing may be known exactly: two values are enough.
pub const NOT_EXACT: i64 = 1;

/// What the attack made of one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both numbers are possible, and they lie far enough apart.
    Safe { low: i64, high: i64 },
    /// Nothing outside of these two is possible, and they lie too near each other.
    Found { low: i64, high: i64 },
    /// Not settled. It counts as found.
    Unsettled,
}

impl Verdict {
    /// Whether the publication withstood.
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Safe { .. })
    }
}

/// Nothing fits everything that is printed: the reader's relations are wrong, or the publication contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction(pub String);
