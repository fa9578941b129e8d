//! Which services and places of the feed are what somebody asks for.

use super::hours::Hours;
use super::published::{Published, PublishedService, PublishedSite};
use super::wanted::{Near, Wanted};

impl Published {
    /// In the order of their identifiers.
    pub fn services(&self, wanted: &Wanted) -> Vec<&PublishedService> {
        self.services.iter().filter(|service| wanted.takes_service(service)).collect()
    }

    /// The places of services, in the order of the services; where a distance was asked for, the nearest first.
    pub fn sites(&self, wanted: &Wanted) -> Vec<(&PublishedService, &PublishedSite)> {
        let mut found = Vec::new();
        for service in &self.services {
            if wanted.takes(service) {
                let taken = |site| Some((wanted.takes_site(service, site)?, service, site));
                found.extend(service.sites.iter().filter_map(taken));
            }
        }
        // It keeps the order of those that are as far.
        found.sort_by_key(|(far, ..)| *far);
        found.into_iter().map(|(_, service, site)| (service, site)).collect()
    }
}

impl Wanted {
    fn takes_service(&self, service: &PublishedService) -> bool {
        let hours = service.hours.iter().chain(service.sites.iter().flat_map(|site| &site.hours));
        self.takes(service) && self.takes_hours(hours)
    }

    /// How far it is, squared, where a distance was asked for; nothing where the place is not taken.
    fn takes_site(&self, service: &PublishedService, site: &PublishedSite) -> Option<u64> {
        // A service whose times are not said for each place has them at all.
        let hours = if site.hours.is_empty() { &service.hours } else { &site.hours };
        if !self.takes_hours(hours.iter()) {
            return None;
        }
        let Some(Near { here, metres }) = &self.near else { return Some(0) };
        let Some(metres) = metres else { return service.coverage.reaches(here).then_some(0) };
        let far = site.point?.squared_distance(here.point);
        (far <= u64::from(*metres) * u64::from(*metres)).then_some(far)
    }

    /// What is asked of the service itself.
    fn takes(&self, service: &PublishedService) -> bool {
        let (least, most) = service.ages;
        self.minimum_age.is_none_or(|wanted| least.is_some_and(|least| f64::from(least) >= wanted))
            && self.maximum_age.is_none_or(|wanted| most.is_some_and(|most| f64::from(most) <= wanted))
            && self.term.as_ref().is_none_or(|term| service.terms.contains(term))
            && self.taxonomy.as_ref().is_none_or(|taxonomy| service.taxonomies.contains(taxonomy))
            && self.modified.is_none_or(|after| service.modified.is_none_or(|at| at >= after))
            && self.words.iter().all(|word| service.words.contains(word.as_str()))
    }

    fn takes_hours<'a>(&self, mut hours: impl Iterator<Item = &'a Hours>) -> bool {
        let asked = self.days.is_some() || self.from.is_some() || self.until.is_some();
        !asked || hours.any(|hours| hours.is_within(self.days, self.from, self.until))
    }
}
