//! An invented county's directory that reads like a real one's, for the demonstration and for tests of the finder.
//!
//! Everything follows from a seed. Nothing of it can be taken for real: the organisations are invented, telephone numbers
//! are from the range kept for drama (01632 960…), mail goes to `.example`, and towns and postcodes come from whoever asks.
//! It has the blemishes of a real one: entries that were checked years ago, a service without times, a term that is spelt
//! wrong, and two services that a second source lists as well.

mod bodies;
mod chance;
mod kinds;
mod sites;
#[cfg(test)]
mod tests;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use vocabulary::{Day, GridPoint};

use super::{Feed, Organisation, Service, SiteOfService, Status};
use bodies::organisation;
use chance::Chance;
use kinds::{Body, Kind, Room};
use sites::Venue;
use writing::Place;

/// A town of the county.
#[derive(Clone, Debug)]
pub struct Town {
    pub name: String,
    pub people: u32,
    /// Some near its middle.
    pub postcodes: Vec<(String, GridPoint)>,
}

/// What to invent.
#[derive(Clone, Copy, Debug)]
pub struct Spec<'a> {
    pub county: &'a str,
    /// The largest first.
    pub towns: &'a [Town],
    /// About so many, both sources together.
    pub services: usize,
    pub seed: u64,
    pub today: Day,
}

/// The directory of two sources, each with its name.
pub fn feeds(spec: &Spec<'_>) -> [(String, Feed); 2] {
    let county = County::of(spec);
    let mut feeds = [Feed::default(), Feed::default()];
    for (number, body) in county.bodies.iter().enumerate() {
        let keyed = organisation(body, number, spec);
        feeds[usize::from(body.second)].organisations.insert(keyed.key, keyed.organisation);
    }
    let mut services: Vec<Made> = county.services();
    blemish(&mut services);
    for made in &services {
        let feed = &mut feeds[usize::from(county.bodies[made.body].second)];
        county.add(feed, made);
    }
    let [first, mut second] = feeds;
    county.list_again(&first, &mut second, &services);
    let [first, second] = [first, second].map(|mut feed| {
        let records = feed.organisations.len() + feed.services.len() + feed.sites.len();
        feed.records_read = records as u64;
        feed.about = Some("Invented for the demonstration".to_owned());
        feed
    });
    [
        (format!("{} Community Directory", spec.county), first),
        (format!("{} Voluntary Alliance", spec.county), second),
    ]
}

/// A service, before it is put into a feed.
struct Made {
    key: String,
    kind: usize,
    body: usize,
    venues: Vec<usize>,
    service: Service,
}

/// What services are drawn from.
struct County<'a> {
    spec: &'a Spec<'a>,
    kinds: Vec<Kind>,
    bodies: Vec<Body>,
    venues: Vec<Venue>,
}

impl<'a> County<'a> {
    fn of(spec: &'a Spec<'a>) -> Self {
        let bodies = kinds::organisations();
        // An organisation of a town that is not there is none.
        let bodies = bodies.into_iter().filter(|body| body.town.is_none_or(|at| at < spec.towns.len()));
        let venues = sites::venues(spec.county, spec.towns, spec.seed);
        Self { spec, kinds: kinds::kinds(), bodies: bodies.collect(), venues }
    }

    fn services(&self) -> Vec<Made> {
        let mut taken = BTreeSet::new();
        let mut made = Vec::with_capacity(self.spec.services);
        for number in 0..self.spec.services {
            let mut chance = Chance::of(self.spec.seed, number as u64);
            // Every organisation runs something.
            let Some((kind, body)) = self.who_does_what(self.bodies.get(number).map(|_| number), &mut chance)
            else {
                continue;
            };
            made.push(self.service(number, (kind, body), &mut taken, &mut chance));
        }
        made
    }

    /// A kind of service and somebody who runs such things.
    fn who_does_what(&self, body: Option<usize>, chance: &mut Chance) -> Option<(usize, usize)> {
        let runs = |body: &Body, kind: &Kind| body.family.iter().any(|family| kind.by.contains(family));
        if let Some(at) = body {
            let weights: Vec<u32> =
                self.kinds.iter().map(|kind| u32::from(runs(&self.bodies[at], kind)) * kind.common).collect();
            return Some((chance.weighted(&weights)?, at));
        }
        let weights: Vec<u32> = self.kinds.iter().map(|kind| kind.common).collect();
        let kind = chance.weighted(&weights)?;
        let weight = |body: &Body| match (runs(body, &self.kinds[kind]), body.town) {
            (false, _) => 0,
            (true, Some(_)) => 2,
            (true, None) => 5,
        };
        let weights: Vec<u32> = self.bodies.iter().map(weight).collect();
        Some((kind, chance.weighted(&weights)?))
    }

