//! Raw counts of a run. They stay in this module's neighbours and go out by the gate only.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use matching::{Catchment, Mobility, PersonOutcome};
use vocabulary::{Topic, TopicSet};

use super::{MatchRun, square_of};
use crate::population::Population;

/// A count of people with each need, and of those whom no offer reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NeedCounts {
    pub(super) people: u64,
    pub(super) unmet_any: u64,
    pub(super) need: [u64; 16],
    pub(super) unmet: [u64; 16],
}

impl NeedCounts {
    fn add(&mut self, outcome: PersonOutcome) {
        let unmet = outcome.needs.without(outcome.covered);
        self.people += 1;
        self.unmet_any += u64::from(!unmet.is_empty());
        for topic in outcome.needs.iter() {
            self.need[topic as usize] += 1;
        }
        for topic in unmet.iter() {
            self.unmet[topic as usize] += 1;
        }
    }
}

/// How far the nearest matched offer is: upper ends in metres (a mile is 1,609 m) and labels.
pub(super) const BANDS: [(i32, &str); 5] = [
    (1_609, "Less than 1 mile"),
    (3_219, "1 to 2 miles"),
    (8_047, "2 to 5 miles"),
    (16_093, "5 to 10 miles"),
    (i32::MAX, "More than 10 miles"),
];

/// Raw counts.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub(super) all: NeedCounts,
    pub(super) matched: u64,
    /// By the bands, then people whose offers are online or without a place, then people without an offer.
    pub(super) distances: [u64; BANDS.len() + 2],
    pub(super) no_car: u64,
    pub(super) car_not_known: u64,
    pub(super) wheelchair: u64,
    pub(super) housebound: u64,
    pub(super) no_internet: u64,
    /// Whether the extract knows this of anybody.
    pub(super) car_known: bool,
    pub(super) mobility_known: bool,
    pub(super) internet_known: bool,
    /// South-west corner of each square where anybody of the extract lives.
    pub(super) squares: BTreeMap<(i32, i32), NeedCounts>,
    /// By county and area.
    pub(super) areas: BTreeMap<(i32, i32), NeedCounts>,
    pub(super) area_not_known: NeedCounts,
}

/// Counts by a pair of numbers while they are counted.
#[derive(Default)]
struct ByPair {
    index: HashMap<(i32, i32), usize, FixedState>,
    counts: Vec<((i32, i32), NeedCounts)>,
}

/// The counts of squares and of areas, as long as people are added.
#[derive(Default)]
struct Groups {
    squares: ByPair,
    areas: ByPair,
}

impl ByPair {
    fn of(&mut self, pair: (i32, i32)) -> &mut NeedCounts {
        let at = *self.index.entry(pair).or_insert(self.counts.len());
        if at == self.counts.len() {
            self.counts.push((pair, NeedCounts::default()));
        }
        &mut self.counts[at].1
    }

    fn in_order(self) -> BTreeMap<(i32, i32), NeedCounts> {
        self.counts.into_iter().collect()
    }
}

impl Tallies {
    pub(super) fn of(run: &MatchRun, population: &Population) -> Self {
        let people = &population.people;
        let anybody =
            |known: &dyn Fn(usize) -> bool| population.usable.iter().any(|row| known(*row as usize));
        let mut tallies = Self {
            car_known: anybody(&|row| people.has_car(row).is_some()),
            mobility_known: anybody(&|row| people.mobility(row).is_some()),
            internet_known: anybody(&|row| people.internet(row).is_some()),
            ..Self::default()
        };
        let mut groups = Groups::default();
        for row in &population.usable {
            if let Some(square) = square_of(population, *row) {
                groups.squares.of(square);
            }
        }
        let services = run.plan.services().iter();
        let has_distance: Vec<bool> = services
            .map(|service| service.catchment != Catchment::Online && service.place.is_some())
            .collect();
        for part in &run.parts {
            let mut matches = part.matches.as_slice();
            for outcome in &part.people {
                let own = matches.iter().take_while(|m| m.person == outcome.person).count();
                let (mine, rest) = matches.split_at(own);
                matches = rest;
                tallies.matched += u64::from(!mine.is_empty());
                let distant = mine.iter().filter(|m| has_distance[m.service as usize]);
                let nearest = distant.map(|m| m.distance).min();
                let band = match nearest {
                    Some(metres) => {
                        BANDS.iter().position(|(end, _)| metres < *end).unwrap_or(BANDS.len() - 1)
                    }
                    None if mine.is_empty() => BANDS.len() + 1,
                    None => BANDS.len(),
                };
                tallies.distances[band] += 1;
            }
        }
        // In the order of the extract, so that its columns are read from end to end.
        let mut outcomes: Vec<PersonOutcome> =
            run.parts.iter().flat_map(|part| &part.people).copied().collect();
        outcomes.sort_unstable_by_key(|outcome| outcome.person);
        for outcome in outcomes {
            tallies.add_person(population, &mut groups, outcome);
        }
        tallies.squares = groups.squares.in_order();
        tallies.areas = groups.areas.in_order();
        tallies
    }

