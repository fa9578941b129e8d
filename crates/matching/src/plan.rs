//! A rule set and its services, compiled once into the columns that the fast path reads.

use vocabulary::ConditionSet;

use crate::ceilings::{MOST_PLANES, planes_of};
use crate::levels::{Levels, MOST_LEVELS};
use crate::place::Place;
use crate::reaches::squared_reaches;
use crate::{Catchment, Mobility, Person, Route, RuleSet, Service, Sex};

/// Bits that a service may ask of a person; a clause of the analyst's own takes the bits from [`ask::CLAUSES`] on.
pub(crate) mod ask {
    pub(crate) const MALE: u32 = 1;
    pub(crate) const FEMALE: u32 = 1 << 1;
    pub(crate) const RECENT: u32 = 1 << 2;
    pub(crate) const WAITING: u32 = 1 << 3;
    pub(crate) const CAN_TAKE_STEPS: u32 = 1 << 4;
    pub(crate) const CAN_GO_OUT: u32 = 1 << 5;
    pub(crate) const INTERNET: u32 = 1 << 6;
    pub(crate) const CLAUSES: u32 = 7;
}

/// A compiled rule set with its services in the order of their numbers, so that "the lower number first" is
/// "the earlier index first".
#[derive(Clone, Debug)]
pub struct Plan {
    rules: RuleSet,
    services: Vec<Service>,
    pub(crate) compiled: Vec<CompiledService>,
    /// Points for the low and the high eight topics: `points_of(x)` is two look-ups.
    points: [[i32; 256]; 2],
    pub(crate) levels: Levels,
    /// The most that any price adds, by [`CompiledService::imd_slot`].
    pub(crate) most_price_points: [i32; 11],
    /// Ages at which some service begins or ends, ascending: between two of them all ages are alike.
    turning_ages: Vec<i32>,
    /// The topics whose weight has this bit.
    pub(crate) topics_by_place: [u16; MOST_PLANES],
    /// Planes that the ceiling of any offer takes.
    pub(crate) planes: usize,
    /// The year of the index date: working it out for every person would take longer than the rest of their age.
    index_year: i32,
}

/// What the fast path asks of a service, in as few words as can be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompiledService {
    pub(crate) catchment: Catchment,
    pub(crate) easting: i32,
    pub(crate) northing: i32,
    pub(crate) placed: bool,
    pub(crate) radius: u32,
    /// See [`squared_reaches`].
    pub(crate) squared_radius: f64,
    pub(crate) squared_reach: [f64; MOST_LEVELS],
    pub(crate) county: i32,
    pub(crate) area_mask: u64,
    pub(crate) offers: u16,
    pub(crate) min_age: i32,
    pub(crate) max_age: i32,
    /// [`ask`] bits.
    pub(crate) asks: u32,
    pub(crate) required: u32,
    pub(crate) excluded: u32,
    /// Pence; -1: not known.
    pub(crate) cost: i32,
    /// What the price adds or takes, by [`CompiledService::imd_slot`].
    pub(crate) price_points: [i32; 11],
    pub(crate) languages: u8,
    pub(crate) has_to_travel: bool,
    pub(crate) must_go_there: bool,
}

impl CompiledService {
    /// Decile 1 to 10 at its own place, not known at 0.
    #[inline]
    pub(crate) fn imd_slot(imd: Option<i32>) -> usize {
        imd.and_then(|i| usize::try_from(i).ok()).filter(|i| *i <= 10).unwrap_or(0)
    }

    /// Whether a catchment that is not a circle holds a place.
    pub(crate) fn holds(&self, place: &Place) -> bool {
        if place.point.is_none() {
            return self.catchment == Catchment::Online;
        }
        match self.catchment {
            Catchment::Online => true,
            // By its circle.
            Catchment::Radius => false,
            Catchment::Areas => {
                place.county == Some(self.county) && place.area.is_some_and(|a| self.area_mask >> a & 1 == 1)
            }
            Catchment::County => place.county == Some(self.county),
        }
    }
}

