//! Choosing the few who together cover the most: weighted coverage under the limits that a planner sets.
//!
//! Greedy takes whoever adds most, or adds most for its money; swaps mend what greedy could not foresee; then comes the
//! proof. A bound says what no choice can exceed ([`bound`]), and a search through all choices, each part of it closed as
//! soon as its bound says that nothing better lies there, ends with the best choice and no gap ([`search`]). Where the work
//! allowed does not suffice, the best that was found comes with the bound, and whoever reads it sees the gap.
//!
//! Work is counted in pairs of a provider and a thing that it covers, never in time: the same question has the same answer
//! on every machine.
//!
//! ```
//! use matching::coverage::{Coverage, Limits, choose};
//!
//! // The first provider covers most, and any two with it cover 6: those who fit together cover 8.
//! let covers = vec![vec![0, 1, 2, 4], vec![0, 1, 5, 6], vec![2, 3, 4, 7]];
//! let coverage = Coverage::new(vec![1; 8], covers).expect("small numbers");
//! let best = choose(&coverage, &Limits { stands: 2, ..Limits::default() }).expect("nothing is asked for that cannot be");
//! assert_eq!(best.chosen, [1, 2]);
//! assert_eq!((best.covered, best.bound), (8, 8));
//! ```

mod bound;
mod greedy;
mod minimums;
mod reduced;
mod search;
mod swaps;

#[cfg(test)]
mod tests;

use self::reduced::{Core, Picked};
use minimums::Reach;

/// What can be covered, and by whom.
#[derive(Clone, Debug)]
pub struct Coverage {
    weights: Vec<u64>,
    covers: Vec<Vec<u32>>,
}

/// What cannot be a [`Coverage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CoverageProblem {
    #[error("a provider covers something that is not there")]
    Stranger,
    #[error("all weights together, times the number of providers, are too large to be counted with")]
    TooHeavy,
}

/// The total weight times the number of providers stays below this, so that no sum of what follows can overflow.
const MOST: u128 = 1 << 60;

impl Coverage {
    /// The weight of each thing, and for each provider what it covers.
    pub fn new(weights: Vec<u64>, mut covers: Vec<Vec<u32>>) -> Result<Self, CoverageProblem> {
        for covered in &mut covers {
            covered.sort_unstable();
            covered.dedup();
            if covered.last().is_some_and(|last| *last as usize >= weights.len()) {
                return Err(CoverageProblem::Stranger);
            }
        }
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        if total.saturating_mul(covers.len() as u128 + 2) >= MOST {
            return Err(CoverageProblem::TooHeavy);
        }
        Ok(Self { weights, covers })
    }

    pub fn providers(&self) -> usize {
        self.covers.len()
    }

    /// What these cover together.
    pub fn covered_by(&self, providers: &[u32]) -> u64 {
        let mut covered = vec![false; self.weights.len()];
        providers.iter().map(|provider| self.take(*provider, &mut covered)).sum()
    }

    /// Marks what a provider covers, and says what that adds.
    fn take(&self, provider: u32, covered: &mut [bool]) -> u64 {
        let new = self.covers[provider as usize].iter().map(|thing| *thing as usize);
        new.filter(|thing| !std::mem::replace(&mut covered[*thing], true))
            .map(|thing| self.weights[thing])
            .sum()
    }
}

/// At least so many of some providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minimum {
    pub of: Vec<u32>,
    pub least: usize,
}

/// The most minimums that there can be.
pub const MOST_MINIMUMS: usize = 32;

/// The work that is allowed unless somebody says otherwise: a few seconds.
pub const EFFORT: u64 = 1_000_000_000;

/// What a choice must keep to.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most providers.
    pub stands: usize,
    /// What each provider costs; nothing where the list is too short.
    pub costs: Vec<u32>,
    /// The most that all of them may cost.
    pub budget: Option<u64>,
    /// At most [`MOST_MINIMUMS`].
    pub minimums: Vec<Minimum>,
    /// Who is chosen in any case, in this order.
    pub forced_in: Vec<u32>,
    /// Who is not chosen.
    pub forced_out: Vec<u32>,
    /// The work that the proof may take: pairs of a provider and a thing that it covers which are looked at.
    pub effort: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stands: 0,
            costs: Vec::new(),
            budget: None,
            minimums: Vec::new(),
            forced_in: Vec::new(),
            forced_out: Vec::new(),
            effort: EFFORT,
        }
    }
}

