//! Which needs an extract could tell of at all.

use matching::RuleSet;
use vocabulary::{Condition, Topic, TopicSet};

use crate::population::Population;

/// Topics that somebody can be known to need: what asks for them is known of at least one person, whatever the answer.
pub fn heard_topics(population: &Population, rules: &RuleSet) -> TopicSet {
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