/// What a person can say to what services ask: to everything but where they live.
pub(crate) struct Standing {
    age: i32,
    answers: u32,
    conditions: u32,
}

impl Standing {
    #[inline]
    pub(crate) const fn may_use(&self, service: &CompiledService) -> bool {
        service.min_age <= self.age
            && self.age <= service.max_age
            && service.asks & !self.answers == 0
            && (service.required == 0 || service.required & self.conditions != 0)
            && service.excluded & self.conditions == 0
    }
}

impl Plan {
    /// Compiles. The order in which the services come does not matter.
    pub fn new(rules: RuleSet, mut services: Vec<Service>) -> Self {
        services.sort_by_key(|s| s.sid);
        let levels = Levels::of(&rules);
        let compiled: Vec<CompiledService> = services.iter().map(|s| compile(&rules, &levels, s)).collect();
        let mut points = [[0; 256]; 2];
        for (half, table) in points.iter_mut().enumerate() {
            for (set, entry) in table.iter_mut().enumerate() {
                *entry = (0..8)
                    .filter(|bit| set >> bit & 1 == 1)
                    .map(|bit| rules.points_per_weight * rules.weights.0[half * 8 + bit])
                    .sum();
            }
        }
        let most_price_points =
            std::array::from_fn(|slot| compiled.iter().map(|s| s.price_points[slot]).max().unwrap_or(0));
        let ends = |s: &CompiledService| [s.min_age, s.max_age.saturating_add(1)];
        let mut turning_ages: Vec<i32> = compiled.iter().flat_map(ends).collect();
        turning_ages.sort_unstable();
        turning_ages.dedup();
        let index_year = rules.index_date.year();
        let weight = |topic: usize| rules.weights.0[topic].unsigned_abs();
        let topics_by_place = std::array::from_fn(|place| {
            let holds = |topic: &usize| u64::from(weight(*topic)) >> place & 1 == 1;
            (0..16).filter(holds).fold(0, |topics, topic| topics | 1 << topic)
        });
        let planes = planes_of((0..16).map(|topic| weight(topic) as usize).sum::<usize>() + levels.count);
        Self {
            rules,
            services,
            compiled,
            points,
            levels,
            most_price_points,
            turning_ages,
            topics_by_place,
            planes,
            index_year,
        }
    }

    /// The number of the run of ages to which an age belongs: all ages of a run may use the same services.
    pub(crate) fn age_run(&self, age: i32) -> usize {
        self.turning_ages.partition_point(|turn| *turn <= age)
    }

    /// The same as [`RuleSet::age`], below any age where it is not known.
    pub(crate) fn age(&self, person: &Person) -> i32 {
        person.birth_year.map_or(i32::MIN, |year| self.index_year - year)
    }

    /// How many runs of ages there are.
    pub(crate) fn age_runs(&self) -> usize {
        self.turning_ages.len() + 1
    }

    /// The rule set.
    pub const fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The services by ascending number; a match names one by its index here.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Points for a set of topics.
    #[inline]
    pub(crate) fn points_of(&self, topics: u16) -> i32 {
        self.points[0][usize::from(topics & 0xFF)] + self.points[1][usize::from(topics >> 8)]
    }

    /// A person as they are, for many services.
    pub(crate) fn standing(&self, person: &Person) -> Standing {
        Standing {
            age: self.age(person),
            answers: self.answers_of(person),
            conditions: person.conditions.bits(),
        }
    }

    /// A person who is there, so that mobility and route do not count: the same as [`crate::may_be_helped_by`].
    pub(crate) fn in_one_room(&self, person: &Person) -> Standing {
        let granted = ask::RECENT | ask::WAITING | ask::CAN_TAKE_STEPS | ask::CAN_GO_OUT | ask::INTERNET;
        let as_they_are = self.standing(person);
        Standing { answers: as_they_are.answers | granted, ..as_they_are }
    }

