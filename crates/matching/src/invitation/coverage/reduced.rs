//! What is left to choose once the forced ones are in: things that the same providers cover taken together, and nobody who
//! could always be replaced by somebody else.

use super::{Coverage, Limits, Standing};

/// The choice that is left. Providers and things have numbers of their own.
#[derive(Clone, Debug)]
pub(super) struct Core {
    /// Which provider of the [`Coverage`] each is.
    ids: Vec<u32>,
    costs: Vec<u64>,
    /// One bit a minimum that it counts for and that is not met yet.
    minimums: Vec<u32>,
    weights: Vec<u64>,
    /// What each provider covers: `things[starts[p]..starts[p + 1]]`.
    starts: Vec<usize>,
    things: Vec<u32>,
    /// Covered by those forced in.
    base: u64,
    pub(super) stands: usize,
    pub(super) budget: Option<u64>,
    pub(super) wants: Vec<usize>,
}

/// Merges things that the same providers cover. `covers` in the order of the providers.
fn merged(weights: &[u64], covers: &[Vec<u32>]) -> (Vec<u64>, Vec<Vec<u32>>) {
    let mut by: Vec<Vec<u32>> = vec![Vec::new(); weights.len()];
    for (provider, things) in (0..).zip(covers) {
        for thing in things {
            by[*thing as usize].push(provider);
        }
    }
    let counts = |thing: &usize| weights[*thing] > 0 && !by[*thing].is_empty();
    let mut order: Vec<usize> = (0..weights.len()).filter(counts).collect();
    order.sort_by(|a, b| by[*a].cmp(&by[*b]));
    let mut merged_weights: Vec<u64> = Vec::new();
    let mut merged_covers = vec![Vec::new(); covers.len()];
    let mut before: Option<usize> = None;
    for thing in order {
        if before.is_some_and(|before| by[before] == by[thing]) {
            if let Some(last) = merged_weights.last_mut() {
                *last += weights[thing];
            }
            continue;
        }
        before = Some(thing);
        for provider in &by[thing] {
            merged_covers[*provider as usize].push(u32::try_from(merged_weights.len()).unwrap_or(u32::MAX));
        }
        merged_weights.push(weights[thing]);
    }
    (merged_weights, merged_covers)
}

impl Core {
    pub(super) fn new(coverage: &Coverage, limits: &Limits, standing: &Standing) -> Self {
        let mut covered = vec![false; coverage.weights.len()];
        let base = limits.forced_in.iter().map(|provider| coverage.take(*provider, &mut covered)).sum();
        let ids: Vec<u32> = (0..).zip(&standing.open).filter(|(_, open)| **open).map(|(id, _)| id).collect();
        let left = |id: &u32| -> Vec<u32> {
            let things = coverage.covers[*id as usize].iter();
            things.copied().filter(|thing| !covered[*thing as usize]).collect()
        };
        let covers: Vec<Vec<u32>> = ids.iter().map(left).collect();
        let wanted = |at: &usize| standing.wants[*at] > 0;
        let mask = |id: &u32| limits.minimums_of(*id).filter(wanted).fold(0, |mask, at| mask | 1_u32 << at);
        let (weights, covers) = merged(&coverage.weights, &covers);
        Self {
            costs: ids.iter().map(|id| limits.cost(*id)).collect(),
            minimums: ids.iter().map(mask).collect(),
            ids,
            weights,
            starts: Vec::new(),
            things: Vec::new(),
            base,
            stands: standing.stands,
            budget: standing.budget,
            wants: standing.wants.clone(),
        }
        .covering(&covers)
    }

    fn covering(mut self, covers: &[Vec<u32>]) -> Self {
        self.starts = vec![0];
        self.things.clear();
        for things in covers {
            self.things.extend(things);
            self.starts.push(self.things.len());
        }
        // Money that suffices for everybody is no limit.
        self.budget = self.budget.filter(|budget| self.costs.iter().sum::<u64>() > *budget);
        self
    }

    pub(super) fn with_limits(&self, stands: usize, budget: Option<u64>) -> Self {
        Self { stands, budget, ..self.clone() }
    }

