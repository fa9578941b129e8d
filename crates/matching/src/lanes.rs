//! Sets of local services: a bit for each, in lanes that the processor works through side by side.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

/// Words of a block.
pub(crate) const WORDS: usize = 4;
/// Services of a block.
pub(crate) const BLOCK: usize = WORDS * 64;

/// A bit for each service of a block.
pub(crate) type Lanes = [u64; WORDS];

/// A bit for each service of a tile, block by block.
pub(crate) type Bits = Box<[Lanes]>;

pub(crate) const NONE: Lanes = [0; WORDS];

/// Sets the bit of a service in its block.
pub(crate) fn set(lanes: &mut Lanes, local: usize) {
    lanes[local % BLOCK / 64] |= 1 << (local % 64);
}

/// Word by word, what becomes of two sets.
#[inline(always)]
pub(crate) fn each(a: &Lanes, b: &Lanes, of: impl Fn(u64, u64) -> u64) -> Lanes {
    let mut lanes = *a;
    for (word, other) in lanes.iter_mut().zip(b) {
        *word = of(*word, *other);
    }
    lanes
}

/// Gives the services of a block that are in a set, as local numbers.
#[inline(always)]
pub(crate) fn each_member(block: usize, lanes: &Lanes, mut give: impl FnMut(usize)) {
    for (word, bits) in lanes.iter().enumerate() {
        let first = block * BLOCK + word * 64;
        let mut left = *bits;
        while left != 0 {
            give(first + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}

/// 64 bytes of 0 or 1 as 64 bits, the first byte lowest.
#[inline(always)]
pub(crate) fn packed(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |word, (at, eight)| {
        // Each byte's lowest bit moves to its own place in the highest byte of the product.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word | bits << (at * 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_finds_its_bit() {
        for at in 0..64 {
            let mut bytes = [0; 64];
            bytes[at] = 1;
            assert_eq!(packed(&bytes), 1 << at);
        }
        assert_eq!(packed(&[1; 64]), u64::MAX);
    }

    #[test]
    fn what_was_set_is_a_member() {
        let mut lanes = NONE;
        for local in [BLOCK, BLOCK + 63, BLOCK + 64, 2 * BLOCK - 1] {
            set(&mut lanes, local);
        }
        let mut found = Vec::new();
        each_member(1, &lanes, |local| found.push(local));
        assert_eq!(found, [BLOCK, BLOCK + 63, BLOCK + 64, 2 * BLOCK - 1]);
    }
}
