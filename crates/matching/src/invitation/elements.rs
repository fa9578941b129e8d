//! What is to be covered: people around the venue, need by need, those for whom the same providers could do something merged.

use std::collections::BTreeMap;

use rayon::prelude::*;
use vocabulary::{ConditionSet, Topic, TopicSet, ones};

use super::providers::Providers;
use super::{Chosen, HUB_TOPICS, Invitation};
use crate::{People, Person, Plan};

/// People whose elements are covered by the same providers, merged.
pub(super) struct Element {
    pub(super) topic: usize,
    pub(super) people: u64,
    pub(super) weight: u64,
    /// One bit a provider.
    covered_by: Box<[u64]>,
}

impl Element {
    pub(super) fn is_covered_by(&self, provider: usize) -> bool {
        self.covered_by[provider / 64] >> (provider % 64) & 1 == 1
    }

    /// Who covers it, in order.
    pub(super) fn covered_by(&self) -> impl Iterator<Item = usize> {
        self.covered_by.iter().enumerate().flat_map(|(word, bits)| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
        })
    }
}

/// People within the radius, those who differ in nothing that counts here taken together.
pub(super) fn profiles_within(
    plan: &Plan,
    people: &People,
    cohort: &[u32],
    asked: &Invitation,
) -> Vec<(Person, u64)> {
    let mut counts = BTreeMap::new();
    for (row, _) in rows_within(people, cohort, asked) {
        let person = nowhere(people, row);
        counts.entry(profile(plan, &person)).or_insert((person, 0)).1 += 1;
    }
    counts.into_values().collect()
}

/// Rows of the cohort within the radius, as they are counted and as the cohort has them.
fn rows_within<'c>(
    people: &'c People,
    cohort: &'c [u32],
    asked: &Invitation,
) -> impl Iterator<Item = (usize, u32)> + use<'c> {
    let radius = u64::from(asked.radius.unsigned_abs());
    let venue = asked.venue;
    let near = move |row: usize| {
        people.place(row).is_some_and(|place| place.squared_distance(venue) <= radius * radius)
    };
    cohort.iter().map(|row| (*row as usize, *row)).filter(move |(row, _)| near(*row))
}

/// A person wherever they live: in the room it makes no difference.
fn nowhere(people: &People, row: usize) -> Person {
    let mut person = people.get(row);
    person.place = None;
    person
}

/// All that decides whom a person can be helped by in one room.
type Profile =
    (Option<i32>, Option<u8>, ConditionSet, TopicSet, Option<(Option<i32>, Option<bool>, Option<i32>)>);

fn profile(plan: &Plan, person: &Person) -> Profile {
    let rules = plan.rules();
    (
        person.birth_year,
        person.sex.map(|s| s as u8),
        person.conditions,
        rules.needs_of(person),
        // Clauses may ask for these as well.
        (!rules.clauses.is_empty()).then_some((person.imd, person.waiting, person.waiting_weeks)),
    )
}

/// The topics that a hub can meet.
fn hub_topics() -> TopicSet {
    Topic::ALL.into_iter().take(HUB_TOPICS).collect()
}

/// Somebody of the cohort who lives around the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// Row of the extract.
    pub person: u32,
    /// What they need that a hub can meet, and what of it nobody who was chosen covers.
    pub needs: TopicSet,
    pub uncovered: TopicSet,
}

/// Everybody around the venue, with what those chosen leave uncovered. In the order of the cohort.
pub fn around(
    plan: &Plan,
    people: &People,
    cohort: &[u32],
    asked: &Invitation,
    chosen: &[Chosen],
) -> Vec<Around> {
    let providers = Providers::of(plan);
    let invited: Vec<bool> =
        providers.names.iter().map(|name| chosen.iter().any(|one| one.provider == *name)).collect();
    let mut known: BTreeMap<Profile, (TopicSet, TopicSet)> = BTreeMap::new();
    let one = |(row, person): (usize, u32)| {
        let here = nowhere(people, row);
        let found = known.entry(profile(plan, &here)).or_insert_with(|| {
            let needs = plan.rules().needs_of(&here).and(hub_topics());
            let asks = plan.in_one_room(&here);
            let of = plan.compiled.iter().zip(&providers.of_service);
            let helps = of.filter(|(service, provider)| invited[**provider] && asks.may_use(service));
            let covered = helps.fold(0, |topics, (service, _)| topics | service.offers);
            (needs, needs.without(TopicSet(covered)))
        });
        Around { person, needs: found.0, uncovered: found.1 }
    };
    rows_within(people, cohort, asked).map(one).collect()
}

pub(super) fn elements(plan: &Plan, providers: &Providers, profiles: &[(Person, u64)]) -> Vec<Element> {
    let words = providers.names.len().div_ceil(64);
    let hub = hub_topics();
    let merged = profiles
        .par_iter()
        .fold(BTreeMap::new, |mut merged: BTreeMap<(usize, Box<[u64]>), u64>, (person, count)| {
            let needs = plan.rules().needs_of(person).and(hub);
            let asked = plan.in_one_room(person);
            let mut covered_by = vec![vec![0_u64; words]; HUB_TOPICS];
            for (service, provider) in plan.compiled.iter().zip(&providers.of_service) {
                let topics = needs.0 & service.offers;
                if topics == 0 || !asked.may_use(service) {
                    continue;
                }
                for topic in ones(topics.into()) {
                    covered_by[topic][provider / 64] |= 1 << (provider % 64);
                }
            }
            for topic in needs.iter() {
                let covered_by = std::mem::take(&mut covered_by[topic as usize]).into_boxed_slice();
                *merged.entry((topic as usize, covered_by)).or_default() += count;
            }
            merged
        })
        .reduce(BTreeMap::new, |mut all, part| {
            for (element, count) in part {
                *all.entry(element).or_default() += count;
            }
            all
        });
    merged
        .into_iter()
        .map(|((topic, covered_by), people)| {
            let weight = people * u64::from(plan.rules().weights.0[topic].unsigned_abs());
            Element { topic, people, weight, covered_by }
        })
        .collect()
}
