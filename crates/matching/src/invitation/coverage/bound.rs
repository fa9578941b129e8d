//! What no choice can exceed, by prices.
//!
//! That a thing counts only once is what makes the choice hard. So each thing gets a price, from nothing to its weight: to
//! cover it, however often, earns its price each time, and the rest of its weight is given away in any case. Then
//! each provider is worth the prices of what it covers, and the best choice is simply of those worth most. Its worth, with
//! what was given away, is no less than what any choice covers, whatever the prices; good prices bring it as low as
//! the linear relaxation. The budget and the minimums get prices as well, by the penny and by the stand.
//!
//! Prices are found by going downhill (subgradients): dearer what nobody covers, cheaper what several do. They are
//! whole numbers, in fractions of a weight, so that the bound is exact; only how far each step goes is a fraction.

use super::reduced::{Core, Picked};

/// Bits behind the point of a price; fewer where weights are very large.
const POINT: u32 = 16;
/// Further bits of the price of a penny.
const MONEY_POINT: u32 = 16;
/// How much of the way so far a new way keeps.
const MEMORY: f64 = 0.7;

/// What is known of a provider in a part of the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    In,
    Out,
}

/// Prices of a whole core, by its numbers.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    things: Vec<i64>,
    money: i64,
    minimums: Vec<i64>,
}

/// Numbers that hold for a whole search.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    /// Bits behind the point.
    point: u32,
    /// No money price above this: times all costs it stays in range.
    dearest_penny: i64,
    dearest_minimum: i64,
    /// The mean cost: what makes the price of a penny comparable to that of a thing.
    mean_cost: f64,
}

/// How hard the prices of a part are worked on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    pub(super) steps: u32,
    /// Of how far the gap allows, how far the first step goes.
    pub(super) first: f64,
    /// Steps without a better bound after which they become half as long.
    pub(super) halve_after: u32,
}

/// Which way the prices go: by each thing, by the mean cost, and by each minimum.
struct Way {
    things: Vec<f64>,
    money: f64,
    minimums: Vec<f64>,
}

/// What the bound says of a part.
pub(super) struct Bounded {
    /// No choice in the part covers more.
    pub(super) bound: u64,
    pub(super) prices: Prices,
    /// Choices that the prices would make, each a guess at a good one; the last is of the best prices.
    pub(super) guesses: Vec<Vec<usize>>,
    /// Whom to decide next; none where everything is decided.
    pub(super) branch: Option<usize>,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "only how far steps go depends on it")]
    pub(super) fn of(core: &Core) -> Self {
        let total = u128::from(core.weights().iter().sum::<u64>()) * (core.len() as u128 + 2);
        let fits = |bits: &u32| total << *bits < 1 << 60;
        let costs: u64 = (0..core.len()).map(|at| core.cost(at)).sum();
        Self {
            point: (0..=POINT).rev().find(fits).unwrap_or(0),
            // Below 2^32 pennies each, and a budget below their sum: see `Core::covering`.
            dearest_penny: i64::try_from((1_u128 << (58 + MONEY_POINT)) / u128::from(costs.max(1)))
                .unwrap_or(i64::MAX),
            dearest_minimum: (1 << 54) / i64::try_from(core.len().max(1)).unwrap_or(i64::MAX),
            mean_cost: (costs as f64 / core.len().max(1) as f64).max(1.0),
        }
    }
}

impl Prices {
    /// To begin with: each thing is worth its weight, shared by those of a good choice who cover it.
    pub(super) fn first(core: &Core, scale: &Scale, good: &Picked) -> Self {
        let weights = core.weights().iter().zip(&good.times);
        let price = |(weight, times): (&u64, &u32)| {
            i64::try_from((weight << scale.point) / u64::from((*times).max(1))).unwrap_or(i64::MAX)
        };
        Self { things: weights.map(price).collect(), money: 0, minimums: vec![0; core.wants.len()] }
    }
}

/// A part of the choices: what is open in it, numbered anew.
struct Part<'c> {
    core: &'c Core,
    scale: &'c Scale,
    /// Who is in.
    inside: Picked,
    open: Vec<usize>,
    starts: Vec<usize>,
    things: Vec<u32>,
    /// The number of each thing in the core, and its weight with the point.
    ids: Vec<usize>,
    weights: Vec<i64>,
    room: usize,
    budget: Option<u64>,
    wants: Vec<usize>,
}

