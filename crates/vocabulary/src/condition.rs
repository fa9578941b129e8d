//! Long-term conditions, in the order of the columns of a population extract.

use crate::ones;

/// A long-term condition that an extract flags (`c_oa`, `c_back`, …). The discriminant is its bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Condition {
    Osteoarthritis,
    BackPain,
    RheumatoidArthritis,
    Osteoporosis,
    Gout,
    Fibromyalgia,
    Diabetes,
    Copd,
    Asthma,
    HeartDisease,
    HighBloodPressure,
    Stroke,
    Depression,
    Obesity,
    Frailty,
    Falls,
    Cancer,
    KidneyDisease,
    Dementia,
    PalliativeCare,
}

/// `(condition, key in files, plain words)`; the column of an extract is `c_` and the key.
const TABLE: [(Condition, &str, &str); 20] = [
    (Condition::Osteoarthritis, "oa", "osteoarthritis"),
    (Condition::BackPain, "back", "back pain"),
    (Condition::RheumatoidArthritis, "ra", "rheumatoid arthritis"),
    (Condition::Osteoporosis, "osteop", "osteoporosis"),
    (Condition::Gout, "gout", "gout"),
    (Condition::Fibromyalgia, "fibro", "fibromyalgia"),
    (Condition::Diabetes, "diab", "diabetes"),
    (Condition::Copd, "copd", "COPD, a lung disease"),
    (Condition::Asthma, "asthma", "asthma"),
    (Condition::HeartDisease, "chd", "coronary heart disease"),
    (Condition::HighBloodPressure, "htn", "high blood pressure"),
    (Condition::Stroke, "stroke", "a stroke in the past"),
    (Condition::Depression, "depr", "depression"),
    (Condition::Obesity, "obese", "obesity"),
    (Condition::Frailty, "frail", "frailty"),
    (Condition::Falls, "falls", "falls"),
    (Condition::Cancer, "cancer", "cancer"),
    (Condition::KidneyDisease, "ckd", "chronic kidney disease"),
    (Condition::Dementia, "dementia", "dementia"),
    (Condition::PalliativeCare, "palliative", "palliative care"),
];

impl Condition {
    /// Every condition, bit 0 first.
    pub const ALL: [Self; 20] = {
        let mut all = [Self::Osteoarthritis; 20];
        let mut i = 0;
        while i < 20 {
            all[i] = TABLE[i].0;
            i += 1;
        }
        all
    };

    /// The key in rule sets and cohorts, and behind `c_` in an extract: `oa`, `back`, …
    pub const fn key(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// Plain words, lower case, for a sentence.
    pub const fn words(self) -> &'static str {
        TABLE[self as usize].2
    }

    /// The condition of a key, if there is one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// A set of conditions: bit 0 to 19 in the order of [`Condition::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionSet(u32);

impl ConditionSet {
    /// No condition.
    pub const EMPTY: Self = Self(0);
    /// Every bit that means something.
    pub const ALL_BITS: u32 = (1 << 20) - 1;

    /// The set of these bits, or nothing if a bit means no condition.
    pub const fn from_bits(bits: u32) -> Option<Self> {
        if bits & !Self::ALL_BITS == 0 { Some(Self(bits)) } else { None }
    }

    /// The bits, as they stand in a services file.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// This set with one more condition.
    #[must_use]
    pub const fn with(self, condition: Condition) -> Self {
        Self(self.0 | 1 << condition as u8)
    }

    /// Whether the condition is in the set.
    pub const fn holds(self, condition: Condition) -> bool {
        self.0 >> condition as u8 & 1 == 1
    }

    /// Whether the two sets share a condition.
    pub const fn shares_with(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What is in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The conditions of the set, bit 0 first.
    pub fn iter(self) -> impl Iterator<Item = Condition> {
        ones(self.0).map(|bit| Condition::ALL[bit])
    }
}

impl FromIterator<Condition> for ConditionSet {
    fn from_iter<I: IntoIterator<Item = Condition>>(iter: I) -> Self {
        iter.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_stands_at_its_own_bit_and_key() {
        for (bit, condition) in Condition::ALL.into_iter().enumerate() {
            assert_eq!(condition as usize, bit);
            assert_eq!(Condition::from_key(condition.key()), Some(condition));
        }
        assert_eq!(Condition::from_key("c_oa"), None);
    }

    #[test]
    fn a_bit_that_means_nothing_is_turned_away() {
        assert_eq!(ConditionSet::from_bits(1 << 20), None);
        let set: ConditionSet = [Condition::Gout, Condition::Falls].into_iter().collect();
        assert_eq!(ConditionSet::from_bits(set.bits()), Some(set));
        assert_eq!(set.iter().collect::<Vec<_>>(), [Condition::Gout, Condition::Falls]);
    }
}
