//! The catalogue: what of the directory is public on a day, in memory. The finder, the feed for others and every page that
//! shows a service to anybody take it from here, so that they agree on what is shown.
//!
//! ```text
//! records + looks + room + places ─► listed services ─► finder · feed · page of a service
//! ```

mod choosing;
mod coverage;
mod hours;
mod keeping;
mod listed;
mod published;
#[cfg(test)]
mod tests;
mod timetable;
mod wanted;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use vocabulary::{Day, Id};

use crate::directory::assurance::{Assured, Check};
use crate::directory::availability::Availability;
use crate::directory::{Directory, Service, Settings, Status};
use crate::place::Places;

pub use coverage::Here;
pub use hours::Hours;
pub use keeping::Catalogues;
pub use listed::{Listed, ListedSite};
pub use published::{Published, PublishedService, PublishedSite};
pub use timetable::{Parts, Timetable, schedule_in_words};
pub use wanted::{Near, Wanted};

/// What is public on a day.
#[derive(Debug)]
pub struct Catalogue {
    pub today: Day,
    pub settings: Settings,
    pub directory: Directory,
    pub places: Arc<Places>,
    /// In the order of their identifiers.
    pub services: Vec<Listed>,
    /// How every service that stands and runs is vouched for, shown or not.
    pub assured: BTreeMap<Id<Service>, Assured>,
    published: OnceLock<Published>,
}

/// What is told of services beside their records.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub checks: BTreeMap<Id<Service>, Check>,
    pub room: BTreeMap<Id<Service>, Availability>,
}

impl Catalogue {
    pub fn new(
        directory: Directory,
        told: &Told,
        settings: Settings,
        places: Arc<Places>,
        today: Day,
    ) -> Self {
        let mut assured = BTreeMap::new();
        let mut services = Vec::new();
        for (id, kept) in directory.standing_services() {
            if kept.record.status != Status::Active {
                continue;
            }
            let vouched = Assured::of(kept, told.checks.get(&id).copied(), settings.review, today);
            assured.insert(id, vouched);
            if vouched.is_shown() {
                let room = told.room.get(&id).cloned();
                services.push(Listed::of(&directory, id, kept, (&settings, &places), (vouched, room), today));
            }
        }
        let published = OnceLock::new();
        Self { today, settings, directory, places, services, assured, published }
    }

    /// A service that is public.
    pub fn service(&self, id: Id<Service>) -> Option<&Listed> {
        let at = self.services.binary_search_by_key(&id, |listed| listed.id).ok()?;
        Some(&self.services[at])
    }

    /// The record of a service that is public.
    pub fn record(&self, id: Id<Service>) -> Option<&Service> {
        self.service(id)?;
        self.directory.services.get(&id).map(|kept| &kept.record)
    }

    /// What of it goes out as a feed: written when somebody asks first, which takes a second of a large directory.
    pub fn published(&self) -> &Published {
        self.published.get_or_init(|| Published::of(self))
    }

    /// The same where it is written already.
    pub fn already_published(&self) -> Option<&Published> {
        self.published.get()
    }
}
