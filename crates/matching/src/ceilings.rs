//! The most that each service could score for one person: whole levels, counted for a block of services at a time, so
//! that the offers of a county can be looked at best first and nearly all of them need not be looked at.
//!
//! A number for each of many services is kept in bit slices: plane 0 holds the lowest bit of each, plane 1 the next. To
//! add a weight to all services that offer a topic is then a few ANDs and XORs for all of them together.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, u64x8};
use vocabulary::{TopicSet, ones};

use crate::lanes::{Lanes, NONE, is_empty, list_members, load};
use crate::levels::DISTANCE_PLANES;

/// Planes for the ceilings of nearly every rule set: no number above 63. What is done with so few is compiled by itself, so
/// that they stay in the processor's registers.
pub(crate) const FEW_PLANES: usize = 6;
/// Planes for those of any: sixteen weights of 32 bits each.
pub(crate) const MOST_PLANES: usize = 36;

/// Adds one to the numbers of these services, the first plane the lowest bit.
#[inline(always)]
fn add<S: Simd>(planes: &mut [u64x8<S>], to: u64x8<S>) {
    let mut carry = to;
    for plane in planes {
        (*plane, carry) = (*plane ^ carry, *plane & carry);
    }
}

/// The services whose number is at least this.
#[inline(always)]
fn at_least<S: Simd>(simd: S, planes: &[Lanes], least: usize) -> u64x8<S> {
    let mut lower = u64x8::splat(simd, u64::MAX);
    for (place, plane) in planes.iter().enumerate() {
        let plane = load(simd, plane);
        // Where the bit is asked for, both; where it is not, either.
        let not_asked = u64x8::splat(simd, (least as u64 >> place & 1).wrapping_sub(1));
        lower = lower & plane | not_asked & (lower | plane);
    }
    lower
}

/// The planes that a number up to this takes.
pub(crate) const fn planes_of(most: usize) -> usize {
    (usize::BITS - most.leading_zeros()) as usize
}

/// What is asked of a block of local services, a bit for each: all of it side by side, since one person asks all of it
/// at once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Questions {
    /// Asks for no condition.
    pub(crate) requires_nothing: Lanes,
    pub(crate) by_topic: [Lanes; 16],
    /// For each condition: asks for conditions, and this is one of them; is not for people with it.
    pub(crate) accepts_and_excludes: [[Lanes; 2]; 20],
}

/// The services of a block that a person could use and needs.
struct Block<const PLANES: usize> {
    at: usize,
    /// Those that have not been given yet.
    left: Lanes,
    /// Those of them that may have the highest ceiling, while it is looked for.
    best: Lanes,
    planes: [Lanes; PLANES],
}

/// The ceilings of one person's offers. Kept from person to person for its memory.
pub(crate) struct Ceilings<const PLANES: usize> {
    /// How many of the planes are used.
    planes: usize,
    blocks: Vec<Block<PLANES>>,
    /// The needs whose weight has this bit.
    by_place: [u16; PLANES],
    needs: TopicSet,
    pub(crate) covered: TopicSet,
}

impl<const PLANES: usize> Ceilings<PLANES> {
    /// For numbers of so many planes.
    pub(crate) const fn new(planes: usize) -> Self {
        let none = TopicSet::EMPTY;
        Self { planes, blocks: Vec::new(), by_place: [0; PLANES], needs: none, covered: none }
    }

    /// Few planes are all used, which the compiler may know.
    #[inline(always)]
    const fn used(&self) -> usize {
        if PLANES == FEW_PLANES { PLANES } else { self.planes }
    }

    /// Begins a person with these needs; `by_place` says which topics have this bit in their weight.
    #[inline(always)]
    pub(crate) fn begin(&mut self, by_place: &[u16; MOST_PLANES], needs: TopicSet) {
        self.blocks.clear();
        for (wanted, topics) in self.by_place.iter_mut().zip(by_place) {
            *wanted = topics & needs.0;
        }
        self.needs = needs;
        self.covered = TopicSet::EMPTY;
    }

