//! The rule for a whole cohort: square by square of the map, place by place, person by person.

use rayon::prelude::*;
use vocabulary::{GridPoint, TopicSet};

use crate::judge::metres_between;
use crate::plan::CompiledService;
use crate::tile::{Bits, Place, Tile, ones};
use crate::{Catchment, People, Person, Plan, Reasons};

/// One matched offer of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Row of the person in [`People`].
    pub person: u32,
    /// From 1, the best.
    pub rank: u8,
    /// Index of the service in [`Plan::services`].
    pub service: u32,
    pub score: i32,
    /// Whole metres; 0 where there is no distance (online, or the service's place is not known).
    pub distance: i32,
    pub reasons: i32,
}

/// What came of one person of the cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonOutcome {
    /// Row of the person in [`People`].
    pub person: u32,
    pub needs: TopicSet,
    /// Needs for which there is an offer that the person could use, kept among the first or not.
    pub covered: TopicSet,
}

/// What came of a part of the cohort; the parts come in an order that depends on the cohort alone.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub matches: Vec<Match>,
    pub people: Vec<PersonOutcome>,
}

/// Side of a square in metres: small enough that a square's services are few, large enough that they are shared.
const SIDE: i32 = 4_000;
/// A square with more people is shared between threads.
const MOST_PEOPLE_A_PART: usize = 4_096;

/// Matches the people of these rows. `progress` is told how many were done, from any thread.
pub fn match_cohort(
    plan: &Plan,
    people: &People,
    cohort: &[u32],
    progress: &(dyn Fn(usize) + Sync),
) -> Vec<Rows> {
    // One person's columns lie far apart, and squares do not follow the order of the rows: gathered once, in order.
    let persons: Vec<Person> = cohort.par_iter().map(|row| people.get(*row as usize)).collect();
    let residents = by_square(&persons, cohort);
    parts(&residents)
        .into_par_iter()
        .map(|part| {
            let rows = match_part(plan, &persons, part);
            progress(part.len());
            rows
        })
        .collect()
}

/// A person of the cohort and where they live. The order of the fields is the order in which they are worked through.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Resident {
    square: Option<(i32, i32)>,
    place: Place,
    row: u32,
    /// Index in the cohort.
    at: usize,
}

fn by_square(persons: &[Person], cohort: &[u32]) -> Vec<Resident> {
    let mut residents: Vec<Resident> = persons
        .par_iter()
        .zip(cohort)
        .enumerate()
        .map(|(at, (person, row))| {
            let Person { place: point, county, area, .. } = *person;
            let square = point.map(|p| (p.easting.div_euclid(SIDE), p.northing.div_euclid(SIDE)));
            Resident { square, place: Place { point, county, area }, row: *row, at }
        })
        .collect();
    residents.par_sort_unstable();
    residents
}

/// Cuts where a square ends, and between places where a square is full.
fn parts(residents: &[Resident]) -> Vec<&[Resident]> {
    let mut parts = Vec::new();
    for square in residents.chunk_by(|a, b| a.square == b.square) {
        let mut from = 0;
        let mut to = 0;
        for place in square.chunk_by(|a, b| a.place == b.place) {
            if to > from && to - from + place.len() > MOST_PEOPLE_A_PART {
                parts.push(&square[from..to]);
                from = to;
            }
            to += place.len();
        }
        parts.push(&square[from..to]);
    }
    parts
}

fn match_part(plan: &Plan, persons: &[Person], residents: &[Resident]) -> Rows {
    let places: Vec<Place> =
        residents.chunk_by(|a, b| a.place == b.place).map(|group| group[0].place).collect();
    let mut tile = Tile::new(plan, &places);
    let mut rows = Rows {
        matches: Vec::with_capacity(residents.len() * plan.rules().keep),
        people: Vec::with_capacity(residents.len()),
    };
    let mut work = (Best::new(plan.rules().keep), Default::default());
    for group in residents.chunk_by(|a, b| a.place == b.place) {
        let reaching = tile.reaching(&group[0].place);
        for resident in group {
            let person = &persons[resident.at];
            match_person(&mut tile, &reaching, person, resident.row, &mut work, &mut rows);
        }
    }
    rows
}

/// What of a person the scores of their offers depend on.
struct Scored {
    home: Option<GridPoint>,
    needs: u16,
    imd_slot: usize,
    language: i32,
    without_car: bool,
}

