//! Distances from a place to all services of a tile, compared with what matters of them: the edge of a catchment, and
//! how near a service must be for its distance to leave it more than so many points.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use vocabulary::GridPoint;

use crate::ceilings::add;
use crate::lanes::{Lanes, NONE, WORDS, packed};
use crate::levels::{Levels, MOST_LEVELS};
use crate::plan::CompiledService;
use crate::reaches::{NOWHERE, single};

/// The planes of a number of levels.
pub(crate) const DISTANCE_PLANES: usize = crate::ceilings::planes_of(MOST_LEVELS);

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
struct SixtyFour {
    x: [f64; 64],
    y: [f64; 64],
    /// The square of the radius; less than any square for other catchments.
    squared_radius: [f64; 64],
    /// For each level: the square of the distance beyond which no more than that many levels are left.
    squared_reach: [[f32; 64]; MOST_LEVELS],
}

/// The services of a tile.
pub(crate) struct Circles {
    levels: usize,
    services: Vec<SixtyFour>,
}

impl Circles {
    pub(crate) fn of(levels: &Levels, services: &[CompiledService]) -> Self {
        fn column<F: From<i8> + Copy>(
            services: &[CompiledService],
            of: impl Fn(&CompiledService) -> F,
        ) -> [F; 64] {
            let mut column = [F::from(NOWHERE); 64];
            column.iter_mut().zip(services).for_each(|(value, service)| *value = of(service));
            column
        }
        let sixty_four = |services: &[CompiledService]| SixtyFour {
            x: column(services, |s| s.easting.into()),
            y: column(services, |s| s.northing.into()),
            squared_radius: column(services, |s| s.squared_radius),
            squared_reach: std::array::from_fn(|level| column(services, |s| s.squared_reach[level])),
        };
        Self { levels: levels.count, services: services.chunks(64).map(sixty_four).collect() }
    }

    /// Looks around from a point; `elsewise` are the services with another catchment that reach it.
    #[inline(always)]
    pub(crate) fn look_around(&self, point: Option<GridPoint>, elsewise: &[Lanes], view: &mut View) {
        view.reaching.clear();
        view.reaching.extend_from_slice(elsewise);
        view.levels.clear();
        view.levels.resize(elsewise.len(), [NONE; DISTANCE_PLANES]);
        for (block, services) in self.services.chunks(WORDS).enumerate() {
            let mut levels = [NONE; MOST_LEVELS];
            for (word, services) in services.iter().enumerate() {
                let squares = services.squared_distances(point);
                let reaching = &mut view.reaching[block][word];
                *reaching |= within(&squares, &services.squared_radius);
                if *reaching != 0 {
                    let squares = squares.map(single);
                    for (level, reach) in levels.iter_mut().zip(&services.squared_reach).take(self.levels) {
                        level[word] = within(&squares, reach);
                    }
                }
            }
            for level in levels.iter().take(self.levels) {
                add(&mut view.levels[block], 0, level);
            }
        }
    }
}

impl SixtyFour {
    /// From nowhere all is farther than anything.
    #[inline(always)]
    fn squared_distances(&self, point: Option<GridPoint>) -> [f64; 64] {
        let (x, y) = point.map_or((f64::INFINITY, f64::INFINITY), |p| (p.easting.into(), p.northing.into()));
        let mut squares = [0.0; 64];
        for ((square, there_x), there_y) in squares.iter_mut().zip(&self.x).zip(&self.y) {
            let (dx, dy) = (x - there_x, y - there_y);
            *square = dx * dx + dy * dy;
        }
        squares
    }
}

#[inline(always)]
fn within<F: PartialOrd>(squares: &[F; 64], limits: &[F; 64]) -> u64 {
    // A byte for each first: the processor compares several at once that way.
    let mut inside = [0; 64];
    for ((inside, square), limit) in inside.iter_mut().zip(squares).zip(limits) {
        *inside = u8::from(square <= limit);
    }
    packed(&inside)
}
