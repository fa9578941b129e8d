//! Groups that go together or not at all.

use proptest::prelude::*;

use super::made_up::{Dice, county, demands, with_deprived};
use super::slow::by_trying;
use crate::allocation::{Demand, Missed, Wish, allocate, missed, verify};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn few_groups_are_allocated_best(
        (demand, deprived) in with_deprived(demands(1..7, 1..4, 12)),
        group in proptest::collection::vec(proptest::option::of(0_u32..3), 7),
        floor in 0_u32..3,
    ) {
        let demand = demand.with_groups(&group).with_floor(deprived, floor);
        match (allocate(&demand), by_trying(&demand)) {
            (Ok(found), Some(best)) => {
                prop_assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(()));
                prop_assert_eq!(found.certificate.total, best);
                prop_assert_eq!(found.certificate.gap(), 0);
                let without = found.session_of.iter().filter(|session| session.is_none()).count();
                prop_assert_eq!(missed(&demand, &found).len(), without);
            }
            (found, best) => prop_assert_eq!(found.is_ok(), best.is_some()),
        }
    }
}

#[test]
fn a_pair_that_has_no_room_together_is_told_so() {
    let wish = |person, session, score| Wish { person, session, score };
    let wishes =
        vec![wish(0, 0, 9), wish(1, 0, 9), wish(0, 1, 1), wish(1, 1, 1), wish(2, 1, 9), wish(3, 2, 1)];
    let demand = Demand::new(5, vec![1, 2, 1], wishes).expect("a demand");
    let demand = demand.with_groups(&[Some(4), Some(4), None, Some(5), Some(5)]);
    let found = allocate(&demand).expect("no floor");
    assert_eq!(found.session_of, [None, None, Some(1), None, None]);
    assert_eq!((found.certificate.total, found.certificate.gap()), (9, 0));
    let why = missed(&demand, &found);
    // The places of the first pair are not free together; nothing suits both of the second.
    assert_eq!(why[0], (0, Missed::GroupDoesNotFit { session: 1 }));
    assert_eq!(why[2], (3, Missed::GroupNoOffer));
}

#[test]
fn many_groups_come_with_a_bound() {
    let demand = county(3_000, 60, 12, 9);
    let mut dice = Dice(4);
    let mut group: Vec<Option<u32>> = vec![None; 3_000];
    // Neighbours by number are no neighbours: most share some session all the same.
    for pair in 0..300_u32 {
        for _ in 0..2 + dice.below(2) {
            group[usize::try_from(dice.below(3_000)).expect("few")] = Some(pair);
        }
    }
    let demand = demand.with_groups(&group);
    let found = allocate(&demand).expect("no floor");
    assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(()));
    let certificate = &found.certificate;
    assert!(certificate.bound <= certificate.bound_by_prices);
    assert!(certificate.gap() * 200 < certificate.total, "{} of {}", certificate.gap(), certificate.total);
    assert_eq!(allocate(&demand), Ok(found));
}
