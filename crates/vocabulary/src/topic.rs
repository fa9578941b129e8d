//! What local support helps with: the sixteen topics on which a need and an offer meet.

use crate::ones;

/// A topic. The discriminant is its bit in `offers` of a services file and in `reasons` of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Topic {
    Strength,
    Pain,
    Weight,
    Mood,
    FallsPrevention,
    SmokingAndBreath,
    Heart,
    BoneHealth,
    DiabetesEducation,
    Fatigue,
    CarersAndCompany,
    SelfManagement,
    WaitingWell,
    LanguageSupport,
    Transport,
    Money,
}

/// `(topic, key in files, title, words that finish "helps with …")`.
const TABLE: [(Topic, &str, &str, &str); 16] = [
    (Topic::Strength, "strength", "Strength", "strength"),
    (Topic::Pain, "pain", "Pain", "pain"),
    (Topic::Weight, "weight", "Weight", "weight"),
    (Topic::Mood, "mood", "Mood", "low mood and worry"),
    (Topic::FallsPrevention, "falls_prevention", "Falls prevention", "staying steady on your feet"),
    (Topic::SmokingAndBreath, "smoking_and_breath", "Smoking and breath", "breathing and stopping smoking"),
    (Topic::Heart, "heart", "Heart", "heart health"),
    (Topic::BoneHealth, "bone_health", "Bone health", "bone health"),
    (Topic::DiabetesEducation, "diabetes_education", "Diabetes education", "living with diabetes"),
    (Topic::Fatigue, "fatigue", "Fatigue", "tiredness"),
    (Topic::CarersAndCompany, "carers_and_company", "Carers and company", "company and support for carers"),
    (Topic::SelfManagement, "self_management", "Self-management", "managing day to day"),
    (Topic::WaitingWell, "waiting_well", "Waiting well", "staying well while you wait"),
    (Topic::LanguageSupport, "language_support", "Language support", "help in your language"),
    (Topic::Transport, "transport", "Transport", "getting about"),
    (Topic::Money, "money", "Money", "money worries"),
];

impl Topic {
    /// Every topic, bit 0 first.
    pub const ALL: [Self; 16] = {
        let mut all = [Self::Strength; 16];
        let mut i = 0;
        while i < 16 {
            all[i] = TABLE[i].0;
            i += 1;
        }
        all
    };

    /// The key in rule sets and mapping files.
    pub const fn key(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// The name as a heading or a row of a table.
    pub const fn title(self) -> &'static str {
        TABLE[self as usize].2
    }

    /// The words that finish "helps with …".
    pub const fn words(self) -> &'static str {
        TABLE[self as usize].3
    }

    /// The topic of a key, if there is one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.key() == key)
    }
}

/// A set of topics: 16 bits in the order of [`Topic::ALL`]. Every bit pattern is a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicSet(pub u16);

impl TopicSet {
    /// No topic.
    pub const EMPTY: Self = Self(0);

    /// This set with one more topic.
    #[must_use]
    pub const fn with(self, topic: Topic) -> Self {
        Self(self.0 | 1 << topic as u8)
    }

    /// Whether the topic is in the set.
    pub const fn holds(self, topic: Topic) -> bool {
        self.0 >> topic as u8 & 1 == 1
    }

    /// What is in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is here and not there.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The topics of the set, bit 0 first.
    pub fn iter(self) -> impl Iterator<Item = Topic> {
        ones(self.0.into()).map(|bit| Topic::ALL[bit])
    }
}

impl FromIterator<Topic> for TopicSet {
    fn from_iter<I: IntoIterator<Item = Topic>>(iter: I) -> Self {
        iter.into_iter().fold(Self::EMPTY, Self::with)
    }
}

/// How much each topic counts, by bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighting(pub [i32; 16]);

impl Weighting {
    /// The weight of one topic.
    pub const fn of(&self, topic: Topic) -> i32 {
        self.0[topic as usize]
    }

    /// The weights of a set, added up.
    pub fn sum(&self, set: TopicSet) -> i32 {
        set.iter().map(|t| self.of(t)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_topic_stands_at_its_own_bit_and_key() {
        for (bit, topic) in Topic::ALL.into_iter().enumerate() {
            assert_eq!(topic as usize, bit);
            assert_eq!(Topic::from_key(topic.key()), Some(topic));
        }
    }

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let set: TopicSet = [Topic::Money, Topic::Strength].into_iter().collect();
        assert_eq!(set.0, 0x8001);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Topic::Strength, Topic::Money]);
        assert_eq!(set.without(TopicSet::EMPTY.with(Topic::Money)).iter().count(), 1);
    }
}
