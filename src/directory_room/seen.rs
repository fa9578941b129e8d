//! What of the directory a viewer keeps: everything, or the entries of the organisations that theirs look after. Any other
//! entry is to them as one that does not exist.

use std::collections::BTreeSet;
use std::sync::Arc;

use ground::database::Session;
use offers::catalogue::{Catalogue, Catalogues};
use offers::directory::assurance::{Assured, Freshness};
use offers::directory::revision::Fields;
use offers::directory::{Entry, Kept, Kind, Organisation, Service, Site, Source, Status, keeper};
use serde_json::Value;
use vocabulary::{Day, Id, Partner, Permission, Scope, Viewer};
use web::{House, Problem, Visit, day_of, id_of};

/// Longer lists of places are not read.
const MOST_PLACES: usize = 60;

/// The directory, and what of it the viewer keeps.
pub(super) struct Seen {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) scope: Scope,
    /// What is changed by them is public at once.
    pub(super) approves: bool,
    kept: BTreeSet<Id<Organisation>>,
}

/// Today, by the clock of the house.
pub(super) fn today(house: &House) -> Day {
    day_of((house.clock)())
}

impl Seen {
    pub(super) async fn of(house: &House, viewer: &Viewer, session: &mut Session) -> Result<Self, Problem> {
        let scope = viewer.scope(Permission::EditDirectory);
        let mut kept = keeper::store::kept(session, &scope).await?;
        let catalogue = house.shelf.of::<Catalogues>().present(session, today(house)).await?;
        // What was merged into another is kept with it.
        let merged: Vec<Id<Organisation>> =
            kept.iter().filter_map(|id| standing_for(&catalogue, *id)).collect();
        kept.extend(merged);
        Ok(Self { catalogue, approves: viewer.may(Permission::ApproveDirectory), kept, scope })
    }

    pub(super) async fn by(visit: &Visit) -> Result<Self, Problem> {
        Self::of(&visit.house, visit.viewer()?, &mut visit.read().await?).await
    }

    pub(super) fn keeps(&self, organisation: Id<Organisation>) -> bool {
        self.scope == Scope::Everywhere || self.kept.contains(&organisation)
    }

    pub(super) fn keeps_service(&self, kept: &Kept<Service>) -> bool {
        let organisation = self.catalogue.directory.organisation_of(kept);
        self.scope == Scope::Everywhere || organisation.is_some_and(|id| self.kept.contains(&id))
    }

    /// The services that they keep, by name.
    pub(super) fn services(&self) -> Vec<(Id<Service>, &Kept<Service>)> {
        let mut all: Vec<_> = self
            .catalogue
            .directory
            .standing_services()
            .filter(|(_, kept)| self.keeps_service(kept))
            .collect();
        all.sort_by_cached_key(|(id, kept)| (kept.record.name.to_lowercase(), *id));
        all
    }

    /// One of them, by the text of its identifier.
    pub(super) fn service(&self, id: &str) -> Result<(Id<Service>, &Kept<Service>), Problem> {
        let id = id_of(id)?;
        let kept = self.catalogue.directory.services.get(&id).ok_or(Problem::NotFound)?;
        let stands = self.catalogue.directory.stands(kept) && self.keeps_service(kept);
        if stands { Ok((id, kept)) } else { Err(Problem::NotFound) }
    }

    pub(super) fn organisation(&self, id: &str) -> Result<(Id<Organisation>, &Kept<Organisation>), Problem> {
        let id = id_of(id)?;
        let kept = self.catalogue.directory.organisations.get(&id).ok_or(Problem::NotFound)?;
        if kept.stands() && self.keeps(id) { Ok((id, kept)) } else { Err(Problem::NotFound) }
    }

    /// The organisations that they keep, by name.
    pub(super) fn organisations(&self) -> Vec<(Id<Organisation>, &Kept<Organisation>)> {
        let all = self.catalogue.directory.organisations.iter();
        let mut all: Vec<_> = all
            .filter(|(id, kept)| kept.stands() && self.keeps(**id))
            .map(|(id, kept)| (*id, kept))
            .collect();
        all.sort_by_cached_key(|(id, kept)| (kept.record.name.to_lowercase(), *id));
        all
    }

    /// A place at which a service is that they keep.
    pub(super) fn site(&self, id: &str) -> Result<(Id<Site>, &Kept<Site>), Problem> {
        let id: Id<Site> = id_of(id)?;
        let kept = self.catalogue.directory.sites.get(&id).ok_or(Problem::NotFound)?;
        let theirs = self.scope == Scope::Everywhere
            || self
                .services()
                .iter()
                .any(|(_, service)| self.places(service).iter().any(|(at, _)| *at == id));
        if theirs { Ok((id, kept)) } else { Err(Problem::NotFound) }
    }

    /// A record of any kind that they keep.
    pub(super) fn kept(&self, kind: Kind, id: &str) -> Result<Id<Entry>, Problem> {
        Ok(match kind {
            Kind::Service => entry(self.service(id)?.0),
            Kind::Organisation => entry(self.organisation(id)?.0),
            Kind::Site => entry(self.site(id)?.0),
        })
    }

    /// The places of a service, in its own order.
    pub(super) fn places(&self, service: &Kept<Service>) -> Vec<(Id<Site>, &Site)> {
        let directory = &self.catalogue.directory;
        service.record.sites.iter().filter_map(|at| directory.site(service.source, &at.site)).collect()
    }