    /// The [`ask`] bits that a person can answer with yes.
    pub(crate) fn answers_of(&self, person: &Person) -> u32 {
        let recent = person.last_activity.is_some_and(|d| d >= self.rules.eligibility.recent_from);
        let mut answers = 0;
        for (holds, bit) in [
            (person.sex == Some(Sex::Male), ask::MALE),
            (person.sex == Some(Sex::Female), ask::FEMALE),
            (recent, ask::RECENT),
            (person.waiting == Some(true), ask::WAITING),
            (person.mobility.is_none_or(|m| m < Mobility::Wheelchair), ask::CAN_TAKE_STEPS),
            (person.mobility != Some(Mobility::Housebound), ask::CAN_GO_OUT),
            (person.internet != Some(false), ask::INTERNET),
        ] {
            if holds {
                answers |= bit;
            }
        }
        for (index, clause) in self.rules.clauses.iter().enumerate() {
            if clause.people.passes(&self.rules, person) {
                answers |= 1 << (ask::CLAUSES as usize + index);
            }
        }
        answers
    }
}

fn compile(rules: &RuleSet, levels: &Levels, service: &Service) -> CompiledService {
    let asks_of = &rules.eligibility;
    let online = service.catchment == Catchment::Online;
    let must_go_there = !online && !service.home_visit;
    let mut asks = if online { ask::INTERNET } else { 0 };
    if asks_of.sex {
        asks |= match service.sex {
            None => 0,
            Some(Sex::Male) => ask::MALE,
            Some(Sex::Female) => ask::FEMALE,
        };
    }
    if asks_of.route {
        asks |= match service.route {
            Route::Open => 0,
            Route::RecentContact => ask::RECENT,
            Route::WaitingList => ask::WAITING,
        };
    }
    if asks_of.mobility && must_go_there {
        asks |= ask::CAN_GO_OUT | if service.step_free == Some(true) { 0 } else { ask::CAN_TAKE_STEPS };
    }
    for (index, clause) in rules.clauses.iter().enumerate() {
        if clause.services.passes(service) {
            asks |= 1 << (ask::CLAUSES as usize + index);
        }
    }
    let kept = |set: ConditionSet, switch: bool| if switch { set.bits() } else { 0 };
    let place = service.place;
    let radius = service.radius.unsigned_abs();
    let (squared_radius, squared_reach) = squared_reaches(levels, service.catchment, radius, place.is_some());
    CompiledService {
        catchment: service.catchment,
        easting: place.map_or(0, |p| p.easting),
        northing: place.map_or(0, |p| p.northing),
        placed: place.is_some(),
        radius,
        squared_radius,
        squared_reach,
        county: service.county.unwrap_or(-1),
        area_mask: service.area_mask,
        offers: service.offers.0,
        min_age: if asks_of.age { service.min_age } else { i32::MIN },
        max_age: if asks_of.age { service.max_age } else { i32::MAX },
        asks,
        required: kept(service.required, asks_of.required_conditions),
        excluded: kept(service.excluded, asks_of.excluded_conditions),
        cost: service.cost.unwrap_or(-1),
        price_points: price_points(rules, service.cost),
        languages: service.languages,
        has_to_travel: !online && !service.transport && !service.home_visit,
        must_go_there: asks_of.mobility && must_go_there,
    }
}

fn price_points(rules: &RuleSet, cost: Option<i32>) -> [i32; 11] {
    let mut points = [0; 11];
    let Some(pence) = cost else { return points };
    for (slot, points) in (0..).zip(&mut points) {
        let imd = if slot == 0 { rules.imd_if_not_known } else { slot };
        let bonus = pence == 0 && slot > 0 && imd <= rules.free.imd_at_most;
        let penalty = pence * (rules.cost.imd_from - imd) / rules.cost.pence_per_point;
        *points = if bonus { rules.free.points } else { 0 } - penalty.min(rules.cost.at_most);
    }
    points
}
