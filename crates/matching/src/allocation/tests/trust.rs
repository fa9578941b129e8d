//! The verifier against whoever would cheat.

use super::made_up::county;
use crate::allocation::{Allocation, Demand, DemandProblem, Flaw, Wish, allocate, verify};

fn answer() -> (Demand, Allocation) {
    let demand = county(400, 12, 6, 3);
    let deprived = (0..400).map(|person| person % 3 == 0).collect();
    let demand = demand.with_floor(deprived, 110);
    let found = allocate(&demand).expect("the floor can be met");
    assert!(found.prices.floor > 0, "the floor has to cost something here");
    (demand, found)
}

#[track_caller]
fn flaw(change: impl Fn(&Demand, &mut Allocation)) -> Flaw {
    let (demand, mut found) = answer();
    assert_eq!(verify(&demand, &found.session_of, &found.certificate), Ok(()));
    change(&demand, &mut found);
    verify(&demand, &found.session_of, &found.certificate).expect_err("it was tampered with")
}

/// Somebody who has a place.
fn placed(found: &Allocation) -> usize {
    found.session_of.iter().position(Option::is_some).expect("somebody")
}

#[test]
fn people_who_are_moved_are_seen() {
    assert_eq!(
        flaw(|_, found| {
            let person = placed(found);
            found.session_of[person] = None;
        }),
        Flaw::BelowFloor
    );
    assert_eq!(flaw(|_, found| found.session_of[0] = Some(11_000)), Flaw::Unsuitable { person: 0 });
    let seen = flaw(|demand, found| {
        // Everybody where they would like to be best.
        for person in 0..400 {
            let best = demand.of_person(person).max_by_key(|(_, score)| *score);
            found.session_of[person as usize] = best.map(|(session, _)| session);
        }
    });
    assert!(matches!(seen, Flaw::Overfull { .. }), "{seen:?}");
    assert_eq!(flaw(|_, found| found.session_of.truncate(1)), Flaw::Size);
}

#[test]
fn a_worse_answer_is_not_taken_for_the_best() {
    // Somebody who does not count for the floor stays out, and the total says so: the prices prove more.
    let seen = flaw(|demand, found| {
        let person = (0..400).find(|p| !demand.is_deprived(*p) && found.session_of[*p as usize].is_some());
        let person = person.expect("somebody");
        let session = found.session_of[person as usize].take().expect("a place");
        found.certificate.total -= i64::from(demand.score(person, session).expect("a score"));
        found.certificate.bound = found.certificate.total;
        found.certificate.bound_by_prices = found.certificate.total;
    });
    assert_eq!(seen, Flaw::Bound);
    let seen = flaw(|demand, found| {
        let person = (0..400).find(|p| !demand.is_deprived(*p) && found.session_of[*p as usize].is_some());
        let person = person.expect("somebody");
        let session = found.session_of[person as usize].take().expect("a place");
        found.certificate.total -= i64::from(demand.score(person, session).expect("a score"));
    });
    assert_eq!(seen, Flaw::NotBest);
}

#[test]
fn numbers_that_are_changed_are_seen() {
    assert_eq!(flaw(|_, found| found.certificate.total += 1), Flaw::Total);
    assert_eq!(flaw(|_, found| found.certificate.bound += 1), Flaw::Bound);
    assert_eq!(flaw(|_, found| found.certificate.bound -= 1), Flaw::Bound);
    assert_eq!(flaw(|_, found| found.certificate.bound_by_prices += 1), Flaw::Bound);
    assert_eq!(flaw(|_, found| found.certificate.floor_price = -1), Flaw::Price);
    assert_eq!(flaw(|_, found| found.certificate.prices[3] = -1), Flaw::Price);
    assert_eq!(flaw(|_, found| found.certificate.floor_price += 1_000), Flaw::Bound);
    assert_eq!(flaw(|_, found| found.certificate.prices[3] += 1_000), Flaw::Bound);
    assert_eq!(flaw(|_, found| found.certificate.prices[3] = i64::MAX), Flaw::Bound);
    assert_eq!(flaw(|_, found| found.certificate.prices.push(0)), Flaw::Size);
}

#[test]
fn a_torn_group_is_seen() {
    let wish = |person, session, score| Wish { person, session, score };
    let demand = Demand::new(2, vec![1, 1], vec![wish(0, 0, 5), wish(1, 1, 5)]).expect("a demand");
    let found = allocate(&demand).expect("no floor");
    let grouped = demand.with_groups(&[Some(1), Some(1)]);
    let seen = verify(&grouped, &found.session_of, &found.certificate);
    assert_eq!(seen, Err(Flaw::Apart { person: 0 }));
}

#[test]
fn what_is_no_demand_is_not_taken() {
    let wish = |person, session, score| Wish { person, session, score };
    let problem = |wishes: Vec<Wish>| Demand::new(2, vec![1, 1], wishes).expect_err("no demand");
    assert_eq!(problem(vec![wish(0, 0, 1), wish(2, 0, 1)]), DemandProblem::Stranger { row: 1 });
    assert_eq!(problem(vec![wish(0, 2, 1)]), DemandProblem::Stranger { row: 0 });
    assert_eq!(problem(vec![wish(0, 0, 0)]), DemandProblem::Score { row: 0 });
    assert_eq!(problem(vec![wish(0, 0, -4)]), DemandProblem::Score { row: 0 });
    assert_eq!(
        problem(vec![wish(1, 1, 1), wish(0, 0, 1), wish(1, 1, 2)]),
        DemandProblem::Twice { person: 1, session: 1 }
    );
}