    /// Leaves out who is too dear, or is no better in anything than one other who costs no more.
    pub(super) fn without_dominated(&self) -> Self {
        let words = self.weights.len().div_ceil(64);
        let mut sets = vec![0_u64; words * self.len()];
        for provider in 0..self.len() {
            for thing in self.things(provider) {
                sets[provider * words + *thing as usize / 64] |= 1 << (thing % 64);
            }
        }
        let set = |provider: usize| &sets[provider * words..(provider + 1) * words];
        // Where a minimum wants two, one who could be replaced by the other may be wanted beside it.
        let replaceable = |provider: usize| {
            (0..self.wants.len()).all(|at| self.wants[at] < 2 || self.minimums[provider] >> at & 1 == 0)
        };
        let dominates = |one: usize, other: usize| {
            self.costs[one] <= self.costs[other]
                && self.minimums[other] & !self.minimums[one] == 0
                && set(other).iter().zip(set(one)).all(|(other, one)| other & !one == 0)
        };
        let in_reach = |provider: usize| self.budget.is_none_or(|budget| self.costs[provider] <= budget);
        let useful = |provider: usize| !self.things(provider).is_empty() || self.minimums[provider] != 0;
        let mut kept: Vec<usize> = Vec::new();
        // Whoever covers more things comes first, so that each need only be held against those kept.
        let mut order: Vec<usize> = (0..self.len()).filter(|p| in_reach(*p) && useful(*p)).collect();
        order.sort_by_key(|p| {
            let wanted = self.minimums[*p].count_ones();
            (std::cmp::Reverse((self.things(*p).len(), wanted)), self.costs[*p], *p)
        });
        for provider in order {
            if !(replaceable(provider) && kept.iter().any(|other| dominates(*other, provider))) {
                kept.push(provider);
            }
        }
        kept.sort_unstable();
        let covers: Vec<Vec<u32>> = kept.iter().map(|p| self.things(*p).to_vec()).collect();
        let (weights, covers) = merged(&self.weights, &covers);
        Self {
            ids: kept.iter().map(|p| self.ids[*p]).collect(),
            costs: kept.iter().map(|p| self.costs[*p]).collect(),
            minimums: kept.iter().map(|p| self.minimums[*p]).collect(),
            weights,
            ..self.clone()
        }
        .covering(&covers)
    }

    /// The numbers that these providers of another core have here, if all of them are here.
    pub(super) fn renamed(&self, other: &Self, members: &[usize]) -> Option<Vec<usize>> {
        members.iter().map(|at| self.ids.binary_search(&other.ids[*at]).ok()).collect()
    }

    /// How many providers are left.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn provider(&self, at: usize) -> u32 {
        self.ids[at]
    }

    pub(super) fn cost(&self, at: usize) -> u64 {
        self.costs[at]
    }

    pub(super) fn minimums(&self, at: usize) -> u32 {
        self.minimums[at]
    }

    pub(super) fn weights(&self) -> &[u64] {
        &self.weights
    }

    pub(super) fn things(&self, at: usize) -> &[u32] {
        &self.things[self.starts[at]..self.starts[at + 1]]
    }

    /// Work of one look at all that is covered by anybody.
    pub(super) fn work(&self) -> u64 {
        self.things.len() as u64
    }

    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// What anybody covers who may still be chosen, and those forced in.
    pub(super) fn coverable(&self) -> u64 {
        self.base + self.weights.iter().sum::<u64>()
    }
}

/// Some of the providers of a core, with what they cover and use up.
#[derive(Clone, Debug)]
pub(super) struct Picked {
    pub(super) is_in: Vec<bool>,
    /// How many of those picked cover each thing.
    pub(super) times: Vec<u32>,
    value: u64,
    pub(super) count: usize,
    pub(super) cost: u64,
    /// What each minimum has.
    pub(super) have: Vec<usize>,
}

impl Picked {
    pub(super) fn none(core: &Core) -> Self {
        Self {
            is_in: vec![false; core.len()],
            times: vec![0; core.weights.len()],
            value: 0,
            count: 0,
            cost: 0,
            have: vec![0; core.wants.len()],
        }
    }

    pub(super) fn of(core: &Core, members: impl IntoIterator<Item = usize>) -> Self {
        let mut picked = Self::none(core);
        members.into_iter().for_each(|at| picked.add(core, at));
        picked
    }

    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        self.is_in.iter().enumerate().filter(|(_, is_in)| **is_in).map(|(at, _)| at)
    }

    pub(super) fn value(&self) -> u64 {
        self.value
    }

    pub(super) fn add(&mut self, core: &Core, at: usize) {
        self.is_in[at] = true;
        self.count += 1;
        self.cost += core.cost(at);
        for thing in core.things(at) {
            let times = &mut self.times[*thing as usize];
            if *times == 0 {
                self.value += core.weights[*thing as usize];
            }
            *times += 1;
        }
        for (minimum, have) in self.have.iter_mut().enumerate() {
            *have += (core.minimums(at) >> minimum & 1) as usize;
        }
    }

    pub(super) fn remove(&mut self, core: &Core, at: usize) {
        self.is_in[at] = false;
        self.count -= 1;
        self.cost -= core.cost(at);
        for thing in core.things(at) {
            let times = &mut self.times[*thing as usize];
            *times -= 1;
            if *times == 0 {
                self.value -= core.weights[*thing as usize];
            }
        }
        for (minimum, have) in self.have.iter_mut().enumerate() {
            *have -= (core.minimums(at) >> minimum & 1) as usize;
        }
    }

    /// What one more would add.
    pub(super) fn gain(&self, core: &Core, at: usize) -> u64 {
        let things = core.things(at).iter().map(|thing| *thing as usize);
        things.filter(|thing| self.times[*thing] == 0).map(|thing| core.weights[thing]).sum()
    }

    /// Whether all limits are kept.
    pub(super) fn keeps(&self, core: &Core) -> bool {
        self.count <= core.stands
            && core.budget.is_none_or(|budget| self.cost <= budget)
            && self.have.iter().zip(&core.wants).all(|(have, wants)| have >= wants)
    }
}
