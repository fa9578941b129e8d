//! The outline of a small area, and whether a point lies within.

use vocabulary::{GridPoint, Lsoa};

/// The outline of a small area in whole metres of the National Grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaOutline {
    pub lsoa: Lsoa,
    /// Outer rings and holes together, in no order; the last point of a ring is joined to its first and not repeated.
    pub rings: Vec<Vec<GridPoint>>,
}

/// How far the thinned line may lie beside the given one. Areas are thinned one by one, so that neighbours may overlap
/// or gape by this much along their border: whoever lives there may be drawn in the area next door. Which area a
/// postcode belongs to is therefore taken from the postcode files and never from the drawing.
const BESIDE_METRES: f64 = 20.0;

impl AreaOutline {
    /// Whether the point lies within, holes left out. A point exactly on the line is within one of two neighbours.
    pub fn contains(&self, point: GridPoint) -> bool {
        let crossings = self.rings.iter().flat_map(|ring| sides(ring)).filter(|(a, b)| {
            // A ray to the east crosses the side: once above, once not, and the crossing lies further east.
            (a.northing > point.northing) != (b.northing > point.northing) && {
                let turn = cross(point, *a, *b);
                if b.northing > a.northing { turn > 0 } else { turn < 0 }
            }
        });
        crossings.count() % 2 == 1
    }

    /// The corners in the south-west and the north-east of the rectangle around it.
    pub fn bounds(&self) -> Option<(GridPoint, GridPoint)> {
        let mut points = self.rings.iter().flatten();
        let first = *points.next()?;
        Some(points.fold((first, first), |(low, high), p| {
            (
                GridPoint { easting: low.easting.min(p.easting), northing: low.northing.min(p.northing) },
                GridPoint { easting: high.easting.max(p.easting), northing: high.northing.max(p.northing) },
            )
        }))
    }

    /// The centre of gravity of its largest ring. A crooked area's centre may lie outside it.
    pub fn centre(&self) -> Option<GridPoint> {
        let largest = self.rings.iter().max_by_key(|ring| doubled_area(ring).unsigned_abs())?;
        let origin = *largest.first()?;
        let doubled = doubled_area(largest);
        let (east, north) = sides(largest).fold((0_i128, 0_i128), |(east, north), (a, b)| {
            let turn = i128::from(cross(origin, a, b));
            let from = |p: i32, o: i32| i128::from(p) - i128::from(o);
            (
                east + turn * (from(a.easting, origin.easting) + from(b.easting, origin.easting)),
                north + turn * (from(a.northing, origin.northing) + from(b.northing, origin.northing)),
            )
        });
        let third = 3 * i128::from(doubled);
        let within = |sum: i128, from: i32| {
            let shift = if third == 0 { 0 } else { sum / third };
            i32::try_from(i128::from(from) + shift).ok()
        };
        Some(GridPoint { easting: within(east, origin.easting)?, northing: within(north, origin.northing)? })
    }
}

/// The sides of a ring, the closing one too.
fn sides(ring: &[GridPoint]) -> impl Iterator<Item = (GridPoint, GridPoint)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Twice the area of the triangle, positive where it is walked against the clock. Points are within the grid, so that
/// the product is far from the end of the numbers.
fn cross(o: GridPoint, a: GridPoint, b: GridPoint) -> i64 {
    let from = |p: i32, o: i32| i64::from(p) - i64::from(o);
    from(a.easting, o.easting)
        .saturating_mul(from(b.northing, o.northing))
        .saturating_sub(from(a.northing, o.northing).saturating_mul(from(b.easting, o.easting)))
}

fn doubled_area(ring: &[GridPoint]) -> i64 {
    let Some(origin) = ring.first() else { return 0 };
    sides(ring).fold(0_i64, |sum, (a, b)| sum.saturating_add(cross(*origin, a, b)))
}

