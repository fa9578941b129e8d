//! From a guess at the prices to the best assignment and prices that prove it.
//!
//! Everybody goes where they do best at the guessed prices. Then some sessions have too many people, and some with a price
//! too few. People are moved along the paths that cost least from where there are too many to where there is room, and
//! prices follow, so that all the time everybody is where they do best: once every session has as many as it may, the
//! assignment is the best there is. Many are moved for one search: all whose paths cost nothing at the new prices.

use super::market::Market;
use super::near::{FAR, Move, Near, WIDEST};

/// Where everybody is, and prices that prove that it is best.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) at: Vec<u32>,
    pub(super) prices: Vec<i64>,
}

/// Nothing where not everybody who is bound to have a place can have one.
pub(super) fn settle(market: &Market<'_>, guess: Vec<i64>) -> Option<Settled> {
    let mut window = share_of_gaps(market, &guess);
    let mut near = Near::new(market, guess, window, None);
    loop {
        let ended = relieve(&mut near).and_then(|()| fill(&mut near));
        match ended {
            Ok(()) => {
                let prices = (0..=market.out()).map(|node| near.price(node)).collect();
                return Some(Settled { at: near.at, prices });
            }
            Err(TooNarrow) if near.whole => return None,
            Err(TooNarrow) => {
                // What has moved is made the new middle; a window that was too narrow for one path is widened.
                if near.spread() <= window / 2 {
                    window = window.saturating_mul(2).min(WIDEST);
                }
                let prices = (0..=market.out()).map(|node| near.price(node)).collect();
                near = Near::new(market, prices, window, Some(near.at));
            }
        }
    }
}

/// Prices would move further apart than the window allows.
struct TooNarrow;

/// A fifth of the people are near enough to another choice.
pub(super) fn share_of_gaps(market: &Market<'_>, prices: &[i64]) -> i64 {
    // Every so manieth person says enough.
    let apart = (market.people() / 4096).max(1);
    let people = (0..market.people()).step_by(apart);
    let mut gaps: Vec<i64> = people.map(|person| market.choice(person, prices).gap).collect();
    if gaps.is_empty() {
        return 1;
    }
    let fifth = gaps.len() / 5;
    (*gaps.select_nth_unstable(fifth).1).clamp(1, 1 << 31)
}

/// Until no session has more people than places. Prices rise.
fn relieve(near: &mut Near<'_, '_>) -> Result<(), TooNarrow> {
    let out = near.market.out();
    loop {
        let places = |node: u32| i64::from(near.market.places[node as usize]);
        let crowded: Vec<u32> = (0..out).filter(|node| near.load[*node as usize] > places(*node)).collect();
        if crowded.is_empty() {
            return Ok(());
        }
        let room = if near.whole { FAR - 1 } else { near.window - near.spread() };
        let (far, found) = near.distances(&crowded, room, false, |node| near.has_room(node));
        let Some(distance) = found else { return Err(TooNarrow) };
        for (moved, far) in near.moved.iter_mut().zip(&far) {
            *moved += distance - (*far).min(distance);
        }
        let mut paths = Paths::new(near);
        for node in crowded {
            let too_many = near.load[node as usize] - i64::from(near.market.places[node as usize]);
            for _ in 0..too_many {
                if !paths.send(near, node) {
                    break;
                }
            }
        }
    }
}

/// Until every session that has a price is full. Prices fall.
fn fill(near: &mut Near<'_, '_>) -> Result<(), TooNarrow> {
    let out = near.market.out();
    loop {
        let lacks = |node: &u32| near.has_room(*node) && near.price(*node) > 0;
        let lacking: Vec<u32> = (0..out).filter(lacks).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let room = if near.whole { FAR - 1 } else { near.window - near.spread() };
        let (far, found) = near.distances_to(&lacking, room, true, |node| node == out);
        let Some(distance) = found else { return Err(TooNarrow) };
        for (moved, far) in near.moved.iter_mut().zip(&far) {
            *moved -= distance - (*far).min(distance);
        }
        let mut paths = Paths::new(near);
        for node in lacking {
            while near.has_room(node) && near.price(node) > 0 && paths.fetch(near, node) {}
        }
    }
}

/// Paths on which nothing costs anything, found depth first. What was tried in vain is not tried again.
struct Paths {
    /// The resident to try next, by session.
    next: Vec<u32>,
    on_path: Vec<bool>,
}

impl Paths {
    fn new(near: &Near<'_, '_>) -> Self {
        Self { next: vec![0; near.moved.len()], on_path: vec![false; near.moved.len()] }
    }

    /// Brings one person from a session, each to the next, to where there is room.
    fn send(&mut self, near: &mut Near<'_, '_>, from: u32) -> bool {
        self.walk(near, from, Near::has_room, |near, node, next, open| near.free_move(node, next, open))
    }

    /// Fetches one person into a session, each from the one before, from out or from where a place may stay empty.
    fn fetch(&mut self, near: &mut Near<'_, '_>, into: u32) -> bool {
        self.walk(
            near,
            into,
            |near, node| near.price(node) == 0,
            |near, node, next, open| near.free_move_into(node, next, open),
        )
    }

    fn walk<'n, 'm, 'd>(
        &mut self,
        near: &'n mut Near<'m, 'd>,
        start: u32,
        arrived: impl Fn(&Near<'m, 'd>, u32) -> bool,
        step: impl Fn(&Near<'m, 'd>, u32, &mut u32, &dyn Fn(u32) -> bool) -> Option<(Move, u32)>,
    ) -> bool {
        let mut path: Vec<(u32, Move)> = Vec::new();
        let mut node = start;
        self.on_path[start as usize] = true;
        let found = loop {
            if node != start && arrived(near, node) {
                break true;
            }
            let on_path = &self.on_path;
            let open = |to: u32| !on_path[to as usize];
            if let Some((made, to)) = step(near, node, &mut self.next[node as usize], &open) {
                path.push((node, made));
                self.on_path[to as usize] = true;
                node = to;
            } else {
                // A dead end stays marked: nobody walks into it again.
                let Some((before, _)) = path.pop() else { break false };
                node = before;
            }
        };
        self.on_path[start as usize] = false;
        self.on_path[node as usize] = false;
        for (node, made) in path {
            self.on_path[node as usize] = false;
            near.make(made);
        }
        found
    }
}