/// Prices of a part, and what they say.
struct Said {
    /// With the point.
    bound: i64,
    /// What each open provider is worth.
    worth: Vec<i64>,
    /// Who would be chosen, and the worth of the last of them and of the first who is not.
    chosen: Vec<usize>,
    last: i64,
    next: i64,
}

/// Works on the bound of a part until it says that nothing in it beats `best`, which gives none, or until patience ends.
/// Those of whom the prices say that they must be in or out are decided in `states`.
pub(super) fn bounded(
    core: &Core,
    scale: &Scale,
    states: &mut [State],
    prices: &Prices,
    best: u64,
    patience: Patience,
    effort: &mut u64,
) -> Option<Bounded> {
    let part = Part::of(core, scale, states, effort)?;
    let mut at = part.prices(prices);
    let (mut reach, mut idle) = (patience.first, 0);
    let mut share = vec![0.0_f64; part.open.len()];
    let mut times = vec![0_u32; part.ids.len()];
    let mut way =
        Way { things: vec![0.0; part.ids.len()], money: 0.0, minimums: vec![0.0; part.wants.len()] };
    let mut found: Option<(Said, Prices)> = None;
    let mut guesses = Vec::new();
    for step in 0..patience.steps {
        *effort += part.work();
        let said = part.say(&at);
        let fade = if step == 0 { 0.0 } else { 0.9 };
        share.iter_mut().for_each(|share| *share *= fade);
        said.chosen.iter().for_each(|p| share[*p] += 1.0 - fade);
        times.fill(0);
        for thing in said.chosen.iter().flat_map(|p| part.things(*p)) {
            times[*thing as usize] += 1;
        }
        if part.whole(said.bound) <= best {
            return None;
        }
        if step % 25 == 24 {
            guesses.push(part.guess(&said));
        }
        let bound = said.bound;
        let chosen = said.chosen.clone();
        if found.as_ref().is_none_or(|(lowest, _)| bound < lowest.bound) {
            found = Some((said, at.clone()));
            idle = 0;
        } else {
            idle += 1;
            if idle >= patience.halve_after {
                (reach, idle) = (reach / 2.0, 0);
                if reach < 0.002 {
                    break;
                }
                // From the best so far, with shorter steps.
                if let Some((_, lowest)) = &found {
                    at.clone_from(lowest);
                    continue;
                }
            }
        }
        part.turn(&mut way, &chosen, &times, if step == 0 { 0.0 } else { MEMORY });
        if !part.go_downhill(&mut at, &way, reach, bound, best) {
            break;
        }
    }
    let (said, lowest) = found?;
    guesses.push(part.guess(&said));
    part.decide(&said, best, states);
    let branch = part.branch(&said, &share, states);
    let mut whole = prices.clone();
    for (id, price) in part.ids.iter().zip(&lowest.things) {
        whole.things[*id] = *price;
    }
    (whole.money, whole.minimums) = (lowest.money, lowest.minimums);
    Some(Bounded { bound: part.whole(said.bound), prices: whole, guesses, branch })
}

