//! What was read of an extract, or of a part of it: counts of rows, which are exact, and what it could tell of at all.

use matching::RuleSet;
use serde::{Deserialize, Serialize};
use vocabulary::{Condition, Topic, TopicSet};

use crate::population::{Completed, Population, Warnings};

/// What was read. That of parts adds up to that of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct ReadCounts {
    pub rows_read: u64,
    pub rows_used: u64,
    /// Repeats not counted.
    pub rows_left_out: u64,
    pub warnings: Warnings,
    /// Topics that somebody can be known to need.
    #[serde(with = "bits")]
    pub heard: TopicSet,
    /// People whose home a table of minutes does not have, where the rules go by one.
    pub without_minutes: u64,
    /// The invented county, where the last part that says so says that its people are made up.
    pub made_up: Option<String>,
    /// Some of it has no columns for where people live.
    lacks_place: bool,
    /// What the tables of places filled in, where there are any.
    pub completed: Option<Completed>,
}

impl ReadCounts {
    pub fn of(population: &Population, rules: &RuleSet, completed: Option<Completed>) -> Self {
        Self {
            rows_read: population.rows_read,
            rows_used: population.usable.len() as u64,
            rows_left_out: population.rows_left_out,
            warnings: population.warnings,
            heard: heard_topics(population, rules),
            without_minutes: without_minutes(population, rules),
            made_up: population.made_up.clone(),
            lacks_place: !population.has_place,
            completed,
        }
    }

    /// Whether it is known where people live.
    pub fn is_placed(&self) -> bool {
        !self.lacks_place || self.completed.is_some_and(|completed| completed.place > 0)
    }

    /// Adds what was read of the next part.
    pub fn add(&mut self, more: &Self) {
        self.rows_read += more.rows_read;
        self.rows_used += more.rows_used;
        self.rows_left_out += more.rows_left_out;
        self.warnings.add(more.warnings);
        self.heard = self.heard.or(more.heard);
        self.without_minutes += more.without_minutes;
        self.lacks_place |= more.lacks_place;
        if more.made_up.is_some() {
            self.made_up.clone_from(&more.made_up);
        }
        self.completed = match (self.completed, more.completed) {
            (Some(mut completed), Some(more)) => {
                completed.add(more);
                Some(completed)
            }
            (completed, more) => completed.or(more),
        };
    }
}

fn without_minutes(population: &Population, rules: &RuleSet) -> u64 {
    let Some(minutes) = rules.measure.minutes() else { return 0 };
    let home = |row: &&u32| population.people.place(**row as usize);
    let without = |row: &&u32| home(row).is_some_and(|home| minutes.table.from(home).is_empty());
    population.usable.iter().filter(without).count() as u64
}

/// Topics in a file.
mod bits {
    use serde::{Deserialize, Deserializer, Serializer};
    use vocabulary::TopicSet;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it like this")]
    pub(super) fn serialize<S: Serializer>(topics: &TopicSet, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u16(topics.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TopicSet, D::Error> {
        u16::deserialize(from).map(TopicSet)
    }
}

/// Topics that somebody can be known to need: what asks for them is known of at least one person, whatever the answer.
fn heard_topics(population: &Population, rules: &RuleSet) -> TopicSet {
    let mut asked = TopicSet::EMPTY;
    for row in &population.usable {
        let person = population.people.get(*row as usize);
        for condition in Condition::ALL {
            if !person.conditions_not_known.holds(condition) {
                asked = asked.or(rules.needs[condition as usize]);
            }
        }
        let when = &rules.needs_when;
        for (known, adds) in [
            (person.waiting.is_some(), when.waiting),
            (person.has_car.is_some(), when.no_car),
            (person.imd.is_some(), when.deprived),
        ] {
            asked = if known { asked.or(adds) } else { asked };
        }
        // A preferred language that is not known counts as English.
        asked = asked.or(when.other_language);
        if asked.iter().count() == Topic::ALL.len() {
            break;
        }
    }
    asked
}
