//! What is kept about places, and what an import would change of it.

use std::collections::{BTreeMap, BTreeSet};

use vocabulary::{Day, Lsoa, Postcode};

use super::{AreaFacts, AreaOutline, Membership, MembershipKey, PlaceFeed, Places, PostcodePlace, Practice};

/// The numbers that an area may have in an extract, and the bits of a mask of areas.
pub const MOST_DISTRICTS: usize = 56;

/// Everything that is kept.
#[derive(Clone, Debug, Default)]
pub struct KnownPlaces {
    pub postcodes: BTreeMap<Postcode, PostcodePlace>,
    pub areas: BTreeMap<Lsoa, KnownArea>,
    /// By ODS code.
    pub practices: BTreeMap<String, Practice>,
    pub memberships: BTreeMap<MembershipKey, Membership>,
}

impl KnownPlaces {
    /// The partners of networks on a day, by the practice's ODS code. Of two networks at once, the one that it joined last.
    pub fn networks_on(&self, day: Day) -> BTreeMap<&str, &Membership> {
        let mut there: Vec<&Membership> = self.memberships.values().filter(|one| one.holds_on(day)).collect();
        there.sort_by_key(|one| one.joined);
        there.into_iter().map(|one| (one.practice.as_str(), one)).collect()
    }
}

/// A small area as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownArea {
    pub facts: AreaFacts,
    pub outline: Option<AreaOutline>,
}

/// A district of the county: what the numbers of areas in extracts and services files stand for here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct District {
    /// Code of the local authority district.
    pub code: String,
    /// "South Kesteven", from the names of its small areas; its code where they have none.
    pub name: String,
}

impl KnownPlaces {
    /// For looking places up.
    pub fn lookup(&self) -> Places {
        let outlines: Vec<AreaOutline> =
            self.areas.values().filter_map(|area| area.outline.clone()).collect();
        let facts = self.areas.values().map(|area| area.facts.clone()).collect();
        Places::new(self.postcodes.values().copied().collect(), facts, &outlines)
    }

    /// The districts in the order of their codes, as many as have a number: the place in the list is the number.
    pub fn districts(&self) -> Vec<District> {
        let mut names: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        // A table of the whole country has districts that are none of this county's: those with a place here count.
        let placed: BTreeSet<Lsoa> = self.postcodes.values().filter_map(|place| place.lsoa).collect();
        let here = |area: &&KnownArea| area.outline.is_some() || placed.contains(&area.facts.lsoa);
        for area in self.areas.values().filter(here) {
            let Some(code) = area.facts.district.as_deref() else { continue };
            // "South Kesteven 006A" lies in South Kesteven.
            let name =
                area.facts.name.as_deref().and_then(|name| name.rsplit_once(' ')).map(|(name, _)| name);
            let known = names.entry(code).or_default();
            *known = known.or(name);
        }
        let district = |(code, name): (&str, Option<&str>)| District {
            code: code.to_owned(),
            name: name.unwrap_or(code).to_owned(),
        };
        names.into_iter().take(MOST_DISTRICTS).map(district).collect()
    }
}

/// What would change among the records of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes<T> {
    /// As they are to be kept: those that are new and those that changed.
    pub written: Vec<T>,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self { written: Vec::new(), added: 0, changed: 0, unchanged: 0 }
    }
}

impl<T: PartialEq> Changes<T> {
    fn note(&mut self, known: Option<&T>, now: T) {
        match known {
            Some(known) if *known == now => self.unchanged += 1,
            Some(_) => {
                self.changed += 1;
                self.written.push(now);
            }
            None => {
                self.added += 1;
                self.written.push(now);
            }
        }
    }
}

/// What an import of places would change. Nothing is taken away: files speak of what they hold, not of what they lack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceDifference {
    pub postcodes: Changes<PostcodePlace>,
    pub areas: Changes<KnownArea>,
    pub practices: Changes<Practice>,
    pub memberships: Changes<Membership>,
}

impl PlaceDifference {
    pub fn between(known: &KnownPlaces, feed: PlaceFeed) -> Self {
        let mut difference = Self::default();
        for place in feed.postcodes {
            let before = known.postcodes.get(&place.postcode);
            // A file without small areas takes none away.
            let lsoa = place.lsoa.or_else(|| before.and_then(|before| before.lsoa));
            difference.postcodes.note(before, PostcodePlace { lsoa, ..place });
        }
        let mut outlines: BTreeMap<Lsoa, AreaOutline> =
            feed.outlines.into_iter().map(|outline| (outline.lsoa, outline)).collect();
        let mut areas: BTreeMap<Lsoa, AreaFacts> =
            feed.areas.into_iter().map(|facts| (facts.lsoa, facts)).collect();
        for lsoa in outlines.keys() {
            areas.entry(*lsoa).or_insert_with(|| AreaFacts::unknown(*lsoa));
        }
        for (lsoa, facts) in areas {
            let before = known.areas.get(&lsoa);
            let now = KnownArea {
                facts: with_what_was_known(facts, before.map(|area| &area.facts)),
                outline: outlines.remove(&lsoa).or_else(|| before.and_then(|area| area.outline.clone())),
            };
            difference.areas.note(before, now);
        }
        for practice in feed.practices {
            difference.practices.note(known.practices.get(&practice.ods), practice);
        }
        for membership in feed.memberships {
            difference.memberships.note(known.memberships.get(&membership.key()), membership);
        }
        difference
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.postcodes.written.is_empty()
            && self.areas.written.is_empty()
            && self.practices.written.is_empty()
            && self.memberships.written.is_empty()
    }
}

/// A file that says nothing about a fact takes away nothing that another said.
fn with_what_was_known(now: AreaFacts, before: Option<&AreaFacts>) -> AreaFacts {
    let Some(before) = before else { return now };
    AreaFacts {
        lsoa: now.lsoa,
        name: now.name.or_else(|| before.name.clone()),
        district: now.district.or_else(|| before.district.clone()),
        imd_decile: now.imd_decile.or(before.imd_decile),
        imd_rank: now.imd_rank.or(before.imd_rank),
        rural: now.rural.or_else(|| before.rural.clone()),
    }
}
