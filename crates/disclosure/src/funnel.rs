//! Which figures of a funnel to withhold.

use crate::one_sum;
use crate::policy::is_small;
use crate::proof::Range;
use crate::release::{Funnel, Step};
use crate::{Cells, Policy, Shown, Working};

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
