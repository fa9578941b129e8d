//! The flow inside: people, sessions with places and prices, and the way out.
//!
//! At given prices a person does best in the session where score less price is most, or *out* where no session leaves more
//! than nothing. Floors and people who are bound to have a place are put in these words by whoever makes a market.

use super::demand::Offer;

/// People and sessions as the solver sees them. The way out is the number behind the last session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Market<'d> {
    pub(super) starts: &'d [u32],
    pub(super) offers: &'d [Offer],
    /// The most people of each session.
    pub(super) places: &'d [u32],
    /// Whether each person must be in some session; empty where all may stay out.
    pub(super) bound: &'d [bool],
}

/// Where a person does best at some prices, and how much worse the next best is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) best: u32,
    pub(super) second: u32,
    pub(super) value: i64,
    pub(super) gap: i64,
}

/// What being out is worth to somebody who must not be: less than any session at any price that can come up.
pub(super) const NEVER: i64 = -(1 << 60);

impl Market<'_> {
    pub(super) fn people(&self) -> usize {
        self.starts.len() - 1
    }

    /// The way out as a number.
    #[expect(clippy::cast_possible_truncation, reason = "a demand has at most MOST_SESSIONS sessions")]
    pub(super) fn out(&self) -> u32 {
        self.places.len() as u32
    }

    #[inline]
    pub(super) fn offers_of(&self, person: usize) -> &[Offer] {
        &self.offers[self.starts[person] as usize..self.starts[person + 1] as usize]
    }

    #[inline]
    pub(super) fn worth_of_out(&self, person: usize) -> i64 {
        if self.bound.get(person).copied().unwrap_or(false) { NEVER } else { 0 }
    }

    /// Best and second best for a person. `prices` has one more entry than there are sessions, 0 for the way out.
    #[inline]
    pub(super) fn choice(&self, person: usize, prices: &[i64]) -> Choice {
        let (mut best, mut second) = (self.out(), self.out());
        let (mut value, mut next) = (self.worth_of_out(person), NEVER * 2);
        for offer in self.offers_of(person) {
            let here = i64::from(offer.score) - prices[offer.session as usize];
            // Written so that the processor need not guess: which offer is best is chance to it.
            let (first, later) = (here > value, here > next);
            second = if first {
                best
            } else if later {
                offer.session
            } else {
                second
            };
            next = if first {
                value
            } else if later {
                here
            } else {
                next
            };
            best = if first { offer.session } else { best };
            value = if first { here } else { value };
        }
        Choice { best, second, value, gap: value - next }
    }
}
