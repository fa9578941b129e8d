//! The best is the best.

use proptest::prelude::*;

use super::made_up::{Dice, county, demands, with_deprived};
use super::slow::{by_paths, by_trying};
use crate::allocation::{Demand, FloorTooHigh, Missed, Wish, allocate, missed, verify};

/// Finds, verifies, and gives the total.
#[track_caller]
fn checked(demand: &Demand) -> Option<i64> {
    let found = allocate(demand).ok()?;
    assert_eq!(verify(demand, &found.session_of, &found.certificate), Ok(()));
    Some(found.certificate.total)
}

/// The demand with another number of places in one session.
fn with(demand: &Demand, session: usize, change: impl Fn(u32) -> Option<u32>) -> Option<Demand> {
    let mut places = demand.places().to_vec();
    places[session] = change(places[session])?;
    Some(demand.clone().with_places(&places))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_that_can_be_tried_is_better(demand in demands(0..6, 1..5, 12)) {
        prop_assert_eq!(checked(&demand), by_trying(&demand));
    }

    #[test]
    fn prices_say_what_a_place_more_or_fewer_does(demand in demands(1..6, 1..4, 12)) {
        let found = allocate(&demand).expect("no floor");
        let total = found.certificate.total;
        for session in 0..demand.sessions() {
            let more = with(&demand, session, |places| places.checked_add(1));
            if let Some(more) = more.and_then(|more| by_trying(&more)) {
                prop_assert_eq!(found.prices.one_more[session], more - total);
            }
            let fewer = with(&demand, session, |places| places.checked_sub(1));
            let cost = fewer.and_then(|fewer| by_trying(&fewer)).map(|fewer| total - fewer);
            prop_assert_eq!(found.prices.one_fewer[session], cost);
        }
    }

    #[test]
    fn floors_are_kept_at_the_least_cost((demand, deprived) in with_deprived(demands(0..6, 1..4, 12)), floor in 0_u32..5) {
        let demand = demand.with_floor(deprived.clone(), floor);
        let most = (0..=6).rev().find(|floor| by_trying(&demand.clone().with_floor(deprived.clone(), *floor)).is_some());
        let most = most.expect("a floor of nobody is met");
        match allocate(&demand) {
            Ok(found) => {
                prop_assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(()));
                prop_assert_eq!(Some(found.certificate.total), by_trying(&demand));
                if floor > 0 {
                    let lower = by_trying(&demand.clone().with_floor(deprived, floor - 1)).expect("it is lower");
                    prop_assert_eq!(found.prices.floor, lower - found.certificate.total);
                }
            }
            Err(problem) => prop_assert_eq!(problem, FloorTooHigh { most, because_of_groups: false }),
        }
        prop_assert_eq!(allocate(&demand).is_ok(), floor <= most);
    }

    #[test]
    fn a_place_costs_what_is_said_to_those_who_missed_out(demand in demands(1..6, 1..4, 12)) {
        let found = allocate(&demand).expect("no floor");
        for (person, why) in missed(&demand, &found) {
            prop_assert_eq!(found.session_of[person as usize], None);
            let suits: Vec<(u32, i32)> = demand.of_person(person).collect();
            match why {
                Missed::NoOffer => prop_assert!(suits.is_empty()),
                Missed::NoPlaces => prop_assert!(suits.iter().all(|(s, _)| demand.places()[*s as usize] == 0)),
                Missed::OthersGainMore { session, short_by } => {
                    // Who has the place for certain: nobody else may take it, and everybody else does their best.
                    let score = demand.score(person, session).expect("it suits them");
                    let rest = with(&demand, session as usize, |places| places.checked_sub(1)).expect("a place");
                    let others = (0..).take(demand.people()).filter(|other: &u32| *other != person);
                    let wishes = others.flat_map(|person| rest.of_person(person).map(move |(session, score)| Wish { person, session, score }));
                    let rest = Demand::new(demand.people(), rest.places().to_vec(), wishes.collect()).expect("a demand");
                    let forced = by_trying(&rest).expect("no floor") + i64::from(score);
                    prop_assert_eq!(found.certificate.total - forced, short_by);
                }
                _ => prop_assert!(false, "there are no groups"),
            }
        }
    }

    #[test]
    fn the_order_of_wishes_does_not_matter(demand in demands(1..30, 1..8, 9), seed: u64) {
        let mut wishes: Vec<Wish> = (0..).take(demand.people())
            .flat_map(|person| demand.of_person(person).map(move |(session, score)| Wish { person, session, score }))
            .collect();
        let mut dice = Dice(seed);
        for at in (1..wishes.len()).rev() {
            wishes.swap(at, usize::try_from(dice.below(at as u64 + 1)).expect("few"));
        }
        let other = Demand::new(demand.people(), demand.places().to_vec(), wishes).expect("a demand");
        prop_assert_eq!(allocate(&demand), allocate(&other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_slow_flow_agrees(demand in demands(20..60, 2..9, 50)) {
        prop_assert_eq!(checked(&demand), Some(by_paths(&demand)));
    }

    #[test]
    fn nothing_overflows((demand, deprived) in with_deprived(demands(1..40, 1..12, i32::MAX)), floor in 0_u32..40) {
        let _ = checked(&demand);
        let demand = demand.with_floor(deprived, floor);
        match allocate(&demand) {
            Ok(found) => prop_assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(())),
            Err(problem) => prop_assert!(problem.most < floor),
        }
    }
}

#[test]
fn a_chain_of_people_who_must_move_on_costs_what_it_costs() {
    // Each session has one place and the next person's only other wish, worth next to nothing to them: the price of the floor
    // adds up along the chain, as far above a single score as it can get.
    let length = 400;
    let wish = |person, session, score| Wish { person, session, score };
    let mut wishes = vec![wish(0, 0, 1)];
    for person in 1..=length {
        wishes.push(wish(person, person - 1, i32::MAX));
        if person < length {
            wishes.push(wish(person, person, 1));
        }
    }
    let mut deprived = vec![false; length as usize + 1];
    deprived[0] = true;
    let demand = Demand::new(deprived.len(), vec![1; length as usize], wishes).expect("a demand");
    let demand = demand.with_floor(deprived, 1);
    let found = allocate(&demand).expect("the floor can be met");
    assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(()));
    // It is cheapest to leave the second out.
    assert_eq!(found.prices.floor, i64::from(i32::MAX) - 1);
}

