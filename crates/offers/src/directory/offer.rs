//! From records to offers: the rows of a services file, as matching reads them.

use std::collections::BTreeMap;

use matching::{Catchment, Route, Service as Offer};
use vocabulary::{Day, GridPoint, Id};

use super::assurance::{Assured, Check};
use super::settings::folded;
use super::{Directory, Kept, Referral, Service, Settings, Site, SiteKind, Status, Term, price};
use crate::place::MOST_DISTRICTS;

/// Where a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Where {
    pub point: GridPoint,
    /// The middle of an outcode, not the place itself.
    pub approximate: bool,
}

/// The county's areas by their number (0 to 55), under every name and code that sources use for them.
#[derive(Clone, Debug, Default)]
pub struct Areas(BTreeMap<String, u8>);

impl Areas {
    /// Areas in the order of their numbers, each under its names and codes; more than fit have no number.
    pub fn new<'a>(areas: impl IntoIterator<Item = Vec<&'a str>>) -> Self {
        let numbered = (0..).zip(areas).take(MOST_DISTRICTS);
        Self(numbered.flat_map(|(at, names)| names.into_iter().map(move |n| (plain(n), at))).collect())
    }

    fn number(&self, name: &str) -> Option<u8> {
        self.0.get(&plain(name)).copied()
    }

    fn all(&self) -> u64 {
        self.0.values().fold(0, |mask, at| mask | 1 << at)
    }
}

/// "South Kesteven District Council" is "south kesteven".
pub(crate) fn plain(name: &str) -> String {
    let name = folded(name);
    let endings = [
        " district council",
        " borough council",
        " city council",
        " county council",
        " council",
        " district",
    ];
    endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name).to_owned()
}

/// Why a service gives no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Not running.
    NotActive,
    /// Nobody looked for too long whether it is still so.
    NotAssured,
    /// No term of its has a topic.
    WithoutTopic,
    /// Neither a place nor an area nor online.
    WithoutPlace,
}

impl Why {
    pub const ALL: [Self; 4] = [Self::NotActive, Self::NotAssured, Self::WithoutTopic, Self::WithoutPlace];

    pub const fn words(self) -> &'static str {
        match self {
            Self::NotActive => "not active",
            Self::NotAssured => "nobody has checked it for too long",
            Self::WithoutTopic => "none of its terms has a topic",
            Self::WithoutPlace => "no place, no area and not online",
        }
    }

    pub const fn expected(self) -> &'static str {
        match self {
            Self::NotActive => "expected the status active",
            Self::NotAssured => "expected somebody to say that it is still as it says",
            Self::WithoutTopic => "expected a term that directory.toml gives a topic",
            Self::WithoutPlace => {
                "expected a site with a postcode that is known or with coordinates, or areas that are known"
            }
        }
    }
}

/// A service that gives no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The name of its source, and its key there.
    pub source: String,
    pub key: String,
    pub name: String,
    pub why: Why,
}

/// What came of an export.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    pub offers: Vec<Offer>,
    /// Services that gave at least one row.
    pub services: usize,
    pub left_out: Vec<LeftOut>,
    /// Rows whose place is the middle of an outcode.
    pub approximate: usize,
    /// Services whose areas are in words or shapes that nobody has coded: a radius stands for them.
    pub areas_not_coded: usize,
    /// Rows at a place of which nobody says whether one gets in without steps.
    pub steps_not_known: usize,
    /// Services that say for whom they are in words only: "ask first".
    pub ask_first: usize,
    /// Terms without a topic, the most frequent first.
    pub unmapped: Vec<(String, usize)>,
}

