//! The county's border and coast. It lies in the North Sea off the east coast of England, inside the National Grid,
//! so that no point of it is anybody's home.

use super::random::{Purpose, Random};

/// South-west corner of the box that the corners below count from, in metres of the National Grid.
pub(super) const CORNER: (i32, i32) = (556_000, 424_000);
/// Metres in one unit of the corners: it makes the whole about 5,900 square kilometres.
const UNIT: i32 = 982;

/// Corners against the clock, from the south-western end of the coast along the land border.
const LAND: [(i32, i32); 21] = [
    (14, 8),
    (22, 4),
    (31, 7),
    (38, 2),
    (47, 5),
    (55, 3),
    (63, 9),
    (72, 7),
    (79, 12),
    (84, 20),
    (81, 29),
    (87, 37),
    (85, 47),
    (89, 56),
    (83, 64),
    (86, 73),
    (78, 79),
    (75, 87),
    (67, 90),
    (62, 97),
    (54, 94),
];
/// And on along the coast, with an estuary, back to the start.
const COAST: [(i32, i32); 20] = [
    (47, 98),
    (36, 96),
    (30, 91),
    (33, 85),
    (26, 82),
    (19, 86),
    (14, 80),
    (17, 73),
    (11, 68),
    (13, 60),
    (20, 57),
    (27, 56),
    (20, 54),
    (12, 52),
    (6, 46),
    (3, 39),
    (8, 35),
    (5, 28),
    (10, 22),
    (8, 15),
];

/// The head of the estuary: a town there is a port and no seaside.
const ESTUARY: (i32, i32) = (27, 56);

/// The border and which part of it is sea.
#[derive(Debug)]
pub(super) struct Outline {
    /// Grid points in metres, against the clock; the last is not the first again.
    pub(super) ring: Vec<(i32, i32)>,
    /// The part of the ring that looks on the open sea.
    coast: Vec<(i32, i32)>,
}

impl Outline {
    /// The border of the county, the same for every seed.
    pub(super) fn of_the_county() -> Self {
        // A coast is more broken than a border that follows fields and streams.
        let mut random = Random::of(1, Purpose::Hamlets);
        let land: Vec<_> = LAND.iter().chain(&COAST[..1]).copied().map(on_the_grid).collect();
        let sea: Vec<_> = COAST.iter().chain(&LAND[..1]).copied().map(on_the_grid).collect();
        let mut ring = roughened(&land, 11, &mut random);
        let coast = roughened(&sea, 24, &mut random);
        ring.extend(&coast);
        let estuary = on_the_grid(ESTUARY);
        let open_sea = |at: &(i32, i32)| squared(*at, estuary) > 12_000_i64.pow(2);
        Self { ring, coast: coast.into_iter().filter(open_sea).collect() }
    }

    /// Whether a point lies in the county.
    pub(super) fn holds(&self, (x, y): (i32, i32)) -> bool {
        let mut inside = false;
        let mut before = self.ring[self.ring.len() - 1];
        for &at in &self.ring {
            if (at.1 > y) != (before.1 > y) {
                let run = i64::from(before.0 - at.0) * i64::from(y - at.1);
                let reach = i64::from(x - at.0) * i64::from(before.1 - at.1);
                inside ^= if before.1 > at.1 { reach < run } else { reach > run };
            }
            before = at;
        }
        inside
    }

    /// Whether the open sea is within so many metres.
    pub(super) fn near_the_sea(&self, at: (i32, i32), metres: i32) -> bool {
        let reach = i64::from(metres) * i64::from(metres);
        self.coast.iter().any(|&c| squared(c, at) <= reach)
    }
}

/// What of a ring lies in a rectangle: cut along its four sides, one after the other (Sutherland and Hodgman, 1974). What
/// falls apart stays joined along a side.
pub(super) fn within(ring: &[(i32, i32)], (low, high): ((i32, i32), (i32, i32))) -> Vec<(i32, i32)> {
    type Turn = fn((i32, i32)) -> (i32, i32);
    let (same, turned): (Turn, Turn) = (|at| at, |(e, n)| (n, e));
    let sides = [(same, low.0, 1), (same, high.0, -1), (turned, low.1, 1), (turned, high.1, -1)];
    sides.into_iter().fold(ring.to_vec(), |ring, (turn, border, sign)| {
        let inside = |at: (i32, i32)| (turn(at).0 - border) * sign >= 0;
        let mut cut = Vec::with_capacity(ring.len() + 8);
        for (index, &at) in ring.iter().enumerate() {
            let before = ring[(index + ring.len() - 1) % ring.len()];
            if inside(at) != inside(before) {
                let ((e0, n0), (e1, n1)) = (turn(before), turn(at));
                let north = i64::from(n0) + i64::from(n1 - n0) * i64::from(border - e0) / i64::from(e1 - e0);
                cut.push(turn((border, north as i32)));
            }
            if inside(at) {
                cut.push(at);
            }
        }
        cut.dedup();
        cut
    })
}

/// The square of a distance.
pub(super) fn squared(a: (i32, i32), b: (i32, i32)) -> i64 {
    i64::from(a.0 - b.0).pow(2) + i64::from(a.1 - b.1).pow(2)
}

/// A corner of the box in metres of the National Grid.
pub(super) const fn on_the_grid((east, north): (i32, i32)) -> (i32, i32) {
    (CORNER.0 + east * UNIT, CORNER.1 + north * UNIT)
}

/// A line with every stretch broken three times, each time by up to so many per cent of its length to a side.
/// The last point is left out.
fn roughened(line: &[(i32, i32)], per_cent: i32, random: &mut Random) -> Vec<(i32, i32)> {
    let mut line = line.to_vec();
    for _ in 0..3 {
        let mut finer = Vec::with_capacity(line.len() * 2);
        for pair in line.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let aside = random.between(-per_cent, per_cent);
            finer.push(pair[0]);
            finer.push((
                i32::midpoint(x0, x1) - (y1 - y0) * aside / 100,
                i32::midpoint(y0, y1) + (x1 - x0) * aside / 100,
            ));
        }
        finer.push(line[line.len() - 1]);
        line = finer;
    }
    line.pop();
    line
}
