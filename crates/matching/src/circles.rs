//! Distances from a place to all services of a tile, compared with what matters of them: the edge of a catchment, and
//! how near a service must be for its distance to leave it more than so many points.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f64x8};
use vocabulary::GridPoint;

use crate::lanes::{Lanes, NONE, WORDS};
use crate::levels::{DISTANCE_PLANES, MOST_LEVELS};
use crate::plan::CompiledService;
use crate::reaches::NOWHERE;

/// What can be said of a tile's services from one place. Kept from place to place for its memory.
#[derive(Default)]
pub(crate) struct View {
    /// Services whose catchment holds the place.
    pub(crate) reaching: Vec<Lanes>,
    /// Levels that the distance leaves at most to those, in bit slices.
    pub(crate) levels: Vec<[Lanes; DISTANCE_PLANES]>,
}

/// 64 services, column by column. In metres: whole numbers below 2⁵³ are exact, and so are their squares, since
/// coordinates are within ten thousand kilometres.
#[repr(align(64))]
struct SixtyFour {
    x: [f64; 64],
    y: [f64; 64],
    /// The square of the radius; less than any square for other catchments.
    squared_radius: [f64; 64],
    /// For each level: the square of the distance beyond which no more than that many levels are left.
    squared_reach: [[f64; 64]; MOST_LEVELS],
}

/// The services of a tile, or of a plan.
pub(crate) struct Circles {
    services: Vec<SixtyFour>,
}

impl Circles {
    pub(crate) fn of<'s>(services: impl Iterator<Item = &'s CompiledService>) -> Self {
        let nowhere = || SixtyFour {
            x: [0.0; 64],
            y: [0.0; 64],
            squared_radius: [NOWHERE; 64],
            squared_reach: [[NOWHERE; 64]; MOST_LEVELS],
        };
        let mut circles = Self { services: Vec::new() };
        for (at, service) in services.enumerate() {
            if at % 64 == 0 {
                circles.services.push(nowhere());
            }
            let (sixty_four, at) = (&mut circles.services[at / 64], at % 64);
            sixty_four.x[at] = service.easting.into();
            sixty_four.y[at] = service.northing.into();
            sixty_four.squared_radius[at] = service.squared_radius;
            for (reach, of) in sixty_four.squared_reach.iter_mut().zip(&service.squared_reach) {
                reach[at] = *of;
            }
        }
        circles
    }

    /// The services whose circle touches a box, a bit for each.
    #[inline(always)]
    pub(crate) fn touching<S: Simd>(&self, simd: S, low: GridPoint, high: GridPoint) -> Vec<u64> {
        self.services.iter().map(|services| services.touching(simd, low, high)).collect()
    }

    /// Looks around from a point; `elsewise` are the services with another catchment that reach it.
    #[inline(always)]
    pub(crate) fn look_around<S: Simd>(
        &self,
        simd: S,
        point: Option<GridPoint>,
        elsewise: &[Lanes],
        view: &mut View,
    ) {
        view.reaching.clear();
        view.reaching.extend_from_slice(elsewise);
        view.levels.clear();
        view.levels.resize(elsewise.len(), [NONE; DISTANCE_PLANES]);
        for (block, services) in self.services.chunks(WORDS).enumerate() {
            let (reaching, levels) = (&mut view.reaching[block], &mut view.levels[block]);
            for (word, services) in services.iter().enumerate() {
                let squares = services.squared_distances(simd, point);
                reaching.0[word] |= within(simd, &squares, &services.squared_radius);
                if reaching.0[word] != 0 {
                    let [first, second, third] = &services.squared_reach;
                    let a = within(simd, &squares, first);
                    let b = within(simd, &squares, second);
                    let c = within(simd, &squares, third);
                    // How many of the three hold, as a number of two bits.
                    levels[0].0[word] = a ^ b ^ c;
                    levels[1].0[word] = a & b | c & (a | b);
                }
            }
        }
    }
}

impl SixtyFour {
    #[inline(always)]
    fn touching<S: Simd>(&self, simd: S, low: GridPoint, high: GridPoint) -> u64 {
        let mut squares = [0.0; 64];
        for ((square, x), y) in squares.iter_mut().zip(&self.x).zip(&self.y) {
            let dx = (f64::from(low.easting) - x).max(x - f64::from(high.easting)).max(0.0);
            let dy = (f64::from(low.northing) - y).max(y - f64::from(high.northing)).max(0.0);
            *square = dx * dx + dy * dy;
        }
        within(simd, &squares, &self.squared_radius)
    }

    /// From nowhere all is farther than anything.
    #[inline(always)]
    fn squared_distances<S: Simd>(&self, simd: S, point: Option<GridPoint>) -> [f64; 64] {
        let (x, y) = point.map_or((f64::INFINITY, f64::INFINITY), |p| (p.easting.into(), p.northing.into()));
        let mut squares = [0.0; 64];
        let there = eights(&self.x).iter().zip(eights(&self.y));
        for (square, (there_x, there_y)) in squares.as_chunks_mut::<8>().0.iter_mut().zip(there) {
            let dx = f64x8::load_array_ref(simd, there_x) - x;
            let dy = f64x8::load_array_ref(simd, there_y) - y;
            (dx * dx + dy * dy).store_array(square);
        }
        squares
    }
}

#[inline(always)]
fn eights(numbers: &[f64; 64]) -> &[[f64; 8]] {
    numbers.as_chunks().0
}

/// A bit for each square that is not above its limit.
#[inline(always)]
fn within<S: Simd>(simd: S, squares: &[f64; 64], limits: &[f64; 64]) -> u64 {
    let mut word = 0;
    for (at, (squares, limits)) in eights(squares).iter().zip(eights(limits)).enumerate() {
        let squares = f64x8::load_array_ref(simd, squares);
        word |= squares.simd_le(f64x8::load_array_ref(simd, limits)).to_bitmask() << (at * 8);
    }
    word
}