/// The offers of the whole directory on a day, in the order of their services' identifiers: the same directory and
/// settings give the same rows.
pub fn export(
    directory: &Directory,
    settings: &Settings,
    areas: &Areas,
    place_of: &dyn Fn(&Site) -> Option<Where>,
    checks: &BTreeMap<Id<Service>, Check>,
    today: Day,
) -> Exported {
    let mut exported = Exported::default();
    let mut unmapped: BTreeMap<String, usize> = BTreeMap::new();
    for (id, kept) in directory.standing_services() {
        let service = &kept.record;
        let left_out = |why| LeftOut {
            source: directory.sources.get(&kept.source).map_or_else(String::new, |(name, _)| name.clone()),
            key: kept.key.clone(),
            name: service.name.clone(),
            why,
        };
        if service.status != Status::Active {
            exported.left_out.push(left_out(Why::NotActive));
            continue;
        }
        if !Assured::of(kept, checks.get(&id).copied(), settings.review, today).is_shown() {
            exported.left_out.push(left_out(Why::NotAssured));
            continue;
        }
        for term in service.terms.iter().filter(|term| settings.topics_of(term).is_none()) {
            *unmapped.entry(term_words(term)).or_default() += 1;
        }
        let topics = settings.topics(service);
        if topics.is_empty() {
            exported.left_out.push(left_out(Why::WithoutTopic));
            continue;
        }
        let mut offer = offer_of(directory, kept, settings, today);
        offer.service_id = Some(id.to_string());
        offer.offers = topics;
        offer.radius = settings.radius(topics);
        let coverage = Coverage::of(service, settings, areas);
        exported.areas_not_coded += usize::from(matches!(coverage, Coverage::NotCoded));
        let rows = rows(directory, kept, &offer, coverage, place_of, &mut exported.approximate);
        if rows.is_empty() {
            exported.left_out.push(left_out(Why::WithoutPlace));
            continue;
        }
        exported.ask_first += usize::from(offer.eligibility.is_some());
        let steps_not_known =
            |row: &&Offer| row.step_free.is_none() && row.catchment != Catchment::Online && !row.home_visit;
        exported.steps_not_known += rows.iter().filter(steps_not_known).count();
        exported.services += 1;
        exported.offers.extend(rows);
    }
    for (sid, offer) in (0..).zip(&mut exported.offers) {
        offer.sid = sid;
    }
    exported.unmapped = unmapped.into_iter().collect();
    exported.unmapped.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    exported
}

fn term_words(term: &Term) -> String {
    let name = term.name.trim();
    match &term.taxonomy {
        Some(taxonomy) => format!("{name} ({})", taxonomy.trim()),
        None => name.to_owned(),
    }
}

/// Where the people of a service may live, as far as it is coded.
#[derive(Clone, Copy)]
enum Coverage {
    NotSaid,
    NotCoded,
    County,
    Areas(u64),
}

impl Coverage {
    fn of(service: &Service, settings: &Settings, areas: &Areas) -> Self {
        if service.service_areas.is_empty() {
            return Self::NotSaid;
        }
        let mut mask = 0;
        for area in &service.service_areas {
            let extent = area.extent.as_ref().and_then(serde_json::Value::as_str);
            let uri_end = area.uri.as_deref().and_then(|uri| uri.rsplit('/').next());
            let names = [area.name.as_deref(), extent, uri_end, area.description.as_deref()];
            let mut names = names.into_iter().flatten();
            if names.clone().any(|name| settings.is_whole_county(name)) {
                return Self::County;
            }
            match names.find_map(|name| areas.number(name)) {
                Some(number) => mask |= 1 << number,
                // One area that nobody understands: the service may reach further than the others say.
                None => return Self::NotCoded,
            }
        }
        if mask == areas.all() { Self::County } else { Self::Areas(mask) }
    }
}

/// A row for each site, or one without a place where the service needs none.
fn rows(
    directory: &Directory,
    kept: &Kept<Service>,
    offer: &Offer,
    coverage: Coverage,
    place_of: &dyn Fn(&Site) -> Option<Where>,
    approximate: &mut usize,
) -> Vec<Offer> {
    let sites: Vec<(&Site, Option<Where>)> = kept
        .record
        .sites
        .iter()
        .filter_map(|at| directory.site(kept.source, &at.site))
        .filter(|(_, site)| is_somewhere(site))
        .map(|(_, site)| (site, place_of(site)))
        .collect();
    let only_online = sites.is_empty() && is_online(directory, kept);
    let (catchment, county, mask) = match coverage {
        _ if only_online => (Catchment::Online, None, 0),
        Coverage::County => (Catchment::County, Some(0), 0),
        Coverage::Areas(mask) => (Catchment::Areas, Some(0), mask),
        Coverage::NotSaid | Coverage::NotCoded => (Catchment::Radius, None, 0),
    };
    let at = |site: Option<&Site>, place: Option<Where>| Offer {
        catchment,
        county,
        area_mask: mask,
        place: place.map(|p| p.point),
        venue: site.and_then(|s| s.name.clone()),
        postcode: site.and_then(|s| s.addresses.iter().find_map(|a| a.postcode.clone())),
        step_free: site.and_then(|s| s.step_free),
        ..offer.clone()
    };
    let placed: Vec<Offer> = sites
        .iter()
        .filter(|(_, place)| place.is_some())
        .map(|(site, place)| {
            *approximate += usize::from(place.is_some_and(|p| p.approximate));
            at(Some(site), *place)
        })
        .collect();
    if placed.is_empty() && catchment != Catchment::Radius {
        return vec![at(sites.first().map(|(site, _)| *site), None)];
    }
    placed
}

