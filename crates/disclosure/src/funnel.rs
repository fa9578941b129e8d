//! Which figures of a funnel to withhold.

use crate::policy::is_small;
use crate::proof::{Chain, Range};
use crate::release::{Funnel, Step};
use crate::{Cells, Policy, Shown, Working};

/// One figure of a funnel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figure {
    Removed(usize),
    Remaining(usize),
}

pub(crate) fn release(policy: Policy, kind: Cells, start: Working, removed: &[Working]) -> Funnel {
    let mut remaining = start;
    let steps = removed
        .iter()
        .map(|&removed| {
            let removed = removed.min(remaining);
            remaining = remaining - removed;
            Step { removed: policy.round(kind, removed), remaining: policy.round(kind, remaining) }
        })
        .collect();
    let mut funnel = Funnel { start: policy.round(kind, start), steps };
    let small: Vec<Figure> = figures(&funnel).filter(|&figure| is_small(*shown(&mut funnel.clone(), figure))).collect();

    let mut withheld: Vec<(Figure, Shown)> = Vec::new();
    while let Some(open) = first_worked_out(policy, start, &funnel, &small) {
        let gone = |figure: &Figure| withheld.iter().any(|(other, _)| other == figure);
        let Some(next) = figures(&funnel)
            .filter(|figure| !gone(figure))
            .min_by_key(|&figure| reluctance(&funnel, figure, open))
        else {
            break; // The start itself is small and known: nothing is left to withhold.
        };
        withheld.push((next, std::mem::replace(shown(&mut funnel, next), Shown::Hidden)));
    }
    // What was withheld early may have become needless later; the dearest comes back first.
    for (figure, before) in withheld.into_iter().rev() {
        *shown(&mut funnel, figure) = before;
        if first_worked_out(policy, start, &funnel, &small).is_some() {
            *shown(&mut funnel, figure) = Shown::Hidden;
        }
    }
    funnel
}

fn figures(funnel: &Funnel) -> impl Iterator<Item = Figure> + use<> {
    (0..funnel.steps.len()).flat_map(|i| [Figure::Removed(i), Figure::Remaining(i)])
}

fn shown(funnel: &mut Funnel, figure: Figure) -> &mut Shown {
    match figure {
        Figure::Removed(i) => &mut funnel.steps[i].removed,
        Figure::Remaining(i) => &mut funnel.steps[i].remaining,
    }
}

/// The first small figure that the whole funnel gives away.
fn first_worked_out(policy: Policy, start: Working, funnel: &Funnel, small: &[Figure]) -> Option<Figure> {
    let meaning = |shown| policy.meaning(shown);
    let remaining = std::iter::once(Range::exactly(start.get()))
        .chain(funnel.steps.iter().map(|step| meaning(step.remaining)))
        .collect();
    let removed = funnel.steps.iter().map(|step| meaning(step.removed)).collect();
    let known = Chain::narrowed(remaining, removed);
    small.iter().copied().find(|figure| {
        let range = match *figure {
            Figure::Removed(i) => known.removed[i],
            Figure::Remaining(i) => known.remaining[i + 1],
        };
        !range.is_wide()
    })
}

/// How much readers would miss a figure, and then how far it stands from the one to be protected: counts between the
/// steps first, then removed counts (rounded ones before small ones and nobody), the end of the funnel last.
fn reluctance(funnel: &Funnel, figure: Figure, open: Figure) -> (u8, usize) {
    let (Figure::Removed(at) | Figure::Remaining(at)) = open;
    match figure {
        Figure::Remaining(i) if i + 1 == funnel.steps.len() => (4, 0),
        Figure::Remaining(i) => (0, i.abs_diff(at)),
        Figure::Removed(i) => match funnel.steps[i].removed {
            Shown::Count(0) => (3, i.abs_diff(at)),
            Shown::Count(_) => (1, i.abs_diff(at)),
            Shown::UpTo(_) | Shown::Few | Shown::Hidden => (2, i.abs_diff(at)),
        },
    }
}
