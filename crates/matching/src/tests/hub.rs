//! Invitations against every possible choice, in worlds small enough to try them all.

use proptest::collection::vec;
use proptest::prelude::*;
use vocabulary::{GridPoint, Topic};

use super::made_up;
use crate::*;

const VENUE: GridPoint = GridPoint { easting: 505_000, northing: 361_000 };

fn asked(stands: usize) -> Invitation {
    Invitation::to(VENUE, 9_000, stands)
}

/// Weight that a choice of providers covers, person by person.
fn covered(plan: &Plan, persons: &[Person], chosen: &[String]) -> u64 {
    let mut weight = 0;
    for person in persons {
        let near = person.place.is_some_and(|p| p.squared_distance(VENUE) <= 81_000_000);
        for topic in Topic::ALL.into_iter().take(12) {
            let helped = plan.services().iter().any(|s| {
                chosen.contains(&s.provider) && may_be_helped_by(plan.rules(), person, s).holds(topic)
            });
            if near && helped {
                weight += u64::from(plan.rules().weights.of(topic).unsigned_abs());
            }
        }
    }
    weight
}

fn subsets(names: &[String], size: usize) -> Vec<Vec<String>> {
    (0_u32..1 << names.len())
        .filter(|set| set.count_ones() as usize <= size)
        .map(|set| {
            names.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, n)| n.clone()).collect()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_said_of_a_choice_is_true(
        rules in made_up::rules(),
        services in vec(made_up::service(), 1..20),
        persons in vec(made_up::person(), 1..40),
        stands in 1..4_usize,
    ) {
        let mut services = services;
        for (sid, service) in (0..).zip(&mut services) {
            service.sid = sid;
        }
        let plan = Plan::new(rules, services);
        let mut people = People::default();
        persons.iter().for_each(|p| people.push(p));
        let cohort: Vec<u32> = (0..).take(persons.len()).collect();
        let outcome = invite(&plan, &people, &cohort, &asked(stands)).expect("nothing is forced");
        let chosen: Vec<String> = outcome.chosen.iter().map(|c| c.provider.clone()).collect();

        prop_assert!(chosen.len() <= stands);
        prop_assert_eq!(outcome.covered_weight, covered(&plan, &persons, &chosen));
        for (n, one) in outcome.chosen.iter().enumerate() {
            let gain = covered(&plan, &persons, &chosen[..=n]) - covered(&plan, &persons, &chosen[..n]);
            prop_assert_eq!(one.gain, gain);
        }
        for n in 0..12 {
            let added: u64 = outcome.chosen.iter().map(|c| c.adds[n]).sum();
            prop_assert_eq!(outcome.needing[n] - outcome.uncovered[n], added);
        }
        let mut names: Vec<String> = plan.services().iter().map(|s| s.provider.clone()).collect();
        names.sort();
        names.dedup();
        let best = subsets(&names, stands).iter().map(|s| covered(&plan, &persons, s)).max().unwrap_or(0);
        prop_assert_eq!((outcome.covered_weight, outcome.bound_weight), (best, best));
        prop_assert!(outcome.greedy_weight <= outcome.swapped_weight && outcome.swapped_weight <= best);

        // Person by person it is the same.
        let around = around(&plan, &people, &cohort, &asked(stands), &outcome.chosen);
        prop_assert_eq!(around.len() as u64, outcome.people);
        for (n, topic) in Topic::ALL.into_iter().take(12).enumerate() {
            let with = |holds: &dyn Fn(&Around) -> bool| around.iter().filter(|one| holds(one)).count() as u64;
            prop_assert_eq!(with(&|one| one.needs.holds(topic)), outcome.needing[n]);
            prop_assert_eq!(with(&|one| one.uncovered.holds(topic)), outcome.uncovered[n]);
        }
    }
}

fn provider(sid: i32, provider: &str, topic: Topic) -> Service {
    let offers = [topic].into_iter().collect();
    Service { sid, provider: provider.to_owned(), offers, ..Service::default() }
}

#[test]
fn forced_in_comes_first_and_forced_out_never() {
    let services = vec![
        provider(0, "strength trust", Topic::Strength),
        provider(1, "pain clinic", Topic::Pain),
        provider(2, "self-care", Topic::SelfManagement),
    ];
    let plan = Plan::new(RuleSet::version_1(), services);
    let mut people = People::default();
    people.push(&Person {
        birth_year: Some(1960),
        place: Some(VENUE),
        conditions: [vocabulary::Condition::Osteoarthritis].into_iter().collect(),
        ..Person::default()
    });
    let mut invitation = asked(2);
    invitation.force_in = vec!["self-care".to_owned()];
    invitation.force_out = vec!["pain clinic".to_owned()];
    let outcome = invite(&plan, &people, &[0], &invitation).expect("possible");
    let names: Vec<(&str, u64)> = outcome.chosen.iter().map(|c| (c.provider.as_str(), c.gain)).collect();
    assert_eq!(names, [("self-care", 1), ("strength trust", 4)]);
    assert_eq!((outcome.all_weight, outcome.covered_weight, outcome.bound_weight), (9, 5, 5));

    invitation.force_out.push("nobody".to_owned());
    let refused = invite(&plan, &people, &[0], &invitation);
    assert_eq!(refused, Err(InvitationProblem::UnknownProvider("nobody".to_owned())));
    invitation.force_out = vec!["self-care".to_owned()];
    let refused = invite(&plan, &people, &[0], &invitation);
    assert_eq!(refused, Err(InvitationProblem::BothInAndOut("self-care".to_owned())));
}

#[test]
fn a_provider_is_known_by_its_name_too_where_it_is_the_only_one() {
    let of = |provider: &str, name: Option<&str>| Service {
        provider: provider.to_owned(),
        provider_name: name.map(str::to_owned),
        ..Service::default()
    };
    let services = vec![
        of("17", Some("The Yoga Room")),
        of("18", Some("Bowls")),
        of("19", Some("bowls")),
        of("Bowls", None),
    ];
    let plan = Plan::new(RuleSet::version_1(), services);
    let chosen = |force_in: &str| {
        let invitation = Invitation { force_in: vec![force_in.to_owned()], ..asked(2) };
        let outcome = invite(&plan, &People::default(), &[], &invitation)?;
        Ok(outcome.chosen.into_iter().map(|one| one.provider).collect::<Vec<_>>())
    };
    assert_eq!(chosen("the YOGA room"), Ok(vec!["17".to_owned()]));
    assert_eq!(chosen("Bowls"), Ok(vec!["Bowls".to_owned()]), "an identifier before any name");
    assert_eq!(chosen("BOWLS"), Err(InvitationProblem::SharedName("BOWLS".to_owned())));
    assert_eq!(chosen("provider bowls"), Ok(vec!["Bowls".to_owned()]), "as the report calls it");
}
