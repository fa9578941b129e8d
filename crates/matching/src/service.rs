//! A service at a site, as a services file knows it.

use vocabulary::{ConditionSet, GridPoint, TopicSet};

/// Whom a service reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Catchment {
    /// Everybody within [`Service::radius`].
    #[default]
    Radius,
    /// Everybody in the areas of [`Service::area_mask`] of its county.
    Areas,
    /// Everybody in its county.
    County,
    /// Everybody with the internet.
    Online,
}

/// How one gets in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Route {
    /// Anybody may come.
    #[default]
    Open,
    /// Needs a contact with any service in the last year.
    RecentContact,
    /// Only from a waiting list.
    WaitingList,
}

/// One service at one site. `None` is "not known".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The row's own number in its frozen file: the tie-breaker.
    pub sid: i32,
    /// The organisation's name or number, as the file has it.
    pub provider: String,
    pub catchment: Catchment,
    pub place: Option<GridPoint>,
    pub county: Option<i32>,
    /// Metres; at least 1 where the catchment is a radius.
    pub radius: i32,
    /// Bit `a` for area `a` of the county.
    pub area_mask: u64,
    pub offers: TopicSet,
    pub min_age: i32,
    pub max_age: i32,
    /// `None`: open to all.
    pub sex: Option<crate::Sex>,
    /// For people with any of these; empty: none asked.
    pub required: ConditionSet,
    /// Not for people with one of these.
    pub excluded: ConditionSet,
    pub route: Route,
    /// Pence a session.
    pub cost: Option<i32>,
    /// Whether one gets in without steps. Not known counts as no for a wheelchair, and is said.
    pub step_free: Option<bool>,
    /// The service brings people.
    pub transport: bool,
    /// The service comes home.
    pub home_visit: bool,
    /// Bit `l` for language `l` of the extract; bit 0 is English.
    pub languages: u8,
    pub weekly_sessions: Option<i32>,
    /// Places a session.
    pub capacity: Option<i32>,
    /// For words only, never for the match.
    pub name: Option<String>,
    pub provider_name: Option<String>,
    pub venue: Option<String>,
    pub postcode: Option<String>,
    /// For whom it is, in words that nobody has coded: said as "ask first", and excludes nobody.
    pub eligibility: Option<String>,
    /// The directory's identifier.
    pub service_id: Option<String>,
}

impl Default for Service {
    /// Open to everybody, within a metre, with nothing on offer; all that can be unknown is.
    fn default() -> Self {
        Self {
            sid: 0,
            provider: String::new(),
            catchment: Catchment::Radius,
            place: None,
            county: None,
            radius: 1,
            area_mask: 0,
            offers: TopicSet::EMPTY,
            min_age: 0,
            max_age: 120,
            sex: None,
            required: ConditionSet::EMPTY,
            excluded: ConditionSet::EMPTY,
            route: Route::Open,
            cost: None,
            step_free: None,
            transport: false,
            home_visit: false,
            languages: 1,
            weekly_sessions: None,
            capacity: None,
            name: None,
            provider_name: None,
            venue: None,
            postcode: None,
            eligibility: None,
            service_id: None,
        }
    }
}

impl Service {
    /// What to call it: its name, or its number where the file has no names.
    pub fn called(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("Service {}", self.sid))
    }

    /// What to call its provider.
    pub fn provider_called(&self) -> String {
        self.provider_name.clone().unwrap_or_else(|| format!("Provider {}", self.provider))
    }

    /// Places a week, where both parts are known.
    pub fn weekly_places(&self) -> Option<u64> {
        let sessions = u64::try_from(self.weekly_sessions?).ok()?;
        let places = u64::try_from(self.capacity?).ok()?;
        Some(sessions * places)
    }
}
