//! The rule for a whole cohort: square by square of the map, place by place, person by person.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::{Level, Simd, dispatch};
use rayon::prelude::*;
use vocabulary::{TopicSet, ones};

use crate::atlas::Atlas;
use crate::best::Best;
use crate::ceilings::{Ceilings, FEW_PLANES, MOST_PLANES};
use crate::circles::View;
use crate::eight::Eight;
use crate::lanes::{is_empty, load};
use crate::minutes_match::ByMinutes;
use crate::place::Place;
use crate::rows::{Match, PersonOutcome, Rows};
use crate::scored::Scored;
use crate::tile::Tile;
use crate::{People, Person, Plan};

/// Side of a square in metres: small enough that a square's services are few, large enough that they are shared.
const SIDE: i32 = 6_000;
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
    // Everything of a part is compiled once for each generation of processors: this one's is asked for once.
    let level = Level::new();
    let atlas = Atlas::of(plan);
    let by_minutes = ByMinutes::of(plan);
    parts(&residents)
        .into_par_iter()
        .map(|part| {
            let rows = if let Some(by_minutes) = &by_minutes {
                by_minutes.match_part(by_place(&gathered(&persons, part)))
            } else if plan.planes <= FEW_PLANES {
                dispatch!(level, simd => match_part::<_, FEW_PLANES>(simd, &atlas, &persons, part))
            } else {
                dispatch!(level, simd => match_part::<_, MOST_PLANES>(simd, &atlas, &persons, part))
            };
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
        Self { square: one_number(square), point: one_number(point), row, at }
    }
}

fn by_square(persons: &[Person], cohort: &[u32]) -> Vec<Resident> {
    let numbered = cohort.par_iter().zip(0..u32::try_from(cohort.len()).unwrap_or(u32::MAX));
    let mut residents: Vec<Resident> =
        persons.par_iter().zip(numbered).map(|(person, (row, at))| Resident::of(person, *row, at)).collect();
    residents.par_sort_unstable();
    residents
}

/// Cuts where a square ends, and between points where a square is full.
fn parts(residents: &[Resident]) -> Vec<&[Resident]> {
    let mut parts = Vec::new();
    for square in residents.chunk_by(|a, b| a.square == b.square) {
        let mut from = 0;
        let mut to = 0;
        for point in square.chunk_by(|a, b| a.point == b.point) {
            if to > from && to - from + point.len() > MOST_PEOPLE_A_PART {
                parts.push(&square[from..to]);
                from = to;
            }
            to += point.len();
        }
        parts.push(&square[from..to]);
    }
    parts
}

#[inline(always)]
fn match_part<S: Simd, const PLANES: usize>(
    simd: S,
    atlas: &Atlas<'_>,
    persons: &[Person],
    residents: &[Resident],
) -> Rows {
    let plan = atlas.plan;
    let people = gathered(persons, residents);
    let places: Vec<Place> = by_place(&people).map(|people| Place::of(&people[0].1)).collect();
    let mut tile = Tile::new(simd, atlas, &places);
    let mut view = View::default();
    let mut work = Work::<PLANES> {
        best: Best::new(plan.rules().keep),
        ceilings: Ceilings::new(plan.planes),
        taken: Vec::new(),
        eight: Eight::default(),
    };
    let mut rows = Rows {
        matches: Vec::with_capacity(residents.len() * plan.rules().keep),
        people: Vec::with_capacity(residents.len()),
    };
    for (people, place) in by_place(&people).zip(&places) {
        tile.look_around(simd, place, &mut view);
        for (row, person) in people {
            match_person(simd, &mut tile, &view, person, *row, &mut work, &mut rows);
        }
    }
    rows
}

/// The people of a part, those of a place together. Gathered before the first is matched, so that the processor waits for
/// many of them at once.
fn gathered(persons: &[Person], residents: &[Resident]) -> Vec<(u32, Person)> {
    let mut people: Vec<(u32, Person)> = residents.iter().map(|r| (r.row, persons[r.at as usize])).collect();
    by_area(&mut people);
    people
}

fn by_place(people: &[(u32, Person)]) -> impl Iterator<Item = &[(u32, Person)]> {
    people.chunk_by(|(_, a), (_, b)| Place::of(a) == Place::of(b))
}

