//! How the cohort came about, criterion by criterion, as it may be shown.

use disclosure::{Cells, Release, Shown, Working};
use serde::Serialize;

use super::Attrition;

/// One criterion of the cohort.
#[derive(Clone, Debug, Serialize)]
pub struct AttritionStep {
    /// Its name in plain words.
    pub name: String,
    /// People left after it.
    pub remaining: Shown,
    /// People whom it removed.
    pub removed: Shown,
    /// Of those removed: people about whom it could not be decided, because a value is not known.
    pub not_known: Shown,
}

/// From everybody to the cohort.
#[derive(Clone, Debug)]
pub struct Funnel {
    /// People before the first criterion.
    pub start: Shown,
    pub steps: Vec<AttritionStep>,
    /// People whom every criterion left in.
    pub cohort: Shown,
}

/// People by a condition.
const KIND: Cells = Cells::WithHealthAttribute;

/// Releases the way from everybody, so many, to the cohort.
pub fn funnel(gate: &Release, start: u64, attrition: &[Attrition]) -> Funnel {
    // A criterion that could leave out nobody is no step of the funnel: there is nobody to protect.
    let steps = attrition.iter().filter(|a| !a.leaves_out_nobody);
    let removed: Vec<Working> = steps.map(|a| Working::from(a.removed)).collect();
    let funnel = gate.funnel(KIND, Working::from(start), &removed);
    let mut lines: Vec<AttritionStep> = Vec::with_capacity(attrition.len());
    let mut steps = funnel.steps.iter();
    for criterion in attrition {
        let before = lines.last().map_or(funnel.start, |line| line.remaining);
        let step = if criterion.leaves_out_nobody { None } else { steps.next() };
        lines.push(match step {
            None => AttritionStep {
                name: criterion.name.clone(),
                remaining: before,
                removed: Shown::Count(0),
                not_known: Shown::Count(0),
            },
            Some(step) => AttritionStep {
                name: criterion.name.clone(),
                remaining: step.remaining,
                removed: step.removed,
                not_known: match step.removed {
                    Shown::Count(_) => {
                        let (removed, not_known) =
                            (Working::from(criterion.removed), Working::from(criterion.not_known));
                        gate.part_of(KIND, removed, not_known).part
                    }
                    hidden => hidden,
                },
            },
        });
    }
    Funnel { start: funnel.start, cohort: funnel.remaining(), steps: lines }
}
