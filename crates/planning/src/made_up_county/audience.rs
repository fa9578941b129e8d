//! What an organisation keeps to: a few topics, and often some people rather than all. Without this a single council
//! would do everything for everybody, and no hub would need a second stand.

use vocabulary::{Condition, ConditionSet, Topic, TopicSet};

use super::archetypes::Archetype;
use super::random::Random;

/// Who an organisation is for: ages, sex, conditions asked for, what to add to a name, how many in a hundred.
struct Audience {
    ages: (i32, i32),
    sex: i32,
    asks: &'static [Condition],
    called: &'static str,
    share: u32,
}

const EVERYBODY: Audience = Audience { ages: (0, 120), sex: 0, asks: &[], called: "", share: 30 };

const AUDIENCES: [Audience; 11] = [
    EVERYBODY,
    Audience { ages: (50, 120), called: " for over 50s", share: 12, ..EVERYBODY },
    Audience { ages: (65, 120), called: " for over 65s", share: 10, ..EVERYBODY },
    Audience { ages: (18, 64), called: " for working age", share: 10, ..EVERYBODY },
    Audience { sex: 2, called: " for women", share: 7, ..EVERYBODY },
    Audience { sex: 1, called: " for men", share: 6, ..EVERYBODY },
    Audience {
        asks: &[Condition::Osteoarthritis, Condition::RheumatoidArthritis, Condition::Gout],
        called: " for people with arthritis",
        share: 8,
        ..EVERYBODY
    },
    Audience {
        asks: &[Condition::BackPain, Condition::Fibromyalgia],
        called: " for back pain",
        share: 6,
        ..EVERYBODY
    },
    Audience {
        asks: &[
            Condition::HeartDisease,
            Condition::HighBloodPressure,
            Condition::Stroke,
            Condition::Diabetes,
        ],
        called: " for heart and diabetes",
        share: 4,
        ..EVERYBODY
    },
    Audience {
        asks: &[Condition::Copd, Condition::Asthma],
        called: " for lung conditions",
        share: 3,
        ..EVERYBODY
    },
    Audience {
        asks: &[Condition::Osteoporosis, Condition::Frailty, Condition::Falls],
        called: " after a fall",
        share: 4,
        ..EVERYBODY
    },
];

/// What one organisation keeps to; settled by the first service that it runs.
#[derive(Clone, Copy, Default)]
pub(super) struct Remit {
    settled: Option<(TopicSet, usize)>,
}

impl Remit {
    /// Whether a service of this kind is within it.
    pub(super) fn covers(self, archetype: &Archetype) -> bool {
        self.settled.is_none_or(|(topics, _)| archetype.offers.iter().all(|t| topics.holds(*t)))
    }

    /// Settles it by a kind of service, with one further topic of those that such services sometimes have.
    pub(super) fn settle(&mut self, archetype: &Archetype, r: &mut Random) {
        if self.settled.is_none() {
            let mut topics: TopicSet = archetype.offers.iter().copied().collect();
            if !archetype.sometimes.is_empty() {
                topics = topics.with(*r.pick(archetype.sometimes));
            }
            self.settled = Some((topics, r.weighted(AUDIENCES.iter().map(|a| a.share))));
        }
    }

    /// Whether it helps with a topic.
    pub(super) fn helps_with(self, topic: Topic) -> bool {
        self.settled.is_some_and(|(topics, _)| topics.holds(topic))
    }

    /// Whom a service of it is for: ages, sex and conditions asked for, and the words to add to its name. A kind of
    /// service that is for some people already stays so.
    pub(super) fn audience(
        self,
        archetype: &Archetype,
        ages: (i32, i32),
    ) -> (((i32, i32), i32, ConditionSet), &'static str) {
        let audience = self.settled.map_or(&EVERYBODY, |(_, at)| &AUDIENCES[at]);
        let asks: ConditionSet = archetype.asks.iter().copied().collect();
        let all_sent_away =
            !audience.asks.is_empty() && audience.asks.iter().all(|c| archetype.not_for.contains(c));
        let particular = archetype.sex != 0 || !asks.is_empty() || ages.0 >= 50 || all_sent_away;
        if particular {
            return ((ages, archetype.sex, asks), "");
        }
        let asked = audience.asks.iter().copied().filter(|c| !archetype.not_for.contains(c));
        let ages = (ages.0.max(audience.ages.0), ages.1.min(audience.ages.1));
        ((ages, audience.sex, asked.collect()), audience.called)
    }
}