#[test]
fn everybody_the_same_is_settled_at_once() {
    for places in [0, 1, 7, 1_000, u32::MAX] {
        let wishes =
            (0..3_000).flat_map(|person| (0..9).map(move |session| Wish { person, session, score: 5 }));
        let demand = Demand::new(3_000, vec![places; 9], wishes.collect()).expect("a demand");
        let placed = (u64::from(places) * 9).min(3_000);
        assert_eq!(checked(&demand), i64::try_from(placed * 5).ok());
    }
}

#[test]
fn those_who_gain_most_of_everything_are_no_harder() {
    // Everybody likes the same sessions best, some people more than others: prices have to spread out.
    let mut dice = Dice(7);
    let people: Vec<i32> = (0..600).map(|_| 1 + i32::try_from(dice.below(1_000)).expect("small")).collect();
    let wishes = (0..).zip(&people).flat_map(|(person, gain)| {
        (0..40).map(move |session| Wish {
            person,
            session,
            score: gain * (i32::try_from(session).expect("few") + 1),
        })
    });
    let demand = Demand::new(people.len(), vec![10; 40], wishes.collect()).expect("a demand");
    // Whoever gains most goes where it counts most.
    let mut sorted = people.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let best = sorted.chunks(10).zip((1..=40_i64).rev());
    let best: i64 =
        best.map(|(ten, times)| ten.iter().map(|gain| i64::from(*gain) * times).sum::<i64>()).sum();
    assert_eq!(checked(&demand), Some(best));
}

#[test]
fn one_place_in_each_of_as_many_sessions_as_people() {
    let mut dice = Dice(11);
    let mut wishes = Vec::new();
    for person in 0..500 {
        for session in 0..500 {
            if dice.below(10) == 0 || person == session {
                wishes.push(Wish {
                    person,
                    session,
                    score: 1 + i32::try_from(dice.below(100)).expect("small"),
                });
            }
        }
    }
    let demand = Demand::new(500, vec![1; 500], wishes).expect("a demand");
    assert_eq!(checked(&demand), Some(by_paths(&demand)));
}

#[test]
fn a_county_is_allocated_and_proved() {
    let demand = county(20_000, 300, 20, 5);
    assert!(checked(&demand).is_some());
}
