//! The directory: who offers what, where, when and for whom.
//!
//! A record is kept as its source has it, in the words of Open Referral UK and HSDS 3 (what Meres has no word for is
//! kept under `more`), so that an import loses nothing and an export gives it back. A record is known by its source and
//! its key there; Meres gives it an identifier of its own that no later import changes. What matching needs is worked
//! out from the record when services are exported, never written back into it.

pub mod assurance;
pub mod availability;
mod difference;
mod duplicates;
pub mod editing;
mod feed;
pub mod import;
pub mod keeper;
mod kind;
mod local_time;
pub mod made_up;
mod merging;
mod offer;
pub mod open_referral;
pub mod past;
mod price;
pub mod proposal;
mod record;
pub mod revision;
mod settings;
pub mod store;
mod terms;
pub mod watch;
mod whereabouts;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use vocabulary::Id;

pub use difference::{Difference, Known, KnownRecord, Named, Part, Turnover, Written};
pub use duplicates::{LEAST_SCORE, Suggestion, suggest};
pub use feed::{Feed, FeedProblem, Outcome, Unread};
pub use kind::Kind;
pub use local_time::LocalTime;
pub use merging::MergeError;
pub use offer::{Areas, Exported, LeftOut, Where, Why, export};
pub(crate) use offer::{is_online, pence, plain};
pub use record::{
    Accessibility, Address, Contact, CostOption, Identifier, Language, More, Organisation, Phone, Referral,
    Schedule, Service, ServiceArea, Site, SiteKind, SiteOfService, Status, Term,
};
pub use settings::{DEFAULT_SETTINGS, Settings};
pub use terms::{UnmappedTerm, unmapped_terms};
pub use whereabouts::where_is;

/// The source of what was made here. No import has its name.
pub const HERE: &str = "Entered here";

/// Any record of the directory; only a word for identifiers.
#[derive(Debug)]
pub struct Entry;

/// Where records come from: a council's feed, a spreadsheet that is kept by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub id: Id<Self>,
    /// The name under which it is imported again.
    pub name: String,
    /// What is said of it: "Historic: 2014".
    pub about: Option<String>,
    pub imported_at: String,
    /// Digest of what it sent last.
    pub digest: String,
}

/// A record as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    pub source: Id<Source>,
    pub key: String,
    /// Somebody found it to be the same as this one.
    pub merged_into: Option<Id<T>>,
    /// Its source no longer has it.
    pub gone: bool,
    /// When it came, or was changed last: RFC 3339, UTC.
    pub changed_at: String,
    pub record: T,
}

impl<T> Kept<T> {
    /// Whether it stands for itself.
    pub const fn stands(&self) -> bool {
        !self.gone && self.merged_into.is_none()
    }
}

/// Records of one kind.
pub type Records<T> = BTreeMap<Id<T>, Kept<T>>;

/// Every record, what is gone or merged too.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Name, and what is said of the source.
    pub sources: BTreeMap<Id<Source>, (String, Option<String>)>,
    pub organisations: Records<Organisation>,
    pub services: Records<Service>,
    pub sites: Records<Site>,
    organisations_by_key: BTreeMap<(Id<Source>, String), Id<Organisation>>,
    sites_by_key: BTreeMap<(Id<Source>, String), Id<Site>>,
}

impl Directory {
    pub fn new(
        sources: BTreeMap<Id<Source>, (String, Option<String>)>,
        organisations: Records<Organisation>,
        services: Records<Service>,
        sites: Records<Site>,
    ) -> Self {
        Self {
            organisations_by_key: by_key(&organisations),
            sites_by_key: by_key(&sites),
            sources,
            organisations,
            services,
            sites,
        }
    }

    /// Services that stand for themselves.
    pub fn standing_services(&self) -> impl Iterator<Item = (Id<Service>, &Kept<Service>)> {
        self.services.iter().filter(|(_, kept)| self.stands(kept)).map(|(id, kept)| (*id, kept))
    }

    /// Whether a service stands for itself.
    pub fn stands(&self, service: &Kept<Service>) -> bool {
        !service.gone && !self.is_stood_for(service)
    }

    /// Whether a record that it was merged into is still there; where all of them are gone, it stands for itself again.
    fn is_stood_for(&self, service: &Kept<Service>) -> bool {
        let mut next = service.merged_into;
        // Nobody merges in a ring, and if somebody did we must still come to an end.
        for _ in 0..self.services.len() {
            match next.and_then(|id| self.services.get(&id)) {
                None => return false,
                Some(kept) if !kept.gone => return true,
                Some(kept) => next = kept.merged_into,
            }
        }
        false
    }

    /// The organisation of a service; where it was merged, the one that was kept.
    pub fn organisation_of(&self, service: &Kept<Service>) -> Option<Id<Organisation>> {
        self.organisation_at(service.source, service.record.organisation.as_deref()?)
    }

    /// An organisation by its key at a source; where it was merged, the one that was kept.
    pub fn organisation_at(&self, source: Id<Source>, key: &str) -> Option<Id<Organisation>> {
        let known = self.organisations_by_key.get(&(source, key.to_owned())).copied();
        // What was made here names records of any source, by their identifiers.
        let mut id = known.or_else(|| Id::parse(key).ok())?;
        // A merge of a merge; nobody merges in a ring, and if somebody did we must still come to an end.
        for _ in 0..self.organisations.len() {
            match self.organisations.get(&id)?.merged_into {
                Some(kept) => id = kept,
                None => break,
            }
        }
        self.organisations.contains_key(&id).then_some(id)
    }

    /// A site by its key at a source.
    pub fn site(&self, source: Id<Source>, key: &str) -> Option<(Id<Site>, &Site)> {
        let known = self.sites_by_key.get(&(source, key.to_owned())).copied();
        let id = known.or_else(|| Id::parse(key).ok())?;
        Some((id, &self.sites.get(&id)?.record))
    }
}

fn by_key<T>(records: &Records<T>) -> BTreeMap<(Id<Source>, String), Id<T>> {
    records.iter().map(|(id, kept)| ((kept.source, kept.key.clone()), *id)).collect()
}
