//! Small numbers as Parquet packs them (`RLE`): runs of one number, and runs of eights, so many bits a number.

/// The next number of a run's head: seven bits a byte, the lowest first.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A run.
enum Run<'b> {
    /// So often the same number.
    Same(usize, u32),
    /// So many eights, packed.
    Eights(usize, &'b [u8]),
}

fn run<'b>(bytes: &mut &'b [u8], bits: u8) -> Option<Run<'b>> {
    let head = number(bytes)?;
    let count = usize::try_from(head >> 1).ok()?;
    if head & 1 == 0 {
        let (value, rest) = bytes.split_at_checked(usize::from(bits.div_ceil(8)))?;
        *bytes = rest;
        let value = value.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
        return Some(Run::Same(count, value));
    }
    // The last eights may be cut short behind the last number that counts.
    let length = count.checked_mul(usize::from(bits))?.min(bytes.len());
    let (packed, rest) = bytes.split_at(length);
    *bytes = rest;
    Some(Run::Eights(count, packed))
}

/// Whether there are this many numbers of one bit and all of them are ones.
pub(super) fn all_ones(mut bytes: &[u8], count: usize) -> bool {
    let mut left = count;
    while left > 0 {
        match run(&mut bytes, 1) {
            Some(Run::Same(times, 1)) if times > 0 => left -= times.min(left),
            Some(Run::Eights(eights, packed)) if eights > 0 => {
                let now = left.min(packed.len() * 8);
                let (whole, rest) = (now / 8, now % 8);
                let ones = |byte: u8, bits: usize| byte.trailing_ones() as usize >= bits;
                let all = packed[..whole].iter().all(|byte| *byte == 0xFF);
                if now == 0 || !all || (rest > 0 && !ones(packed[whole], rest)) {
                    return false;
                }
                left -= now;
            }
            _ => return false,
        }
    }
    true
}

/// Unpacks this many places in a list, the width of each before them; says whether all were there, and in the list.
pub(super) fn unpacked(bytes: &[u8], count: usize, most: usize, places: &mut Vec<u16>) -> bool {
    let Some((bits, mut bytes)) = bytes.split_first() else { return count == 0 };
    let Some(eight) = EIGHT.get(usize::from(*bits)) else { return false };
    let begun = places.len();
    let end = begun + count;
    while places.len() < end {
        let left = end - places.len();
        match run(&mut bytes, *bits) {
            Some(Run::Same(times, value)) if times > 0 => {
                let Ok(value) = u16::try_from(value) else { return false };
                places.resize(places.len() + times.min(left), value);
            }
            Some(Run::Eights(eights, packed)) if eights > 0 => {
                let from = places.len();
                let eights = eights.min(left.div_ceil(8));
                places.resize(from + eights * 8, 0);
                if !eight(packed, &mut places[from..]) {
                    return false;
                }
                places.truncate(end);
            }
            _ => return false,
        }
    }
    places[begun..].iter().copied().max().is_none_or(|largest| usize::from(largest) < most)
}

/// Unpacks eights of so many bits a number; says whether all were there.
fn eights<const BITS: usize>(packed: &[u8], places: &mut [u16]) -> bool {
    let (out, _) = places.as_chunks_mut::<8>();
    if packed.len() < out.len() * BITS {
        return false;
    }
    let mask = (1_u64 << BITS) - 1;
    for (at, out) in out.iter_mut().enumerate() {
        let bytes = &packed[at * BITS..];
        // Four numbers take no more than eight bytes. The fifth begins at a byte, or in its middle.
        let (low, high) = if let Some(bytes) = bytes.first_chunk::<16>() {
            halves::<BITS>(bytes)
        } else {
            let mut padded = [0; 16];
            padded[..bytes.len()].copy_from_slice(bytes);
            halves::<BITS>(&padded)
        };
        for (place, shift) in (0..4).map(|n| (n, n * BITS)) {
            out[place] = narrow(low >> shift & mask);
            out[place + 4] = narrow(high >> shift & mask);
        }
    }
    true
}

/// The bytes from the first number of eight on, and from the fifth.
fn halves<const BITS: usize>(bytes: &[u8; 16]) -> (u64, u64) {
    let from = |at: usize| bytes[at..].first_chunk::<8>().map_or(0, |eight| u64::from_le_bytes(*eight));
    (from(0), from(BITS / 2) >> (BITS % 2 * 4))
}

#[expect(clippy::cast_possible_truncation, reason = "no more than sixteen bits are left of it")]
const fn narrow(number: u64) -> u16 {
    number as u16
}

type Eights = fn(&[u8], &mut [u16]) -> bool;

/// By the number of bits: each is compiled by itself, so that no number is shifted by a distance that must be worked out.
const EIGHT: [Eights; 17] = [
    eights::<0>,
    eights::<1>,
    eights::<2>,
    eights::<3>,
    eights::<4>,
    eights::<5>,
    eights::<6>,
    eights::<7>,
    eights::<8>,
    eights::<9>,
    eights::<10>,
    eights::<11>,
    eights::<12>,
    eights::<13>,
    eights::<14>,
    eights::<15>,
    eights::<16>,
];
