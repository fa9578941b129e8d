//! Raw counts of a run, or of a part of its people. They stay in this module's neighbours and go out by the gate only.
//! Those of parts add up to those of the whole, whatever stands in which part.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use matching::{Catchment, Measure, Mobility, PersonOutcome, Plan};
use serde::{Deserialize, Serialize};
use vocabulary::{GridPoint, Topic};

use super::around::{self, Nearest};
use super::need_counts::{NeedCounts, Pair, add_each, unmet};
use super::{MatchRun, SQUARE_SIDE, square_of};
use crate::cohort::{Attrition, Selected};
use crate::fairness::GroupCounts;
use crate::population::{Backgrounds, Population};

/// How many bands of distance there are.
const BANDS: usize = 5;

/// How far the nearest matched offer is: upper ends in the measure of the rules (a mile is 1,609 m) and labels.
pub(super) const fn bands(measure: &Measure) -> [(i32, &'static str); BANDS] {
    match measure {
        Measure::Metres => [
            (1_609, "Less than 1 mile"),
            (3_219, "1 to 2 miles"),
            (8_047, "2 to 5 miles"),
            (16_093, "5 to 10 miles"),
            (i32::MAX, "More than 10 miles"),
        ],
        Measure::Minutes(_) => [
            (15, "Less than 15 minutes"),
            (30, "15 to 29 minutes"),
            (45, "30 to 44 minutes"),
            (60, "45 to 59 minutes"),
            (i32::MAX, "An hour or more"),
        ],
    }
}

/// What is to be counted of a run beside what always is.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    /// Code and name of the small areas whose outlines are known.
    pub small_areas: &'a [(String, String)],
    /// What else the extract says of people, where it is asked who is left out; a report asks that.
    pub backgrounds: Option<&'a Backgrounds>,
    /// Also what a report asks: what is missing where, and whom to invite.
    pub for_report: bool,
}

/// Raw counts. A file of them tells of single people: it is for its owner alone, and goes when the run ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Tallies {
    /// People before the first criterion of the cohort, and what each criterion did.
    pub(super) start: u64,
    pub(super) attrition: Vec<Attrition>,
    pub(super) all: NeedCounts,
    pub(super) matched: u64,
    /// By the bands, then people whose offers are online or without a place, then people without an offer.
    pub(super) distances: [u64; BANDS + 2],
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
    #[serde(with = "pairs")]
    pub(super) squares: BTreeMap<Pair, NeedCounts>,
    /// By county and area.
    #[serde(with = "pairs")]
    pub(super) areas: BTreeMap<Pair, NeedCounts>,
    pub(super) area_not_known: NeedCounts,
    /// As [`by_small_area`] counts them.
    pub(super) small_areas: Vec<(u64, u64)>,
    pub(super) groups: GroupCounts,
    /// By square: people with each need unmet who live near enough to its middle for an offer that stood there.
    #[serde(with = "pairs")]
    pub(super) in_reach: BTreeMap<Pair, [u64; 16]>,
    /// By square: whoever of the extract lives nearest to its middle.
    #[serde(with = "pairs")]
    pub(super) nearest: BTreeMap<Pair, Nearest>,
}

