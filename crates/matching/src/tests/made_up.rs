//! Made-up people, services and rule sets for property tests: small worlds with ties, unknowns, empty catchments,
//! zero capacity and people on a boundary.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use vocabulary::{ConditionSet, Day, GridPoint, TopicSet, Weighting};

use crate::*;

/// A coarse lattice, so that people stand exactly on a radius and offers tie.
fn place() -> impl Strategy<Value = GridPoint> {
    (0..7_i32, 0..7_i32).prop_map(|(e, n)| at(e, n))
}

fn at(e: i32, n: i32) -> GridPoint {
    GridPoint { easting: 497_000 + e * 1_500, northing: 350_000 + n * 2_000 }
}

/// Every place of it.
fn lattice() -> impl Iterator<Item = GridPoint> {
    (0..7).flat_map(|e| (0..7).map(move |n| at(e, n)))
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
            capacity: match b.0 % 3 {
                0 => None,
                1 => Some(0),
                _ => Some(12),
            },
            ..Service::default()
        })
}

/// Services with numbers of their own, in an order that is not theirs; some are like another in all but their number, so
/// that what they score is a tie.
pub(super) fn services() -> impl Strategy<Value = Vec<Service>> {
    vec((service(), option::weighted(0.3, any::<prop::sample::Index>())), 1..90).prop_map(|made| {
        let (mut services, twins): (Vec<Service>, Vec<_>) = made.into_iter().unzip();
        for (at, twin) in twins.iter().enumerate() {
            if let Some(twin) = twin {
                services[at] = services[twin.index(at + 1)].clone();
            }
        }
        let count = i32::try_from(services.len()).expect("few");
        for (number, service) in (0..).zip(&mut services) {
            service.sid = (number * 7 + 3) % (count * 7);
        }
        services
    })
}

/// A clause over any of the things that a clause can speak of.
fn clause() -> impl Strategy<Value = Clause> {
    let people = (
        option::weighted(0.3, 0..90_i32),
        option::weighted(0.2, 40..121_i32),
        option::weighted(0.3, 1..11_i32),
        option::weighted(0.3, 1..11_i32),
        option::weighted(0.3, any::<bool>()),
        option::weighted(0.3, 0..50_i32),
        prop_oneof![3 => Just(ConditionSet::EMPTY), 1 => conditions()],
    );
    (0..4_u8, any::<u16>(), people).prop_map(|(which, offers, people)| Clause {
        name: "made up".to_owned(),
        services: ServiceTest {
            catchments: if which == 0 { vec![Catchment::Radius, Catchment::Online] } else { Vec::new() },
            routes: if which == 1 { vec![Route::Open] } else { Vec::new() },
            offers: TopicSet(if which == 2 { offers } else { 0 }),
            cost_from: (which == 1).then_some(300),
        },
        people: PersonTest {
            age_from: people.0,
            age_to: people.1,
            imd_from: people.2,
            imd_at_most: people.3,
            has_car: people.4,
            waiting_weeks_from: people.5,
            conditions: people.6,
        },
    })
}

/// Rules version 1 with further clauses.
pub(super) fn more_clauses() -> impl Strategy<Value = RuleSet> {
    vec(clause(), 1..5).prop_map(|clauses| RuleSet { clauses, ..RuleSet::version_1() })
}

/// Other weights, other distances, switches off.
pub(super) fn other_weights() -> impl Strategy<Value = RuleSet> {
    let loss = || (0..4_i32, 1..60_i32).prop_map(|(points, every)| Loss { points, every });
    (vec(0..9_i32, 16), 0..600_i32, any::<[bool; 6]>(), 1..9_usize, (loss(), loss(), loss())).prop_map(
        |(weights, points, switches, keep, losses)| {
            let mut rules = RuleSet::version_1();
            rules.weights = Weighting(weights.try_into().expect("sixteen"));
            rules.points_per_weight = points;
            rules.keep = keep;
            rules.decay.radius = EdgeDecay { start: 700, lost_at_edge: 300 };
            rules.decay.online = points;
            (rules.decay.areas.loss, rules.decay.county.loss, rules.travel.loss) = losses;
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
        },
    )
}

/// Rules version 1, other weights, further clauses, and both.
pub(super) fn rules() -> impl Strategy<Value = RuleSet> {
    let both = (other_weights(), more_clauses())
        .prop_map(|(rules, RuleSet { clauses, .. })| RuleSet { clauses, ..rules });
    prop_oneof![2 => Just(RuleSet::version_1()), 1 => other_weights(), 1 => more_clauses(), 1 => both]
}

