//! How many people need what, and how many go without.

use matching::PersonOutcome;
use serde::{Deserialize, Serialize};
use vocabulary::TopicSet;

/// A count of people with each need, and of those whom no offer reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct NeedCounts {
    pub(super) people: u64,
    pub(super) unmet_any: u64,
    pub(super) need: [u64; 16],
    pub(super) unmet: [u64; 16],
}

impl NeedCounts {
    pub(super) fn add_all(&mut self, other: &Self) {
        self.people += other.people;
        self.unmet_any += other.unmet_any;
        add_each(&mut self.need, &other.need);
        add_each(&mut self.unmet, &other.unmet);
    }

    pub(super) fn add(&mut self, outcome: PersonOutcome) {
        let unmet = outcome.needs.without(outcome.covered);
        self.people += 1;
        self.unmet_any += u64::from(!unmet.is_empty());
        for topic in outcome.needs.iter() {
            self.need[topic as usize] += 1;
        }
        for topic in unmet.iter() {
            self.unmet[topic as usize] += 1;
        }
    }
}

pub(super) fn add_each(counts: &mut [u64], more: &[u64]) {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}

/// A corner of a square, or a county and an area of it.
pub(super) type Pair = (i32, i32);

/// Needs of a person that no offer meets.
pub(super) fn unmet(outcome: PersonOutcome) -> TopicSet {
    outcome.needs.without(outcome.covered)
}
