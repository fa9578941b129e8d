//! All services of a plan, as tiles are cut out of them.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::Simd;
use vocabulary::GridPoint;

use crate::circles::Circles;
use crate::place::Place;
use crate::plan::CompiledService;
use crate::{Catchment, Plan};

/// The services of a plan.
pub(crate) struct Atlas<'p> {
    pub(crate) plan: &'p Plan,
    circles: Circles,
    /// Those with another kind of catchment.
    elsewhere: Vec<usize>,
}

impl<'p> Atlas<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let services = &plan.compiled;
        let elsewhere = (0..services.len()).filter(|at| services[*at].catchment != Catchment::Radius);
        Self { plan, circles: Circles::of(services.iter()), elsewhere: elsewhere.collect() }
    }

    /// The services that somebody in a reach could use, ascending.
    #[inline(always)]
    pub(crate) fn within<S: Simd>(&self, simd: S, reach: &Reach) -> Vec<u32> {
        let mut words = match reach.around {
            Some((low, high)) => self.circles.touching(simd, low, high),
            None => vec![0; self.plan.compiled.len().div_ceil(64)],
        };
        for at in &self.elsewhere {
            let reached = reach.may_be_reached_by(&self.plan.compiled[*at]);
            words[at / 64] |= u64::from(reached) << (at % 64);
        }
        let mut index = Vec::with_capacity(words.iter().map(|word| word.count_ones() as usize).sum());
        for (first, mut word) in (0_u32..).step_by(64).zip(words) {
            while word != 0 {
                index.push(first + word.trailing_zeros());
                word &= word - 1;
            }
        }
        index
    }
}

/// What the places of a tile have in common: the box around them, their counties, and the areas of each as bits.
pub(crate) struct Reach {
    around: Option<(GridPoint, GridPoint)>,
    counties: Vec<(i32, u64)>,
}

impl Reach {
    pub(crate) fn of(places: &[Place]) -> Self {
        let mut reach = Self { around: None, counties: Vec::new() };
        for place in places {
            let Some(point) = place.point else { continue };
            let (low, high) = reach.around.get_or_insert((point, point));
            low.easting = low.easting.min(point.easting);
            low.northing = low.northing.min(point.northing);
            high.easting = high.easting.max(point.easting);
            high.northing = high.northing.max(point.northing);
            let Some(county) = place.county else { continue };
            let area = place.area.map_or(0, |area| 1 << area);
            match reach.counties.iter_mut().find(|(known, _)| *known == county) {
                Some((_, areas)) => *areas |= area,
                None => reach.counties.push((county, area)),
            }
        }
        reach
    }

    /// Whether a service with a catchment other than a radius may reach one of the places.
    fn may_be_reached_by(&self, service: &CompiledService) -> bool {
        match (service.catchment, self.around) {
            (Catchment::Online, _) => true,
            // The last by their circle.
            (_, None) | (Catchment::Radius, Some(_)) => false,
            (Catchment::County, Some(_)) => self.counties.iter().any(|(county, _)| *county == service.county),
            (Catchment::Areas, Some(_)) => self
                .counties
                .iter()
                .any(|(county, areas)| *county == service.county && areas & service.area_mask != 0),
        }
    }
}