impl<'c> Part<'c> {
    /// None if nothing in it can keep to the limits.
    fn of(core: &'c Core, scale: &'c Scale, states: &mut [State], effort: &mut u64) -> Option<Self> {
        let members = states.iter().enumerate().filter(|(_, state)| **state == State::In).map(|(at, _)| at);
        let inside = Picked::of(core, members);
        let room = core.stands.checked_sub(inside.count)?;
        let budget = match core.budget {
            Some(budget) => Some(budget.checked_sub(inside.cost)?),
            None => None,
        };
        let wants: Vec<usize> =
            core.wants.iter().zip(&inside.have).map(|(wants, have)| wants.saturating_sub(*have)).collect();
        for (at, state) in states.iter_mut().enumerate() {
            let fits = room > 0 && budget.is_none_or(|budget| core.cost(at) <= budget);
            if *state == State::Open && !fits {
                *state = State::Out;
            }
        }
        let open: Vec<usize> = (0..core.len()).filter(|at| states[*at] == State::Open).collect();
        for (at, wants) in wants.iter().enumerate() {
            let there = open.iter().filter(|p| core.minimums(**p) >> at & 1 == 1).count();
            if *wants > room || *wants > there {
                return None;
            }
        }
        let mut here = vec![u32::MAX; core.weights().len()];
        let (mut starts, mut things, mut ids, mut weights) = (vec![0], Vec::new(), Vec::new(), Vec::new());
        for provider in &open {
            *effort += core.things(*provider).len() as u64;
            for thing in core.things(*provider) {
                let id = *thing as usize;
                if inside.times[id] > 0 {
                    continue;
                }
                if here[id] == u32::MAX {
                    here[id] = u32::try_from(ids.len()).unwrap_or(u32::MAX);
                    ids.push(id);
                    weights.push(i64::try_from(core.weights()[id] << scale.point).unwrap_or(i64::MAX));
                }
                things.push(here[id]);
            }
            starts.push(things.len());
        }
        Some(Self { core, scale, inside, open, starts, things, ids, weights, room, budget, wants })
    }

    fn things(&self, open: usize) -> &[u32] {
        &self.things[self.starts[open]..self.starts[open + 1]]
    }

    /// Work of one look at all prices.
    fn work(&self) -> u64 {
        (self.things.len() + self.ids.len() + self.open.len()) as u64
    }

    fn whole(&self, bound: i64) -> u64 {
        u64::try_from(bound >> self.scale.point).unwrap_or(0)
    }

    fn prices(&self, prices: &Prices) -> Prices {
        let things = self.ids.iter().zip(&self.weights).map(|(id, weight)| prices.things[*id].min(*weight));
        Prices { things: things.collect(), money: prices.money, minimums: prices.minimums.clone() }
    }

    /// What so many pennies cost at a price: rounded down, so that a choice within the budget never pays more than the budget.
    fn pay(price: i64, pennies: u64) -> i64 {
        i64::try_from((i128::from(price) * i128::from(pennies)) >> MONEY_POINT).unwrap_or(i64::MAX)
    }

    fn say(&self, at: &Prices) -> Said {
        let worth = |p: usize| {
            let earns: i64 = self.things(p).iter().map(|thing| at.things[*thing as usize]).sum();
            let provider = self.open[p];
            let pays = if self.budget.is_some() { Self::pay(at.money, self.core.cost(provider)) } else { 0 };
            let wanted = at.minimums.iter().enumerate();
            let wanted = wanted.filter(|(minimum, _)| self.core.minimums(provider) >> minimum & 1 == 1);
            earns - pays + wanted.map(|(_, price)| price).sum::<i64>()
        };
        let worth: Vec<i64> = (0..self.open.len()).map(worth).collect();
        let mut order: Vec<usize> = (0..worth.len()).filter(|p| worth[*p] > 0).collect();
        let first = |p: &usize| (std::cmp::Reverse(worth[*p]), *p);
        let (mut last, mut next) = (0, 0);
        if order.len() > self.room && self.room > 0 {
            let (_, after, _) = order.select_nth_unstable_by_key(self.room, first);
            next = worth[*after];
            order.truncate(self.room);
            last = order.iter().map(|p| worth[*p]).min().unwrap_or(0);
        } else if order.len() == self.room {
            last = order.iter().map(|p| worth[*p]).min().unwrap_or(0);
        }
        let given: i64 = self.weights.iter().zip(&at.things).map(|(weight, price)| weight - price).sum();
        let base = i64::try_from(self.inside.value() << self.scale.point).unwrap_or(i64::MAX);
        // What is not covered at most costs the price of the whole budget, rounded up.
        let budget = self.budget.map_or(0, |budget| Self::pay(at.money, budget) + 1);
        let wanted = at.minimums.iter().zip(&self.wants);
        let wanted: i64 =
            wanted.map(|(price, wants)| price * i64::try_from(*wants).unwrap_or(i64::MAX)).sum();
        let bound = base + given + budget - wanted + order.iter().map(|p| worth[*p]).sum::<i64>();
        Said { bound, worth, chosen: order, last, next }
    }

