//! What lies around the middle of a square of the map: who of the extract lives nearest to it, and whom an offer that stood
//! there would reach.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};
use vocabulary::GridPoint;

use super::need_counts::{Pair, unmet};
use super::{MatchRun, SQUARE_SIDE, corner_of};
use crate::population::Population;

/// How far an offer that is missing would reach, in metres: about three miles.
pub(super) const REACH: i32 = 5_000;

/// Whoever lives nearest to a place: how far, squared, and in which county and area as the extract has them. Of two who live
/// equally far the first of the extract counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Nearest {
    squared_distance: u64,
    pub(super) county: Option<i32>,
    pub(super) area: Option<i32>,
}

impl Nearest {
    /// Takes another's place who lives nearer and comes later.
    pub(super) const fn or_nearer(&mut self, other: Self) {
        if other.squared_distance < self.squared_distance {
            *self = other;
        }
    }
}

/// The middle of the square with this corner.
pub(super) const fn middle((easting, northing): Pair) -> GridPoint {
    GridPoint { easting: easting + SQUARE_SIDE / 2, northing: northing + SQUARE_SIDE / 2 }
}

/// The corners of squares whose middles are within so many metres of a point.
fn corners_within(point: GridPoint, metres: i32) -> impl Iterator<Item = Pair> {
    let squares = metres / SQUARE_SIDE + 1;
    let (easting, northing) = corner_of(point);
    let reach = u64::from(metres.unsigned_abs());
    let corner = move |east: i32, north: i32| (easting + east * SQUARE_SIDE, northing + north * SQUARE_SIDE);
    (-squares..=squares)
        .flat_map(move |east| (-squares..=squares).map(move |north| corner(east, north)))
        .filter(move |corner| middle(*corner).squared_distance(point) <= reach * reach)
}

/// What counts of squares come to within so many metres of the middle of one of them, middle to middle.
pub(super) fn sum_within(counts: &BTreeMap<Pair, u64>, corner: Pair, metres: i32) -> u64 {
    corners_within(middle(corner), metres).filter_map(|near| counts.get(&near)).sum()
}

/// By square, for every square that anybody lives in or beside: people with each need unmet who live within [`REACH`] of
/// its middle.
pub(super) fn in_reach(run: &MatchRun, population: &Population) -> BTreeMap<Pair, [u64; 16]> {
    let mut counts: HashMap<Pair, [u64; 16], FixedState> = HashMap::default();
    let outcomes = run.parts.iter().flat_map(|part| {
        // They come place by place, and those of one place are counted together.
        part.people.chunk_by(|a, b| {
            let place = |row: u32| population.people.place(row as usize);
            place(a.person) == place(b.person)
        })
    });
    for of_place in outcomes {
        let Some(place) = population.people.place(of_place[0].person as usize) else { continue };
        let mut unmet_here = [0; 16];
        for topic in of_place.iter().flat_map(|outcome| unmet(*outcome).iter()) {
            unmet_here[topic as usize] += 1;
        }
        if unmet_here.iter().all(|people| *people == 0) {
            continue;
        }
        for corner in corners_within(place, REACH) {
            let counts = counts.entry(corner).or_default();
            counts.iter_mut().zip(unmet_here).for_each(|(count, more)| *count += more);
        }
    }
    counts.into_iter().collect()
}

/// By square, for every square that anybody lives in: who lives nearest to its middle. The corners of a square are further
/// from its middle than parts of its neighbours are, so that it may be somebody of those.
pub(super) fn nearest(population: &Population) -> BTreeMap<Pair, Nearest> {
    /// From the middle of a square to its corner, and a metre more.
    const TO_CORNER: i32 = SQUARE_SIDE * 708 / 1_000;
    let people = &population.people;
    let mut found: HashMap<Pair, (u64, usize), FixedState> = HashMap::default();
    for row in &population.usable {
        let row = *row as usize;
        let Some(place) = people.place(row) else { continue };
        for corner in corners_within(place, TO_CORNER) {
            let distance = middle(corner).squared_distance(place);
            let best = found.entry(corner).or_insert((distance, row));
            // Rows come in order: of two that are equally far the first stays.
            if distance < best.0 {
                *best = (distance, row);
            }
        }
    }
    let one = |(corner, (squared_distance, row))| {
        (corner, Nearest { squared_distance, county: people.county(row), area: people.area(row) })
    };
    found.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Found by the squares around, and found by looking at all.
        #[test]
        fn squares_within_reach_are_all_found(
            east in -5_000..5_000_i32, north in -5_000..5_000_i32, metres in 0..12_000_i32,
        ) {
            let point = GridPoint { easting: 400_000 + east, northing: 300_000 + north };
            let (from_east, from_north) = corner_of(point);
            let all = (-10..=10).flat_map(|e| (-10..=10).map(move |n| (e, n)));
            let all = all.map(|(e, n)| (from_east + e * SQUARE_SIDE, from_north + n * SQUARE_SIDE));
            let reach = u64::from(metres.unsigned_abs()).pow(2);
            let expected: Vec<Pair> =
                all.filter(|corner| middle(*corner).squared_distance(point) <= reach).collect();
            prop_assert_eq!(corners_within(point, metres).collect::<Vec<_>>(), expected);
        }
    }
}
