//! The services that somebody in one square of the map could use, renumbered from 0 in the order of their numbers,
//! with a bit for each in a set for every question that is asked. What a person may use is then a few ANDs a word.

use vocabulary::{GridPoint, ones};

use crate::circles::{Circles, View};
use crate::lanes::{BLOCK, Bits, Lanes, NONE, each, set};
use crate::plan::CompiledService;
use crate::{Catchment, Person, Plan};

/// Where people of one place live and which areas claim them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) point: Option<GridPoint>,
    pub(crate) county: Option<i32>,
    pub(crate) area: Option<i32>,
}

impl Place {
    pub(crate) const fn of(person: &Person) -> Self {
        Self { point: person.place, county: person.county, area: person.area }
    }
}

/// What is asked of a block of local services, a bit for each: all of it side by side, since one person asks all of it
/// at once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Questions {
    /// Asks for no condition.
    pub(crate) requires_nothing: Lanes,
    pub(crate) by_topic: [Lanes; 16],
    /// Asks for conditions, and this is one of them.
    pub(crate) accepts: [Lanes; 20],
    pub(crate) excludes: [Lanes; 20],
}

pub(crate) struct Tile<'p> {
    plan: &'p Plan,
    /// Index in the plan of each local service, ascending.
    pub(crate) index: Vec<u32>,
    pub(crate) services: Vec<CompiledService>,
    circles: Circles,
    /// Services with another kind of catchment, and those of them that hold the places of a county and area.
    elsewhere: Vec<usize>,
    by_area: Vec<(Place, Bits)>,
    blocks: usize,
    pub(crate) questions: Vec<Questions>,
    asking: Vec<Bits>,
    by_age: Vec<Option<Bits>>,
    by_answers: Vec<(u32, Bits)>,
}

impl<'p> Tile<'p> {
    /// The tile of these places.
    pub(crate) fn new(plan: &'p Plan, places: &[Place]) -> Self {
        let reach = Reach::of(places);
        let index: Vec<u32> = (0_u32..)
            .zip(&plan.compiled)
            .filter(|(_, service)| reach.may_be_reached_by(service))
            .map(|(i, _)| i)
            .collect();
        let services: Vec<CompiledService> = index.iter().map(|i| plan.compiled[*i as usize]).collect();
        let blocks = services.len().div_ceil(BLOCK);
        let empty: Bits = vec![NONE; blocks].into();
        let mut tile = Self {
            plan,
            index,
            circles: Circles::of(&plan.levels, &services),
            by_area: Vec::new(),
            elsewhere: (0..services.len())
                .filter(|at| services[*at].catchment != Catchment::Radius)
                .collect(),
            services,
            blocks,
            questions: vec![Questions::default(); blocks],
            asking: vec![empty; 32],
            by_age: vec![None; plan.age_runs()],
            by_answers: Vec::new(),
        };
        for (at, service) in tile.services.iter().enumerate() {
            let questions = &mut tile.questions[at / BLOCK];
            if service.required == 0 {
                set(&mut questions.requires_nothing, at);
            }
            for bit in ones(u32::from(service.offers)) {
                set(&mut questions.by_topic[bit], at);
            }
            for bit in ones(service.required) {
                set(&mut questions.accepts[bit], at);
            }
            for bit in ones(service.excluded) {
                set(&mut questions.excludes[bit], at);
            }
            for bit in ones(service.asks) {
                set(&mut tile.asking[bit][at / BLOCK], at);
            }
        }
        tile
    }

