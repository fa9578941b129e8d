//! Branch and bound: all choices, split in two by whether somebody is in; the part whose bound is highest first, each
//! part closed once its bound says that nothing in it beats the best that is known.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::bound::{Patience, Prices, Scale, State, bounded};
use super::minimums::Reach;
use super::reduced::{Core, Picked};
use super::swaps;

/// What a search came to.
pub(super) struct Found {
    pub(super) picked: Picked,
    /// With those forced in.
    pub(super) bound: u64,
    pub(super) nodes: u64,
    pub(super) effort: u64,
}

const AT_THE_ROOT: Patience = Patience { steps: 2_000, first: 1.0, halve_after: 25 };
const BELOW: Patience = Patience { steps: 30, first: 0.6, halve_after: 4 };

/// A part of the choices that may hold a better one.
struct Node {
    bound: u64,
    /// How many were decided to get here, and in which order it was found.
    depth: u32,
    born: u64,
    states: Vec<State>,
    prices: Rc<Prices>,
    branch: usize,
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |node: &Self| (node.bound, node.depth);
        key(self).cmp(&key(other)).then(other.born.cmp(&self.born))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

struct Search<'c> {
    core: &'c Core,
    scale: Scale,
    best: Picked,
    nodes: u64,
    effort: u64,
}

/// Looks for something better than `from`, which keeps to the limits, until there is nothing or the work is used up.
pub(super) fn search(core: &Core, from: &Picked, allowed: u64) -> Found {
    let mut search = Search { core, scale: Scale::of(core), best: from.clone(), nodes: 0, effort: 0 };
    let plain = search.plain_bound();
    let most =
        if allowed == 0 || plain <= search.best.value() { plain } else { plain.min(search.run(allowed)) };
    let bound = core.base() + most.max(search.best.value());
    Found { picked: search.best, bound, nodes: search.nodes, effort: search.effort }
}

impl Search<'_> {
    /// Everything that can be covered, or those who cover most as if they had nothing in common.
    fn plain_bound(&self) -> u64 {
        let none = Picked::none(self.core);
        let mut gains: Vec<u64> = (0..self.core.len()).map(|at| none.gain(self.core, at)).collect();
        gains.sort_unstable_by(|a, b| b.cmp(a));
        let most: u64 = gains.iter().take(self.core.stands).sum();
        most.min(self.core.coverable() - self.core.base())
    }

    /// The highest bound that is left open.
    fn run(&mut self, allowed: u64) -> u64 {
        let first = Prices::first(self.core, &self.scale, &self.best);
        let mut open = BinaryHeap::new();
        let mut root = self.look(vec![State::Open; self.core.len()], &first, 0, AT_THE_ROOT);
        // What was decided makes the rest smaller, and its prices better.
        let mut undecided = usize::MAX;
        while let Some(node) = root.take() {
            let left = node.states.iter().filter(|state| **state == State::Open).count();
            if left * 10 > undecided.saturating_mul(9) || self.effort >= allowed {
                open.push(node);
                break;
            }
            undecided = left;
            let prices = Rc::clone(&node.prices);
            root = self.look(node.states, &prices, 0, Patience { first: 0.5, ..AT_THE_ROOT });
        }
        while let Some(node) = open.pop() {
            if node.bound <= self.best.value() {
                return self.best.value();
            }
            if self.effort >= allowed {
                return node.bound;
            }
            for state in [State::In, State::Out] {
                let mut states = node.states.clone();
                states[node.branch] = state;
                let child = self.look(states, &node.prices, node.depth + 1, BELOW);
                if let Some(mut child) = child {
                    child.bound = child.bound.min(node.bound);
                    open.push(child);
                }
            }
        }
        self.best.value()
    }

    /// The bound of a part, and what its prices suggest; none where nothing better is in it.
    fn look(
        &mut self,
        mut states: Vec<State>,
        prices: &Prices,
        depth: u32,
        patience: Patience,
    ) -> Option<Node> {
        self.nodes += 1;
        let best = self.best.value();
        let found = bounded(self.core, &self.scale, &mut states, prices, best, patience, &mut self.effort)?;
        for guess in &found.guesses {
            self.try_out(guess);
        }
        let Some(branch) = found.branch else {
            // All is decided: one choice is left.
            let members = states.iter().enumerate().filter(|(_, state)| **state == State::In);
            let only: Vec<usize> = members.map(|(at, _)| at).collect();
            self.offer(&Picked::of(self.core, only));
            return None;
        };
        if found.bound <= self.best.value() {
            return None;
        }
        let prices = Rc::new(found.prices);
        Some(Node { bound: found.bound, depth, born: self.nodes, states, prices, branch })
    }

    /// Makes a choice of a guess that keeps to the limits, mends it by swaps, and keeps it if it is better.
    fn try_out(&mut self, guess: &[usize]) {
        let core = self.core;
        let mut picked = Picked::none(core);
        for at in guess {
            let fits = core.budget.is_none_or(|budget| picked.cost + core.cost(*at) <= budget);
            if fits && picked.count < core.stands {
                picked.add(core, *at);
            }
        }
        if let Reach::With(rest) = core.complete(&picked) {
            rest.into_iter().for_each(|at| picked.add(core, at));
        }
        // What is far below the best is not worth mending.
        if picked.keeps(core) && picked.value() >= self.best.value() / 20 * 19 {
            let mended = swaps::improved(core, &picked);
            self.effort += core.work();
            self.offer(&mended);
        }
    }

    fn offer(&mut self, picked: &Picked) {
        if picked.keeps(self.core) && picked.value() > self.best.value() {
            self.best = picked.clone();
        }
    }
}
