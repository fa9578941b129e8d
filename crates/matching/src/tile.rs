//! The services that somebody in one square of the map could use, renumbered from 0 in the order of their numbers,
//! with a bit for each in a set for every question that is asked. What a person may use is then a few ANDs a word.

use vocabulary::GridPoint;

use crate::plan::CompiledService;
use crate::{Catchment, Plan};

/// Where people of one place live and which areas claim them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) point: Option<GridPoint>,
    pub(crate) county: Option<i32>,
    pub(crate) area: Option<i32>,
}

/// What is asked of 64 local services, a bit for each: all of it side by side, since one person asks all of it at once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Questions {
    /// Asks for no condition.
    pub(crate) requires_nothing: u64,
    pub(crate) by_topic: [u64; 16],
    /// Asks for conditions, and this is one of them.
    pub(crate) accepts: [u64; 20],
    pub(crate) excludes: [u64; 20],
}

/// One bit a local service.
pub(crate) type Bits = Box<[u64]>;

pub(crate) struct Tile<'p> {
    plan: &'p Plan,
    /// Index in the plan of each local service, ascending.
    pub(crate) index: Vec<u32>,
    pub(crate) services: Vec<CompiledService>,
    /// What each offers, side by side: it is looked at far more often than the rest.
    pub(crate) offers: Vec<u16>,
    circles: Circles,
    /// Services with another kind of catchment, and those of them that hold the places of a county and area.
    elsewhere: Vec<usize>,
    by_area: Vec<(Place, Bits)>,
    pub(crate) words: usize,
    pub(crate) questions: Vec<Questions>,
    asking: Vec<Bits>,
    by_age: Vec<Option<Bits>>,
    by_answers: Vec<(u32, Bits)>,
}

/// Each service's catchment by radius, column by column; a circle that holds nobody for the others. In metres: whole
/// numbers below 2⁵³ are exact, and so are their squares, since coordinates are within ten thousand kilometres.
struct Circles {
    x: Vec<f64>,
    y: Vec<f64>,
    squared_radius: Vec<f64>,
}

impl Circles {
    fn of(services: &[CompiledService]) -> Self {
        let squared_radius = |service: &CompiledService| {
            let by_radius = service.catchment == Catchment::Radius && service.placed;
            if by_radius { f64::from(service.radius) * f64::from(service.radius) } else { -1.0 }
        };
        Self {
            x: services.iter().map(|s| s.easting.into()).collect(),
            y: services.iter().map(|s| s.northing.into()).collect(),
            squared_radius: services.iter().map(squared_radius).collect(),
        }
    }

    /// A bit for each circle that holds a point.
    fn holding(&self, point: GridPoint, bits: &mut Bits) {
        let (x, y) = (f64::from(point.easting), f64::from(point.northing));
        let circles = self.x.chunks(64).zip(self.y.chunks(64)).zip(self.squared_radius.chunks(64));
        for (word, ((xs, ys), squares)) in bits.iter_mut().zip(circles) {
            // A byte for each first: the processor compares several at once that way.
            let mut inside = [0_u8; 64];
            for (((inside, cx), cy), square) in inside.iter_mut().zip(xs).zip(ys).zip(squares) {
                let (dx, dy) = (x - cx, y - cy);
                *inside = u8::from(dx * dx + dy * dy <= *square);
            }
            *word = packed(&inside);
        }
    }
}

/// 64 bytes of 0 or 1 as 64 bits, the first byte lowest.
fn packed(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |word, (at, eight)| {
        // Each byte's lowest bit moves to its own place in the highest byte of the product.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word | bits << (at * 8)
    })
}

