//! Numbers that look random and follow from a seed alone: `SplitMix64`, in whole numbers, the same on every machine.

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// The numbers of a seed for one thing among many: no thing shifts the numbers of another.
    pub(super) const fn of(seed: u64, thing: u64) -> Self {
        Self(scatter(seed.wrapping_add(scatter(thing))))
    }

    const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scatter(self.0)
    }

    /// From 0 up to, not including, `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(((self.number() >> 32) * u64::from(bound)) >> 32).unwrap_or(0)
    }

    /// True so many times in a hundred.
    pub(super) fn in_hundred(&mut self, times: u32) -> bool {
        self.below(100) < times
    }

    /// One of a list; nothing of an empty one.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(u32::try_from(list.len()).unwrap_or(u32::MAX)) as usize)
    }

    /// A place in a list of weights, each as likely as its weight; nothing where all are nought.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> Option<usize> {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return Some(place);
            }
            left -= weight;
        }
        None
    }
}

/// Scatters the bits of a number. No two numbers give the same result.
const fn scatter(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
