//! The only door from a raw count to a shown one.

use crate::funnel::Funnel;
use crate::policy::is_small;
use crate::proof::{Range, SPREAD, total_tells_nothing};
use crate::two_way::TwoWay;
use crate::{Cells, Mean, Policy, Share, Shown, Working, funnel, one_sum, two_way};

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

/// A whole, a part of it, and the rest. All three may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartOf {
    pub whole: Shown,
    pub part: Shown,
    pub rest: Shown,
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

    /// Groups that do not overlap, and how many they are together. The total is rounded from the true total, and
    /// withheld where it would say anything about a small cell; with a small cell among fewer than five or so it is
    /// always. Use [`Self::breakdown`] where the same total is printed anywhere else.
    pub fn table(&self, kind: Cells, counts: &[Working]) -> Table {
        let mut table = self.plain_table(kind, counts);
        let cells: Vec<Range> = table.cells.iter().map(|shown| self.policy.meaning(*shown)).collect();
        let small = table.cells.iter().any(|shown| is_small(*shown));
        if small && !total_tells_nothing(&cells, self.policy.meaning(table.total), self.policy.to_spare()) {
            table.total = Shown::Hidden;
        }
        table
    }

    /// Groups that do not overlap and make up a whole whose size is printed anyway, here or elsewhere. The total
    /// stands; where it would say anything about a small cell, further cells are withheld: rounded ones, the smallest
    /// first, and where the whole is hardly larger than its small cells, all of them.
    pub fn breakdown(&self, kind: Cells, counts: &[Working]) -> Table {
        let mut table = self.plain_table(kind, counts);
        let total = self.policy.meaning(table.total);
        one_sum::withhold(self.policy, &mut table.cells, (total, None), None);
        table
    }

    /// The same for a reader who knows more: no more than `most` people can be in each group, since it has no more
    /// places, and beside the groups there are `known` people whose number is no secret, in places that are all taken.
    /// The total is that of the groups and of those people. Nothing where the total and the places say something of a small
    /// group by themselves.
    pub fn breakdown_of_places(
        &self,
        kind: Cells,
        counts: &[Working],
        most: &[u64],
        known: u64,
    ) -> Option<Table> {
        let mut table = self.plain_table(kind, counts);
        table.total = self.policy.round(kind, counts.iter().sum::<Working>() + Working::from(known));
        let total = self.policy.meaning(table.total).less(known);
        let room: Vec<Range> = most.iter().map(|most| Range::new(0, *most)).collect();
        let small = table.cells.iter().any(|shown| is_small(*shown));
        if small && !total_tells_nothing(&room, total, self.policy.to_spare()) {
            return None;
        }
        one_sum::withhold(self.policy, &mut table.cells, (total, Some(most)), None);
        Some(table)
    }

    /// Groups crossed two ways, with both margins. Where a small cell could be worked out, margins are withheld first,
    /// then other cells, and the grand total only where nothing else helps.
    ///
    /// For many wholes with a part each, whose sums are printed too (the people of each square of a map, and those of
    /// them with an unmet need), a row is `[part, rest]`: its total is the whole.
    ///
    /// The proof is exact against a reader who has what is printed. Against one who also asks why a figure was
    /// withheld it is not: where that matters, release each row as a [`Self::breakdown`] of its own total instead.
    /// Rows shorter than the longest are filled up with nobody.
    pub fn two_way<R: AsRef<[Working]>>(&self, kind: Cells, counts: &[R]) -> TwoWay {
        two_way::release(self.policy, kind, counts)
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
        let a_small_one = (is_small(part) || is_small(rest)) && part != nobody && rest != nobody;
        if a_small_one && whole.rounded().is_some_and(|n| n < self.policy.threshold() + SPREAD) {
            // In so small a whole, knowing that the other one is not small would be knowing too much.
            (part, rest) = (Shown::Hidden, Shown::Hidden);
        } else if is_small(part) && rest != nobody {
            rest = Shown::Hidden;
        } else if is_small(rest) && part != nobody {
            part = Shown::Hidden;
        }
        PartOf { whole, part, rest }
    }

    /// A group that loses some of its people at each step. A removed number larger than what remains removes all.
    ///
    /// The proof assumes that the reader knows the start exactly, since the number of rows read usually stands beside
    /// it. From the first small figure on, what remains between the steps is withheld; then removed counts, the smallest
    /// first; the last remaining count only where nothing else helps.
    pub fn funnel(&self, kind: Cells, start: Working, removed: &[Working]) -> Funnel {
        funnel::release(self.policy, kind, start, removed)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[u64]) -> Vec<Working> {
        counts.iter().map(|&n| Working::from(n)).collect()
    }

    fn line(shown: &[Shown]) -> String {
        shown.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Worked examples: true counts, then what is printed as "cells = total".
    #[test]
    fn tables_and_breakdowns() {
        use Cells::{Other, WithHealthAttribute};
        for (kind, true_counts, as_table, as_breakdown) in [
            (Other, &[][..], " = 0", " = 0"),
            (Other, &[0, 0], "0 0 = 0", "0 0 = 0"),
            (Other, &[12, 34], "10 35 = 45", "10 35 = 45"),
            (Other, &[0, 12, 34], "0 10 35 = 45", "0 10 35 = 45"),
            (Other, &[9, 2], "10 * = hidden", "hidden hidden = 10"),
            (Other, &[7, 7], "* * = hidden", "hidden hidden = 15"),
            (Other, &[3, 1000], "* 1,000 = hidden", "* hidden = 1,005"),
            (WithHealthAttribute, &[0, 1000, 2000], "≤7 1,000 2,000 = hidden", "≤7 hidden 2,000 = 3,000"),
            (
                WithHealthAttribute,
                &[3, 40, 51, 62, 70, 83, 91],
                "≤7 40 50 60 70 85 90 = 400",
                "≤7 40 50 60 70 85 90 = 400",
            ),
        ] {
            let table = Release::default().table(kind, &counts(true_counts));
            assert_eq!(format!("{} = {}", line(&table.cells), table.total), as_table);
            let table = Release::default().breakdown(kind, &counts(true_counts));
            assert_eq!(format!("{} = {}", line(&table.cells), table.total), as_breakdown);
        }
    }

    #[test]
    fn parts() {
        for (whole, part, with_health, other) in [
            (1000, 341, "1,000 340 660", "1,000 340 660"),
            (1000, 1000, "1,000 hidden ≤7", "1,000 1,000 0"),
            (1000, 0, "1,000 ≤7 hidden", "1,000 0 1,000"),
            (1000, 3, "1,000 ≤7 hidden", "1,000 * hidden"),
            (1000, 998, "1,000 hidden ≤7", "1,000 hidden *"),
            (10, 2, "10 hidden hidden", "10 hidden hidden"),
            (4, 1, "≤7 ≤7 hidden", "* * hidden"),
            (0, 0, "≤7 ≤7 hidden", "0 0 0"),
            (5, 9, "≤7 ≤7 hidden", "* * 0"),
        ] {
            for (kind, expected) in [(Cells::WithHealthAttribute, with_health), (Cells::Other, other)] {
                let PartOf { whole, part, rest } =
                    Release::default().part_of(kind, whole.into(), part.into());
                assert_eq!(line(&[whole, part, rest]), expected);
            }
        }
    }

    #[test]
    fn funnels() {
        for (start, removed, expected) in [
            (1000, &[][..], "1,000"),
            (1000, &[100, 300], "1,000 −100→900 −300→600"),
            (1000, &[100, 3, 300], "1,000 −100→900 −*→hidden −hidden→595"),
            (1000, &[3], "1,000 −*→hidden"),
            (20, &[3, 4, 30], "20 −hidden→hidden −hidden→hidden −hidden→hidden"),
        ] {
            let funnel = Release::default().funnel(Cells::Other, start.into(), &counts(removed));
            let steps = funnel.steps.iter().map(|step| format!(" −{}→{}", step.removed, step.remaining));
            assert_eq!(funnel.start.to_string() + &steps.collect::<String>(), expected);
        }
    }

    /// Cells and row totals above, column totals and total below.
    #[test]
    fn two_ways() {
        let shown = |rows: &[&[u64]]| {
            let rows: Vec<Vec<Working>> = rows.iter().map(|row| counts(row)).collect();
            let table = Release::default().two_way(Cells::WithHealthAttribute, &rows);
            let rows = table
                .cells
                .iter()
                .zip(&table.row_totals)
                .map(|(row, total)| format!("{} = {total}\n", line(row)));
            rows.collect::<String>() + &line(&table.column_totals) + " = " + &table.total.to_string()
        };
        assert_eq!(shown(&[&[10, 20], &[30, 40]]), "10 20 = 30\n30 40 = 70\n40 60 = 100");
        assert_eq!(shown(&[&[0, 20], &[30, 40]]), "≤7 20 = hidden\n30 40 = 70\nhidden 60 = 90");
        assert_eq!(shown(&[]), " = hidden");
    }

    #[test]
    fn three_thousand_cells() {
        let many: Vec<Working> = (0..3_000_u64).map(|n| Working::from(n * n % 97)).collect();
        let (table, breakdown) = (
            Release::default().table(Cells::Other, &many),
            Release::default().breakdown(Cells::Other, &many),
        );
        assert_eq!(table, breakdown);
        for columns in [1, 2, 10] {
            let rows: Vec<&[Working]> = many.chunks(columns).collect();
            let two_way = Release::default().two_way(Cells::WithHealthAttribute, &rows);
            assert!(two_way.total.rounded().is_some());
            assert!(two_way.cells.iter().flatten().all(|cell| *cell != Shown::Hidden));
        }
    }
}
