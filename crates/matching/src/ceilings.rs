//! The most that each service could score for one person: whole levels, counted for a block of services at a time, so
//! that the offers of a county can be looked at best first and nearly all of them need not be looked at.
//!
//! A number for each of many services is kept in bit slices: plane 0 holds the lowest bit of each, plane 1 the next. To
//! add a weight to all services that offer a topic is then a few ANDs and XORs for all of them together.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use vocabulary::{TopicSet, ones};

use crate::Plan;
use crate::lanes::{Lanes, NONE, each, each_member};

/// Adds `2^place` to the numbers of these services.
#[inline(always)]
pub(crate) fn add(planes: &mut [Lanes], place: usize, to: &Lanes) {
    let mut carry = *to;
    for plane in &mut planes[place..] {
        (*plane, carry) = (each(plane, &carry, |a, b| a ^ b), each(plane, &carry, |a, b| a & b));
    }
}

/// The services whose number is at least this.
#[inline(always)]
fn at_least(planes: &[Lanes], least: usize) -> Lanes {
    planes.iter().enumerate().fold([u64::MAX; _], |lower, (place, plane)| {
        if least >> place & 1 == 1 {
            each(&lower, plane, |lower, bit| lower & bit)
        } else {
            each(&lower, plane, |lower, bit| lower | bit)
        }
    })
}

/// The planes that a number up to this takes.
pub(crate) const fn planes_of(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}

/// The ceilings of one person's offers. Kept from person to person for its memory.
#[derive(Default)]
pub(crate) struct Ceilings {
    planes_a_block: usize,
    planes: Vec<Lanes>,
    /// What the person may use, needs, and has not been given yet.
    left: Vec<Lanes>,
    /// No ceiling is higher.
    pub(crate) highest: usize,
    pub(crate) covered: TopicSet,
}

impl Ceilings {
    /// Begins a person with these needs.
    pub(crate) fn begin(&mut self, plan: &Plan, needs: TopicSet) {
        let weights = usize::try_from(plan.rules().weights.sum(needs)).unwrap_or(0);
        self.highest = weights + plan.levels.count;
        self.planes_a_block = planes_of(self.highest).max(1);
        self.planes.clear();
        self.left.clear();
        self.covered = TopicSet::EMPTY;
    }

    /// Adds the next block: the levels that the distance leaves, what the person may use of it, and who offers what.
    #[inline(always)]
    pub(crate) fn push(
        &mut self,
        plan: &Plan,
        needs: TopicSet,
        distance: &[Lanes],
        may: &Lanes,
        by_topic: &[Lanes; 16],
    ) {
        let first = self.planes.len();
        self.planes.extend_from_slice(distance);
        self.planes.resize(first + self.planes_a_block, NONE);
        let mut left = NONE;
        if *may != NONE {
            let planes = &mut self.planes[first..];
            for topic in ones(needs.0.into()) {
                let offering = each(may, &by_topic[topic], |may, offers| may & offers);
                left = each(&left, &offering, |a, b| a | b);
                self.covered.0 |= u16::from(offering != NONE) << topic;
                for place in ones(plan.rules().weights.0[topic].unsigned_abs()) {
                    add(planes, place, &offering);
                }
            }
        }
        self.left.push(left);
    }

    /// Gives the services that are left whose ceiling is at least this; says whether any are left after them.
    #[inline(always)]
    pub(crate) fn take(&mut self, least: usize, mut give: impl FnMut(usize)) -> bool {
        let mut more = false;
        let blocks = self.planes.chunks_exact(self.planes_a_block).zip(&mut self.left);
        for (block, (planes, left)) in blocks.enumerate() {
            let taken = each(&at_least(planes, least), left, |high, left| high & left);
            *left = each(left, &taken, |left, taken| left & !taken);
            more |= *left != NONE;
            each_member(block, &taken, &mut give);
        }
        more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::BLOCK;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_in_bit_slices_add_and_compare_as_numbers_do(
            weights in vec((vec(any::<bool>(), BLOCK), 0..6_usize), 0..9),
            least in 0..300_usize,
        ) {
            let mut planes = vec![NONE; planes_of(9 << 5)];
            let mut numbers = vec![0; BLOCK];
            for (holds, place) in weights {
                let mut to = NONE;
                for local in (0..BLOCK).filter(|local| holds[*local]) {
                    crate::lanes::set(&mut to, local);
                    numbers[local] += 1 << place;
                }
                add(&mut planes, place, &to);
            }
            let mut found = Vec::new();
            each_member(0, &at_least(&planes, least), |local| found.push(local));
            let expected: Vec<usize> = (0..BLOCK).filter(|local| numbers[*local] >= least).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
