//! What an import would change.

use std::collections::BTreeMap;

use vocabulary::Id;

use super::{Library, Resource};

/// A resource of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: Id<Resource>,
    /// Of its present version, from 1.
    pub number: u32,
    pub resource: Resource,
    /// No longer given out.
    pub withdrawn: bool,
}

/// What an import changes, by the owner's reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub new: Vec<String>,
    /// Says something else than before: a version is added.
    pub new_version: Vec<String>,
    /// Only the stock or the notes on good practice changed.
    pub updated: Vec<String>,
    /// Was withdrawn and is given out again; may stand under `new_version` or `updated` as well.
    pub returned: Vec<String>,
    /// Not in the list any more.
    pub withdrawn: Vec<String>,
    /// Not found, and may be in a row that could not be read: it stays as it was.
    pub kept: Vec<String>,
    pub unchanged: u64,
}

impl Difference {
    /// How many of the resources that are known would be withdrawn or be called something else under their reference.
    pub fn replaced(&self, known: &BTreeMap<String, Known>, library: &Library) -> usize {
        let renamed =
            self.new_version.iter().filter(|key| known[*key].resource.title != library.resources[*key].title);
        self.withdrawn.len() + renamed.count()
    }

    /// Whether an import would change nothing.
    pub fn is_empty(&self) -> bool {
        let lists = [&self.new, &self.new_version, &self.updated, &self.returned, &self.withdrawn];
        lists.iter().all(|list| list.is_empty())
    }
}

/// What would change if a list were imported, where `known` is what the same source brought before.
pub fn difference(known: &BTreeMap<String, Known>, library: &Library) -> Difference {
    let read = &library.resources;
    let mut difference = Difference::default();
    for (key, resource) in read {
        let Some(before) = known.get(key) else {
            difference.new.push(key.clone());
            continue;
        };
        if before.withdrawn {
            difference.returned.push(key.clone());
        }
        if !before.resource.same_version(resource) {
            difference.new_version.push(key.clone());
        } else if before.resource != *resource {
            difference.updated.push(key.clone());
        } else if !before.withdrawn {
            difference.unchanged += 1;
        }
    }
    let gone = known.iter().filter(|(key, before)| !before.withdrawn && !read.contains_key(*key));
    for (key, _) in gone {
        let fate = if library.may_have(key) { &mut difference.kept } else { &mut difference.withdrawn };
        fate.push(key.clone());
    }
    difference
}