    /// Looks around from a place.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "what is called elsewhere is not compiled for the wider registers"
    )]
    pub(crate) fn look_around(&mut self, place: &Place, view: &mut View) {
        let area = self.area_of(place);
        self.circles.look_around(place.point, &self.by_area[area].1, view);
    }

    /// Where the services without a circle that reach a place are, worked out once for each area.
    fn area_of(&mut self, place: &Place) -> usize {
        let alike = |other: &Place| {
            (other.county, other.area, other.point.is_some())
                == (place.county, place.area, place.point.is_some())
        };
        let known = self.by_area.iter().position(|(other, _)| alike(other));
        known.unwrap_or_else(|| {
            let reaching = self.elsewhere.iter().copied().filter(|at| reaches(&self.services[*at], place));
            self.by_area.push((*place, bits(self.blocks, reaching)));
            self.by_area.len() - 1
        })
    }

    /// Makes ready the sets of an age and of a set of answers; gives where they are.
    pub(crate) fn prepare(&mut self, age: i32, answers: u32) -> (usize, usize) {
        let age_slot = self.plan.age_run(age);
        if self.by_age[age_slot].is_none() {
            let of_age = |s: &CompiledService| s.min_age <= age && age <= s.max_age;
            let fitting = (0..self.services.len()).filter(|at| of_age(&self.services[*at]));
            self.by_age[age_slot] = Some(bits(self.blocks, fitting));
        }
        let known = self.by_answers.iter().position(|(a, _)| *a == answers);
        let answers_slot = known.unwrap_or_else(|| {
            let mut fitting: Bits = vec![[u64::MAX; _]; self.blocks].into();
            for bit in ones(!answers) {
                for (block, asking) in fitting.iter_mut().zip(&self.asking[bit]) {
                    *block = each(block, asking, |fitting, asking| fitting & !asking);
                }
            }
            self.by_answers.push((answers, fitting));
            self.by_answers.len() - 1
        });
        (age_slot, answers_slot)
    }

    /// The sets that [`Self::prepare`] made ready.
    pub(crate) fn prepared(&self, (age, answers): (usize, usize)) -> (&[Lanes], &[Lanes]) {
        (self.by_age[age].as_deref().unwrap_or_default(), &self.by_answers[answers].1)
    }

    pub(crate) const fn plan(&self) -> &'p Plan {
        self.plan
    }
}

/// The set of these local services.
fn bits(blocks: usize, members: impl Iterator<Item = usize>) -> Bits {
    let mut bits: Bits = vec![NONE; blocks].into();
    members.for_each(|at| set(&mut bits[at / BLOCK], at));
    bits
}

/// Whether a catchment other than a radius holds a place.
fn reaches(service: &CompiledService, place: &Place) -> bool {
    if place.point.is_none() {
        return service.catchment == Catchment::Online;
    }
    match service.catchment {
        Catchment::Online => true,
        // By its circle.
        Catchment::Radius => false,
        Catchment::Areas => {
            place.county == Some(service.county)
                && place.area.is_some_and(|a| service.area_mask >> a & 1 == 1)
        }
        Catchment::County => place.county == Some(service.county),
    }
}

/// What the places of a tile have in common: the box around them, their counties, and the areas of each as bits.
struct Reach {
    around: Option<(GridPoint, GridPoint)>,
    counties: Vec<(i32, u64)>,
}

impl Reach {
    fn of(places: &[Place]) -> Self {
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

    fn may_be_reached_by(&self, service: &CompiledService) -> bool {
        match (service.catchment, self.around) {
            (Catchment::Online, _) => true,
            (_, None) => false,
            (Catchment::Radius, Some((low, high))) => {
                let nearest = GridPoint {
                    easting: service.easting.clamp(low.easting, high.easting),
                    northing: service.northing.clamp(low.northing, high.northing),
                };
                let there = GridPoint { easting: service.easting, northing: service.northing };
                let radius = u64::from(service.radius);
                service.placed && nearest.squared_distance(there) <= radius * radius
            }
            (Catchment::County, Some(_)) => self.counties.iter().any(|(county, _)| *county == service.county),
            (Catchment::Areas, Some(_)) => self
                .counties
                .iter()
                .any(|(county, areas)| *county == service.county && areas & service.area_mask != 0),
        }
    }
}