/// Maps in a file: keys that are no texts stand beside their values.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Pair;

    pub(super) fn serialize<V: Serialize, S: Serializer>(
        map: &BTreeMap<Pair, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(super) fn deserialize<'de, V: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<Pair, V>, D::Error> {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
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
    /// Counts a run.
    pub fn of(run: &MatchRun, population: &Population, selected: &Selected, counting: &Counting<'_>) -> Self {
        let ((mut tallies, of_matches), of_cohort) = rayon::join(
            || rayon::join(|| Self::of_extract(population, counting), || Self::of_matches(run)),
            || Self::of_cohort(run, population, selected, counting),
        );
        tallies.add(&of_matches);
        tallies.add(&of_cohort);
        tallies
    }

    /// What is asked of everybody in the extract.
    fn of_extract(population: &Population, counting: &Counting<'_>) -> Self {
        let people = &population.people;
        let anybody =
            |known: &dyn Fn(usize) -> bool| population.usable.iter().any(|row| known(*row as usize));
        let mut squares = ByPair::default();
        for row in &population.usable {
            if let Some(square) = square_of(population, *row) {
                squares.of(square);
            }
        }
        Self {
            car_known: anybody(&|row| people.has_car(row).is_some()),
            mobility_known: anybody(&|row| people.mobility(row).is_some()),
            internet_known: anybody(&|row| people.internet(row).is_some()),
            squares: squares.in_order(),
            nearest: if counting.for_report { around::nearest(population) } else { BTreeMap::new() },
            ..Self::default()
        }
    }

    /// What is asked of the cohort.
    fn of_cohort(
        run: &MatchRun,
        population: &Population,
        selected: &Selected,
        counting: &Counting<'_>,
    ) -> Self {
        let mut tallies = Self {
            start: selected.start,
            attrition: selected.attrition.clone(),
            small_areas: by_small_area(run, population, counting.small_areas),
            ..Self::default()
        };
        // In the order of the extract, so that its columns are read from end to end.
        let mut outcomes: Vec<PersonOutcome> =
            run.parts.iter().flat_map(|part| &part.people).copied().collect();
        outcomes.sort_unstable_by_key(|outcome| outcome.person);
        let mut groups = Groups::default();
        for outcome in outcomes {
            tallies.add_person(population, &mut groups, outcome);
        }
        tallies.squares = groups.squares.in_order();
        tallies.areas = groups.areas.in_order();
        if let Some(backgrounds) = counting.backgrounds {
            let outcomes = run.parts.iter().flat_map(|part| &part.people);
            let unmet: Vec<u32> =
                outcomes.filter(|one| !unmet(**one).is_empty()).map(|one| one.person).collect();
            let year = run.plan.rules().index_date.year();
            tallies.groups = GroupCounts::of(population, backgrounds, &selected.rows, &unmet, year);
        }
        if counting.for_report {
            tallies.in_reach = around::in_reach(run, population);
        }
        tallies
    }

    /// Who has an offer, and how far the nearest is.
    fn of_matches(run: &MatchRun) -> Self {
        let mut tallies = Self::default();
        let bands = bands(&run.plan.rules().measure);
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
                    Some(distance) => bands.iter().position(|(end, _)| distance < *end).unwrap_or(BANDS - 1),
                    None if mine.is_empty() => BANDS + 1,
                    None => BANDS,
                };
                tallies.distances[band] += 1;
            }
        }
        tallies
    }

    /// Adds those of another part of the people, counted in the same way.
    pub fn add(&mut self, other: &Self) {
        self.start += other.start;
        if self.attrition.is_empty() {
            self.attrition.clone_from(&other.attrition);
        } else {
            self.attrition.iter_mut().zip(&other.attrition).for_each(|(one, more)| one.add(more));
        }
        self.all.add_all(&other.all);
        self.area_not_known.add_all(&other.area_not_known);
        add_each(&mut self.distances, &other.distances);
        for (count, more) in [
            (&mut self.matched, other.matched),
            (&mut self.no_car, other.no_car),
            (&mut self.car_not_known, other.car_not_known),
            (&mut self.wheelchair, other.wheelchair),
            (&mut self.housebound, other.housebound),
            (&mut self.no_internet, other.no_internet),
        ] {
            *count += more;
        }
        self.car_known |= other.car_known;
        self.mobility_known |= other.mobility_known;
        self.internet_known |= other.internet_known;
        for (map, more) in [(&mut self.squares, &other.squares), (&mut self.areas, &other.areas)] {
            more.iter().for_each(|(pair, counts)| map.entry(*pair).or_default().add_all(counts));
        }
        self.small_areas.resize(other.small_areas.len(), (0, 0));
        for ((people, unmet), more) in self.small_areas.iter_mut().zip(&other.small_areas) {
            (*people, *unmet) = (*people + more.0, *unmet + more.1);
        }
        self.groups.add(&other.groups);
        for (corner, counts) in &other.in_reach {
            add_each(self.in_reach.entry(*corner).or_default(), counts);
        }
        for (corner, nearest) in &other.nearest {
            self.nearest.entry(*corner).or_insert(*nearest).or_nearer(*nearest);
        }
    }

    /// Whether anybody of the cohort may live within so many metres of a point: no square of theirs reaches it otherwise.
    pub fn may_reach(&self, point: GridPoint, metres: i32) -> bool {
        let gap = |corner: i32, at: i32| u64::from(at.abs_diff(at.clamp(corner, corner + SQUARE_SIDE - 1)));
        let reach = u64::from(metres.unsigned_abs());
        self.squares.iter().any(|((easting, northing), counts)| {
            let (east, north) = (gap(*easting, point.easting), gap(*northing, point.northing));
            counts.people > 0 && east * east + north * north <= reach * reach
        })
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
fn by_small_area(run: &MatchRun, population: &Population, areas: &[(String, String)]) -> Vec<(u64, u64)> {
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
pub(super) fn supply(plan: &Plan) -> [Supply; 16] {
    Topic::ALL.map(|topic| {
        let offering: Vec<_> = plan.services().iter().filter(|s| s.offers.holds(topic)).collect();
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
