//! The services that somebody in one square of the map could use, renumbered from 0 in the order of their numbers,
//! with a bit for each in a set for every question that is asked. What a person may use is then a few ANDs a word.

#![expect(clippy::inline_always, reason = "what is called elsewhere is not compiled for the wider registers")]

use fearless_simd::prelude::*;
use fearless_simd::{Simd, i32x16};
use vocabulary::ones;

use crate::atlas::{Atlas, Reach};
use crate::ceilings::Questions;
use crate::circles::{Circles, View};
use crate::eight::Scoring;
use crate::lanes::{BLOCK, Bits, Lanes, NONE, WORDS, set};
use crate::place::Place;
use crate::plan::CompiledService;
use crate::{Catchment, Plan};

pub(crate) struct Tile<'p> {
    plan: &'p Plan,
    /// Index in the plan of each local service, ascending.
    pub(crate) index: Vec<u32>,
    pub(crate) scoring: Vec<Scoring>,
    /// What the price adds to each, by [`CompiledService::imd_slot`]: made when somebody first asks.
    prices: [Vec<i32>; 11],
    circles: Circles,
    /// Services with another kind of catchment, and those of them that hold the places of a county and area.
    elsewhere: Vec<usize>,
    by_area: Vec<(Place, Bits)>,
    blocks: usize,
    pub(crate) questions: Vec<Questions>,
    asking: Vec<Bits>,
    ages: Vec<Ages>,
    by_age: Vec<Option<Bits>>,
    by_answers: Vec<(u32, Bits)>,
    /// Where the set of some answers is, from 1, by the lowest bits of them; of those that share a place, the last that came.
    answers_at: [u16; ANSWERS_KEPT],
}

const ANSWERS_KEPT: usize = 128;

/// The ages of 64 services.
#[repr(align(64))]
struct Ages {
    least: [i32; 64],
    most: [i32; 64],
}

impl Ages {
    fn of<'s>(services: impl Iterator<Item = &'s CompiledService>) -> Vec<Self> {
        let mut ages = Vec::new();
        for (at, service) in services.enumerate() {
            if at % 64 == 0 {
                // Where there is no service, nobody fits.
                ages.push(Self { least: [i32::MAX; 64], most: [i32::MIN; 64] });
            }
            ages[at / 64].least[at % 64] = service.min_age;
            ages[at / 64].most[at % 64] = service.max_age;
        }
        ages
    }

    /// The services for people of an age, a bit for each.
    #[inline(always)]
    fn fitting<S: Simd>(&self, simd: S, age: i32) -> u64 {
        let age = i32x16::splat(simd, age);
        let mut word = 0;
        let columns = self.least.as_chunks::<16>().0.iter().zip(self.most.as_chunks::<16>().0);
        for (at, (least, most)) in columns.enumerate() {
            let old_enough = age.simd_ge(i32x16::load_array_ref(simd, least));
            let young_enough = age.simd_le(i32x16::load_array_ref(simd, most));
            word |= (old_enough & young_enough).to_bitmask() << (at * 16);
        }
        word
    }
}

impl<'p> Tile<'p> {
    /// The tile of these places.
    #[inline(always)]
    pub(crate) fn new<S: Simd>(simd: S, atlas: &Atlas<'p>, places: &[Place]) -> Self {
        let (plan, index) = (atlas.plan, atlas.within(simd, &Reach::of(places)));
        let services = || index.iter().map(|i| &plan.compiled[*i as usize]);
        let blocks = index.len().div_ceil(BLOCK);
        let empty: Bits = vec![NONE; blocks].into();
        let mut questions = vec![Questions::default(); blocks];
        let mut asking = vec![empty; 32];
        for (at, service) in services().enumerate() {
            let questions = &mut questions[at / BLOCK];
            if service.required == 0 {
                set(&mut questions.requires_nothing, at);
            }
            for bit in ones(u32::from(service.offers)) {
                set(&mut questions.by_topic[bit], at);
            }
            for bit in ones(service.required) {
                set(&mut questions.accepts_and_excludes[bit][0], at);
            }
            for bit in ones(service.excluded) {
                set(&mut questions.accepts_and_excludes[bit][1], at);
            }
            for bit in ones(service.asks) {
                set(&mut asking[bit][at / BLOCK], at);
            }
        }
        Self {
            plan,
            scoring: services().map(|service| Scoring::of(plan, service)).collect(),
            prices: std::array::from_fn(|_| Vec::new()),
            circles: Circles::of(services()),
            by_area: Vec::new(),
            elsewhere: (0_usize..)
                .zip(services())
                .filter(|(_, service)| service.catchment != Catchment::Radius)
                .map(|(at, _)| at)
                .collect(),
            blocks,
            questions,
            asking,
            ages: Ages::of(services()),
            by_age: vec![None; plan.age_runs()],
            by_answers: Vec::new(),
            answers_at: [0; ANSWERS_KEPT],
            index,
        }
    }

