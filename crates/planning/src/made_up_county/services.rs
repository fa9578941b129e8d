//! The services of the county: who runs what, where, for whom.

use vocabulary::{ConditionSet, Topic, TopicSet};

use super::archetypes::{Archetype, Reach, archetypes};
use super::audience::Remit;
use super::geography::Geography;
use super::names::Setting;
use super::organisations::{Organisation, Venue};
use super::outline::squared;
use super::random::{Purpose, Random};

/// A row of the services file. `None` is "not known".
#[derive(Debug)]
pub(super) struct Service {
    pub(super) id: String,
    pub(super) name: String,
    /// Index of the organisation.
    pub(super) provider: usize,
    pub(super) venue: String,
    pub(super) postcode: String,
    /// 0 radius, 1 areas, 2 county-wide, 3 online.
    pub(super) kind: i32,
    pub(super) at: (i32, i32),
    pub(super) radius: i32,
    pub(super) area_mask: u64,
    pub(super) offers: TopicSet,
    pub(super) ages: (i32, i32),
    pub(super) sex: i32,
    pub(super) asks: ConditionSet,
    pub(super) not_for: ConditionSet,
    pub(super) route: usize,
    pub(super) pence: Option<i32>,
    pub(super) step_free: bool,
    pub(super) transport: bool,
    pub(super) home_visit: bool,
    pub(super) languages: u32,
    pub(super) sessions: i32,
    pub(super) capacity: Option<i32>,
}

/// Topics that the coast lacks: no service there has them beside its main ones, and none elsewhere reaches out to it.
const RARE_ON_THE_COAST: [Topic; 2] = [Topic::FallsPrevention, Topic::BoneHealth];

const TIMES: [&str; 10] = [
    "Monday mornings",
    "Monday evenings",
    "Tuesday mornings",
    "Tuesday afternoons",
    "Wednesday mornings",
    "Wednesday evenings",
    "Thursday mornings",
    "Thursday afternoons",
    "Friday mornings",
    "Saturdays",
];

/// What services are drawn from.
pub(super) struct Supply<'a> {
    pub(super) county: &'a Geography,
    pub(super) organisations: &'a [Organisation],
    pub(super) venues: &'a [Venue],
}