    fn service(
        &self,
        number: usize,
        (kind_at, body): (usize, usize),
        taken: &mut BTreeSet<(String, String)>,
        chance: &mut Chance,
    ) -> Made {
        let kind = &self.kinds[kind_at];
        let towns = self.spec.towns;
        let size = |town: &Town| u32::from(sites::has_place(town)) * town.people.isqrt();
        let weights: Vec<u32> = towns.iter().map(size).collect();
        let (mut town, mut name) = (0, String::new());
        // In one town two services of one name confuse people.
        for _ in 0..6 {
            town = self.bodies[body].town.or_else(|| chance.weighted(&weights)).unwrap_or(0);
            let place = towns.get(town).map_or("", |town| town.name.as_str());
            name = chance.pick(&kind.names).map_or_else(String::new, |name| name.replace("{town}", place));
            if taken.insert((place.to_owned(), name.clone())) {
                break;
            }
        }
        let venues = self.rooms(kind, town, chance);
        let place = Place { name, town: towns.get(town), venue: venues.first().map(|at| &self.venues[*at]) };
        let service = writing::service(kind, &self.bodies[body], &place, number, self.spec, chance);
        Made { key: format!("service-{:05}", number + 1), kind: kind_at, body, venues, service }
    }

    /// Where it is given: mostly one place, now and then two; none for what comes by telephone, by screen or to the door.
    fn rooms(&self, kind: &Kind, town: usize, chance: &mut Chance) -> Vec<usize> {
        let room = chance.pick(&kind.rooms).copied().unwrap_or(Room::None);
        let here: Vec<usize> = (0..self.venues.len()).filter(|at| self.venues[*at].town == town).collect();
        let fitting: Vec<usize> = here.into_iter().filter(|at| self.venues[*at].room == room).collect();
        let first = chance.pick(&fitting).copied();
        let second = chance.pick(&fitting).copied().filter(|at| Some(*at) != first && chance.in_hundred(15));
        first.into_iter().chain(second).collect()
    }

    fn add(&self, feed: &mut Feed, made: &Made) {
        let second = self.bodies[made.body].second;
        let at = made.venues.iter().map(|at| self.site(feed, *at, second));
        let mut service = made.service.clone();
        service.sites = at.map(|site| SiteOfService { site, ..SiteOfService::default() }).collect();
        service.organisation = Some(bodies::key(made.body, second));
        feed.terms.extend(service.terms.iter().map(|term| (term.name.clone(), term.name.clone())));
        feed.services.insert(source_key(&made.key, second), service);
    }

    /// The site's key in a feed, which has it from now on.
    fn site(&self, feed: &mut Feed, at: usize, second: bool) -> String {
        let venue = &self.venues[at];
        let key = source_key(&venue.key, second);
        feed.sites.entry(key.clone()).or_insert_with(|| venue.site.clone());
        key
    }

    /// Two services of the first source stand in the second one too, in its own words.
    fn list_again(&self, first: &Feed, second: &mut Feed, services: &[Made]) {
        let mut twice: BTreeMap<usize, &Made> = BTreeMap::new();
        let firsts = services.iter().filter(|made| !self.bodies[made.body].second && !made.venues.is_empty());
        for made in firsts {
            twice.entry(made.kind).or_insert(made);
        }
        for (number, made) in twice.values().take(2).enumerate() {
            let key = bodies::key(made.body, false);
            let Some(organisation) = first.organisations.get(&key) else { continue };
            let own = source_key(&key, true);
            second
                .organisations
                .insert(own.clone(), Organisation { description: None, ..organisation.clone() });
            let site = self.site(second, made.venues[0], true);
            let mut service = writing::said_otherwise(&made.service, number);
            service.organisation = Some(own);
            service.sites = vec![SiteOfService { site, ..SiteOfService::default() }];
            second.services.insert(format!("again-{}", number + 1), service);
        }
    }
}

/// The second source has keys of its own.
fn source_key(key: &str, second: bool) -> String {
    if second { format!("va-{key}") } else { key.to_owned() }
}

/// What every real directory has.
fn blemish(services: &mut [Made]) {
    if let Some(made) =
        services.iter_mut().find(|made| made.service.terms.iter().any(|t| t.name == "strength and balance"))
    {
        "strenght and balance".clone_into(&mut made.service.terms[0].name);
        made.service.terms[0].id = None;
    }
    // One in forty says nothing of when it is, and now and then one is closed for a while.
    for made in services.iter_mut().skip(3).step_by(40) {
        made.service.schedules.clear();
    }
    for made in services.iter_mut().skip(77).step_by(211) {
        made.service.status = Status::TemporarilyClosed;
        made.service.alert = Some("Closed for repairs until further notice.".to_owned());
    }
}