    /// Looks around from a place.
    #[inline(always)]
    pub(crate) fn look_around<S: Simd>(&mut self, simd: S, place: &Place, view: &mut View) {
        let area = self.area_of(place);
        self.circles.look_around(simd, place.point, &self.by_area[area].1, view);
    }

    /// What is known of a local service.
    #[inline]
    pub(crate) fn service(&self, local: usize) -> &'p CompiledService {
        &self.plan.compiled[self.index[local] as usize]
    }

    /// Where the services without a circle that reach a place are, worked out once for each area.
    fn area_of(&mut self, place: &Place) -> usize {
        let alike = |other: &Place| {
            (other.county, other.area, other.point.is_some())
                == (place.county, place.area, place.point.is_some())
        };
        let known = self.by_area.iter().position(|(other, _)| alike(other));
        known.unwrap_or_else(|| {
            let reaching = self.elsewhere.iter().copied().filter(|at| self.service(*at).holds(place));
            self.by_area.push((*place, bits(self.blocks, reaching)));
            self.by_area.len() - 1
        })
    }

    /// Makes ready what prices add for people of a deprivation ([`CompiledService::imd_slot`]).
    #[inline]
    pub(crate) fn price(&mut self, imd_slot: usize) {
        if self.prices[imd_slot].is_empty() {
            let points = |i: &u32| self.plan.compiled[*i as usize].price_points[imd_slot];
            self.prices[imd_slot] = self.index.iter().map(points).collect();
        }
    }

    /// What [`Self::price`] made ready.
    pub(crate) fn prices(&self, imd_slot: usize) -> &[i32] {
        &self.prices[imd_slot]
    }

    /// Makes ready the sets of an age and of a set of answers; gives where they are.
    #[inline(always)]
    pub(crate) fn prepare<S: Simd>(&mut self, simd: S, age: i32, answers: u32) -> (usize, usize) {
        let age_slot = self.plan.age_run(age);
        if self.by_age[age_slot].is_none() {
            let mut fitting: Bits = vec![NONE; self.blocks].into();
            for (at, ages) in self.ages.iter().enumerate() {
                fitting[at / WORDS].0[at % WORDS] = ages.fitting(simd, age);
            }
            self.by_age[age_slot] = Some(fitting);
        }
        let at = usize::from(self.answers_at[answers as usize % ANSWERS_KEPT]);
        let known = at > 0 && self.by_answers[at - 1].0 == answers;
        (age_slot, if known { at - 1 } else { self.prepare_answers(answers) })
    }

    fn prepare_answers(&mut self, answers: u32) -> usize {
        let known = self.by_answers.iter().position(|(a, _)| *a == answers);
        let slot = known.unwrap_or_else(|| {
            let mut fitting: Bits = vec![Lanes([u64::MAX; _]); self.blocks].into();
            for bit in ones(!answers) {
                for (block, asking) in fitting.iter_mut().zip(&self.asking[bit]) {
                    block.0.iter_mut().zip(asking.0).for_each(|(fitting, asking)| *fitting &= !asking);
                }
            }
            self.by_answers.push((answers, fitting));
            self.by_answers.len() - 1
        });
        self.answers_at[answers as usize % ANSWERS_KEPT] = u16::try_from(slot + 1).unwrap_or(0);
        slot
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