/// Limits that no choice keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmeetable {
    #[error("provider {0} is not there, or is forced in and out")]
    Provider(u32),
    #[error("there are more than {MOST_MINIMUMS} minimums")]
    TooManyMinimums,
    #[error("{forced} providers are forced in, but there are {stands} stands")]
    TooManyForcedIn { forced: usize, stands: usize },
    #[error("those forced in cost {cost}, and the budget is {budget}")]
    ForcedInOverBudget { cost: u64, budget: u64 },
    #[error("minimum {minimum} asks for {least}, and only {there} may be chosen")]
    TooFew { minimum: usize, least: usize, there: usize },
    #[error("the minimums need {needed} stands, and there are {stands}")]
    Stands { needed: usize, stands: usize },
    #[error("no choice that meets the minimums keeps to the budget")]
    Budget,
    #[error("whether any choice meets the minimums could not be found out")]
    NotSettled,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Best {
    /// Those forced in first; then each time whoever adds most to those before it.
    pub chosen: Vec<u32>,
    pub covered: u64,
    /// No choice within the limits covers more. The same as `covered` where the choice is proven the best.
    pub bound: u64,
    /// What greedy alone would cover, and greedy with swaps.
    pub greedy: u64,
    pub swapped: u64,
    /// Parts into which the search split the choices, and the work that it took.
    pub nodes: u64,
    pub effort: u64,
}

impl Best {
    pub fn is_proven(&self) -> bool {
        self.covered == self.bound
    }
}

/// Chooses. The same input gives the same answer.
pub fn choose(coverage: &Coverage, limits: &Limits) -> Result<Best, Unmeetable> {
    let standing = Standing::of(coverage, limits)?;
    let whole = Core::new(coverage, limits, &standing);
    let witness = settle(limits, &standing, &whole)?;
    let core = whole.without_dominated();
    // What stands for the minimums may be dominated by others: found again among those left.
    let witness = match core.complete(&Picked::none(&core)) {
        Reach::With(found) => found,
        _ => core.renamed(&whole, &witness).ok_or(Unmeetable::NotSettled)?,
    };
    let greedy = greedy::greedy(&core, &witness);
    let swapped = swaps::improved(&core, &greedy);
    let found = search::search(&core, &swapped, limits.effort);
    let picked: Vec<u32> = found.picked.members().map(|at| core.provider(at)).collect();
    let chosen = in_order(coverage, limits, &picked);
    let covered = coverage.covered_by(&chosen);
    Ok(Best {
        covered,
        bound: found.bound.max(covered),
        greedy: core.base() + greedy.value(),
        swapped: core.base() + swapped.value(),
        nodes: found.nodes,
        effort: found.effort,
        chosen,
    })
}

/// What the forced ones leave to choose from.
struct Standing {
    /// Whether each provider may still be chosen.
    open: Vec<bool>,
    stands: usize,
    budget: Option<u64>,
    /// What each minimum still wants.
    wants: Vec<usize>,
}

impl Limits {
    fn cost(&self, provider: u32) -> u64 {
        self.costs.get(provider as usize).copied().map_or(0, u64::from)
    }

    fn minimums_of(&self, provider: u32) -> impl Iterator<Item = usize> {
        let holds = move |minimum: &&Minimum| minimum.of.contains(&provider);
        self.minimums.iter().enumerate().filter(move |(_, minimum)| holds(minimum)).map(|(at, _)| at)
    }
}

