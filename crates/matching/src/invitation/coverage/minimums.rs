//! Whether minimums can still be met, and by whom.

use super::reduced::{Core, Picked};

/// Choices that are tried before nothing can be said.
const TRIES: u32 = 200_000;

/// What a search for providers who meet the minimums came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// These meet them, beside those picked.
    With(Vec<usize>),
    /// Nobody can.
    Impossible,
    /// There are too many choices to try.
    Unknown,
}

/// What is asked for beside those picked.
#[derive(Clone)]
struct Open {
    wants: Vec<usize>,
    stands: usize,
    budget: Option<u64>,
    may: Vec<usize>,
}

struct Search<'c> {
    core: &'c Core,
    tries: u32,
}

impl Core {
    /// Whom to add so that the minimums are met within the limits.
    pub(super) fn complete(&self, picked: &Picked) -> Reach {
        let pairs = self.wants.iter().zip(&picked.have);
        let open = Open {
            wants: pairs.map(|(wants, have)| wants.saturating_sub(*have)).collect(),
            stands: self.stands.saturating_sub(picked.count),
            budget: self.budget.map(|budget| budget.saturating_sub(picked.cost)),
            may: (0..self.len()).filter(|at| !picked.is_in[*at] && self.minimums(*at) != 0).collect(),
        };
        let mut search = Search { core: self, tries: TRIES };
        let mut with = Vec::new();
        match search.meets(open, &mut with) {
            Some(true) => Reach::With(with),
            Some(false) => Reach::Impossible,
            None => Reach::Unknown,
        }
    }
}

impl Search<'_> {
    /// Adds to `with` who meets what is wanted; nothing is said once all tries are used up.
    fn meets(&mut self, mut open: Open, with: &mut Vec<usize>) -> Option<bool> {
        let unmet = open.wants.iter().enumerate().filter(|(_, wants)| **wants > 0).map(|(at, _)| at);
        let unmet: Vec<usize> = unmet.collect();
        let wanted = unmet.iter().fold(0, |mask, at| mask | 1_u32 << at);
        if wanted == 0 {
            return Some(true);
        }
        let core = self.core;
        open.may.retain(|at| {
            core.minimums(*at) & wanted != 0 && open.budget.is_none_or(|budget| core.cost(*at) <= budget)
        });
        loop {
            self.tries = self.tries.checked_sub(1)?;
            let Some(scarce) = scarcest(core, &open, &unmet) else { return Some(false) };
            let of = open.may.iter().copied().filter(|at| core.minimums(*at) >> scarce & 1 == 1);
            // Whoever meets most at once comes first, the cheaper among equals.
            let best = of.min_by_key(|at| {
                (std::cmp::Reverse((core.minimums(*at) & wanted).count_ones()), core.cost(*at), *at)
            });
            let Some(best) = best else { return Some(false) };
            let mut rest = open.clone();
            rest.stands -= 1;
            rest.budget = rest.budget.map(|budget| budget - core.cost(best));
            rest.may.retain(|at| *at != best);
            for at in &unmet {
                rest.wants[*at] = rest.wants[*at].saturating_sub((core.minimums(best) >> at & 1) as usize);
            }
            with.push(best);
            if self.meets(rest, with)? {
                return Some(true);
            }
            with.pop();
            // Not with the best: then with nobody either whom the best could replace.
            let mask = core.minimums(best) & wanted;
            open.may
                .retain(|at| core.minimums(*at) & wanted & !mask != 0 || core.cost(*at) < core.cost(best));
        }
    }
}

/// The minimum with the fewest to choose from beyond what it wants; none where one cannot be met any more.
fn scarcest(core: &Core, open: &Open, unmet: &[usize]) -> Option<usize> {
    let most_at_once = open.may.iter().map(|at| core.minimums(*at).count_ones() as usize).max().unwrap_or(0);
    if unmet.iter().map(|at| open.wants[*at]).sum::<usize>() > open.stands.saturating_mul(most_at_once) {
        return None;
    }
    let mut scarcest = None;
    for at in unmet {
        let of = open.may.iter().filter(|may| core.minimums(**may) >> at & 1 == 1);
        let mut costs: Vec<u64> = of.map(|may| core.cost(*may)).collect();
        let wants = open.wants[*at];
        if costs.len() < wants || wants > open.stands {
            return None;
        }
        if let Some(budget) = open.budget {
            costs.sort_unstable();
            if costs.iter().take(wants).sum::<u64>() > budget {
                return None;
            }
        }
        let spare = costs.len() - wants;
        if scarcest.is_none_or(|(least, _)| spare < least) {
            scarcest = Some((spare, *at));
        }
    }
    scarcest.map(|(_, at)| at)
}