    /// Adds a block: the levels that the distance leaves, what the person may use of it, and who offers what.
    #[inline(always)]
    pub(crate) fn push<S: Simd>(
        &mut self,
        simd: S,
        at: usize,
        distance: &[Lanes; DISTANCE_PLANES],
        may: u64x8<S>,
        by_topic: &[Lanes; 16],
    ) {
        let mut left = u64x8::splat(simd, 0);
        for topic in ones(self.needs.0.into()) {
            let offering = may & load(simd, &by_topic[topic]);
            left |= offering;
            self.covered.0 |= u16::from(!is_empty(offering)) << topic;
        }
        if is_empty(left) {
            return;
        }
        let mut planes = [u64x8::splat(simd, 0); PLANES];
        for (plane, distance) in planes.iter_mut().zip(distance) {
            *plane = load(simd, distance);
        }
        if PLANES == FEW_PLANES {
            // Written out, so that every plane is known by its name when this is compiled.
            self.weigh(simd, 0, &mut planes, may, by_topic);
            self.weigh(simd, 1, &mut planes, may, by_topic);
            self.weigh(simd, 2, &mut planes, may, by_topic);
            self.weigh(simd, 3, &mut planes, may, by_topic);
            self.weigh(simd, 4, &mut planes, may, by_topic);
            self.weigh(simd, 5, &mut planes, may, by_topic);
        } else {
            for place in 0..self.planes {
                self.weigh(simd, place, &mut planes, may, by_topic);
            }
        }
        let mut block = Block { at, left: NONE, best: NONE, planes: [NONE; PLANES] };
        left.store_array(&mut block.left.0);
        for (to, plane) in block.planes.iter_mut().zip(planes) {
            plane.store_array(&mut to.0);
        }
        self.blocks.push(block);
    }

    /// Adds what the weights of this bit are worth.
    #[inline(always)]
    fn weigh<S: Simd>(
        &self,
        simd: S,
        place: usize,
        planes: &mut [u64x8<S>; PLANES],
        may: u64x8<S>,
        by_topic: &[Lanes; 16],
    ) {
        let used = self.used();
        for topic in ones(self.by_place[place].into()) {
            add(&mut planes[place..used], may & load(simd, &by_topic[topic]));
        }
    }

    /// The highest ceiling of what is left; none where nothing is.
    #[inline(always)]
    pub(crate) fn highest<S: Simd>(&mut self, simd: S) -> Option<usize> {
        let mut highest = 0;
        for block in &mut self.blocks {
            block.best = block.left;
        }
        for place in (0..self.used()).rev() {
            let mut there = false;
            for block in &self.blocks {
                there |= !is_empty(load(simd, &block.best) & load(simd, &block.planes[place]));
            }
            if there {
                highest |= 1 << place;
                for block in &mut self.blocks {
                    let best = load(simd, &block.best) & load(simd, &block.planes[place]);
                    best.store_array(&mut block.best.0);
                }
            }
        }
        (!self.blocks.is_empty()).then_some(highest)
    }

    /// Lists the services that are left whose ceiling is at least this, as local numbers; says whether any are left after
    /// them.
    #[inline(always)]
    pub(crate) fn take<S: Simd>(&mut self, simd: S, least: usize, taken: &mut Vec<u32>) -> bool {
        taken.clear();
        let mut more = false;
        let used = self.used();
        for block in &mut self.blocks {
            let left = load(simd, &block.left);
            let high = left & at_least(simd, &block.planes[..used], least);
            let rest = left ^ high;
            rest.store_array(&mut block.left.0);
            more |= !is_empty(rest);
            list_members(block.at, high, taken);
        }
        more
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::BLOCK;
    use fearless_simd::{Level, dispatch};
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[inline(always)]
    fn added<S: Simd>(simd: S, to: &[(Lanes, usize)], least: usize) -> Vec<u32> {
        let mut planes = [u64x8::splat(simd, 0); planes_of(9 << 5)];
        for (to, place) in to {
            add(&mut planes[*place..], load(simd, to));
        }
        let planes = planes.map(|plane| {
            let mut lanes = NONE;
            plane.store_array(&mut lanes.0);
            lanes
        });
        let mut found = Vec::new();
        list_members(0, at_least(simd, &planes, least), &mut found);
        found
    }

    proptest! {
        #[test]
        fn numbers_in_bit_slices_add_and_compare_as_numbers_do(
            weights in vec((vec(any::<bool>(), BLOCK), 0..6_usize), 0..9),
            least in 0..300_usize,
        ) {
            let mut numbers = vec![0; BLOCK];
            let mut to = Vec::new();
            for (holds, place) in weights {
                let mut lanes = NONE;
                for local in (0..BLOCK).filter(|local| holds[*local]) {
                    crate::lanes::set(&mut lanes, local);
                    numbers[local] += 1 << place;
                }
                to.push((lanes, place));
            }
            let found = dispatch!(Level::new(), simd => added(simd, &to, least));
            let expected: Vec<u32> = (0..).zip(&numbers).filter(|(_, n)| **n >= least).map(|(at, _)| at).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