/// Brings those together who live at one point and are claimed by the same area: there is nearly always one alone.
fn by_area(people: &mut [(u32, Person)]) {
    let point = |person: &Person| person.place;
    for at_point in people.chunk_by_mut(|(_, a), (_, b)| point(a) == point(b)) {
        let area = |person: &Person| (person.county, person.area);
        if at_point.array_windows().any(|[(_, a), (_, b)]| area(a) != area(b)) {
            at_point.sort_unstable_by_key(|(row, person)| (area(person), *row));
        }
    }
}

/// What matching one person needs memory for, kept from person to person.
struct Work<const PLANES: usize> {
    best: Best,
    ceilings: Ceilings<PLANES>,
    /// Services whose turn it is to be scored.
    taken: Vec<u32>,
    eight: Eight,
}

#[inline(always)]
fn match_person<S: Simd, const PLANES: usize>(
    simd: S,
    tile: &mut Tile<'_>,
    view: &View,
    person: &Person,
    row: u32,
    work: &mut Work<PLANES>,
    rows: &mut Rows,
) {
    let plan = tile.plan();
    let scored = Scored::of(plan, person);
    let prepared = tile.prepare(simd, plan.age(person), plan.answers_of(person));
    find_ceilings(simd, tile, view, prepared, person, scored.needs, &mut work.ceilings);
    work.best.clear();
    tile.price(scored.imd_slot);
    keep_best(simd, tile, &scored, work);
    rows.people.push(PersonOutcome { person: row, needs: scored.needs, covered: work.ceilings.covered });
    for (rank, (score, local)) in (1..).zip(work.best.kept()) {
        let metres = scored.metres(tile.service(local));
        let reasons = scored.reasons(plan, person, tile.service(local), metres);
        let (service, distance) = (tile.index[local], metres.unwrap_or(0));
        rows.matches.push(Match { person: row, rank, service, score, distance, reasons });
    }
}

/// What the person may use, and the most that each of it can score.
#[inline(always)]
fn find_ceilings<S: Simd, const PLANES: usize>(
    simd: S,
    tile: &Tile<'_>,
    view: &View,
    prepared: (usize, usize),
    person: &Person,
    needs: TopicSet,
    ceilings: &mut Ceilings<PLANES>,
) {
    let plan = tile.plan();
    let (of_age, of_answers) = tile.prepared(prepared);
    ceilings.begin(&plan.topics_by_place, needs);
    let fitting = view.reaching.iter().zip(of_age).zip(of_answers);
    let around = fitting.zip(&view.levels).zip(&tile.questions);
    for (block, ((((reaching, of_age), of_answers), levels), questions)) in around.enumerate() {
        let mut may = load(simd, reaching) & load(simd, of_age) & load(simd, of_answers);
        if is_empty(may) {
            continue;
        }
        let mut accepted = load(simd, &questions.requires_nothing);
        for condition in ones(person.conditions.bits()) {
            let [accepts, excludes] = &questions.accepts_and_excludes[condition];
            accepted |= load(simd, accepts);
            may &= !load(simd, excludes);
        }
        ceilings.push(simd, block, levels, may & accepted, &questions.by_topic);
    }
}

/// Scores from the highest ceiling downwards until the list is full, and then whatever can still enter it.
#[inline(always)]
fn keep_best<S: Simd, const PLANES: usize>(
    simd: S,
    tile: &Tile<'_>,
    scored: &Scored,
    Work { best, ceilings, taken, eight }: &mut Work<PLANES>,
) {
    let plan = tile.plan();
    let most_besides = scored.most_besides(plan);
    let prices = tile.prices(scored.imd_slot);
    let travel = if scored.without_car { f64::from(plan.rules().travel.at_most) } else { 0.0 };
    let mut full = false;
    while let Some(highest) = ceilings.highest(simd) {
        let least = match best.least() {
            // The next below are nearly always asked for too.
            None => highest.saturating_sub(highest / 32 + 1),
            Some(score) => {
                full = true;
                plan.levels.least_ceiling(score.saturating_sub(most_besides))
            }
        };
        if least > highest {
            return;
        }
        let more = ceilings.take(simd, least, taken);
        for locals in taken.chunks(8) {
            for (at, local) in locals.iter().enumerate() {
                let service = &tile.scoring[*local as usize];
                let besides = prices[*local as usize]
                    + scored.by_language(plan, service.languages)
                    + plan.points_of(scored.needs.0 & service.offers);
                eight.put(at, *local, service, travel, besides);
            }
            eight.settle(simd, locals.len(), plan, scored, best);
        }
        if full || !more {
            return;
        }
    }
}
