//! A service as it is listed: what people ask of it, worked out once.

use vocabulary::{Day, GridPoint, Id, TopicSet};

use super::timetable::Timetable;
use crate::directory::assurance::Assured;
use crate::directory::availability::Availability;
use crate::directory::{
    Directory, Kept, Organisation, Service, Settings, Site, SiteKind, is_online, pence, where_is,
};
use crate::place::Places;

/// A service that is public.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about a service")]
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: Id<Service>,
    pub name: String,
    pub organisation: Option<(Id<Organisation>, String)>,
    pub topics: TopicSet,
    /// Where one goes, the source's order.
    pub sites: Vec<ListedSite>,
    /// One can take part from home over the internet.
    pub online: bool,
    pub home_visit: bool,
    /// It brings people.
    pub transport: bool,
    /// Pence a session; nothing: not known.
    pub pence: Option<i32>,
    /// Something costs something and nothing is said to be free, whatever a session comes to.
    pub charges: bool,
    /// Years, both included.
    pub ages: (i32, i32),
    /// ISO 639 in small letters, else as the source says it; none where it says nothing.
    pub languages: Vec<String>,
    /// When, at any of its sites.
    pub timetable: Timetable,
    pub assured: Assured,
    pub room: Option<Availability>,
}

/// A place where a service is.
#[derive(Clone, Debug)]
pub struct ListedSite {
    pub id: Id<Site>,
    /// Its place among the sites of the record.
    pub at: usize,
    pub name: Option<String>,
    /// Lines, town and postcode.
    pub address: Vec<String>,
    pub town: Option<String>,
    pub postcode: Option<String>,
    pub point: Option<GridPoint>,
    /// The point is the middle of the first half of its postcode.
    pub approximate: bool,
    pub step_free: Option<bool>,
    pub timetable: Timetable,
}

impl Listed {
    pub(super) fn of(
        directory: &Directory,
        id: Id<Service>,
        kept: &Kept<Service>,
        (settings, places): (&Settings, &Places),
        (assured, room): (Assured, Option<Availability>),
        today: Day,
    ) -> Self {
        let record = &kept.record;
        let organisation = directory.organisation_of(kept);
        let mut timetable = Timetable::of(&record.schedules, today);
        let mut sites = Vec::new();
        for (number, at) in record.sites.iter().enumerate() {
            timetable = timetable.and(Timetable::of(&at.schedules, today));
            let Some((id, site)) = directory.site(kept.source, &at.site) else { continue };
            // What arrives by post or over the internet is no place to go to.
            if site.kind == SiteKind::Physical {
                // A service whose times are not said for each site has them at all.
                let here = Timetable::of(&at.schedules, today);
                let here = if here.is_empty() { Timetable::of(&record.schedules, today) } else { here };
                sites.push(ListedSite::of((id, number), site, places, here));
            }
        }
        let languages = record.languages.iter().filter_map(|language| {
            let said = language.code.as_deref().or(language.name.as_deref())?;
            Some(said.trim().to_lowercase()).filter(|said| !said.is_empty())
        });
        Self {
            id,
            name: record.name.clone(),
            organisation: organisation
                .and_then(|id| Some((id, directory.organisations.get(&id)?.record.name.clone()))),
            topics: settings.topics(record),
            sites,
            online: is_online(directory, kept),
            home_visit: record.home_visit.unwrap_or(false),
            transport: record.transport.unwrap_or(false),
            pence: pence(record, today),
            charges: charges(record),
            ages: (record.minimum_age.unwrap_or(0).max(0), record.maximum_age.unwrap_or(130).max(0)),
            languages: languages.collect(),
            timetable,
            assured,
            room,
        }
    }

    /// Whether nobody has to climb a step at one of its places; nothing where no place says.
    pub fn step_free(&self) -> Option<bool> {
        let said: Vec<bool> = self.sites.iter().filter_map(|site| site.step_free).collect();
        if said.is_empty() { None } else { Some(said.contains(&true)) }
    }

    /// The nearest of its places, and how many metres it is in a straight line.
    pub fn nearest(&self, from: GridPoint) -> Option<(&ListedSite, u32)> {
        let placed = self.sites.iter().filter_map(|site| Some((site, site.point?.squared_distance(from))));
        let (site, squared) = placed.min_by_key(|(_, squared)| *squared)?;
        Some((site, u32::try_from(squared.isqrt()).unwrap_or(u32::MAX)))
    }
}

fn charges(record: &Service) -> bool {
    let prices: Vec<i64> = record.cost_options.iter().filter_map(|cost| cost.pence).collect();
    let in_words = record
        .fees
        .as_deref()
        .is_some_and(|fees| fees.contains('£') && !fees.to_lowercase().contains("free"));
    if prices.is_empty() { in_words } else { prices.iter().all(|pence| *pence > 0) }
}

impl ListedSite {
    fn of((id, at): (Id<Site>, usize), site: &Site, places: &Places, timetable: Timetable) -> Self {
        let found = where_is(site, places);
        let postal =
            |kind: &Option<String>| kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("postal"));
        // Where the post goes may be elsewhere: people are sent there only for want of another.
        let address = site.addresses.iter().find(|address| !postal(&address.kind)).or(site.addresses.first());
        let mut lines = Vec::new();
        if let Some(address) = address {
            let parts = address.lines.iter().chain(&address.city).chain(&address.postcode);
            for part in parts.map(|part| part.trim()).filter(|part| !part.is_empty()) {
                if lines.last().is_none_or(|last: &String| last != part) {
                    lines.push(part.to_owned());
                }
            }
        }
        Self {
            id,
            at,
            name: site.name.clone(),
            address: lines,
            town: address.and_then(|address| address.city.clone()),
            postcode: address.and_then(|address| address.postcode.clone()),
            point: found.map(|found| found.point),
            approximate: found.is_some_and(|found| found.approximate),
            step_free: site.step_free,
            timetable,
        }
    }
}