impl Standing {
    fn of(coverage: &Coverage, limits: &Limits) -> Result<Self, Unmeetable> {
        let providers = coverage.providers();
        let mut open = vec![true; providers];
        let named = limits.forced_out.iter().chain(&limits.forced_in);
        let named = named.chain(limits.minimums.iter().flat_map(|minimum| &minimum.of));
        if let Some(stranger) = named.copied().find(|provider| *provider as usize >= providers) {
            return Err(Unmeetable::Provider(stranger));
        }
        if limits.minimums.len() > MOST_MINIMUMS {
            return Err(Unmeetable::TooManyMinimums);
        }
        for out in &limits.forced_out {
            open[*out as usize] = false;
        }
        let mut wants: Vec<usize> = limits.minimums.iter().map(|minimum| minimum.least).collect();
        for (at, minimum) in limits.minimums.iter().enumerate() {
            let mut of = minimum.of.clone();
            of.sort_unstable();
            of.dedup();
            let there = of.iter().filter(|provider| open[**provider as usize]).count();
            if there < minimum.least {
                return Err(Unmeetable::TooFew { minimum: at, least: minimum.least, there });
            }
        }
        let (mut forced, mut cost) = (0, 0);
        for provider in &limits.forced_in {
            if limits.forced_out.contains(provider) {
                return Err(Unmeetable::Provider(*provider));
            }
            if std::mem::replace(&mut open[*provider as usize], false) {
                forced += 1;
                cost += limits.cost(*provider);
                for at in limits.minimums_of(*provider) {
                    wants[at] = wants[at].saturating_sub(1);
                }
            }
        }
        let Some(stands) = limits.stands.checked_sub(forced) else {
            return Err(Unmeetable::TooManyForcedIn { forced, stands: limits.stands });
        };
        let budget = match limits.budget {
            Some(budget) if cost > budget => return Err(Unmeetable::ForcedInOverBudget { cost, budget }),
            budget => budget.map(|budget| budget - cost),
        };
        Ok(Self { open, stands, budget, wants })
    }
}

/// Some choice that meets the minimums; if there is none, what stands in the way.
fn settle(limits: &Limits, standing: &Standing, core: &Core) -> Result<Vec<usize>, Unmeetable> {
    let without_budget = core.with_limits(standing.stands, None);
    match without_budget.complete(&Picked::none(&without_budget)) {
        Reach::Unknown => return Err(Unmeetable::NotSettled),
        Reach::With(_) => {}
        Reach::Impossible => {
            let most: usize = standing.wants.iter().sum();
            for more in 1..=most {
                let roomy = core.with_limits(standing.stands + more, None);
                if let Reach::With(_) = roomy.complete(&Picked::none(&roomy)) {
                    return Err(Unmeetable::Stands { needed: limits.stands + more, stands: limits.stands });
                }
            }
            return Err(Unmeetable::NotSettled);
        }
    }
    match core.complete(&Picked::none(core)) {
        Reach::With(found) => Ok(found),
        Reach::Impossible => Err(Unmeetable::Budget),
        Reach::Unknown => Err(Unmeetable::NotSettled),
    }
}

/// Those forced in, in the order asked; then each time whoever adds most. Who adds nothing and is wanted for no minimum
/// is left at home.
fn in_order(coverage: &Coverage, limits: &Limits, picked: &[u32]) -> Vec<u32> {
    let mut covered = vec![false; coverage.weights.len()];
    let mut chosen: Vec<u32> = Vec::new();
    for provider in &limits.forced_in {
        if !chosen.contains(provider) {
            coverage.take(*provider, &mut covered);
            chosen.push(*provider);
        }
    }
    let mut left: Vec<u32> = picked.to_vec();
    left.sort_unstable();
    let mut have = vec![0; limits.minimums.len()];
    for at in chosen.iter().chain(&left).flat_map(|provider| limits.minimums_of(*provider)) {
        have[at] += 1;
    }
    while !left.is_empty() {
        let gain = |provider: &u32| -> u64 {
            let new = coverage.covers[*provider as usize].iter().map(|thing| *thing as usize);
            new.filter(|thing| !covered[*thing]).map(|thing| coverage.weights[thing]).sum()
        };
        let gains: Vec<u64> = left.iter().map(gain).collect();
        let most = (0..left.len()).min_by_key(|at| (std::cmp::Reverse(gains[*at]), left[*at])).unwrap_or(0);
        let provider = left.remove(most);
        let wanted = limits.minimums_of(provider).any(|at| have[at] <= limits.minimums[at].least);
        if gains[most] == 0 && !wanted {
            for at in limits.minimums_of(provider) {
                have[at] -= 1;
            }
            continue;
        }
        coverage.take(provider, &mut covered);
        chosen.push(provider);
    }
    chosen
}
