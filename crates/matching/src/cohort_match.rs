//! The rule for a whole cohort: square by square of the map, place by place, person by person.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::{Level, dispatch};
use rayon::prelude::*;
use vocabulary::{TopicSet, ones};

use crate::best::Best;
use crate::ceilings::Ceilings;
use crate::circles::View;
use crate::lanes::{NONE, each};
use crate::scored::Scored;
use crate::tile::{Place, Tile};
use crate::{People, Person, Plan};

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
/// Steps from the highest ceiling to none: with weights in the hundreds, one at a time would be too many.
const MOST_STEPS: usize = 64;

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
    // Everything of a part is compiled once for each generation of processors: this one's is asked for once.
    let level = Level::new();
    parts(&residents)
        .into_par_iter()
        .map(|part| {
            let rows = dispatch!(level, _ => match_part(plan, &persons, part));
            progress(part.len());
            rows
        })
        .collect()
}

/// A person of the cohort and where they live. The order of the fields is the order in which they are worked through,
/// and what is compared most is one number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Resident {
    square: u64,
    point: u64,
    county: Option<i32>,
    area: Option<i32>,
    row: u32,
    /// Index in the cohort.
    at: u32,
}

/// No point and no square has this number.
const NOWHERE: (i32, i32) = (i32::MIN, i32::MIN);

impl Resident {
    fn of(person: &Person, row: u32, at: u32) -> Self {
        let one_number = |pair: Option<(i32, i32)>| {
            let (a, b) = pair.unwrap_or(NOWHERE);
            u64::from(a.cast_unsigned()) << 32 | u64::from(b.cast_unsigned())
        };
        let square = person.place.map(|p| (p.easting.div_euclid(SIDE), p.northing.div_euclid(SIDE)));
        let point = person.place.map(|p| (p.easting, p.northing));
        let (county, area) = (person.county, person.area);
        Self { square: one_number(square), point: one_number(point), county, area, row, at }
    }

    fn lives_with(&self, other: &Self) -> bool {
        (self.point, self.county, self.area) == (other.point, other.county, other.area)
    }
}

fn by_square(persons: &[Person], cohort: &[u32]) -> Vec<Resident> {
    let numbered = cohort.par_iter().zip(0..u32::try_from(cohort.len()).unwrap_or(u32::MAX));
    let mut residents: Vec<Resident> =
        persons.par_iter().zip(numbered).map(|(person, (row, at))| Resident::of(person, *row, at)).collect();
    residents.par_sort_unstable();
    residents
}

/// Cuts where a square ends, and between places where a square is full.
fn parts(residents: &[Resident]) -> Vec<&[Resident]> {
    let mut parts = Vec::new();
    for square in residents.chunk_by(|a, b| a.square == b.square) {
        let mut from = 0;
        let mut to = 0;
        for place in square.chunk_by(Resident::lives_with) {
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

#[inline(always)]
fn match_part(plan: &Plan, persons: &[Person], residents: &[Resident]) -> Rows {
    // Gathered before the first is matched, so that the processor waits for many of them at once.
    let people: Vec<(u32, Person)> = residents.iter().map(|r| (r.row, persons[r.at as usize])).collect();
    let by_place = || people.chunk_by(|(_, a), (_, b)| Place::of(a) == Place::of(b));
    let places: Vec<Place> = by_place().map(|people| Place::of(&people[0].1)).collect();
    let mut tile = Tile::new(plan, &places);
    let mut view = View::default();
    let mut work = Work { best: Best::new(plan.rules().keep), ceilings: Ceilings::default() };
    let mut rows = Rows {
        matches: Vec::with_capacity(residents.len() * plan.rules().keep),
        people: Vec::with_capacity(residents.len()),
    };
    for (people, place) in by_place().zip(&places) {
        tile.look_around(place, &mut view);
        for (row, person) in people {
            match_person(&mut tile, &view, person, *row, &mut work, &mut rows);
        }
    }
    rows
}

/// What matching one person needs memory for, kept from person to person.
struct Work {
    best: Best,
    ceilings: Ceilings,
}

#[inline(always)]
fn match_person(
    tile: &mut Tile<'_>,
    view: &View,
    person: &Person,
    row: u32,
    Work { best, ceilings }: &mut Work,
    rows: &mut Rows,
) {
    let plan = tile.plan();
    let scored = Scored::of(plan, person);
    let prepared = tile.prepare(plan.age(person), plan.answers_of(person));
    find_ceilings(tile, view, prepared, person, scored.needs, ceilings);
    best.clear();
    keep_best(tile, &scored, ceilings, best);
    rows.people.push(PersonOutcome { person: row, needs: scored.needs, covered: ceilings.covered });
    for (rank, (score, local)) in (1..).zip(best.kept()) {
        let (distance, reasons) = scored.reasons(plan, person, &tile.services[local]);
        let service = tile.index[local];
        rows.matches.push(Match { person: row, rank, service, score, distance, reasons });
    }
}

/// What the person may use, and the most that each of it can score.
#[inline(always)]
fn find_ceilings(
    tile: &Tile<'_>,
    view: &View,
    prepared: (usize, usize),
    person: &Person,
    needs: TopicSet,
    ceilings: &mut Ceilings,
) {
    let plan = tile.plan();
    let (of_age, of_answers) = tile.prepared(prepared);
    ceilings.begin(plan, needs);
    let fitting = of_age.iter().zip(of_answers).map(|(age, answers)| each(age, answers, |a, b| a & b));
    let around = view.reaching.iter().zip(&view.levels).zip(fitting);
    for (((reaching, levels), fitting), questions) in around.zip(&tile.questions) {
        let mut may = each(reaching, &fitting, |a, b| a & b);
        if may != NONE {
            let mut accepted = questions.requires_nothing;
            for condition in ones(person.conditions.bits()) {
                accepted = each(&accepted, &questions.accepts[condition], |a, b| a | b);
                may = each(&may, &questions.excludes[condition], |a, b| a & !b);
            }
            may = each(&may, &accepted, |a, b| a & b);
        }
        ceilings.push(plan, needs, levels, &may, &questions.by_topic);
    }
}

/// Scores from the highest ceiling downwards, until what is left cannot enter the list any more.
#[inline(always)]
fn keep_best(tile: &Tile<'_>, scored: &Scored, ceilings: &mut Ceilings, best: &mut Best) {
    let plan = tile.plan();
    let most_besides = scored.most_besides(plan);
    let step = ceilings.highest.div_ceil(MOST_STEPS).max(1);
    let mut ceiling = ceilings.highest;
    loop {
        let most = plan.levels.most_points(ceiling);
        if best.cannot_take(most + most_besides) {
            return;
        }
        let least = (ceiling + 1).saturating_sub(step);
        let more = ceilings.take(least, |local| {
            let service = &tile.services[local];
            let besides = scored.besides(plan, service);
            if !best.cannot_take(most + besides) {
                let points = plan.points_of(scored.needs.0 & service.offers);
                best.offer(points + besides + scored.by_distance(plan, service), local);
            }
        });
        if !more || least == 0 {
            return;
        }
        ceiling = least - 1;
    }
}
