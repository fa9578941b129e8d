//! Greedy: each time whoever adds most, or adds most for its money. What somebody adds only falls as others are chosen, so
//! that an old figure says how much it can be at most, and few are counted anew.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::minimums::Reach;
use super::reduced::{Core, Picked};

/// Somebody who may come next.
#[derive(PartialEq, Eq)]
struct Next {
    gain: u64,
    /// What it is divided by: the cost, or 1 for all.
    cost: u64,
    at: usize,
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_cost = |gain: u64, cost: u64| u128::from(gain) * u128::from(cost);
        by_cost(self.gain, other.cost)
            .cmp(&by_cost(other.gain, self.cost))
            .then(self.gain.cmp(&other.gain))
            .then(other.at.cmp(&self.at))
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The better of the two ways, the first among equals. `witness` meets the minimums, in case that greed does not.
pub(super) fn greedy(core: &Core, witness: &[usize]) -> Picked {
    let plain = greedily(core, witness, |_| 1);
    if core.budget.is_none() {
        return plain;
    }
    // Nothing is free: one penny keeps the order of those that cost nothing.
    let for_its_money = greedily(core, witness, |at| core.cost(at).max(1));
    if for_its_money.value() > plain.value() { for_its_money } else { plain }
}

fn greedily(core: &Core, witness: &[usize], cost: impl Fn(usize) -> u64) -> Picked {
    let mut picked = Picked::none(core);
    take_all(core, &mut picked, &cost);
    if picked.keeps(core) {
        return picked;
    }
    if let Reach::With(rest) = core.complete(&picked) {
        rest.into_iter().for_each(|at| picked.add(core, at));
    } else {
        picked = Picked::of(core, witness.iter().copied());
        take_all(core, &mut picked, &cost);
    }
    picked
}

/// Adds whoever adds most, as long as there is room and the minimums can still be met.
fn take_all(core: &Core, picked: &mut Picked, cost: &impl Fn(usize) -> u64) {
    let mut heap: BinaryHeap<Next> = (0..core.len())
        .filter(|at| !picked.is_in[*at])
        .map(|at| Next { gain: picked.gain(core, at), cost: cost(at), at })
        .filter(|next| next.gain > 0)
        .collect();
    while picked.count < core.stands
        && let Some(mut next) = heap.pop()
    {
        let gain = picked.gain(core, next.at);
        if gain < next.gain {
            next.gain = gain;
            if gain > 0 {
                heap.push(next);
            }
            continue;
        }
        // Who does not fit now never will: room, money and whom the minimums leave only become less.
        if core.budget.is_some_and(|budget| picked.cost + core.cost(next.at) > budget) {
            continue;
        }
        picked.add(core, next.at);
        if !matches!(core.complete(picked), Reach::With(_)) {
            picked.remove(core, next.at);
        }
    }
}