/// Thins a ring (Douglas and Peucker) and gives it without the repeated last point; nothing for what encloses nothing.
/// A ring too small to be thinned stays as it is.
pub(super) fn thinned(mut ring: Vec<GridPoint>) -> Option<Vec<GridPoint>> {
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    if ring.len() < 3 || doubled_area(&ring) == 0 {
        return None;
    }
    // A ring has no ends: cut it at its first point and at the one farthest from there.
    let first = ring[0];
    let far = (0..ring.len()).max_by_key(|at| first.squared_distance(ring[*at]))?;
    let mut kept = vec![false; ring.len()];
    (kept[0], kept[far]) = (true, true);
    let mut open = vec![(0, far), (far, ring.len())];
    while let Some((from, to)) = open.pop() {
        let (a, b) = (ring[from], ring[to % ring.len()]);
        let farthest =
            (from + 1..to).map(|at| (at, beside(ring[at], a, b))).max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((at, distance)) = farthest
            && distance > BESIDE_METRES
        {
            kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    let thin: Vec<GridPoint> = ring.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(p, _)| *p).collect();
    Some(if thin.len() < 4 { ring } else { thin })
}

/// How far a point lies from the line between two others, in metres.
fn beside(point: GridPoint, a: GridPoint, b: GridPoint) -> f64 {
    let from = |p: i32, o: i32| f64::from(p) - f64::from(o);
    let (px, py) = (from(point.easting, a.easting), from(point.northing, a.northing));
    let (bx, by) = (from(b.easting, a.easting), from(b.northing, a.northing));
    let length = bx * bx + by * by;
    let along = if length == 0.0 { 0.0 } else { ((px * bx + py * by) / length).clamp(0.0, 1.0) };
    (px - along * bx).hypot(py - along * by)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ring(points: &[(i32, i32)]) -> Vec<GridPoint> {
        points.iter().map(|&(easting, northing)| GridPoint { easting, northing }).collect()
    }

    fn outline(rings: &[&[(i32, i32)]]) -> AreaOutline {
        let lsoa = Lsoa::parse("E01026317").expect("a code");
        AreaOutline { lsoa, rings: rings.iter().map(|points| ring(points)).collect() }
    }

    #[test]
    fn holes_and_islands_are_told_apart() {
        let area = outline(&[
            &[(0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000)],
            &[(400, 400), (600, 400), (600, 600), (400, 600)],
            &[(2_000, 0), (2_100, 0), (2_100, 100)],
        ]);
        for ((easting, northing), within) in [
            ((100, 100), true),
            ((500, 500), false),
            ((500, 700), true),
            ((1_500, 50), false),
            ((2_090, 50), true),
            ((2_010, 50), false),
            ((-5, 400), false),
            ((500, 2_000), false),
        ] {
            assert_eq!(area.contains(GridPoint { easting, northing }), within, "{easting} {northing}");
        }
        assert_eq!(area.centre(), Some(GridPoint { easting: 500, northing: 500 }));
        let (low, high) = area.bounds().expect("points");
        assert_eq!((low.easting, high.easting, high.northing), (0, 2_100, 1_000));
        assert_eq!(outline(&[]).centre(), None);
    }

    #[test]
    fn of_two_neighbours_one_has_the_border() {
        let west = outline(&[&[(0, 0), (10, 0), (10, 10), (0, 10)]]);
        let east = outline(&[&[(10, 0), (20, 0), (20, 10), (10, 10)]]);
        let on = GridPoint { easting: 10, northing: 5 };
        assert!(west.contains(on) != east.contains(on));
    }

    #[test]
    fn small_bends_go_and_corners_stay() {
        let square = ring(&[(0, 0), (500, 9), (1_000, 0), (1_000, 1_000), (500, 1_019), (0, 1_000), (0, 0)]);
        assert_eq!(thinned(square), Some(ring(&[(0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000)])));
        let small = ring(&[(0, 0), (9, 0), (9, 9), (0, 9)]);
        assert_eq!(thinned(small.clone()), Some(small));
        for nothing in [&[][..], &[(1, 1), (1, 1)], &[(0, 0), (5, 5), (9, 9)]] {
            assert_eq!(thinned(ring(nothing)), None);
        }
    }

    proptest! {
        #[test]
        fn no_point_is_moved_and_none_lies_far_beside(
            points in proptest::collection::vec((0..2_000, 0..2_000), 0..60),
        ) {
            let given = ring(&points);
            if let Some(thin) = thinned(given.clone()) {
                prop_assert!(thin.iter().all(|p| given.contains(p)));
                for p in &given {
                    let near = sides(&thin).map(|(a, b)| beside(*p, a, b)).fold(f64::INFINITY, f64::min);
                    prop_assert!(near <= BESIDE_METRES + 0.001, "{near}");
                }
            }
        }
    }
}