fn match_person(
    tile: &mut Tile<'_>,
    reaching: &Bits,
    person: &Person,
    row: u32,
    (best, sets): &mut (Best, [Vec<u64>; 3]),
    rows: &mut Rows,
) {
    let plan = tile.plan();
    let rules = plan.rules();
    let needs = rules.needs_of(person);
    let scored = Scored {
        home: person.place,
        needs: needs.0,
        imd_slot: CompiledService::imd_slot(person.imd),
        language: person.language,
        without_car: person.has_car == Some(false),
    };
    let prepared = tile.prepare(rules.age(person).unwrap_or(i32::MIN), plan.answers_of(person));
    let may_use = may_use(tile, reaching, prepared, person, needs, sets);
    best.clear();
    for class in Class::ALL {
        let most = may_use.most_points[class as usize] + plan.most_besides_topics;
        if best.cannot_take(most) {
            continue;
        }
        for (word, set) in sets[class as usize].iter().enumerate() {
            let mut set = *set;
            while set != 0 {
                let local = word * 64 + set.trailing_zeros() as usize;
                set &= set - 1;
                let points = plan.points_of(scored.needs & tile.offers[local]);
                if !best.cannot_take(points + plan.most_besides_topics) {
                    best.offer(score(plan, &scored, &tile.services[local], points), local);
                }
            }
        }
    }
    let covered = may_use.covered;
    rows.people.push(PersonOutcome { person: row, needs, covered });
    for (rank, (score, local)) in (1..).zip(best.kept()) {
        let service = &tile.services[local];
        let (distance, reasons) = reasons(plan, &scored, person, service);
        let service = tile.index[local];
        rows.matches.push(Match { person: row, rank, service, score, distance, reasons });
    }
}

/// Offers by how many of a person's weightiest needs they meet: those that meet two or more come first, since after
/// them the others can seldom enter the list.
#[derive(Clone, Copy)]
enum Class {
    TwoOrMore,
    One,
    None,
}

impl Class {
    const ALL: [Self; 3] = [Self::TwoOrMore, Self::One, Self::None];
}

/// What a person may use: the sets themselves go to where their memory is kept.
struct MayUse {
    covered: TopicSet,
    /// The most points for topics that an offer of each class can have.
    most_points: [i32; 3],
}

fn may_use(
    tile: &Tile<'_>,
    reaching: &Bits,
    prepared: (usize, usize),
    person: &Person,
    needs: TopicSet,
    sets: &mut [Vec<u64>; 3],
) -> MayUse {
    let rules = tile.plan().rules();
    let weightiest = needs.iter().map(|t| rules.weights.of(t)).max().unwrap_or(0);
    let heavy: TopicSet = needs.iter().filter(|t| rules.weights.of(*t) == weightiest).collect();
    let light = needs.without(heavy);
    let (of_age, of_answers) = tile.prepared(prepared);
    let mut covered = TopicSet::EMPTY;
    for set in sets.iter_mut() {
        set.clear();
        set.resize(tile.words, 0);
    }
    let [with_two, with_one, without] = sets;
    let asked = reaching.iter().zip(of_age).zip(of_answers).zip(&tile.questions);
    let answers = with_two.iter_mut().zip(with_one).zip(without);
    for ((((reaching, of_age), of_answers), questions), ((with_two, with_one), without)) in asked.zip(answers)
    {
        let mut may = reaching & of_age & of_answers;
        if may == 0 {
            continue;
        }
        let mut accepted = questions.requires_nothing;
        for condition in ones(person.conditions.bits()) {
            accepted |= questions.accepts[condition];
            may &= !questions.excludes[condition];
        }
        may &= accepted;
        let (mut one, mut two, mut some) = (0, 0, 0);
        for topic in ones(heavy.0.into()) {
            let offering = may & questions.by_topic[topic];
            two |= one & offering;
            one |= offering;
            covered.0 |= u16::from(offering != 0) << topic;
        }
        for topic in ones(light.0.into()) {
            let offering = may & questions.by_topic[topic];
            some |= offering;
            covered.0 |= u16::from(offering != 0) << topic;
        }
        (*with_two, *with_one, *without) = (two, one & !two, some & !one);
    }
    let points = |set: TopicSet| rules.points_per_weight * rules.weights.sum(set);
    let (lightest, one) = (points(light), rules.points_per_weight * weightiest);
    MayUse { covered, most_points: [points(needs), one + lightest, lightest] }
}

#[inline]
fn distance(scored: &Scored, service: &CompiledService) -> Option<i32> {
    if service.catchment == Catchment::Online || !service.placed {
        return None;
    }
    let there = GridPoint { easting: service.easting, northing: service.northing };
    scored.home.map(|home| metres_between(home, there))
}

/// `d div metres` for numbers that are not negative.
#[inline]
const fn div(d: i32, metres: i32) -> i32 {
    (d.unsigned_abs() / metres.unsigned_abs()).cast_signed()
}

