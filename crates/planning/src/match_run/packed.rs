//! Numbers as Parquet packs them: as differences of those that follow each other, or as numbers of a list.

/// Numbers that are packed in one go, all in as many bits as the largest of them takes.
const TOGETHER: usize = 32;
/// Differences that share the least of them.
const BLOCK: usize = 128;

/// Writes 32 numbers of so many bits each, the first in the lowest bits.
fn pack<const BITS: usize>(numbers: &[u32; TOGETHER], out: &mut Vec<u8>) {
    let mut words = [0_u32; TOGETHER];
    for (at, number) in numbers.iter().enumerate() {
        let (word, bit) = (at * BITS / 32, at * BITS % 32);
        words[word] |= number << bit;
        if bit + BITS > 32 {
            words[word + 1] |= number >> (32 - bit);
        }
    }
    let mut bytes = [0; 4 * TOGETHER];
    for (four, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *four = word.to_le_bytes();
    }
    out.extend_from_slice(&bytes[..4 * BITS]);
}

type Pack = fn(&[u32; TOGETHER], &mut Vec<u8>);

/// By the number of bits: each is compiled by itself, so that no number is shifted by a distance that must be worked out.
const PACK: [Pack; 33] = [
    pack::<0>, pack::<1>, pack::<2>, pack::<3>, pack::<4>, pack::<5>, pack::<6>, pack::<7>, pack::<8>,
    pack::<9>, pack::<10>, pack::<11>, pack::<12>, pack::<13>, pack::<14>, pack::<15>, pack::<16>,
    pack::<17>, pack::<18>, pack::<19>, pack::<20>, pack::<21>, pack::<22>, pack::<23>, pack::<24>,
    pack::<25>, pack::<26>, pack::<27>, pack::<28>, pack::<29>, pack::<30>, pack::<31>, pack::<32>,
];

/// The bits that a number takes.
pub(super) const fn bits(number: u32) -> u8 {
    (u32::BITS - number.leading_zeros()).to_le_bytes()[0]
}

/// Seven bits a byte, the lowest first; the highest bit of a byte says that another follows.
pub(super) fn push_number(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7F {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// The same, with those below zero between the others.
fn push_signed(out: &mut Vec<u8>, number: i32) {
    push_number(out, ((number << 1) ^ (number >> 31)).cast_unsigned().into());
}

/// `DELTA_BINARY_PACKED`: what each row's number is more than that of the row before.
pub(super) fn differences<R>(rows: &[R], of: impl Fn(&R) -> i32) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * 4 + BLOCK);
    for number in [BLOCK, BLOCK / TOGETHER, rows.len()] {
        push_number(&mut out, number as u64);
    }
    let mut before = rows.first().map_or(0, &of);
    push_signed(&mut out, before);
    for block in rows.get(1..).unwrap_or_default().chunks(BLOCK) {
        let mut steps = [0_i32; BLOCK];
        for (step, row) in steps.iter_mut().zip(block) {
            let number = of(row);
            *step = number.wrapping_sub(before);
            before = number;
        }
        let least = steps[..block.len()].iter().copied().min().unwrap_or(0);
        // What the last block has too few of adds nothing to what its numbers take.
        steps[block.len()..].fill(least);
        push_signed(&mut out, least);
        let over = steps.map(|step| step.wrapping_sub(least).cast_unsigned());
        let (groups, _) = over.as_chunks::<TOGETHER>();
        let wide = |group: &[u32; TOGETHER]| bits(group.iter().fold(0, |all, number| all | number));
        groups.iter().for_each(|group| out.push(wide(group)));
        for group in &groups[..block.len().div_ceil(TOGETHER)] {
            PACK[usize::from(wide(group))](group, &mut out);
        }
    }
    out
}

/// `RLE_DICTIONARY`: each row's number of a list, none of which takes more than so many bits.
pub(super) fn numbers_of_list<R>(rows: &[R], bits: u8, of: impl Fn(&R) -> u32) -> Vec<u8> {
    // A list of one would need no bits at all, which not every reader takes.
    let bits = bits.clamp(1, 32);
    let mut out = Vec::with_capacity(rows.len() * usize::from(bits) / 8 + 4 * TOGETHER);
    out.push(bits);
    // Numbers that are not alike come by eights.
    push_number(&mut out, (rows.len().div_ceil(8) as u64) << 1 | 1);
    let begun = out.len();
    for rows in rows.chunks(TOGETHER) {
        let mut numbers = [0; TOGETHER];
        numbers.iter_mut().zip(rows).for_each(|(number, row)| *number = of(row));
        PACK[usize::from(bits)](&numbers, &mut out);
    }
    out.truncate(begun + rows.len().div_ceil(8) * usize::from(bits));
    out
}

/// `RLE_DICTIONARY` for numbers that come several times each, one behind the other: the number, and how often.
pub(super) fn runs_of_list(runs: impl Iterator<Item = (u32, usize)>, bits: u8) -> Vec<u8> {
    let bits = bits.clamp(1, 32);
    let mut out = vec![bits];
    for (number, times) in runs {
        push_number(&mut out, (times as u64) << 1);
        out.extend_from_slice(&number.to_le_bytes()[..usize::from(bits).div_ceil(8)]);
    }
    out
}
