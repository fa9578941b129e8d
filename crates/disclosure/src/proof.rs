//! What a reader can work out: the exact range of every count, given everything published about it.
//!
//! Two shapes of publication, two answers. Cells under one total need two sums. A table with both margins is a network
//! of flows, where the exact range of an edge is found by pushing people round a cycle from the true table, one
//! witness upwards and one downwards.

use std::collections::VecDeque;

/// Two answers for a small cell must lie at least this far apart, or the cell counts as worked out.
pub(crate) const SPREAD: u64 = 5;

/// All whole numbers from `low` to `high`. Wide enough for sums of any counts, and signed for their differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    low: i128,
    high: i128,
}

/// More than any sum of counts, and small enough that thousands of them add up without overflow.
const ENDLESS: i128 = 1 << 100;

impl Range {
    /// Nothing is known.
    pub(crate) const ANY: Self = Self { low: 0, high: ENDLESS };

    pub(crate) fn new(low: u64, high: u64) -> Self {
        Self { low: i128::from(low), high: i128::from(high) }
    }

    pub(crate) fn exactly(n: u64) -> Self {
        Self::new(n, n)
    }

    #[cfg(test)]
    pub(crate) fn holds(self, n: u64) -> bool {
        self.low <= i128::from(n) && i128::from(n) <= self.high
    }

    /// Everything up to the end of this range.
    pub(crate) const fn or_less(self) -> Self {
        Self { low: 0, ..self }
    }

    /// What is left of each number without so many.
    pub(crate) fn less(self, known: u64) -> Self {
        let known = i128::from(known);
        Self { low: (self.low - known).max(0), high: (self.high - known).max(0) }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    const fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

/// Whether a total leaves every small cell its whole range, however the other cells fall, with so much to spare that
/// a neighbouring total would have done so too. `to_spare` is at least the spread plus the widest step from one
/// printed total to the next: then a *withheld* total, too, leaves each small cell the spread, even to a reader who
/// knows that totals are withheld only where this function says no.
pub(crate) fn total_tells_nothing(cells: &[Range], total: Range, to_spare: u64) -> bool {
    let sum = cells.iter().fold(Range::exactly(0), |sum, cell| sum.plus(*cell));
    let to_spare = i128::from(to_spare);
    total.high - sum.low >= to_spare && sum.high - total.low >= to_spare
}

/// A table with both margins as a network: everybody flows from the grand total into a row, through one cell into a
/// column, and back into the grand total. Every table that fits what is published is a flow within the edges' ranges.
pub(crate) struct Network {
    edges: Vec<Edge>,
    leaving: Vec<Vec<usize>>,
    entering: Vec<Vec<usize>>,
}

struct Edge {
    from: usize,
    to: usize,
    range: Range,
    flow: i128,
}

impl Edge {
    /// How many more people this edge may carry, or how many fewer.
    const fn room(&self, more: bool) -> i128 {
        if more { self.range.high - self.flow } else { self.flow - self.range.low }
    }
}

impl Network {
    pub(crate) fn new(nodes: usize) -> Self {
        Self { edges: Vec::new(), leaving: vec![Vec::new(); nodes], entering: vec![Vec::new(); nodes] }
    }

    /// Adds an edge with its true flow and returns its number.
    pub(crate) fn edge(&mut self, from: usize, to: usize, flow: u64, range: Range) -> usize {
        let number = self.edges.len();
        self.edges.push(Edge { from, to, range, flow: i128::from(flow) });
        self.leaving[from].push(number);
        self.entering[to].push(number);
        number
    }

    pub(crate) fn withhold(&mut self, edge: usize) {
        self.edges[edge].range = Range::ANY;
    }

    /// Whether two tables that fit everything published differ in this edge by the spread: as far up from the true
    /// table as it goes, then as far down.
    pub(crate) fn is_wide(&mut self, edge: usize) -> bool {
        let spread = i128::from(SPREAD);
        let up = self.witness(edge, true, spread);
        up >= spread || up + self.witness(edge, false, spread - up) >= spread
    }

    /// How far (up to `wanted`) the edge can move when the rest of the table moves along. Leaves the table as it was.
    fn witness(&mut self, edge: usize, more: bool, wanted: i128) -> i128 {
        let wanted = wanted.min(self.edges[edge].room(more));
        let mut moved = 0;
        let mut undo = Vec::new();
        while moved < wanted {
            let Some(path) = self.way_back(edge, more) else {
                break;
            };
            let step = path
                .iter()
                .map(|&(e, more)| self.edges[e].room(more))
                .min()
                .unwrap_or(ENDLESS)
                .min(wanted - moved);
            for (e, more) in path {
                let change = if more { step } else { -step };
                self.edges[e].flow += change;
                undo.push((e, change));
            }
            moved += step;
        }
        for (e, change) in undo {
            self.edges[e].flow -= change;
        }
        moved
    }

    /// A way on which other edges can make up for a change in this one: nearly always three edges long, which is found
    /// at once; otherwise the shortest there is.
    fn way_back(&self, edge: usize, more: bool) -> Option<Vec<(usize, bool)>> {
        let Edge { from, to, .. } = self.edges[edge];
        let (start, goal) = if more { (to, from) } else { (from, to) };
        let busy = |node: usize| self.leaving[node].len() + self.entering[node].len();
        let mut path = Vec::new();
        let short = if busy(start) <= busy(goal) {
            self.short_way(start, goal, edge, true, 3, &mut path)
        } else {
            self.short_way(goal, start, edge, false, 3, &mut path)
        };
        if short { Some(path) } else { self.any_way(start, goal, edge) }
    }

    /// Every step that can be made from a node, along the flow or against it, with the node where it ends.
    fn steps(&self, node: usize, along: bool) -> impl Iterator<Item = (usize, bool, usize)> {
        let out = self.leaving[node].iter().map(move |&e| (e, along, self.edges[e].to));
        let back = self.entering[node].iter().map(move |&e| (e, !along, self.edges[e].from));
        out.chain(back).filter(|&(e, more, _)| self.edges[e].room(more) > 0)
    }

    fn short_way(
        &self,
        node: usize,
        goal: usize,
        edge: usize,
        along: bool,
        most: usize,
        path: &mut Vec<(usize, bool)>,
    ) -> bool {
        for (e, more, next) in self.steps(node, along) {
            if e == edge || path.iter().any(|&(before, _)| before == e) {
                continue;
            }
            path.push((e, more));
            if next == goal || most > 1 && self.short_way(next, goal, edge, along, most - 1, path) {
                return true;
            }
            path.pop();
        }
        false
    }

    fn any_way(&self, start: usize, goal: usize, edge: usize) -> Option<Vec<(usize, bool)>> {
        let mut came_by: Vec<Option<(usize, bool)>> = vec![None; self.leaving.len()];
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            if came_by[goal].is_some() {
                break;
            }
            for (e, more, next) in self.steps(node, true) {
                if e != edge && next != start && came_by[next].is_none() {
                    came_by[next] = Some((e, more));
                    queue.push_back(next);
                }
            }
        }
        let mut path = Vec::new();
        let mut node = goal;
        while node != start {
            let (e, more) = came_by[node]?;
            path.push((e, more));
            node = if more { self.edges[e].from } else { self.edges[e].to };
        }
        Some(path)
    }
}
