//! A funnel, and which of its figures to withhold.

use crate::one_sum;
use crate::policy::is_small;
use crate::proof::Range;
use crate::{Cells, Policy, Shown, Working};

/// How a group shrinks, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    pub start: Shown,
    pub steps: Vec<Step>,
}

/// One step of a funnel: how many it removed, and how many remain after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub removed: Shown,
    pub remaining: Shown,
}

impl Funnel {
    /// How many remain at the end. Print this one wherever the figure is wanted: a second release of it could give
    /// away what this one withheld.
    pub fn remaining(&self) -> Shown {
        self.steps.last().map_or(self.start, |step| step.remaining)
    }
}

/// Down to the first step with a small figure everything is shown. From there on the funnel is a breakdown of what
/// still remained (taken as known exactly) into the removed counts and the last remaining one; what remains between
/// those steps would be one subtraction away from a small count, and is withheld.
pub(crate) fn release(policy: Policy, kind: Cells, start: Working, removed: &[Working]) -> Funnel {
    let mut remaining = vec![start];
    let mut steps = Vec::new();
    for &removed in removed {
        let before = remaining[steps.len()];
        let removed = removed.min(before);
        remaining.push(before - removed);
        steps.push(Step {
            removed: policy.round(kind, removed),
            remaining: policy.round(kind, before - removed),
        });
    }
    let first = steps.iter().position(|step| is_small(step.removed) || is_small(step.remaining));
    if let Some(first) = first {
        let open = &mut steps[first..];
        let last = open.len();
        let mut cells: Vec<Shown> = open.iter().map(|step| step.removed).collect();
        cells.push(open[last - 1].remaining);
        one_sum::withhold(policy, &mut cells, Range::exactly(remaining[first].get()), Some(last));
        for (step, removed) in open.iter_mut().zip(&cells) {
            *step = Step { removed: *removed, remaining: Shown::Hidden };
        }
        open[last - 1].remaining = cells[last];
    }
    Funnel { start: policy.round(kind, start), steps }
}
