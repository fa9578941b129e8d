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

/// Down to the first step with a small figure, or a few steps before it, everything is shown. From there on the funnel
/// is a breakdown of what still remained (taken as known exactly) into the removed counts and the last remaining one;
/// what remains between those steps would be one subtraction away from a small count, and is withheld.
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
    let small = steps.iter().position(|step| is_small(step.removed) || is_small(step.remaining));
    if let Some(small) = small {
        // The fewest steps before the small one whose rounding keeps the figure at the end; where there are none, the
        // small one itself begins the breakdown and something in it is withheld.
        let from_here = |first: usize| breakdown(policy, &steps[first..], remaining[first]);
        let whole = |cells: &Vec<Shown>| !cells.contains(&Shown::Hidden);
        let found = (0..=small).rev().map(|first| (first, from_here(first))).find(|(_, cells)| whole(cells));
        let (first, cells) = found.unwrap_or_else(|| (small, from_here(small)));
        let open = &mut steps[first..];
        let last = open.len() - 1;
        for (step, removed) in open.iter_mut().zip(&cells) {
            *step = Step { removed: *removed, remaining: Shown::Hidden };
        }
        open[last].remaining = cells[last + 1];
    }
    Funnel { start: policy.round(kind, start), steps }
}

/// The removed counts of some steps and the last remaining one, with what must be withheld of them.
fn breakdown(policy: Policy, steps: &[Step], before: Working) -> Vec<Shown> {
    let mut cells: Vec<Shown> = steps.iter().map(|step| step.removed).collect();
    cells.extend(steps.last().map(|step| step.remaining));
    one_sum::withhold(policy, &mut cells, (Range::exactly(before.get()), None), Some(steps.len()));
    cells
}
