//! Numbers that look random and follow from a seed alone: `SplitMix64` in whole numbers, so that every machine draws the same.

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a stream of numbers is for; one purpose never shifts the numbers of another.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(super) enum Purpose {
    Hamlets = 1,
    Postcodes,
    Deprivation,
    People,
    Pseudonyms,
    Organisations,
    Venues,
    Services,
}

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

/// Scatters the bits of a number. No two numbers give the same result.
pub(super) const fn scatter(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// The stream of a seed for a purpose.
    pub(super) const fn of(seed: u64, purpose: Purpose) -> Self {
        Self(scatter(seed.wrapping_add(scatter(purpose as u64))))
    }

    /// The stream of one thing among many: the same however the many are split into chunks.
    pub(super) const fn nth(&self, index: u64) -> Self {
        Self(scatter(self.0.wrapping_add(index.wrapping_mul(STEP))))
    }

    /// The number of one thing among many; no two of them share one.
    pub(super) const fn unique(&self, index: u64) -> u64 {
        scatter(self.0.wrapping_add(index.wrapping_mul(STEP)))
    }

    /// Any of 2^64 numbers.
    pub(super) const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scatter(self.0)
    }

    /// A number from 0 up to, not including, `bound`.
    pub(super) const fn below(&mut self, bound: u32) -> u32 {
        (((self.number() >> 32) * bound as u64) >> 32) as u32
    }

    /// A number in a range, both ends included.
    pub(super) const fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as u32) as i32
    }

    /// True so many times in ten thousand.
    pub(super) const fn chance(&mut self, in_ten_thousand: u32) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    /// Scattered about zero like a bell with this spread (standard deviation): four even draws added up, which needs
    /// no function that machines round differently. Never further out than 3.5 spreads.
    pub(super) const fn bell(&mut self, spread: i32) -> i32 {
        let n = self.number();
        let sum = (n & 0xFFFF) + (n >> 16 & 0xFFFF) + (n >> 32 & 0xFFFF) + (n >> 48);
        ((sum as i64 - 131_070) * spread as i64 / 37_837) as i32
    }

    /// A place in a list of weights, each as likely as its weight. The weights must not all be zero.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        unreachable!("the draw is below the sum of the weights")
    }

    /// One of a list.
    pub(super) const fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u32) as usize]
    }

    /// A value whose distribution is known at equally spaced quantiles, the lowest and the highest included.
    pub(super) const fn at_quantile(&mut self, quantiles: &[i32]) -> i32 {
        let steps = quantiles.len() as u32 - 1;
        let draw = self.below(steps << 10);
        let (low, part) = ((draw >> 10) as usize, (draw & 1023) as i32);
        quantiles[low] + (quantiles[low + 1] - quantiles[low]) * part / 1024
    }

    /// Brings a list into random order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last as u32 + 1) as usize);
        }
    }
}