    /// The places that an organisation uses, by the keys under which a record of this source names them.
    pub(super) fn places_of(
        &self,
        organisation: Id<Organisation>,
        source: Option<Id<Source>>,
    ) -> Vec<(String, String)> {
        let directory = &self.catalogue.directory;
        let mut places: Vec<(String, String)> = Vec::new();
        for (_, service) in self.services_of(organisation) {
            for (id, site) in self.places(service) {
                let Some(kept) = directory.sites.get(&id).filter(|kept| !kept.gone) else { continue };
                let key = if Some(kept.source) == source { kept.key.clone() } else { id.to_string() };
                if places.len() < MOST_PLACES && !places.iter().any(|(known, _)| *known == key) {
                    places.push((key, place_name(site)));
                }
            }
        }
        places.sort_by(|a, b| a.1.cmp(&b.1));
        places
    }

    /// Everything of an organisation: its services and itself, whether they run or not.
    pub(super) fn services_of(&self, organisation: Id<Organisation>) -> Vec<(Id<Service>, &Kept<Service>)> {
        let directory = &self.catalogue.directory;
        let of_it =
            |(_, kept): &(Id<Service>, &Kept<Service>)| directory.organisation_of(kept) == Some(organisation);
        directory.standing_services().filter(of_it).collect()
    }

    /// The organisations that a record belongs to: of a place, those of the services there.
    pub(super) fn owners(&self, kind: Kind, entry: Id<Entry>) -> Vec<Id<Organisation>> {
        let directory = &self.catalogue.directory;
        match kind {
            Kind::Organisation => vec![Id::from_bits(entry.bits())],
            Kind::Service => {
                let kept = directory.services.get(&Id::from_bits(entry.bits()));
                kept.and_then(|kept| directory.organisation_of(kept)).into_iter().collect()
            }
            Kind::Site => {
                let here = |kept: &Kept<Service>| {
                    self.places(kept).iter().any(|(site, _)| site.bits() == entry.bits())
                };
                let services = directory.standing_services().filter(|(_, kept)| here(kept));
                let mut owners: Vec<_> =
                    services.filter_map(|(_, kept)| directory.organisation_of(kept)).collect();
                owners.sort_unstable();
                owners.dedup();
                owners
            }
        }
    }

    /// For which organisation of the viewer's a record is changed, asked within their scope; nothing where none of them
    /// keeps it.
    pub(super) async fn for_whom(
        &self,
        session: &mut Session,
        (kind, entry): (Kind, Id<Entry>),
    ) -> Result<Option<Id<Partner>>, Problem> {
        for organisation in self.owners(kind, entry) {
            // It may be that the one was given to them which was merged into it.
            let merged = self.catalogue.directory.organisations.iter();
            let same = merged
                .filter(|(id, _)| standing_for(&self.catalogue, **id) == Some(organisation))
                .map(|(id, _)| *id);
            for one in std::iter::once(organisation).chain(same) {
                if let Some(partner) = keeper::store::for_whom(session, one, &self.scope).await? {
                    return Ok(Some(partner));
                }
            }
        }
        Ok(None)
    }

    /// A record of this source as people read it: places by their names and not by their keys.
    pub(super) fn in_names(&self, source: Option<Id<Source>>, mut record: Fields) -> Fields {
        let directory = &self.catalogue.directory;
        let sites = record.get_mut("sites").and_then(Value::as_array_mut);
        for at in sites.into_iter().flatten().filter_map(|at| at.get_mut("site")) {
            let key = at.as_str().unwrap_or_default();
            let known = source.and_then(|source| directory.site(source, key));
            let by_id = || Id::parse(key).ok().and_then(|id: Id<Site>| directory.sites.get(&id));
            let site = known.map(|(_, site)| site).or_else(|| by_id().map(|kept| &kept.record));
            if let Some(site) = site {
                *at = place_name(site).into();
            }
        }
        record
    }

    pub(super) fn organisation_name(&self, kept: &Kept<Service>) -> String {
        let directory = &self.catalogue.directory;
        let organisation = directory.organisation_of(kept).and_then(|id| directory.organisations.get(&id));
        organisation.map(|kept| kept.record.name.clone()).unwrap_or_default()
    }

    /// How a service stands: a word and a colour.
    pub(super) fn state(&self, id: Id<Service>, kept: &Kept<Service>) -> (&'static str, &'static str) {
        match (kept.record.status, self.assured(id).map(|assured| assured.state)) {
            (Status::TemporarilyClosed, _) => ("Closed for now", "grey"),
            (Status::Inactive | Status::Defunct, _) => ("Ended", "grey"),
            (Status::Active, Some(Freshness::Hidden)) => ("Hidden", "red"),
            (Status::Active, Some(Freshness::Overdue)) => ("Due", "orange"),
            (Status::Active, Some(Freshness::DueSoon)) => ("Due soon", "yellow"),
            (Status::Active, _) => ("Public", "green"),
        }
    }

    pub(super) fn assured(&self, id: Id<Service>) -> Option<&Assured> {
        self.catalogue.assured.get(&id)
    }
}

/// The organisation that this one was merged into, at last.
fn standing_for(catalogue: &Catalogue, id: Id<Organisation>) -> Option<Id<Organisation>> {
    let kept = catalogue.directory.organisations.get(&id)?;
    kept.merged_into?;
    catalogue.directory.organisation_at(kept.source, &kept.key)
}

/// "Village hall, NG31 7AA".
pub(super) fn place_name(site: &Site) -> String {
    let postcode = site.addresses.first().and_then(|address| address.postcode.clone());
    let parts = site.name.clone().into_iter().chain(postcode).collect::<Vec<_>>();
    if parts.is_empty() { "A place without a name".to_owned() } else { parts.join(", ") }
}

/// Any record's identifier as those of all kinds.
pub(super) fn entry<T>(id: Id<T>) -> Id<Entry> {
    Id::from_bits(id.bits())
}
