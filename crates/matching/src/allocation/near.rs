//! The part of a market that matters near some prices: people for whom a session that is not their best is at most a
//! *window* worse. While no two prices move further apart than the window, nobody else can want to move, and most people
//! are nobody else: what is left to search is small.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::market::{Market, NEVER};

/// Further than any path can be.
pub(super) const FAR: i64 = i64::MAX / 4;

/// A window that leaves out nothing: prices stay below 2⁵⁵, and being out where one must not be is worse by more.
pub(super) const WIDEST: i64 = 1 << 58;

/// Who could move where near some prices, and where everybody is.
pub(super) struct Near<'m, 'd> {
    pub(super) market: &'m Market<'d>,
    pub(super) window: i64,
    /// Whether the window leaves nothing out.
    pub(super) whole: bool,
    /// At which the window was made; the last entry is the way out and stays 0.
    pub(super) prices: Vec<i64>,
    /// How far each price has moved since.
    pub(super) moved: Vec<i64>,
    /// Where each person is.
    pub(super) at: Vec<u32>,
    /// How many are in each session and out.
    pub(super) load: Vec<i64>,
    /// Those who could move: who, and where each one's ways begin in `ways`.
    movers: Vec<u32>,
    begins: Vec<u32>,
    ways: Vec<Way>,
    /// Which of the ways each mover is on.
    on: Vec<u32>,
    /// The movers in each session and out, and where in that list each mover stands.
    residents: Vec<Vec<u32>>,
    stands: Vec<u32>,
    /// The ways that lead into each session and out, whoever is on them.
    into: Vec<Vec<Move>>,
}

/// A session that a mover could be in, or out, and by how much it is worse than the best at the window's prices.
#[derive(Clone, Copy, Debug)]
struct Way {
    to: u32,
    worse: i64,
}

/// A mover and one of its ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Move {
    mover: u32,
    way: u32,
}

impl<'m, 'd> Near<'m, 'd> {
    /// The window around `prices`. Whoever is where they do best stays; all others go where they do.
    pub(super) fn new(
        market: &'m Market<'d>,
        prices: Vec<i64>,
        window: i64,
        before: Option<Vec<u32>>,
    ) -> Self {
        let nodes = prices.len();
        let mut near = Self {
            market,
            window,
            whole: true,
            prices,
            moved: vec![0; nodes],
            at: before.unwrap_or_default(),
            load: vec![0; nodes],
            movers: Vec::new(),
            begins: vec![0],
            ways: Vec::new(),
            on: Vec::new(),
            residents: vec![Vec::new(); nodes],
            stands: Vec::new(),
            into: vec![Vec::new(); nodes],
        };
        near.at.resize(market.people(), u32::MAX);
        for person in 0..market.people() {
            near.add(person);
        }
        near
    }

    fn add(&mut self, person: usize) {
        let choice = self.market.choice(person, &self.prices);
        if choice.gap > self.window {
            self.whole &= choice.gap > WIDEST;
            self.at[person] = choice.best;
            self.load[choice.best as usize] += 1;
            return;
        }
        let first = self.ways.len();
        let here = self.at[person];
        let mut stay = None;
        let mut with_room = None;
        let offers = self.market.offers_of(person).iter();
        let worths = offers.map(|offer| (offer.session, i64::from(offer.score)));
        let worths = worths.chain([(self.market.out(), self.market.worth_of_out(person))]);
        for (to, worth) in worths {
            if worth == NEVER {
                continue;
            }
            let worse = choice.value - (worth - self.prices[to as usize]);
            if worse > self.window {
                self.whole = false;
                continue;
            }
            if worse == 0 {
                stay = stay.or((to == here).then_some(self.ways.len()));
                if with_room.is_none() && self.has_room(to) {
                    with_room = Some(self.ways.len());
                }
            }
            let step = Move { mover: number(self.movers.len()), way: number(self.ways.len()) };
            self.into[to as usize].push(step);
            self.ways.push(Way { to, worse });
        }
        let best = || (first..self.ways.len()).find(|way| self.ways[*way].worse == 0);
        let on = stay.or(with_room).or_else(best).unwrap_or(first);
        let to = self.ways[on].to;
        let mover = number(self.movers.len());
        self.movers.push(number(person));
        self.begins.push(number(self.ways.len()));
        self.on.push(number(on));
        self.stands.push(number(self.residents[to as usize].len()));
        self.residents[to as usize].push(mover);
        self.at[person] = to;
        self.load[to as usize] += 1;
    }

    /// The price of a session now.
    #[inline]
    pub(super) fn price(&self, node: u32) -> i64 {
        self.prices[node as usize] + self.moved[node as usize]
    }

    pub(super) fn has_room(&self, node: u32) -> bool {
        self.market
            .places
            .get(node as usize)
            .is_none_or(|places| self.load[node as usize] < i64::from(*places))
    }

    /// How far the lowest and the highest of the moved prices are apart, the way out among them.
    pub(super) fn spread(&self) -> i64 {
        let (mut low, mut high) = (0, 0);
        for moved in &self.moved {
            low = low.min(*moved);
            high = high.max(*moved);
        }
        high - low
    }

    /// Each move out of a session and what it costs at the prices of the moment; never below 0.
    #[inline]
    pub(super) fn moves_from(&self, node: u32) -> impl Iterator<Item = (Move, u32, i64)> {
        let residents = self.residents[node as usize].iter();
        residents.flat_map(move |mover| self.moves_of(*mover, node))
    }