/// What the rules of [`by_minutes`] take for the edge of a circle.
pub(super) const AT_MOST: i32 = 30;

/// Rules that go by minutes, and the services that their table is about: from some places it has nothing, from others most
/// pairs are missing, many minutes are the edge exactly, and some rows speak of a service that is not there.
pub(super) fn by_minutes() -> impl Strategy<Value = (RuleSet, Vec<Service>)> {
    (rules(), services(), any::<u64>()).prop_map(|(mut rules, services, seed)| {
        let sids: Vec<i32> = services.iter().map(|service| service.sid).chain([i32::MAX]).collect();
        let rows = lattice().flat_map(|place| {
            let nothing = mixed(seed, place, -1).is_multiple_of(6);
            let sids = sids.iter().filter(move |sid| !nothing && mixed(seed, place, **sid).is_multiple_of(3));
            sids.map(move |sid| {
                let minutes = [0, 7, AT_MOST - 1, AT_MOST, AT_MOST + 1, 1_440];
                let minutes = minutes[(mixed(!seed, place, *sid) % 6) as usize];
                MinutesRow { place, sid: *sid, minutes }
            })
        });
        let table = MinutesTable::new(rows.collect()).into();
        rules.measure = Measure::Minutes(Minutes { by: "by bus".to_owned(), at_most: AT_MOST, table });
        rules.decay.areas.loss = Loss { points: 20, every: 1 };
        rules.travel.loss = Loss { points: 7, every: 2 };
        rules.near = AT_MOST;
        (rules, services)
    })
}

/// A number that looks like chance.
fn mixed(seed: u64, place: GridPoint, sid: i32) -> u64 {
    let words = [place.easting, place.northing, sid].map(|word| u64::from(word.cast_unsigned()));
    let mut mixed = words
        .iter()
        .fold(seed, |mixed, word| (mixed ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29));
    mixed ^= mixed >> 31;
    mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33
}

/// Rules with every number at an end of what a rule set's file may say.
pub(super) fn extreme_rules() -> impl Strategy<Value = RuleSet> {
    let points = || prop_oneof![Just(0), Just(100_000)];
    let loss = || prop_oneof![Just(1), Just(1_000_000)].prop_map(Loss::a_point_every);
    (
        (vec(prop_oneof![Just(0), Just(1), Just(1_000)], 16), prop_oneof![Just(0), Just(10_000)]),
        (points(), points(), points(), points(), points()),
        (loss(), loss(), loss(), points()),
        (
            prop_oneof![Just(1), Just(1_000_000)],
            prop_oneof![Just(10), Just(100)],
            points(),
            points(),
            points(),
        ),
        (prop_oneof![Just(1), Just(20)], prop_oneof![Just(0), Just(1_000_000)]),
    )
        .prop_map(|(overlap, decay, travel, price, (keep, near))| {
            let mut rules = RuleSet::version_1();
            rules.weights = Weighting(overlap.0.try_into().expect("sixteen"));
            rules.points_per_weight = overlap.1;
            rules.decay = Decay {
                radius: EdgeDecay { start: decay.0, lost_at_edge: decay.1 },
                areas: LinearDecay { start: decay.2, loss: travel.0 },
                county: LinearDecay { start: decay.3, loss: travel.1 },
                online: decay.4,
            };
            rules.travel = TravelPenalty { loss: travel.2, at_most: travel.3 };
            rules.cost = CostPenalty { pence_per_point: price.0, imd_from: price.1, at_most: price.2 };
            rules.free.points = price.3;
            rules.language_bonus = price.4;
            (rules.keep, rules.near) = (keep, near);
            rules
        })
}

/// Services at the ends of what a services file may say.
pub(super) fn extreme_services() -> impl Strategy<Value = Vec<Service>> {
    let ends = (prop_oneof![Just(1), Just(10_000_000)], option::of(prop_oneof![Just(0), Just(1_000_000)]));
    let far = option::weighted(0.3, (prop_oneof![Just(-10_000_000), Just(10_000_000)], any::<bool>()));
    (services(), vec((ends, far), 90)).prop_map(|(mut services, ends)| {
        for (service, ((radius, cost), far)) in services.iter_mut().zip(ends) {
            (service.radius, service.cost) = (radius, cost);
            if let Some((easting, north)) = far {
                let northing = if north { 10_000_000 } else { -10_000_000 };
                service.place = Some(GridPoint { easting, northing });
            }
        }
        services
    })
}
