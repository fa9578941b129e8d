//! How far a service reaches, as distances are compared with it: in squares.

use crate::Catchment;
use crate::levels::{Levels, MOST_LEVELS};

/// A square less than any.
pub(crate) const NOWHERE: f64 = -1.0;

/// The square of a service's radius, and for each level the square of the distance beyond which no more than that many
/// levels are left.
pub(crate) fn squared_reaches(
    levels: &Levels,
    catchment: Catchment,
    radius: u32,
    placed: bool,
) -> (f64, [f64; MOST_LEVELS]) {
    let by_radius = catchment == Catchment::Radius && placed;
    let squared_radius = if by_radius { f64::from(radius) * f64::from(radius) } else { NOWHERE };
    let has_distance = placed || catchment == Catchment::Online;
    let squared_reach = std::array::from_fn(|level| {
        let counts = has_distance && level < levels.count;
        let reach = levels.reach(level, catchment, radius).filter(|_| counts);
        reach.map_or(NOWHERE, |metres| metres * metres)
    });
    (squared_radius, squared_reach)
}
