//! The only door from a raw count to a shown one.

use crate::policy::is_small;
use crate::proof::{OneSum, Range};
use crate::{Cells, Mean, Policy, Share, Shown, Working};

/// Turns raw counts into what a reader may see, under one policy.
///
/// Choose the call by how the figures hang together, not by how they are laid out: figures that a reader could add or
/// subtract belong in one call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Release {
    policy: Policy,
}

/// Cells and their total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub cells: Vec<Shown>,
    pub total: Shown,
}

/// Cells crossed two ways, with both margins. `cells[row][column]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoWay {
    pub cells: Vec<Vec<Shown>>,
    pub row_totals: Vec<Shown>,
    pub column_totals: Vec<Shown>,
    pub total: Shown,
}

/// A whole, a part of it, and the rest. All three may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    pub whole: Shown,
    pub part: Shown,
    pub rest: Shown,
}

/// How a group shrinks, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    pub start: Shown,
    pub steps: Vec<Step>,
}

/// One step of a funnel: how many it removed, and how many remain after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub removed: Shown,
    pub remaining: Shown,
}

impl Funnel {
    /// How many remain at the end. Print this one wherever the figure is wanted: a second release of it could give
    /// away what this one withheld.
    pub fn remaining(&self) -> Shown {
        self.steps.last().map_or(self.start, |step| step.remaining)
    }
}

impl Release {
    pub const fn new(policy: Policy) -> Self {
        Self { policy }
    }

    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// A figure that stands alone: no other published figure contains it, is contained in it or overlaps with it.
    pub fn count(&self, cells: Cells, count: Working) -> Shown {
        self.policy.round(cells, count)
    }

    /// Groups that do not overlap, and how many they are together. The total is rounded from the true total and
    /// withheld where a small cell could be worked out with it. Use [`Self::breakdown`] where the same total is
    /// printed anywhere else.
    pub fn table(&self, kind: Cells, counts: &[Working]) -> Table {
        let mut table = self.plain_table(kind, counts);
        let small = small_ones(&table.cells);
        if !self.keeps_small_cells(&table, &small, is_small(table.total)) {
            table.total = Shown::Hidden;
        }
        table
    }

    /// Groups that do not overlap and make up a whole whose size is printed anyway, here or elsewhere: the total
    /// stands, and further cells are withheld where a small one could be worked out, smallest first.
    pub fn breakdown(&self, kind: Cells, counts: &[Working]) -> Table {
        let plain = self.plain_table(kind, counts);
        let small = small_ones(&plain.cells);
        let order = withholding_order(&plain.cells);
        let withheld = |first: usize| {
            let mut table = plain.clone();
            for &cell in &order[..first] {
                table.cells[cell] = Shown::Hidden;
            }
            table
        };
        // Each further withheld cell widens every range, so the fewest that will do can be found by halves.
        let fewest: Vec<usize> = (0..order.len()).collect();
        let enough = fewest.partition_point(|&n| !self.keeps_small_cells(&withheld(n), &small, is_small(plain.total)));
        withheld(enough)
    }

    /// Groups crossed two ways, with both margins. Where a small cell could be worked out, margins are withheld first,
    /// then other cells, and the grand total only where nothing else helps.
    ///
    /// Rows shorter than the longest are filled up with nobody.
    pub fn two_way<R: AsRef<[Working]>>(&self, kind: Cells, counts: &[R]) -> TwoWay {
        crate::two_way::release(self.policy, kind, counts)
    }

    /// A whole and a part of it, where the rest is a group of its own: the unmet part of a need and the met one.
    /// Neither the part nor the rest can be worked out when it is small; whether one is withheld depends only on which
    /// of the two are small, so that the withholding itself says nothing more.
    ///
    /// Where the part is everybody for a reason that has nothing to do with the people (there is no service at all),
    /// release the whole by itself and say the reason.
    pub fn part_of(&self, kind: Cells, whole: Working, part: Working) -> PartOf {
        let part = part.min(whole);
        let [whole, mut part, mut rest] = [whole, part, whole - part].map(|n| self.policy.round(kind, n));
        let nobody = Shown::Count(0);
        if is_small(part) && rest != nobody {
            rest = Shown::Hidden;
        } else if is_small(rest) && part != nobody {
            part = Shown::Hidden;
        }
        PartOf { whole, part, rest }
    }

    /// A group that loses some of its people at each step. A removed number larger than what remains removes all.
    ///
    /// The proof assumes that the reader knows the start exactly, since the number of rows read usually stands beside
    /// it. Remaining counts between the steps are withheld first, then removed counts, and the last remaining count
    /// only where nothing else helps.
    pub fn funnel(&self, kind: Cells, start: Working, removed: &[Working]) -> Funnel {
        crate::funnel::release(self.policy, kind, start, removed)
    }

    /// A part in whole percent of a whole, from two shown figures.
    pub fn share(&self, part: Shown, whole: Shown) -> Share {
        Share::of(self.policy, part, whole)
    }

    /// The mean over some people of something that adds up to `total`.
    pub fn mean(&self, total: f64, people: Working) -> Mean {
        Mean::of(self.policy, total, people)
    }

    fn plain_table(&self, kind: Cells, counts: &[Working]) -> Table {
        Table {
            cells: counts.iter().map(|n| self.policy.round(kind, *n)).collect(),
            total: self.policy.round(kind, counts.iter().sum()),
        }
    }

    fn keeps_small_cells(&self, table: &Table, small: &[usize], small_total: bool) -> bool {
        let cells: Vec<Range> = table.cells.iter().map(|shown| self.policy.meaning(*shown)).collect();
        let known = OneSum::new(&cells, self.policy.meaning(table.total));
        small.iter().all(|&cell| known.cell(cell).is_wide()) && (!small_total || known.total().is_wide())
    }
}

fn small_ones(cells: &[Shown]) -> Vec<usize> {
    (0..cells.len()).filter(|&cell| is_small(cells[cell])).collect()
}

/// Rounded counts of somebody first, the smallest at the front: withholding any one of them frees every small cell.
/// Then small cells in their order, then nobody. Nothing here looks at a true count.
fn withholding_order(cells: &[Shown]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|&cell| match cells[cell] {
        Shown::Count(0) => (2, 0),
        Shown::Count(n) => (0, n),
        Shown::UpTo(_) | Shown::Few | Shown::Hidden => (1, 0),
    });
    order
}
