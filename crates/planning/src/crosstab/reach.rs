//! Which services reach the people of a segment.

use matching::{Catchment, Service};
use vocabulary::Topic;

use super::Supply;
use crate::extract::SegmentPlace;

/// Whether a service reaches a segment; a segment stands at one point, as far as a crosstab goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Yes,
    No,
    /// The mapping does not say enough about the segment's place.
    NotKnown,
    Online,
}

/// What the catchment says. Who may come, how to get in and what it costs are about people and are not looked at.
pub(super) fn reach(place: &SegmentPlace, service: &Service) -> Reach {
    let of = |yes: bool| if yes { Reach::Yes } else { Reach::No };
    // A service without a county of its own reaches nobody by it.
    let county = match (service.county, place.county) {
        (None, _) => Reach::No,
        (_, None) => Reach::NotKnown,
        (service, place) => of(service == place),
    };
    match service.catchment {
        Catchment::Online => Reach::Online,
        Catchment::County => county,
        Catchment::Areas if service.area_mask == 0 => Reach::No,
        Catchment::Areas => match (county, place.area) {
            (Reach::Yes, None) => Reach::NotKnown,
            (Reach::Yes, Some(area)) => of(service.area_mask >> area.clamp(0, 63) & 1 == 1),
            (other, _) => other,
        },
        Catchment::Radius => match (service.place, place.point) {
            (None, _) => Reach::No,
            (_, None) => Reach::NotKnown,
            (Some(service_at), Some(point)) => {
                let radius = u64::from(service.radius.unsigned_abs());
                of(service_at.squared_distance(point) <= radius * radius)
            }
        },
    }
}

/// What is offered, topic by topic.
pub(super) type Offered = [Supply; 16];

/// Counts each service under every topic that it offers.
pub(super) fn offered<'s>(services: impl Iterator<Item = (&'s Service, Reach)>) -> Offered {
    let mut offered = [Supply::default(); 16];
    for (service, reach) in services {
        for topic in service.offers.iter() {
            let supply: &mut Supply = &mut offered[topic as usize];
            match reach {
                Reach::No => {}
                Reach::Online => supply.online += 1,
                Reach::NotKnown => supply.reach_not_known += 1,
                Reach::Yes => {
                    supply.services += 1;
                    match service.weekly_places() {
                        Some(places) => supply.weekly_places += places,
                        None => supply.places_not_known += 1,
                    }
                }
            }
        }
    }
    offered
}

/// What reaches each segment, and what is there for the whole population. For the latter a service counts unless it
/// is known to reach no segment; `nobody` is how many those are.
pub(super) struct Reached {
    pub(super) segments: Vec<Offered>,
    pub(super) whole: Offered,
    pub(super) nobody: u64,
}

impl Reached {
    pub(super) fn of(places: &[SegmentPlace], services: &[Service]) -> Self {
        let segments =
            places.iter().map(|place| offered(services.iter().map(|s| (s, reach(place, s))))).collect();
        let anywhere = |service: &Service| {
            if service.catchment == Catchment::Online {
                return Reach::Online;
            }
            let somebody = places.iter().any(|place| reach(place, service) != Reach::No);
            if somebody { Reach::Yes } else { Reach::No }
        };
        let all: Vec<Reach> = services.iter().map(anywhere).collect();
        Self {
            segments,
            nobody: all.iter().filter(|reach| **reach == Reach::No).count() as u64,
            whole: offered(services.iter().zip(all)),
        }
    }
}

/// Topics in order, for arrays by topic.
pub(super) fn by_topic<T>(of: impl FnMut(Topic) -> T) -> Vec<T> {
    Topic::ALL.into_iter().map(of).collect()
}
