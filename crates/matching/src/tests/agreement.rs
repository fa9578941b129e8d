//! The fast path gives what [`judge`] gives, for any rule set and any world.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{TestCaseResult, TestRunner};
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

/// The fast path and the slow one, row by row.
fn agree(plan: &Plan, persons: &[Person]) -> TestCaseResult {
    let mut people = People::default();
    persons.iter().for_each(|p| people.push(p));
    let cohort: Vec<u32> = (0..).take(persons.len()).collect();
    let parts = match_cohort(plan, &people, &cohort, &|_| {});
    let mut matches: Vec<Match> = parts.iter().flat_map(|p| p.matches.clone()).collect();
    let mut outcomes: Vec<PersonOutcome> = parts.iter().flat_map(|p| p.people.clone()).collect();
    matches.sort();
    outcomes.sort_by_key(|o| o.person);
    let slow: Vec<_> = cohort.iter().map(|row| expected(plan, *row, &persons[*row as usize])).collect();
    prop_assert_eq!(matches, slow.iter().flat_map(|(m, _)| m.clone()).collect::<Vec<_>>());
    prop_assert_eq!(outcomes, slow.iter().map(|(_, o)| *o).collect::<Vec<_>>());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn version_1_gives_what_the_rule_gives(
        services in made_up::services(),
        persons in vec(made_up::person(), 1..60),
    ) {
        agree(&Plan::new(RuleSet::version_1(), services), &persons)?;
    }

    #[test]
    fn other_weights_give_what_the_rule_gives(
        rules in made_up::other_weights(),
        services in made_up::services(),
        persons in vec(made_up::person(), 1..60),
    ) {
        agree(&Plan::new(rules, services), &persons)?;
    }

    #[test]
    fn further_clauses_give_what_the_rule_gives(
        rules in made_up::more_clauses(),
        services in made_up::services(),
        persons in vec(made_up::person(), 1..60),
    ) {
        agree(&Plan::new(rules, services), &persons)?;
    }

    #[test]
    fn all_of_it_together_gives_what_the_rule_gives(
        rules in made_up::rules(),
        services in made_up::services(),
        persons in vec(made_up::person(), 1..60),
    ) {
        agree(&Plan::new(rules, services), &persons)?;
    }

    #[test]
    fn minutes_give_what_the_rule_gives(
        (rules, services) in made_up::by_minutes(),
        persons in vec(made_up::person(), 1..60),
    ) {
        agree(&Plan::new(rules, services), &persons)?;
    }

    #[test]
    fn the_ends_of_every_range_give_what_the_rule_gives_and_overflow_nothing(
        rules in made_up::extreme_rules(),
        by_minutes in proptest::option::of((made_up::by_minutes(), 0..2_usize)),
        services in made_up::extreme_services(),
        persons in vec(made_up::person(), 1..40),
    ) {
        let mut rules = rules;
        if let Some(((minutes, _), end)) = by_minutes {
            let Measure::Minutes(minutes) = minutes.measure else { unreachable!("the rules go by minutes") };
            rules.measure = Measure::Minutes(Minutes { at_most: [1, 1_440][end], ..minutes });
            let loss = Loss { points: [0, 10_000][end], every: 1 };
            (rules.decay.areas.loss, rules.decay.county.loss, rules.travel.loss) = (loss, loss, loss);
        }
        let plan = Plan::new(rules, services);
        for (person, service) in persons.iter().flat_map(|p| plan.services().iter().map(move |s| (p, s))) {
            let Ok(found) = judge(plan.rules(), person, service) else { continue };
            let points = [found.overlap, found.decay, found.free_bonus, found.language_bonus];
            let taken = [found.travel_penalty, found.cost_penalty];
            let sum = points.map(i64::from).iter().sum::<i64>() - taken.map(i64::from).iter().sum::<i64>();
            prop_assert_eq!(i64::from(found.score), sum);
            prop_assert!(sum.abs() < 1 << 29, "{}", sum);
        }
        agree(&plan, &persons)?;
    }

    #[test]
    fn thread_count_and_row_order_change_nothing(
        (by_minutes, services) in made_up::by_minutes(),
        metres in any::<bool>(),
        persons in vec(made_up::person(), 1..200),
        threads in 1..5_usize,
    ) {
        let rules = if metres { RuleSet::version_1() } else { by_minutes };
        let plan = Plan::new(rules.clone(), services.clone());
        let backwards = Plan::new(rules, services.into_iter().rev().collect());
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

/// What the worlds of the tests above hold.
#[derive(Debug, Default)]
struct Held {
    ties: u32,
    not_known: u32,
    nobody_reached: u32,
    no_places: u32,
    on_the_edge: u32,
    beyond_the_edge: u32,
    not_in_table: u32,
    by_clause: u32,
}

impl Held {
    fn look(&mut self, plan: &Plan, persons: &[Person]) {
        for service in plan.services() {
            let reached = persons.iter().any(|person| judge(plan.rules(), person, service).is_ok());
            self.nobody_reached += u32::from(!reached);
            self.no_places += u32::from(service.capacity == Some(0));
        }
        for person in persons {
            self.not_known += u32::from(person.place.is_none() || person.imd.is_none());
            let mut scores = Vec::new();
            for service in plan.services() {
                match judge(plan.rules(), person, service) {
                    Ok(found) => {
                        scores.push(found.score);
                        let edge = plan.rules().measure.minutes().map_or(service.radius, |m| m.at_most);
                        let circle = service.catchment == Catchment::Radius;
                        self.on_the_edge += u32::from(circle && found.distance == Some(edge));
                    }
                    Err(Refusal::TooFar { metres, radius }) if metres <= radius + 500 => {
                        self.beyond_the_edge += 1;
                    }
                    Err(Refusal::TooManyMinutes { minutes, at_most }) if minutes == at_most + 1 => {
                        self.beyond_the_edge += 1;
                    }
                    Err(Refusal::NotInTable) => self.not_in_table += 1,
                    Err(Refusal::Clause(_)) => self.by_clause += 1,
                    Err(_) => {}
                }
            }
            scores.sort_unstable();
            self.ties += u32::from(scores.array_windows().any(|[a, b]| a == b));
        }
    }
}

#[test]
fn the_worlds_hold_ties_unknowns_empty_catchments_zero_capacity_edges_and_missing_pairs() {
    let mut runner = TestRunner::deterministic();
    let people = vec(made_up::person(), 1..60);
    let (mut by_metres, mut by_minutes) = (Held::default(), Held::default());
    for _ in 0..60 {
        let persons = people.new_tree(&mut runner).expect("people").current();
        let world = (made_up::more_clauses(), made_up::services()).new_tree(&mut runner);
        let (rules, services) = world.expect("a world").current();
        by_metres.look(&Plan::new(rules, services), &persons);
        let (rules, services) = made_up::by_minutes().new_tree(&mut runner).expect("a world").current();
        by_minutes.look(&Plan::new(rules, services), &persons);
    }
    for held in [&by_metres, &by_minutes] {
        let counts = [
            held.ties,
            held.not_known,
            held.nobody_reached,
            held.no_places,
            held.on_the_edge,
            held.beyond_the_edge,
            held.by_clause,
        ];
        assert!(counts.iter().all(|count| *count >= 10), "{held:?}");
    }
    assert!(by_minutes.not_in_table > 1_000, "{by_minutes:?}");
    assert_eq!(by_metres.not_in_table, 0);
}
