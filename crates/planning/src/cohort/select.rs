//! Who is in the cohort, and whom each criterion leaves out.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use vocabulary::Day;

use super::test::Asked;
use super::{Cohort, Criterion, Evidence};
use crate::population::Population;

/// Whom one criterion left out. Raw numbers: they go through the gate before anyone sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Attrition {
    pub name: String,
    pub removed: u64,
    /// Of those removed: people about whom it could not be decided, because a value is not known.
    pub not_known: u64,
    /// The criterion says nothing about anybody in the cohort: it is not about health and would leave out nobody of the
    /// whole extract, were it the only one; or the extract does not have what it asks for.
    pub leaves_out_nobody: bool,
}

impl Attrition {
    /// Adds what the same criterion did in another part of the people.
    pub(crate) fn add(&mut self, other: &Self) {
        self.removed += other.removed;
        self.not_known += other.not_known;
        self.leaves_out_nobody &= other.leaves_out_nobody;
    }
}

/// A cohort of a population.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Rows of the population, ascending.
    pub rows: Vec<u32>,
    /// People before the first criterion.
    pub start: u64,
    pub attrition: Vec<Attrition>,
}

/// Rows kept of a part, and for each criterion how many it removed and of how many it was not known.
type Part = (Vec<u32>, Vec<(u64, u64)>);

/// Rows that one thread looks at at a time: few enough that the answers stay near.
const ROWS_A_PART: usize = 8_192;

/// Selects.
pub fn select(cohort: &Cohort, population: &Population, evidence: &Evidence, index_date: Day) -> Selected {
    let asked = Asked { population, index_year: index_date.year(), evidence };
    let parts: Vec<Part> = population
        .usable
        .par_chunks(ROWS_A_PART)
        .map(|rows| {
            let mut kept = rows.to_vec();
            let mut removed = vec![(0, 0); cohort.criteria.len()];
            for (criterion, removed) in cohort.criteria.iter().zip(&mut removed) {
                let mut answers = criterion.test.ask_each(&asked, &kept).into_iter();
                kept.retain(|_| {
                    let answer = answers.next().flatten();
                    let refused = criterion.kind.refuses(answer);
                    removed.0 += u64::from(refused);
                    removed.1 += u64::from(refused && answer.is_none());
                    !refused
                });
            }
            (kept, removed)
        })
        .collect();
    let names = cohort.criteria.iter().map(|c| Attrition { name: c.name.clone(), ..Attrition::default() });
    let mut selected =
        Selected { rows: Vec::new(), start: population.usable.len() as u64, attrition: names.collect() };
    for (kept, removed) in parts {
        selected.rows.extend(kept);
        for (attrition, (all, not_known)) in selected.attrition.iter_mut().zip(removed) {
            attrition.removed += all;
            attrition.not_known += not_known;
        }
    }
    for (criterion, attrition) in cohort.criteria.iter().zip(&mut selected.attrition) {
        let not_about_health = criterion.test.is_not_about_health();
        let tells_something = |row: &u32| {
            let answer = criterion.test.ask(&asked.subject(*row as usize));
            if not_about_health { criterion.kind.refuses(answer) } else { answer.is_some() }
        };
        attrition.leaves_out_nobody =
            attrition.removed == 0 && !population.usable.par_iter().any(tells_something);
    }
    selected
}

/// The criterion that leaves a person of a population out, where one does.
pub fn left_out_by<'c>(
    cohort: &'c Cohort,
    population: &Population,
    evidence: &Evidence,
    row: u32,
    index_date: Day,
) -> Option<&'c Criterion> {
    let subject = Asked { population, index_year: index_date.year(), evidence }.subject(row as usize);
    cohort.criteria.iter().find(|criterion| criterion.kind.refuses(criterion.test.ask(&subject)))
}
