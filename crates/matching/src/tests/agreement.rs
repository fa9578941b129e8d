//! The fast path gives what [`judge`] gives, for any rule set and any world.

use proptest::collection::vec;
use proptest::prelude::*;
use vocabulary::TopicSet;

use super::made_up;
use crate::*;

/// Every person against every service, sorted: slow and obvious.
fn expected(plan: &Plan, row: u32, person: &Person) -> (Vec<Match>, PersonOutcome) {
    let mut covered = TopicSet::EMPTY;
    let mut found: Vec<(u32, Found)> = Vec::new();
    for (index, service) in (0..).zip(plan.services()) {
        if let Ok(one) = judge(plan.rules(), person, service) {
            covered = covered.or(one.topics);
            found.push((index, one));
        }
    }
    found.sort_by_key(|(index, one)| (-one.score, plan.services()[*index as usize].sid));
    found.truncate(plan.rules().keep);
    let matches = (1..)
        .zip(found)
        .map(|(rank, (service, one))| Match {
            person: row,
            rank,
            service,
            score: one.score,
            distance: one.distance.unwrap_or(0),
            reasons: one.reasons.0,
        })
        .collect();
    (matches, PersonOutcome { person: row, needs: plan.rules().needs_of(person), covered })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fast_path_gives_what_the_rule_gives(
        rules in made_up::rules(),
        services in made_up::services(),
        persons in vec(made_up::person(), 1..60),
    ) {
        let plan = Plan::new(rules, services);
        let mut people = People::default();
        persons.iter().for_each(|p| people.push(p));
        let cohort: Vec<u32> = (0..).take(persons.len()).collect();
        let parts = match_cohort(&plan, &people, &cohort, &|_| {});
        let mut matches: Vec<Match> = parts.iter().flat_map(|p| p.matches.clone()).collect();
        let mut outcomes: Vec<PersonOutcome> = parts.iter().flat_map(|p| p.people.clone()).collect();
        matches.sort();
        outcomes.sort_by_key(|o| o.person);
        let slow: Vec<_> = cohort.iter().map(|row| expected(&plan, *row, &persons[*row as usize])).collect();
        prop_assert_eq!(matches, slow.iter().flat_map(|(m, _)| m.clone()).collect::<Vec<_>>());
        prop_assert_eq!(outcomes, slow.iter().map(|(_, o)| *o).collect::<Vec<_>>());
    }

    #[test]
    fn thread_count_and_row_order_change_nothing(
        services in made_up::services(),
        persons in vec(made_up::person(), 1..200),
        threads in 1..5_usize,
    ) {
        let plan = Plan::new(RuleSet::version_1(), services.clone());
        let backwards = Plan::new(RuleSet::version_1(), services.into_iter().rev().collect());
        let mut people = People::default();
        persons.iter().for_each(|p| people.push(p));
        let cohort: Vec<u32> = (0..).take(persons.len()).collect();
        let shuffled: Vec<u32> = cohort.iter().rev().copied().collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let all = |plan: &Plan, cohort: &[u32]| {
            let parts = pool.install(|| match_cohort(plan, &people, cohort, &|_| {}));
            parts.into_iter().flat_map(|p| p.matches).collect::<Vec<_>>()
        };
        prop_assert_eq!(all(&plan, &cohort), all(&backwards, &shuffled));
    }
}