    fn add_person(&mut self, population: &Population, groups: &mut Groups, outcome: PersonOutcome) {
        let (people, row) = (&population.people, outcome.person as usize);
        let (has_car, mobility) = (people.has_car(row), people.mobility(row));
        self.all.add(outcome);
        self.no_car += u64::from(has_car == Some(false));
        self.car_not_known += u64::from(has_car.is_none());
        self.wheelchair += u64::from(mobility == Some(Mobility::Wheelchair));
        self.housebound += u64::from(mobility == Some(Mobility::Housebound));
        self.no_internet += u64::from(people.internet(row) == Some(false));
        if let Some(square) = square_of(population, outcome.person) {
            groups.squares.of(square).add(outcome);
        }
        match (people.county(row), people.area(row)) {
            (Some(county), Some(area)) => groups.areas.of((county, area)).add(outcome),
            _ => self.area_not_known.add(outcome),
        }
    }
}

/// People of the cohort in each of these small areas, and those of them with an unmet need; then those in none of them.
/// Empty where no areas are given.
pub(super) fn by_small_area(
    run: &MatchRun,
    population: &Population,
    areas: &[(String, String)],
) -> Vec<(u64, u64)> {
    if areas.is_empty() {
        return Vec::new();
    }
    let elsewhere = areas.len();
    let places: BTreeMap<&str, usize> = areas.iter().map(|(lsoa, _)| lsoa.as_str()).zip(0..).collect();
    let names = population.lsoas.names().iter().map(|name| places.get(&**name).copied().unwrap_or(elsewhere));
    // Number 0 is "not known".
    let place_of: Vec<usize> = std::iter::once(elsewhere).chain(names).collect();
    let mut counts = vec![(0, 0); areas.len() + 1];
    for outcome in run.parts.iter().flat_map(|part| &part.people) {
        let (people, without) = &mut counts[place_of[population.lsoa[outcome.person as usize] as usize]];
        *people += 1;
        *without += u64::from(!unmet(*outcome).is_empty());
    }
    counts
}

/// Services and providers of a topic, and the places a week whose number is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Supply {
    pub(super) services: u64,
    pub(super) providers: u64,
    pub(super) weekly_places: u64,
    pub(super) capacity_not_known: u64,
}

/// What is offered for each topic.
pub(super) fn supply(run: &MatchRun) -> [Supply; 16] {
    Topic::ALL.map(|topic| {
        let offering: Vec<_> = run.plan.services().iter().filter(|s| s.offers.holds(topic)).collect();
        let mut providers: Vec<&str> = offering.iter().map(|s| s.provider.as_str()).collect();
        providers.sort_unstable();
        providers.dedup();
        Supply {
            services: offering.len() as u64,
            providers: providers.len() as u64,
            weekly_places: offering.iter().filter_map(|s| s.weekly_places()).fold(0, u64::saturating_add),
            capacity_not_known: offering.iter().filter(|s| s.weekly_places().is_none()).count() as u64,
        }
    })
}

/// Needs of a person that no offer meets.
pub(super) fn unmet(outcome: PersonOutcome) -> TopicSet {
    outcome.needs.without(outcome.covered)
}
