//! Demands that are made up.

use proptest::prelude::*;

use crate::allocation::{Demand, Wish};

/// Numbers that look like chance and are the same each time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// People who each like some sessions, with few places, ties and everything else that makes it hard.
pub(crate) fn demands(
    people: std::ops::Range<usize>,
    sessions: std::ops::Range<usize>,
    most: i32,
) -> impl Strategy<Value = Demand> {
    (people, sessions).prop_flat_map(move |(people, sessions)| {
        let places = proptest::collection::vec(prop_oneof![4 => 0_u32..4, 1 => Just(u32::MAX)], sessions);
        let score = prop_oneof![3 => 1..=most, 2 => 1..=most.min(3), 1 => Just(most)];
        let wishes = proptest::collection::vec(proptest::option::weighted(0.6, score), people * sessions);
        (places, wishes).prop_map(move |(places, scores)| {
            let wishes = scores.into_iter().enumerate().filter_map(|(at, score)| {
                let number = |of: usize| u32::try_from(of).expect("few");
                Some(Wish { person: number(at / sessions), session: number(at % sessions), score: score? })
            });
            Demand::new(people, places, wishes.collect()).expect("a demand")
        })
    })
}

/// A demand and who of its people are deprived.
pub(crate) fn with_deprived(
    demands: impl Strategy<Value = Demand>,
) -> impl Strategy<Value = (Demand, Vec<bool>)> {
    demands.prop_flat_map(|demand| {
        let people = demand.people();
        (Just(demand), proptest::collection::vec(any::<bool>(), people))
    })
}

/// A county in small: people and sessions in a plane, each person with the sessions that suit best, and fewer places than
/// people.
pub(crate) fn county(people: u32, sessions: u32, each: usize, seed: u64) -> Demand {
    let mut dice = Dice(seed);
    let point = |dice: &mut Dice| (dice.below(60_000).cast_signed(), dice.below(60_000).cast_signed());
    let towns: Vec<(i64, i64)> = (0..12).map(|_| point(&mut dice)).collect();
    let mut near_town = |spread: u64| {
        let town = towns[usize::try_from(dice.below(12)).expect("few")];
        let mut off = || (dice.below(spread) + dice.below(spread)).cast_signed() - spread.cast_signed();
        (town.0 + off(), town.1 + off())
    };
    let places_of: Vec<(i64, i64)> = (0..sessions).map(|_| near_town(6_000)).collect();
    let homes: Vec<(i64, i64)> = (0..people).map(|_| near_town(8_000)).collect();
    let mut wishes = Vec::new();
    for (person, home) in (0..).zip(&homes) {
        let mut all: Vec<(i32, u32)> = (0..)
            .zip(&places_of)
            .map(|(session, at)| {
                let squared = (home.0 - at.0).pow(2) + (home.1 - at.1).pow(2);
                let near = (1_000 - squared.unsigned_abs().isqrt().cast_signed() / 15).max(0);
                let score = 250 * (1 + dice.below(8)).cast_signed() + near;
                (i32::try_from(score).expect("small"), session)
            })
            .collect();
        all.sort_unstable_by_key(|(score, session)| (std::cmp::Reverse(*score), *session));
        wishes.extend(all.iter().take(each).map(|(score, session)| Wish {
            person,
            session: *session,
            score: *score,
        }));
    }
    let all = u64::from(people) * 7 / 10;
    let places = (0..sessions)
        .map(|_| u32::try_from(all / u64::from(sessions) / 2 + dice.below(all / u64::from(sessions) + 1)));
    let places = places.collect::<Result<_, _>>().expect("few");
    Demand::new(people as usize, places, wishes).expect("a demand")
}
