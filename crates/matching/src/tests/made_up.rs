//! Made-up people, services and rule sets for property tests: small worlds with ties, unknowns, empty catchments,
//! zero capacity and people on a boundary.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use vocabulary::{ConditionSet, Day, GridPoint, TopicSet, Weighting};

use crate::*;

/// A coarse lattice, so that people stand exactly on a radius and offers tie.
fn place() -> impl Strategy<Value = GridPoint> {
    (0..12_i32, 0..12_i32)
        .prop_map(|(e, n)| GridPoint { easting: 497_000 + e * 1_500, northing: 350_000 + n * 2_000 })
}

fn conditions() -> impl Strategy<Value = ConditionSet> {
    (any::<u32>(), any::<u32>())
        .prop_map(|(a, b)| ConditionSet::from_bits(a & b & ConditionSet::ALL_BITS).unwrap_or_default())
}

pub(super) fn person() -> impl Strategy<Value = Person> {
    let sex = prop_oneof![Just(None), Just(Some(Sex::Male)), Just(Some(Sex::Female))];
    let mobility = prop_oneof![
        Just(None),
        Just(Some(Mobility::NoDifficulty)),
        Just(Some(Mobility::WalksWithAid)),
        Just(Some(Mobility::Wheelchair)),
        Just(Some(Mobility::Housebound)),
    ];
    (
        (
            option::weighted(0.95, 1910..2026_i32),
            sex,
            option::weighted(0.9, place()),
            option::weighted(0.9, 0..2_i32),
        ),
        (option::weighted(0.9, 0..56_i32), option::weighted(0.9, 1..11_i32), conditions(), conditions()),
        (any::<Option<bool>>(), option::of(0..105_i32), 0..8_i32, mobility),
        (any::<Option<bool>>(), any::<Option<bool>>(), option::weighted(0.9, 19_000..20_700_i32)),
    )
        .prop_map(|(a, b, c, d)| Person {
            birth_year: a.0,
            sex: a.1,
            place: a.2,
            county: a.3,
            area: b.0,
            imd: b.1,
            conditions: b.2,
            conditions_not_known: ConditionSet::from_bits(b.3.bits() & !b.2.bits()).unwrap_or_default(),
            waiting: c.0,
            waiting_weeks: c.1,
            language: c.2,
            mobility: c.3,
            has_car: d.0,
            internet: d.1,
            last_activity: d.2.map(Day::from_days),
        })
}

pub(super) fn service() -> impl Strategy<Value = Service> {
    let catchment = prop_oneof![
        4 => Just(Catchment::Radius),
        2 => Just(Catchment::Areas),
        1 => Just(Catchment::County),
        1 => Just(Catchment::Online),
    ];
    let sex = prop_oneof![4 => Just(None), 1 => Just(Some(Sex::Male)), 1 => Just(Some(Sex::Female))];
    let route =
        prop_oneof![3 => Just(Route::Open), 1 => Just(Route::RecentContact), 1 => Just(Route::WaitingList)];
    let radius = prop_oneof![Just(1), Just(1_500), Just(2_500), Just(6_000), Just(40_000)];
    let some_conditions = prop_oneof![2 => Just(ConditionSet::EMPTY), 1 => conditions()];
    let excluded = prop_oneof![2 => Just(ConditionSet::EMPTY), 1 => conditions()];
    (
        (0..9_i32, catchment, option::weighted(0.9, place()), option::weighted(0.9, 0..2_i32), radius),
        (any::<u64>(), any::<u16>(), 0..80_i32, 0..121_i32, sex),
        (some_conditions, excluded, route, option::weighted(0.9, prop_oneof![Just(0), 50..3_000_i32])),
        (any::<Option<bool>>(), any::<bool>(), any::<bool>(), any::<u8>()),
    )
        .prop_map(|(a, b, c, d)| Service {
            sid: 0,
            provider: a.0.to_string(),
            catchment: a.1,
            place: a.2,
            county: a.3,
            radius: a.4,
            area_mask: b.0 & ((1 << 56) - 1),
            offers: TopicSet(b.1),
            min_age: b.2,
            max_age: b.3,
            sex: b.4,
            required: c.0,
            excluded: c.1,
            route: c.2,
            cost: c.3,
            step_free: d.0,
            transport: d.1,
            home_visit: d.2,
            languages: d.3,
            capacity: Some(0),
            ..Service::default()
        })
}

/// Services with numbers of their own, in an order that is not theirs.
pub(super) fn services() -> impl Strategy<Value = Vec<Service>> {
    vec(service(), 1..90).prop_map(|mut services| {
        let count = i32::try_from(services.len()).expect("few");
        for (number, service) in (0..).zip(&mut services) {
            service.sid = (number * 7 + 3) % (count * 7);
        }
        services
    })
}

/// Rules version 1, other weights, extra clauses, switches off.
pub(super) fn rules() -> impl Strategy<Value = RuleSet> {
    let clause = (0..3_u8, 0..90_i32, 1..11_i32, conditions(), any::<u16>()).prop_map(
        |(which, age, imd, conditions, offers)| Clause {
            name: "made up".to_owned(),
            services: ServiceTest {
                catchments: if which == 0 { vec![Catchment::Radius, Catchment::Online] } else { Vec::new() },
                routes: if which == 1 { vec![Route::Open] } else { Vec::new() },
                offers: TopicSet(if which == 2 { offers } else { 0 }),
                cost_from: (which == 1).then_some(300),
            },
            people: PersonTest {
                age_from: (which != 1).then_some(age),
                age_to: None,
                imd_at_most: (which == 1).then_some(imd),
                waiting_weeks_from: (which == 2).then_some(4),
                conditions: if which == 0 { conditions } else { ConditionSet::EMPTY },
            },
        },
    );
    let changed = (vec(0..9_i32, 16), 0..600_i32, vec(clause, 0..3), any::<[bool; 6]>(), 1..9_usize)
        .prop_map(|(weights, points, clauses, switches, keep)| {
            let mut rules = RuleSet::version_1();
            rules.weights = Weighting(weights.try_into().expect("sixteen"));
            rules.points_per_weight = points;
            rules.clauses = clauses;
            rules.keep = keep;
            rules.decay.radius = EdgeDecay { start: 700, lost_at_edge: 300 };
            rules.decay.online = points;
            let asks = &mut rules.eligibility;
            [
                asks.age,
                asks.sex,
                asks.required_conditions,
                asks.excluded_conditions,
                asks.route,
                asks.mobility,
            ] = switches;
            rules
        });
    prop_oneof![2 => Just(RuleSet::version_1()), 3 => changed]
}
