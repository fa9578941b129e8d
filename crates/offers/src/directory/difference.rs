//! What an import would change: what a source sends now against what is known of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Feed;

/// The kinds of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Organisation,
    Service,
    Site,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Organisation, Self::Service, Self::Site];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Service => "service",
            Self::Site => "site",
        }
    }
}

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

/// A record that its source no longer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
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
    pub gone: Vec<Gone>,
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
        Self([
            part(known.of(Kind::Organisation), &feed.organisations, |o| o.name.clone()),
            part(known.of(Kind::Service), &feed.services, |s| s.name.clone()),
            part(known.of(Kind::Site), &feed.sites, |s| s.name.clone().unwrap_or_default()),
        ])
    }

    pub fn of(&self, kind: Kind) -> &Part {
        &self.0[kind as usize]
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Part::is_empty)
    }
}

fn part<T: Serialize>(
    known: &BTreeMap<String, KnownRecord>,
    sent: &BTreeMap<String, T>,
    name: impl Fn(&T) -> String,
) -> Part {
    let mut part = Part::default();
    for (key, record) in sent {
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
        if !record.gone && !sent.contains_key(key) {
            part.gone.push(Gone { key: key.clone(), name: record.name.clone() });
        }
    }
    part
}
