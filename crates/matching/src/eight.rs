//! Offers of one person scored eight at a time: what their distance leaves, in numbers that the processor divides side by
//! side. Every number is whole and below 2⁵², so that no quotient is rounded to the next whole number.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, f64x8};

use crate::best::Best;
use crate::plan::CompiledService;
use crate::scored::Scored;
use crate::{Catchment, Plan};

/// What of a local service its score depends on, beside its price: `max(least, start − (lost · d div over))` is what its
/// distance leaves.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Scoring {
    x: f64,
    y: f64,
    start: f64,
    least: f64,
    lost: f64,
    over: f64,
    pub(crate) offers: u16,
    pub(crate) languages: u8,
    /// 1 where people without a car have to travel, 0 elsewhere.
    travels: f64,
}

impl Scoring {
    pub(crate) fn of(plan: &Plan, service: &CompiledService) -> Self {
        let decay = &plan.rules().decay;
        let nothing = f64::NEG_INFINITY;
        let has_distance = service.placed && service.catchment != Catchment::Online;
        let (start, least, lost, over) = match service.catchment {
            Catchment::Online => (decay.online, nothing, 0, 1),
            _ if !has_distance => (0, nothing, 0, 1),
            Catchment::Radius => {
                (decay.radius.start, nothing, decay.radius.lost_at_edge, service.radius.max(1))
            }
            Catchment::Areas => {
                (decay.areas.start, 0.0, decay.areas.loss.points, decay.areas.loss.every.unsigned_abs())
            }
            Catchment::County => {
                (decay.county.start, 0.0, decay.county.loss.points, decay.county.loss.every.unsigned_abs())
            }
        };
        Self {
            x: service.easting.into(),
            y: service.northing.into(),
            start: start.into(),
            least,
            lost: lost.into(),
            over: over.into(),
            offers: service.offers,
            languages: service.languages,
            travels: f64::from(u8::from(service.has_to_travel && has_distance)),
        }
    }
}

/// Offers that are scored together.
#[derive(Default)]
#[repr(align(64))]
pub(crate) struct Eight {
    x: [f64; 8],
    y: [f64; 8],
    start: [f64; 8],
    least: [f64; 8],
    lost: [f64; 8],
    over: [f64; 8],
    /// The most that travelling costs.
    travel: [f64; 8],
    /// Points for topics, price and language.
    besides: [f64; 8],
    locals: [u32; 8],
}

/// Added to a whole number, it leaves the number in the lowest bits of the sum.
const WHOLE: f64 = 6_755_399_441_055_744.0;

impl Eight {
    /// Takes an offer to this place, of which topics, price and language are worth so many points.
    #[inline(always)]
    pub(crate) fn put(&mut self, at: usize, local: u32, service: &Scoring, travel: f64, besides: i32) {
        self.locals[at] = local;
        self.x[at] = service.x;
        self.y[at] = service.y;
        self.start[at] = service.start;
        self.least[at] = service.least;
        self.lost[at] = service.lost;
        self.over[at] = service.over;
        self.travel[at] = travel * service.travels;
        self.besides[at] = besides.into();
    }

    /// Scores the first so many, and offers them.
    #[inline(always)]
    pub(crate) fn settle<S: Simd>(
        &self,
        simd: S,
        count: usize,
        plan: &Plan,
        scored: &Scored,
        best: &mut Best,
    ) {
        let of = |numbers: &[f64; 8]| f64x8::load_array_ref(simd, numbers);
        // Whoever lives nowhere is offered only what has no distance.
        let (x, y) = scored.home.map_or((0.0, 0.0), |home| (home.easting.into(), home.northing.into()));
        let (dx, dy) = (of(&self.x) - x, of(&self.y) - y);
        let metres = (dx * dx + dy * dy).sqrt().floor();
        let left = of(&self.start) - (of(&self.lost) * metres / of(&self.over)).floor();
        let loss = &plan.rules().travel.loss;
        let (points, every) = (f64::from(loss.points), f64::from(loss.every));
        let travel = (metres * points / every).floor().min(of(&self.travel));
        let total = left.max(of(&self.least)) - travel + of(&self.besides);
        let mut whole = [0.0; 8];
        (total + WHOLE).store_array(&mut whole);
        for (whole, local) in whole.iter().zip(&self.locals).take(count) {
            best.offer((whole.to_bits() << 32).cast_signed(), *local);
        }
    }
}
