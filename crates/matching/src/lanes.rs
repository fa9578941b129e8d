//! Sets of local services: a bit for each, in lanes that the processor works through side by side.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, u64x8};

/// Words of a block.
pub(crate) const WORDS: usize = 8;
/// Services of a block.
pub(crate) const BLOCK: usize = WORDS * 64;

/// A bit for each service of a block, where the processor fetches all of them in one go.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub(crate) struct Lanes(pub(crate) [u64; WORDS]);

/// A bit for each service of a tile, block by block.
pub(crate) type Bits = Box<[Lanes]>;

pub(crate) const NONE: Lanes = Lanes([0; WORDS]);

/// Sets the bit of a service in its block.
pub(crate) fn set(lanes: &mut Lanes, local: usize) {
    lanes.0[local % BLOCK / 64] |= 1 << (local % 64);
}

/// A set where the processor works on it.
#[inline(always)]
pub(crate) fn load<S: Simd>(simd: S, lanes: &Lanes) -> u64x8<S> {
    u64x8::load_array_ref(simd, &lanes.0)
}

/// Whether nobody is in a set.
#[inline(always)]
pub(crate) fn is_empty<S: Simd>(set: u64x8<S>) -> bool {
    set.simd_eq(0).all_true()
}

/// Lists the services of a block that are in a set behind the others, as local numbers.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "services are numbered by 32 bits")]
pub(crate) fn list_members<S: Simd>(block: usize, set: u64x8<S>, members: &mut Vec<u32>) {
    let mut full = (!set.simd_eq(0)).to_bitmask();
    if full == 0 {
        return;
    }
    let mut lanes = NONE;
    set.store_array(&mut lanes.0);
    while full != 0 {
        let word = full.trailing_zeros() as usize;
        full &= full - 1;
        let first = (block * BLOCK + word * 64) as u32;
        let mut left = lanes.0[word % WORDS];
        while left != 0 {
            members.push(first + left.trailing_zeros());
            left &= left - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fearless_simd::{Level, dispatch};

    #[test]
    fn what_was_set_is_a_member() {
        let mut lanes = NONE;
        for local in [BLOCK, BLOCK + 63, BLOCK + 64, 2 * BLOCK - 1] {
            set(&mut lanes, local);
        }
        let mut found = Vec::new();
        dispatch!(Level::new(), simd => list_members(1, load(simd, &lanes), &mut found));
        assert_eq!(found, [512, 512 + 63, 512 + 64, 1_023]);
    }
}
