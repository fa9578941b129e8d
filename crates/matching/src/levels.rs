//! Levels: what an offer can score, in steps of what a unit of weight is worth.

use crate::{Catchment, Decay, Loss, RuleSet};

/// The most levels that are told apart by distance.
pub(crate) const MOST_LEVELS: usize = 3;

/// The planes of a number of levels.
pub(crate) const DISTANCE_PLANES: usize = 2;
const _: () = assert!(MOST_LEVELS < 1 << DISTANCE_PLANES);

/// How a rule set's points go into levels: an offer of ceiling `n` scores at most `n` times the points of a level and those beyond, and
/// what its price and its languages add.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels {
    /// Points of a level: of one unit of weight.
    points: i32,
    /// Levels that the distance can leave.
    pub(crate) count: usize,
    /// What the distance can leave beyond those: a unit's points, since nearly every offer that reaches a person has some
    /// of them left and finding out of which that is so would be in vain.
    beyond: i32,
    decay: Decay,
}

impl Levels {
    pub(crate) fn of(rules: &RuleSet) -> Self {
        let decay = rules.decay;
        let most = decay.radius.start.max(decay.areas.start).max(decay.county.start).max(decay.online).max(0);
        let points = rules.points_per_weight;
        let mut count = 0;
        let mut beyond = most;
        while points > 0 && beyond > points && count < MOST_LEVELS {
            count += 1;
            beyond = (beyond - points).max(points);
        }
        Self { points, count, beyond, decay }
    }

    /// The lowest ceiling of which an offer may have so many points; 0 if every one may.
    #[inline]
    pub(crate) fn least_ceiling(&self, points: i32) -> usize {
        let short = i64::from(points) - i64::from(self.beyond);
        match (u64::try_from(short), u64::try_from(self.points)) {
            (Ok(short), Ok(points)) if points > 0 => {
                usize::try_from(short.div_ceil(points)).unwrap_or(usize::MAX)
            }
            _ => 0,
        }
    }

    /// How far away a service of this catchment may be, in metres, for the distance to leave more points than these
    /// levels and one more have; `None` if it never does. Rather too far than too near: it decides what is looked at, and not what that scores.
    pub(crate) fn reach(&self, levels: usize, catchment: Catchment, radius: u32) -> Option<f64> {
        let points = i32::try_from(levels + 1).unwrap_or(i32::MAX).saturating_mul(self.points);
        let (start, metres_a_point) = match catchment {
            Catchment::Online => return (self.decay.online > points).then_some(f64::INFINITY),
            Catchment::Radius => {
                let rule = &self.decay.radius;
                (rule.start, f64::from(radius) / f64::from(rule.lost_at_edge))
            }
            Catchment::Areas => (self.decay.areas.start, metres_a_point(self.decay.areas.loss)),
            Catchment::County => (self.decay.county.start, metres_a_point(self.decay.county.loss)),
        };
        let metres = f64::from(start - points) * metres_a_point;
        (start > points).then_some(metres + 1.0)
    }
}

/// Metres that lose one point; without end where none do.
fn metres_a_point(loss: Loss) -> f64 {
    f64::from(loss.every) / f64::from(loss.points)
}
