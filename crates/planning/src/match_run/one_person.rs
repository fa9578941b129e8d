//! What one person of an extract is offered, and why: for whoever holds the key to the pseudonyms and is asked.

use serde::Serialize;
use vocabulary::{Day, Topic};

use super::WorkedMatch;
use super::worked::{Worked, worked};
use crate::cohort::{Cohort, Evidence, left_out_by};
use crate::population::Population;
use matching::Plan;

/// One person, without anything that the extract says of them but what they need.
#[derive(Clone, Debug, Serialize)]
pub struct OnePerson {
    /// The criterion that leaves them out of the cohort; nothing where they are in it.
    pub left_out_by: Option<String>,
    pub needs: Vec<&'static str>,
    /// Needs that nothing meets.
    pub without: Vec<&'static str>,
    pub matches: Vec<WorkedMatch>,
}

/// The person of a row, matched alone: the same rows as in the run of everybody.
pub fn one_person(
    plan: &Plan,
    population: &Population,
    (cohort, evidence): (&Cohort, &Evidence),
    row: u32,
    index_date: Day,
) -> OnePerson {
    let left_out = left_out_by(cohort, population, evidence, row, index_date);
    let person = population.people.get(row as usize);
    let needs = plan.rules().needs_of(&person).iter().map(Topic::words).collect();
    let mut one = OnePerson {
        left_out_by: left_out.map(|criterion| criterion.name.clone()),
        needs,
        without: Vec::new(),
        matches: Vec::new(),
    };
    // Whoever is not in the cohort was matched with nothing.
    if one.left_out_by.is_none() {
        let Worked { matches, without } = worked(plan, &person);
        (one.matches, one.without) = (matches, without.iter().map(Topic::words).collect());
    }
    one
}
