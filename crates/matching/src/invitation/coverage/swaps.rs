//! Swaps: whoever could be replaced by somebody who adds more is replaced, the best swap first, until none helps.

use super::reduced::{Core, Picked};

/// Swaps that are made at most. Each covers more than the one before; this only says that it ends soon.
const MOST: usize = 2_000;

/// The choice after all swaps and additions that help.
pub(super) fn improved(core: &Core, from: &Picked) -> Picked {
    let mut picked = from.clone();
    if !picked.keeps(core) {
        return picked;
    }
    for _ in 0..MOST {
        if !add_best(core, &mut picked) && !swap_best(core, &mut picked) {
            break;
        }
    }
    picked
}

fn add_best(core: &Core, picked: &mut Picked) -> bool {
    if picked.count >= core.stands {
        return false;
    }
    let fits = |at: &usize| {
        !picked.is_in[*at] && core.budget.is_none_or(|budget| picked.cost + core.cost(*at) <= budget)
    };
    let gains = (0..core.len()).filter(fits).map(|at| (picked.gain(core, at), at));
    let best = gains.max_by_key(|(gain, at)| (*gain, std::cmp::Reverse(*at)));
    match best {
        Some((gain, at)) if gain > 0 => {
            picked.add(core, at);
            true
        }
        _ => false,
    }
}

/// Makes the swap that gains most; none if no swap gains anything.
fn swap_best(core: &Core, picked: &mut Picked) -> bool {
    let members: Vec<usize> = picked.members().collect();
    // Who alone covers each thing.
    let mut alone = vec![usize::MAX; core.weights().len()];
    let mut loss = vec![0_u64; members.len()];
    for (place, at) in members.iter().enumerate() {
        for thing in core.things(*at).iter().map(|thing| *thing as usize) {
            if picked.times[thing] == 1 {
                alone[thing] = place;
                loss[place] += core.weights()[thing];
            }
        }
    }
    let mut best: Option<(u64, usize, usize)> = None;
    let mut shared = vec![0_u64; members.len()];
    for new in (0..core.len()).filter(|at| !picked.is_in[*at]) {
        shared.fill(0);
        let mut gain = 0;
        for thing in core.things(new).iter().map(|thing| *thing as usize) {
            match picked.times[thing] {
                0 => gain += core.weights()[thing],
                1 => shared[alone[thing]] += core.weights()[thing],
                _ => {}
            }
        }
        for (place, old) in members.iter().enumerate() {
            let net = (gain + shared[place]).saturating_sub(loss[place]);
            if net > best.map_or(0, |(most, ..)| most) && may_swap(core, picked, *old, new) {
                best = Some((net, *old, new));
            }
        }
    }
    let Some((_, old, new)) = best else { return false };
    picked.remove(core, old);
    picked.add(core, new);
    true
}

fn may_swap(core: &Core, picked: &Picked, old: usize, new: usize) -> bool {
    core.budget.is_none_or(|budget| picked.cost - core.cost(old) + core.cost(new) <= budget)
        && (0..core.wants.len()).all(|at| {
            let bit = |who: usize| (core.minimums(who) >> at & 1) as usize;
            picked.have[at] + bit(new) >= core.wants[at] + bit(old)
        })
}
