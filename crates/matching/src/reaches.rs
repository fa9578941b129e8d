//! How far a service reaches, as distances are compared with it: in squares, and in single precision.

use crate::Catchment;
use crate::levels::{Levels, MOST_LEVELS};

/// A square less than any.
pub(crate) const NOWHERE: i8 = -1;

/// The square of a service's radius, and for each level the square of the distance beyond which no more than that many
/// levels are left.
pub(crate) fn squared_reaches(
    levels: &Levels,
    catchment: Catchment,
    radius: u32,
    placed: bool,
) -> (f64, [f32; MOST_LEVELS]) {
    let by_radius = catchment == Catchment::Radius && placed;
    let squared_radius = if by_radius { f64::from(radius) * f64::from(radius) } else { NOWHERE.into() };
    let has_distance = placed || catchment == Catchment::Online;
    let squared_reach = std::array::from_fn(|level| {
        let reach = levels.reach(level, catchment, radius).filter(|_| has_distance);
        reach.map_or(NOWHERE.into(), |metres| single(metres * metres))
    });
    (squared_radius, squared_reach)
}

/// In single precision, of which the processor compares twice as many at once.
#[expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a distance's square fits, and the reach allows for the rounding"
)]
pub(crate) fn single(square: f64) -> f32 {
    square as f32
}
