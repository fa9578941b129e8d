//! What an import would change: what a source sends now against what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::settings::folded;
use super::{Feed, Kind, Organisation, Service};

/// What is known of a source: its records of each kind by their keys.
#[derive(Clone, Debug, Default)]
pub struct Known([BTreeMap<String, KnownRecord>; 3]);

#[derive(Clone, Debug)]
pub struct KnownRecord {
    pub name: String,
    /// JSON, as it was written.
    pub record: String,
    pub gone: bool,
}

impl Known {
    pub fn of(&self, kind: Kind) -> &BTreeMap<String, KnownRecord> {
        &self.0[kind as usize]
    }

    pub fn of_mut(&mut self, kind: Kind) -> &mut BTreeMap<String, KnownRecord> {
        &mut self.0[kind as usize]
    }
}

/// A record to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub key: String,
    pub name: String,
    pub record: String,
}

/// A record that is known already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub key: String,
    pub name: String,
}

/// What would change among the records of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub added: Vec<Written>,
    pub changed: Vec<Written>,
    /// Was gone, and the source has it again.
    pub returned: Vec<Written>,
    pub gone: Vec<Named>,
    /// The source has it and it could not be read: it stays as it was.
    pub kept: Vec<Named>,
    /// Not found, while a record was left out that has no key to be known by: it may be this one, so it stays.
    pub doubtful: Vec<Named>,
    pub unchanged: usize,
}

impl Part {
    pub fn written(&self) -> impl Iterator<Item = &Written> {
        self.added.iter().chain(&self.changed).chain(&self.returned)
    }

    fn is_empty(&self) -> bool {
        self.written().next().is_none() && self.gone.is_empty()
    }
}

/// What would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference([Part; 3]);

impl Difference {
    pub fn between(known: &Known, feed: &Feed) -> Self {
        let held = held(known, feed);
        Self([
            part(known, feed, &held, Kind::Organisation, &feed.organisations, |o| o.name.clone()),
            part(known, feed, &held, Kind::Service, &feed.services, |s| s.name.clone()),
            part(known, feed, &held, Kind::Site, &feed.sites, |s| s.name.clone().unwrap_or_default()),
        ])
    }

    /// The same where somebody says that whatever was not found is gone.
    #[must_use]
    pub fn without_doubt(mut self) -> Self {
        for part in &mut self.0 {
            part.gone.append(&mut part.doubtful);
        }
        self
    }

    pub fn of(&self, kind: Kind) -> &Part {
        &self.0[kind as usize]
    }

    /// How many of the records that are known would be gone or be called something else under their key: two lists that
    /// both count from 1 have the same keys.
    pub fn replaced(&self, known: &Known, kind: Kind) -> usize {
        let part = self.of(kind);
        let other_name = |one: &&Written| {
            known.of(kind).get(&one.key).is_some_and(|known| folded(&known.name) != folded(&one.name))
        };
        part.gone.len() + part.changed.iter().filter(other_name).count()
    }

    /// How much of what the source is known by would be gone, or be called something else.
    pub fn turnover(&self, known: &Known) -> Turnover {
        // What is offered says whose list it is; where nothing is, who offers.
        let standing = |kind: Kind| known.of(kind).values().filter(|record| !record.gone).count();
        let kind = if standing(Kind::Service) > 0 { Kind::Service } else { Kind::Organisation };
        Turnover { what: kind.word(), known: standing(kind), replaced: self.replaced(known, kind) }
    }

    /// Records that were not found and stay, since they may have been left out.
    pub fn doubtful(&self) -> usize {
        Kind::ALL.iter().map(|kind| self.of(*kind).doubtful.len()).sum()
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Part::is_empty)
    }
}

/// How much of what a source had would be gone, or be called something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// "service".
    pub what: &'static str,
    pub known: usize,
    pub replaced: usize,
}

impl Turnover {
    /// Whether this looks like another publisher's list under the same name: two councils both have a `services.json`, and
    /// under one name the second would put an end to the first.
    pub const fn is_another_list(&self) -> bool {
        self.replaced * 2 > self.known
    }

    /// Whether it is more than a list loses between two looks: what nobody looks at is not to end so much.
    pub const fn asks_for_a_look(&self) -> bool {
        self.replaced > 5 && self.replaced * 10 > self.known
    }
}

/// What could not be read, and what that is known to stand on: the organisation and the sites of a service.
fn held(known: &Known, feed: &Feed) -> BTreeSet<(Kind, String)> {
    let mut held = BTreeSet::new();
    for kind in Kind::ALL {
        for (key, record) in known.of(kind).iter().filter(|(key, _)| feed.unread.has(kind, key)) {
            held.insert((kind, key.clone()));
            // What we wrote ourselves can be read; and if not, nothing more is held.
            match kind {
                Kind::Service => {
                    let service: Service = serde_json::from_str(&record.record).unwrap_or_default();
                    held.extend(service.organisation.map(|key| (Kind::Organisation, key)));
                    held.extend(service.sites.into_iter().map(|at| (Kind::Site, at.site)));
                }
                Kind::Organisation => {
                    let organisation: Organisation = serde_json::from_str(&record.record).unwrap_or_default();
                    held.extend(organisation.parent.map(|key| (Kind::Organisation, key)));
                }
                Kind::Site => {}
            }
        }
    }
    held
}

fn part<T: Serialize>(
    known: &Known,
    feed: &Feed,
    held: &BTreeSet<(Kind, String)>,
    kind: Kind,
    sent: &BTreeMap<String, T>,
    name: impl Fn(&T) -> String,
) -> Part {
    let known = known.of(kind);
    let mut part = Part::default();
    for (key, record) in sent {
        if feed.unread.is_summary(kind, key)
            && let Some(known) = known.get(key)
        {
            let (key, name) = (key.clone(), known.name.clone());
            if known.gone {
                part.returned.push(Written { key, name, record: known.record.clone() });
            } else {
                part.kept.push(Named { key, name });
            }
            continue;
        }
        // What is made of texts, numbers and maps with text keys can always be written.
        let text = serde_json::to_string(record).unwrap_or_default();
        let written = Written { key: key.clone(), name: name(record), record: text };
        match known.get(key) {
            None => part.added.push(written),
            Some(known) if known.gone => part.returned.push(written),
            Some(known) if known.record != written.record => part.changed.push(written),
            Some(_) => part.unchanged += 1,
        }
    }
    for (key, record) in known {
        if record.gone || sent.contains_key(key) {
            continue;
        }
        let one = Named { key: key.clone(), name: record.name.clone() };
        if held.contains(&(kind, key.clone())) {
            part.kept.push(one);
        } else if feed.unread.may_be_any(kind) {
            part.doubtful.push(one);
        } else {
            part.gone.push(one);
        }
    }
    part
}