/// Whether a site is a place at all: a row of a table without address and position is none.
fn is_somewhere(site: &Site) -> bool {
    site.kind == SiteKind::Physical && (!site.addresses.is_empty() || site.latitude.is_some())
}

/// Whether one can take part from home: the record says so, or knows a virtual site or a schedule held online.
pub(crate) fn is_online(directory: &Directory, kept: &Kept<Service>) -> bool {
    let service = &kept.record;
    let sites = service.sites.iter().filter_map(|at| directory.site(kept.source, &at.site));
    let words = service.schedules.iter().filter_map(|schedule| schedule.attending_type.as_deref());
    service.online.unwrap_or(false)
        || sites.map(|(_, site)| site.kind).any(|kind| kind == SiteKind::Virtual)
        || words.map(folded).any(|words| matches!(words.as_str(), "online" | "virtual"))
}

fn offer_of(directory: &Directory, kept: &Kept<Service>, settings: &Settings, today: Day) -> Offer {
    let service = &kept.record;
    let organisation = directory.organisation_of(kept);
    let provider_name =
        organisation.and_then(|id| directory.organisations.get(&id)).map(|kept| kept.record.name.clone());
    let languages = service.languages.iter().filter_map(|language| {
        let code = language.code.as_deref().or(language.name.as_deref())?;
        settings.language(code).filter(|number| *number < 8)
    });
    let languages = languages.fold(0_u8, |bits, number| bits | 1 << number);
    let ask_first = service.eligibility.clone().filter(|words| !words.trim().is_empty());
    Offer {
        provider: organisation.map_or_else(|| format!("source {}", kept.source), |id| id.to_string()),
        provider_name,
        name: Some(service.name.clone()),
        min_age: service.minimum_age.unwrap_or(0).max(0),
        max_age: service.maximum_age.unwrap_or(120).max(0),
        route: match service.referral {
            Some(Referral::WaitingList) => Route::WaitingList,
            // Who refers is between the person and a professional: it keeps nobody from the list.
            Some(Referral::Open | Referral::ThroughAProfessional) | None => Route::Open,
        },
        cost: pence(service, today),
        transport: service.transport.unwrap_or(false),
        home_visit: service.home_visit.unwrap_or(false),
        languages: if languages == 0 { 1 } else { languages },
        weekly_sessions: service.weekly_sessions,
        capacity: service.capacity,
        eligibility: ask_first,
        ..Offer::default()
    }
}

/// Pence a session: the dearest price that is valid on the day, so that nobody is surprised at the door; free only
/// where the source says so. Words that name no one price leave it unknown: people are told to ask.
pub(crate) fn pence(service: &Service, today: Day) -> Option<i32> {
    let day = |text: &Option<String>| text.as_deref().and_then(|t| Day::parse(t).ok());
    let valid = service.cost_options.iter().filter(|cost| {
        day(&cost.valid_from).is_none_or(|from| from <= today)
            && day(&cost.valid_to).is_none_or(|to| today <= to)
    });
    let dearest = valid.filter_map(|cost| cost.pence).max();
    let in_words = || price::pence(service.fees.as_deref()?, false);
    let pence = dearest.or_else(in_words)?;
    i32::try_from(pence).ok().filter(|pence| (0..=1_000_000).contains(pence))
}