impl Supply<'_> {
    /// So many services in random order; every organisation runs at least one.
    pub(super) fn services(&self, wanted: u32, seed: u64) -> Vec<Service> {
        let r = &mut Random::of(seed, Purpose::Services);
        let mut held = vec![0_u32; self.organisations.len()];
        let mut remits = vec![Remit::default(); self.organisations.len()];
        let mut services = Vec::with_capacity(wanted as usize);
        for (provider, organisation) in self.organisations.iter().enumerate().take(wanted as usize) {
            let archetype = archetype(r, |a| {
                let coast = organisation.place.is_some_and(|p| self.county.places[p].coastal);
                u32::from(organisation.runs(a)) * a.weight * if coast { a.on_the_coast.max(1) } else { 100 }
            });
            let venue = self.venue(archetype, organisation.place, r);
            remits[provider].settle(archetype, r);
            services.push(self.service(archetype, (provider, remits[provider]), venue, r));
            held[provider] += 1;
        }
        let mut misses = 0;
        while services.len() < wanted as usize {
            let archetype = archetype(r, |a| a.weight);
            let venue = self.venue(archetype, None, r);
            // A handful of organisations cannot do everything; then somebody does what they never did.
            misses += 1;
            if let Some(provider) = self.provider(archetype, venue.place, (&held, &remits), misses > 50, r) {
                services.push(self.service(archetype, (provider, remits[provider]), venue, r));
                held[provider] += 1;
                misses = 0;
            }
        }
        r.shuffle(&mut services);
        services
    }

    /// A venue that suits, in one place or anywhere: more of them in larger places, and on the coast as the archetype says.
    fn venue(&self, archetype: &Archetype, place: Option<usize>, r: &mut Random) -> &Venue {
        let weight = |venue: &Venue, any_room: bool| {
            let here = &self.county.places[venue.place];
            let suits =
                (any_room || archetype.rooms.contains(&venue.room)) && place.is_none_or(|p| p == venue.place);
            let coast = if here.coastal { archetype.on_the_coast } else { 100 };
            let size = (here.thousands * 100).isqrt() as u32;
            u32::from(suits) * size * if place.is_some() { 100 } else { coast }
        };
        let mut weights: Vec<u32> = self.venues.iter().map(|v| weight(v, false)).collect();
        if weights.iter().all(|&w| w == 0) {
            weights = self.venues.iter().map(|v| weight(v, true)).collect();
        }
        &self.venues[r.weighted(weights.iter().copied())]
    }

    /// Somebody local who does such things, or a county-wide body; those that do much already do more.
    fn provider(
        &self,
        archetype: &Archetype,
        place: usize,
        (held, remits): (&[u32], &[Remit]),
        anybody: bool,
        r: &mut Random,
    ) -> Option<usize> {
        let weight = |((organisation, held), remit): ((&Organisation, &u32), &Remit)| {
            let near = match organisation.place {
                Some(p) if p == place => 12 + 2 * held.min(&6),
                Some(_) => 0,
                None => 6 + held.min(&12) / 3,
            };
            if anybody {
                1
            } else {
                u32::from(organisation.runs(archetype) && remit.covers(archetype)) * near
            }
        };
        let weights: Vec<u32> = self.organisations.iter().zip(held).zip(remits).map(weight).collect();
        weights.iter().any(|&w| w > 0).then(|| r.weighted(weights.iter().copied()))
    }

    fn service(
        &self,
        archetype: &Archetype,
        (provider, remit): (usize, Remit),
        venue: &Venue,
        r: &mut Random,
    ) -> Service {
        let place = &self.county.places[venue.place];
        let mut offers: TopicSet = archetype.offers.iter().copied().collect();
        for &topic in archetype.sometimes {
            if r.below(3) == 0
                && remit.helps_with(topic)
                && !(place.coastal && RARE_ON_THE_COAST.contains(&topic))
            {
                offers = offers.with(topic);
            }
        }
        let reach = *r.pick(archetype.reach);
        let remote = matches!(reach, Reach::Telephone | Reach::Online);
        let (kind, radius, area_mask) = match reach {
            Reach::Metres(metres) => (0, metres, 0),
            Reach::Areas(count) => (1, 0, self.area_mask(venue.at, count, offers)),
            Reach::Telephone => (2, 0, 0),
            Reach::Online => (3, 0, 0),
        };
        let (venue_name, postcode) = match reach {
            Reach::Telephone => ("By telephone".to_owned(), String::new()),
            Reach::Online => ("Online".to_owned(), String::new()),
            _ => (venue.name.clone(), venue.postcode.clone()),
        };
        let mut name = r.pick(archetype.names).replace("{}", place.name);
        if archetype.meets_weekly && r.below(100) < 40 {
            name = format!("{name} on {}", r.pick(&TIMES));
        }
        let ((ages, sex, asks), whom) = remit.audience(archetype, *r.pick(archetype.ages));
        if name.len() + whom.len() <= 70 {
            name.push_str(whom);
        }
        let free = r.below(100) < archetype.free;
        let dear = archetype.pence.0 / 50..=archetype.pence.1 / 50;
        let pence = if free { 0 } else { r.between(*dear.start(), *dear.end()) * 50 };
        let busy = place.setting == Setting::City || place.other_languages > 100;
        let many_tongues = archetype.offers.contains(&Topic::LanguageSupport);
        let chance = if many_tongues {
            50
        } else if remote {
            12
        } else if busy {
            14
        } else {
            3
        };
        let languages = (1..8).fold(1, |bits, language| bits | u32::from(r.below(100) < chance) << language);
        Service {
            id: identifier(r),
            name,
            provider,
            venue: venue_name,
            postcode,
            kind,
            at: venue.at,
            radius,
            area_mask,
            offers,
            ages,
            sex,
            asks,
            not_for: archetype.not_for.iter().copied().collect(),
            route: r.weighted(archetype.routes.into_iter()),
            pence: (r.below(100) >= 2).then_some(pence),
            step_free: remote || venue.step_free,
            transport: r.below(100) < archetype.transport,
            home_visit: r.below(100) < archetype.home_visit,
            languages,
            sessions: r.between(archetype.sessions.0, archetype.sessions.1),
            capacity: (r.below(100) >= 4).then_some(r.between(archetype.capacity.0, archetype.capacity.1)),
        }
    }

    /// The nearest areas as bits.
    fn area_mask(&self, at: (i32, i32), count: usize, offers: TopicSet) -> u64 {
        let stays_inland = RARE_ON_THE_COAST.iter().any(|&topic| offers.holds(topic));
        let mut areas: Vec<(i64, usize)> = self
            .county
            .areas
            .iter()
            .enumerate()
            .filter(|(_, area)| !(stays_inland && area.coastal))
            .map(|(i, area)| (squared(area.at, at), i))
            .collect();
        areas.sort_unstable();
        areas.iter().take(count).fold(0, |mask, (_, i)| mask | 1 << i)
    }
}

fn archetype(r: &mut Random, weight: impl Fn(&Archetype) -> u32) -> &'static Archetype {
    let (all, weights): (Vec<_>, Vec<_>) = archetypes().map(|a| (a, weight(a))).unzip();
    all[r.weighted(weights.iter().copied())]
}

/// A UUID of version 8: made up by us.
fn identifier(r: &mut Random) -> String {
    let (a, b) = (r.number(), r.number());
    let tail = b & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xFFFF,
        a & 0xFFF,
        tail >> 48,
        tail & 0xFFFF_FFFF_FFFF
    )
}