    #[inline]
    fn moves_of(&self, mover: u32, node: u32) -> impl Iterator<Item = (Move, u32, i64)> {
        let now = self.ways[self.on[mover as usize] as usize].worse + self.moved[node as usize];
        let ways = self.begins[mover as usize]..self.begins[mover as usize + 1];
        let open = ways.filter(move |way| self.ways[*way as usize].to != node);
        open.map(move |way| {
            let to = self.ways[way as usize];
            (Move { mover, way }, to.to, to.worse + self.moved[to.to as usize] - now)
        })
    }

    /// The first move that costs nothing, of the residents from the one at `*next` on, to somewhere that `wanted` takes;
    /// `*next` is left at the resident who makes it.
    pub(super) fn free_move(
        &self,
        node: u32,
        next: &mut u32,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<(Move, u32)> {
        while let Some(mover) = self.residents[node as usize].get(*next as usize) {
            let mut moves = self.moves_of(*mover, node);
            if let Some((found, to, _)) = moves.find(|(_, to, costs)| *costs == 0 && wanted(*to)) {
                return Some((found, to));
            }
            *next += 1;
        }
        None
    }

    /// Moves somebody, and counts.
    pub(super) fn make(&mut self, step: Move) {
        let mover = step.mover as usize;
        let from = self.ways[self.on[mover] as usize].to as usize;
        let to = self.ways[step.way as usize].to;
        let stood = self.stands[mover] as usize;
        self.residents[from].swap_remove(stood);
        if let Some(other) = self.residents[from].get(stood) {
            self.stands[*other as usize] = number(stood);
        }
        self.stands[mover] = number(self.residents[to as usize].len());
        self.residents[to as usize].push(step.mover);
        self.on[mover] = step.way;
        self.at[self.movers[mover] as usize] = to;
        self.load[from] -= 1;
        self.load[to as usize] += 1;
    }

    /// The least that it costs to bring somebody from one of the sources on to each session, and out, up to `most`. The
    /// search ends behind the first session that `enough` takes; what is further is [`FAR`]. With `empty`, a place may be
    /// left empty instead of bringing somebody from out: it costs the session's price.
    pub(super) fn distances(
        &self,
        sources: &[u32],
        most: i64,
        empty: bool,
        enough: impl Fn(u32) -> bool,
    ) -> (Vec<i64>, Option<i64>) {
        let mut far = vec![FAR; self.moved.len()];
        let mut open = BinaryHeap::new();
        for source in sources {
            far[*source as usize] = 0;
            open.push(Reverse((0, *source)));
        }
        while let Some(Reverse((distance, node))) = open.pop() {
            if distance > far[node as usize] {
                continue;
            }
            if enough(node) {
                return (far, Some(distance));
            }
            let mut reach = |to: u32, costs: i64| {
                let further = distance + costs;
                if further <= most && further < far[to as usize] {
                    far[to as usize] = further;
                    open.push(Reverse((further, to)));
                }
            };
            for (_, to, costs) in self.moves_from(node) {
                reach(to, costs);
            }
            if empty && node == self.market.out() {
                for session in 0..self.market.out() {
                    reach(session, self.price(session));
                }
            }
        }
        (far, None)
    }

    /// Where a mover is now, and what it costs to bring them from there into `node` by this way.
    #[inline]
    fn coming(&self, step: Move, node: u32) -> (u32, i64) {
        let on = self.ways[self.on[step.mover as usize] as usize];
        let into = self.ways[step.way as usize].worse + self.moved[node as usize];
        (on.to, into - on.worse - self.moved[on.to as usize])
    }

    /// The first move into `node` that costs nothing, from somewhere that `wanted` takes, likewise.
    pub(super) fn free_move_into(
        &self,
        node: u32,
        next: &mut u32,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<(Move, u32)> {
        while let Some(step) = self.into[node as usize].get(*next as usize) {
            let (from, costs) = self.coming(*step, node);
            if costs == 0 && from != node && wanted(from) {
                return Some((*step, from));
            }
            *next += 1;
        }
        None
    }

    /// The least that it costs to bring somebody from each session, and from out, on to one of the targets, up to `most`.
    /// The search ends behind the first that `enough` takes; what is further is [`FAR`]. With `empty`, a place may be left
    /// empty instead of bringing somebody from out: it costs the session's price.
    pub(super) fn distances_to(
        &self,
        targets: &[u32],
        most: i64,
        empty: bool,
        enough: impl Fn(u32) -> bool,
    ) -> (Vec<i64>, Option<i64>) {
        let mut far = vec![FAR; self.moved.len()];
        let mut open = BinaryHeap::new();
        for target in targets {
            far[*target as usize] = 0;
            open.push(Reverse((0, *target)));
        }
        while let Some(Reverse((distance, node))) = open.pop() {
            if distance > far[node as usize] {
                continue;
            }
            if enough(node) {
                return (far, Some(distance));
            }
            let mut reach = |from: u32, costs: i64| {
                let further = distance + costs;
                if further <= most && further < far[from as usize] {
                    far[from as usize] = further;
                    open.push(Reverse((further, from)));
                }
            };
            for step in &self.into[node as usize] {
                let (from, costs) = self.coming(*step, node);
                reach(from, costs);
            }
            if empty && node != self.market.out() {
                reach(self.market.out(), self.price(node));
            }
        }
        (far, None)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a demand has fewer than 2^32 wishes, and fewer people")]
fn number(of: usize) -> u32 {
    of as u32
}