#[inline]
fn travel_penalty(plan: &Plan, scored: &Scored, service: &CompiledService, d: i32) -> i32 {
    let rule = &plan.rules().travel;
    if scored.without_car && service.has_to_travel {
        div(d, rule.metres_per_point).min(rule.at_most)
    } else {
        0
    }
}

#[inline]
fn speaks(scored: &Scored, service: &CompiledService) -> bool {
    scored.language != 0 && service.languages >> scored.language & 1 == 1
}

#[inline]
fn score(plan: &Plan, scored: &Scored, service: &CompiledService, points: i32) -> i32 {
    let rules = plan.rules();
    let mut score = points + service.price_points[scored.imd_slot];
    if speaks(scored, service) {
        score += rules.language_bonus;
    }
    match distance(scored, service) {
        None if service.catchment == Catchment::Online => score += rules.decay.online,
        None => {}
        Some(d) => {
            score += match service.catchment {
                Catchment::Radius => {
                    let rule = &rules.decay.radius;
                    rule.start - lost_on_the_way(rule.lost_at_edge, d, service.radius)
                }
                Catchment::Areas => {
                    let rule = &rules.decay.areas;
                    (rule.start - div(d, rule.metres_per_point)).max(0)
                }
                Catchment::County | Catchment::Online => {
                    let rule = &rules.decay.county;
                    (rule.start - div(d, rule.metres_per_point)).max(0)
                }
            };
            score -= travel_penalty(plan, scored, service, d);
        }
    }
    score
}

/// `lost_at_edge · d div radius`, in 32 bits where that is enough: it nearly always is.
#[inline]
fn lost_on_the_way(lost_at_edge: i32, d: i32, radius: u32) -> i32 {
    let product = u64::from(lost_at_edge.unsigned_abs()) * u64::from(d.unsigned_abs());
    let lost = match u32::try_from(product) {
        Ok(product) => product / radius,
        Err(_) => u32::try_from(product / u64::from(radius)).unwrap_or(u32::MAX),
    };
    i32::try_from(lost).unwrap_or(i32::MAX)
}

fn reasons(plan: &Plan, scored: &Scored, person: &Person, service: &CompiledService) -> (i32, i32) {
    let rules = plan.rules();
    let online = service.catchment == Catchment::Online;
    let distance = distance(scored, service);
    let near = distance.is_some_and(|d| d < rules.near);
    let without_car =
        scored.without_car && distance.is_some_and(|d| travel_penalty(plan, scored, service, d) == 0);
    let mut reasons = i32::from(scored.needs & service.offers);
    for (holds, reason) in [
        (near, Reasons::NEAR),
        (service.cost == 0, Reasons::FREE),
        (speaks(scored, service) && rules.language_bonus > 0, Reasons::LANGUAGE),
        (without_car, Reasons::WITHOUT_CAR),
        (online, Reasons::ONLINE),
        (online && person.internet.is_none(), Reasons::CHECK_INTERNET),
        (service.must_go_there && person.mobility.is_none(), Reasons::CHECK_ACCESS),
        (service.excluded & person.conditions_not_known.bits() != 0, Reasons::ASK_FIRST),
    ] {
        if holds {
            reasons |= reason;
        }
    }
    (distance.unwrap_or(0), reasons)
}

/// The best few offers so far: score descending, then the earlier service.
struct Best {
    keep: usize,
    /// `score · 2³² + (2³² − 1 − local)`: the larger the better, so one comparison does for both.
    keys: Vec<i64>,
}

impl Best {
    fn new(keep: usize) -> Self {
        Self { keep, keys: Vec::with_capacity(keep + 1) }
    }

    fn clear(&mut self) {
        self.keys.clear();
    }

    /// Whether an offer of at most this score has no place any more, whatever its number.
    #[inline]
    fn cannot_take(&self, at_most: i32) -> bool {
        self.keys.len() == self.keep && i64::from(at_most) < self.keys[self.keep - 1] >> 32
    }

    #[inline]
    fn offer(&mut self, score: i32, local: usize) {
        #[expect(clippy::cast_possible_wrap, reason = "the difference of two 32-bit numbers fits 64 bits")]
        let key = i64::from(score) << 32 | (u64::from(u32::MAX) - local as u64) as i64;
        let at = self.keys.iter().rposition(|k| *k > key).map_or(0, |p| p + 1);
        if at < self.keep {
            self.keys.insert(at, key);
            self.keys.truncate(self.keep);
        }
    }

    fn kept(&self) -> impl Iterator<Item = (i32, usize)> {
        self.keys.iter().map(|key| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the two halves of the key"
            )]
            let (score, local) = ((key >> 32) as i32, u32::MAX - (*key as u32));
            (score, local as usize)
        })
    }
}