    /// Which way is down, by what was chosen now and, less and less, before: a way that only looks at now goes to and fro.
    #[expect(clippy::cast_precision_loss, reason = "only how far a step goes depends on it")]
    fn turn(&self, way: &mut Way, chosen: &[usize], times: &[u32], memory: f64) {
        let new = 1.0 - memory;
        for (way, times) in way.things.iter_mut().zip(times) {
            *way = *way * memory + (f64::from(*times) - 1.0) * new;
        }
        let spent: u64 = chosen.iter().map(|p| self.core.cost(self.open[*p])).sum();
        let unspent = self.budget.map_or(0.0, |budget| budget as f64 - spent as f64);
        way.money = way.money * memory + unspent / self.scale.mean_cost * new;
        for (minimum, way) in way.minimums.iter_mut().enumerate() {
            let has = chosen.iter().filter(|p| self.core.minimums(self.open[**p]) >> minimum & 1 == 1);
            *way = *way * memory + (has.count() as f64 - self.wants[minimum] as f64) * new;
        }
    }

    /// One step; false where there is no way down.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "only how far a step goes depends on it"
    )]
    fn go_downhill(&self, at: &mut Prices, way: &Way, reach: f64, bound: i64, best: u64) -> bool {
        let mut length = 0.0;
        for ((price, weight), way) in at.things.iter().zip(&self.weights).zip(&way.things) {
            let at_its_end = (*way < 0.0 && price == weight) || (*way > 0.0 && *price == 0);
            length += if at_its_end { 0.0 } else { way * way };
        }
        let others = std::iter::once((&at.money, &way.money)).chain(at.minimums.iter().zip(&way.minimums));
        for (price, way) in others {
            length += if *way > 0.0 && *price == 0 { 0.0 } else { way * way };
        }
        if length <= 0.0 {
            return false;
        }
        let target = i64::try_from(best << self.scale.point).unwrap_or(i64::MAX);
        let step = reach * (bound.saturating_sub(target) as f64).max(1.0) / length;
        for ((price, weight), way) in at.things.iter_mut().zip(&self.weights).zip(&way.things) {
            *price = price.saturating_sub((step * way) as i64).clamp(0, *weight);
        }
        if self.budget.is_some() {
            let less = step * way.money / self.scale.mean_cost * f64::from(1 << MONEY_POINT);
            at.money = at.money.saturating_sub(less as i64).clamp(0, self.scale.dearest_penny);
        }
        for (price, way) in at.minimums.iter_mut().zip(&way.minimums) {
            *price = price.saturating_sub((step * way) as i64).clamp(0, self.scale.dearest_minimum);
        }
        true
    }

    /// The choice that the prices make, those worth most first.
    fn guess(&self, said: &Said) -> Vec<usize> {
        let mut chosen = said.chosen.clone();
        chosen.sort_unstable_by_key(|p| (std::cmp::Reverse(said.worth[*p]), *p));
        self.inside.members().chain(chosen.into_iter().map(|p| self.open[p])).collect()
    }

    /// Decides whoever could not be in, or not be out, of a choice that beats the best.
    fn decide(&self, said: &Said, best: u64, states: &mut [State]) {
        let mut chosen = vec![false; self.open.len()];
        said.chosen.iter().for_each(|p| chosen[*p] = true);
        for (p, is_chosen) in chosen.into_iter().enumerate() {
            let worth = said.worth[p];
            let otherwise =
                if is_chosen { said.bound - worth + said.next } else { said.bound + worth - said.last };
            if self.whole(otherwise.max(0)) <= best {
                states[self.open[p]] = if is_chosen { State::In } else { State::Out };
            }
        }
    }

    /// Whom the prices leave most in doubt.
    #[expect(clippy::cast_precision_loss, reason = "an order among doubts")]
    fn branch(&self, said: &Said, share: &[f64], states: &[State]) -> Option<usize> {
        let doubt = |p: usize| share[p].min(1.0 - share[p]);
        let near = |p: usize| -((said.worth[p] - said.last).abs() as f64);
        let open = (0..self.open.len()).filter(|p| states[self.open[*p]] == State::Open);
        let most = open.max_by(|a, b| {
            doubt(*a).total_cmp(&doubt(*b)).then(near(*a).total_cmp(&near(*b))).then(b.cmp(a))
        });
        most.map(|p| self.open[p])
    }
}