fn set(bits: &mut Bits, at: usize) {
    bits[at / 64] |= 1 << (at % 64);
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
        let words = services.len().div_ceil(64);
        let empty: Bits = vec![0; words].into();
        let mut tile = Self {
            plan,
            index,
            circles: Circles::of(&services),
            by_area: Vec::new(),
            elsewhere: (0..services.len())
                .filter(|at| services[*at].catchment != Catchment::Radius)
                .collect(),
            offers: services.iter().map(|s| s.offers).collect(),
            services,
            words,
            questions: vec![Questions::default(); words],
            asking: vec![empty; 32],
            by_age: vec![None; plan.age_runs()],
            by_answers: Vec::new(),
        };
        for (at, service) in tile.services.iter().enumerate() {
            let (questions, own) = (&mut tile.questions[at / 64], 1 << (at % 64));
            if service.required == 0 {
                questions.requires_nothing |= own;
            }
            for bit in ones(u32::from(service.offers)) {
                questions.by_topic[bit] |= own;
            }
            for bit in ones(service.required) {
                questions.accepts[bit] |= own;
            }
            for bit in ones(service.excluded) {
                questions.excludes[bit] |= own;
            }
            for bit in ones(service.asks) {
                set(&mut tile.asking[bit], at);
            }
        }
        tile
    }

    /// Services whose catchment holds a place.
    pub(crate) fn reaching(&mut self, place: &Place) -> Bits {
        let mut bits: Bits = vec![0; self.words].into();
        if let Some(point) = place.point {
            self.circles.holding(point, &mut bits);
        }
        for (word, more) in bits.iter_mut().zip(self.reaching_by_area(place)) {
            *word |= more;
        }
        bits
    }

    /// The same of the other kinds of catchment, worked out once for each area.
    fn reaching_by_area(&mut self, place: &Place) -> &Bits {
        let alike = |other: &Place| {
            (other.county, other.area, other.point.is_some())
                == (place.county, place.area, place.point.is_some())
        };
        let known = self.by_area.iter().position(|(other, _)| alike(other));
        let at = known.unwrap_or_else(|| {
            let mut bits: Bits = vec![0; self.words].into();
            for at in &self.elsewhere {
                if reaches(&self.services[*at], place) {
                    set(&mut bits, *at);
                }
            }
            self.by_area.push((*place, bits));
            self.by_area.len() - 1
        });
        &self.by_area[at].1
    }

    /// Makes ready the sets of an age and of a set of answers; gives where they are.
    pub(crate) fn prepare(&mut self, age: i32, answers: u32) -> (usize, usize) {
        let age_slot = self.plan.age_run(age);
        if self.by_age[age_slot].is_none() {
            let mut bits: Bits = vec![0; self.words].into();
            for (at, service) in self.services.iter().enumerate() {
                if service.min_age <= age && age <= service.max_age {
                    set(&mut bits, at);
                }
            }
            self.by_age[age_slot] = Some(bits);
        }
        let known = self.by_answers.iter().position(|(a, _)| *a == answers);
        let answers_slot = known.unwrap_or_else(|| {
            let mut bits: Bits = vec![u64::MAX; self.words].into();
            for bit in ones(!answers) {
                for (word, asking) in bits.iter_mut().zip(&self.asking[bit]) {
                    *word &= !asking;
                }
            }
            self.by_answers.push((answers, bits));
            self.by_answers.len() - 1
        });
        (age_slot, answers_slot)
    }

    /// The sets that [`Self::prepare`] made ready.
    pub(crate) fn prepared(&self, (age, answers): (usize, usize)) -> (&[u64], &[u64]) {
        (self.by_age[age].as_deref().unwrap_or_default(), &self.by_answers[answers].1)
    }

    pub(crate) const fn plan(&self) -> &'p Plan {
        self.plan
    }
}

/// The bits that are set, lowest first.
pub(crate) fn ones(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros();
        (bits != 0).then(|| {
            bits &= bits - 1;
            at as usize
        })
    })
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

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn every_byte_finds_its_bit() {
        for at in 0..64 {
            let mut bytes = [0; 64];
            bytes[at] = 1;
            assert_eq!(packed(&bytes), 1 << at);
        }
        assert_eq!(packed(&[1; 64]), u64::MAX);
    }
}
