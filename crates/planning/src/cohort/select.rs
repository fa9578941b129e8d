//! Who is in the cohort, and whom each criterion leaves out.

use matching::People;
use rayon::prelude::*;
use vocabulary::Day;

use super::test::Subject;
use super::{Cohort, CriterionKind, Evidence};
use crate::population::Population;

/// Whom one criterion left out. Raw numbers: they go through the gate before anyone sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attrition {
    pub name: String,
    pub removed: u64,
    /// Of those removed: people about whom it could not be decided, because a value is not known.
    pub not_known: u64,
    /// The criterion is not about health and would leave out nobody of the whole extract, were it the only one: that
    /// says nothing about anybody in the cohort.
    pub leaves_out_nobody: bool,
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

/// Rows that one thread looks at at a time.
const ROWS_A_PART: usize = 32_768;

/// Selects.
pub fn select(cohort: &Cohort, population: &Population, evidence: &Evidence, index_date: Day) -> Selected {
    let parts: Vec<Part> = population
        .usable
        .par_chunks(ROWS_A_PART)
        .map(|rows| {
            let mut kept = Vec::with_capacity(rows.len());
            let mut removed = vec![(0, 0); cohort.criteria.len()];
            for row in rows {
                match first_refusal(cohort, population, evidence, index_date, *row as usize) {
                    None => kept.push(*row),
                    Some((criterion, known)) => {
                        removed[criterion].0 += 1;
                        removed[criterion].1 += u64::from(!known);
                    }
                }
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
        attrition.leaves_out_nobody = attrition.removed == 0 && criterion.test.is_not_about_health() && {
            let alone = Cohort { criteria: vec![criterion.clone()], ..cohort.clone() };
            let left_out =
                |row: &u32| first_refusal(&alone, population, evidence, index_date, *row as usize).is_some();
            !population.usable.par_iter().any(left_out)
        };
    }
    selected
}

/// The first criterion that leaves a person out, and whether that was known.
fn first_refusal(
    cohort: &Cohort,
    population: &Population,
    evidence: &Evidence,
    index_date: Day,
    row: usize,
) -> Option<(usize, bool)> {
    let people: &People = &population.people;
    let code = |numbers: &[u32], names: &[std::sync::Arc<str>]| {
        numbers[row].checked_sub(1).map(|n| names[n as usize].clone())
    };
    let (practice, lsoa) = if cohort.asks_codes() {
        (
            code(&population.practice, population.practices.names()),
            code(&population.lsoa, population.lsoas.names()),
        )
    } else {
        (None, None)
    };
    let subject = Subject {
        person: people.get(row),
        row,
        index_date,
        practice: practice.as_deref(),
        lsoa: lsoa.as_deref(),
        evidence,
    };
    cohort.criteria.iter().enumerate().find_map(|(index, criterion)| {
        match (criterion.kind, criterion.test.ask(&subject)) {
            (CriterionKind::Include, Some(true)) | (CriterionKind::Exclude, Some(false) | None) => None,
            (CriterionKind::Include, answer) => Some((index, answer.is_some())),
            (CriterionKind::Exclude, Some(true)) => Some((index, true)),
        }
    })
}
