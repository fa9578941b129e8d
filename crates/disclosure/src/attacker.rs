//! The opponent: somebody who has only what is printed, knows the rules, and tries every table there could be.
//!
//! It shares no code with the release: it reads the printed texts and enumerates. Whatever it is given is cells, and
//! sums of cells; each shape of release says which sums those are.

use std::ops::RangeInclusive;

use proptest::prelude::*;

use crate::{Cells, Policy, Release, Shown, Working};

/// Withheld figures are tried up to here. The true counts below stay well under it.
const FAR: u64 = 40;

/// What is printed about one figure, and the truth behind it.
#[derive(Clone, Debug)]
struct Figure {
    printed: String,
    truth: u64,
}

/// One publication: cells, and figures that are sums of some of the cells.
#[derive(Clone, Debug)]
struct Publication {
    kind: Cells,
    cells: Vec<Figure>,
    sums: Vec<(Vec<usize>, Figure)>,
}

fn figure(shown: Shown, truth: u64) -> Figure {
    Figure { printed: shown.to_string(), truth }
}

/// All the counts that a printed figure can stand for. "=12" is a count known exactly.
fn possible(printed: &str, kind: Cells) -> RangeInclusive<u64> {
    match (printed, kind) {
        ("hidden", _) => 0..=FAR,
        ("≤7", Cells::WithHealthAttribute) => 0..=7,
        ("*", Cells::Other) => 1..=7,
        ("0", Cells::Other) => 0..=0,
        (exact, _) if exact.starts_with('=') => {
            let n = exact[1..].parse().expect("a number");
            n..=n
        }
        (rounded, _) => {
            let n: u64 = rounded.parse().expect("a number");
            assert!(n.is_multiple_of(5) && n >= 10, "{rounded} should never be printed");
            (n - 2).max(8)..=n + 2
        }
    }
}

impl Publication {
    /// The figures that must not be worked out: their numbers (cells first, then sums).
    fn small(&self) -> impl Iterator<Item = usize> {
        let least = u64::from(self.kind == Cells::Other);
        let figures = self.cells.iter().chain(self.sums.iter().map(|(_, figure)| figure));
        let known = |figure: &Figure| figure.printed.starts_with('=');
        figures.enumerate().filter(move |(_, f)| (least..=7).contains(&f.truth) && !known(f)).map(|(i, _)| i)
    }

    /// The least and the greatest value of every figure over all tables that fit what is printed.
    fn attack(&self) -> Vec<(u64, u64)> {
        self.attack_knowing(|_| true)
    }

    /// The same, by somebody who can also rule tables out.
    fn attack_knowing(&self, possible_table: impl Fn(&[u64]) -> bool) -> Vec<(u64, u64)> {
        let mut bounds = vec![(u64::MAX, 0); self.cells.len() + self.sums.len()];
        self.try_all(&mut Vec::new(), &possible_table, &mut bounds);
        assert!(bounds.iter().all(|(least, most)| least <= most), "the truth itself must fit: {self:?}");
        bounds
    }

    fn try_all(
        &self,
        table: &mut Vec<u64>,
        possible_table: &impl Fn(&[u64]) -> bool,
        bounds: &mut [(u64, u64)],
    ) {
        let sum = |of: &[usize], table: &[u64]| of.iter().filter_map(|&i| table.get(i)).sum::<u64>();
        let fits = self.sums.iter().all(|(of, figure)| {
            let range = possible(&figure.printed, self.kind);
            let so_far = sum(of, table);
            let complete = of.iter().all(|&i| i < table.len());
            figure.printed == "hidden" || (so_far <= *range.end() && (!complete || so_far >= *range.start()))
        });
        if !fits {
            return;
        }
        if let Some(cell) = self.cells.get(table.len()) {
            for n in possible(&cell.printed, self.kind) {
                table.push(n);
                self.try_all(table, possible_table, bounds);
                table.pop();
            }
        } else if possible_table(table) {
            let values = table.iter().copied().chain(self.sums.iter().map(|(of, _)| sum(of, table)));
            for (bound, n) in bounds.iter_mut().zip(values) {
                *bound = (bound.0.min(n), bound.1.max(n));
            }
        }
    }

    fn worked_out(&self) -> Option<String> {
        let bounds = self.attack();
        self.small()
            .find(|&i| bounds[i].1 - bounds[i].0 < 5)
            .map(|i| format!("figure {i} lies between {} and {} in {self:?}", bounds[i].0, bounds[i].1))
    }
}

fn working(counts: &[u64]) -> Vec<Working> {
    counts.iter().map(|&n| Working::from(n)).collect()
}

fn one_sum(kind: Cells, counts: &[u64], cells: &[Shown], total: Figure) -> Publication {
    Publication {
        kind,
        cells: cells.iter().zip(counts).map(|(&shown, &n)| figure(shown, n)).collect(),
        sums: vec![((0..counts.len()).collect(), total)],
    }
}

fn table(kind: Cells, counts: &[u64]) -> Publication {
    let table = Release::default().table(kind, &working(counts));
    one_sum(kind, counts, &table.cells, figure(table.total, counts.iter().sum()))
}

fn breakdown(kind: Cells, counts: &[u64]) -> Publication {
    let table = Release::default().breakdown(kind, &working(counts));
    assert_ne!(table.total, Shown::Hidden, "the total of a breakdown stands");
    one_sum(kind, counts, &table.cells, figure(table.total, counts.iter().sum()))
}

fn part_of(kind: Cells, [part, rest]: [u64; 2]) -> Publication {
    let shown = Release::default().part_of(kind, Working::from(part + rest), Working::from(part));
    one_sum(kind, &[part, rest], &[shown.part, shown.rest], figure(shown.whole, part + rest))
}

/// Groups in so many places, beside `known` people in places that are all taken.
fn breakdown_of_places(kind: Cells, counts: &[u64], most: &[u64], known: u64) -> Option<Publication> {
    let table = Release::default().breakdown_of_places(kind, &working(counts), most, known)?;
    let truth = counts.iter().sum::<u64>() + known;
    let mut publication = one_sum(kind, counts, &table.cells, figure(table.total, truth));
    publication.sums[0].0.push(counts.len());
    publication.cells.push(Figure { printed: format!("={known}"), truth: known });
    Some(publication)
}

/// The unknowns are the removed counts and the last remaining one; what remains earlier is a sum of later ones.
fn funnel(kind: Cells, removed: &[u64], last: u64) -> Publication {
    let start = removed.iter().sum::<u64>() + last;
    let shown = Release::default().funnel(kind, Working::from(start), &working(removed));
    let mut cells: Vec<Figure> =
        shown.steps.iter().zip(removed).map(|(step, &n)| figure(step.removed, n)).collect();
    cells.push(figure(shown.remaining(), last));
    let mut sums =
        vec![((0..=removed.len()).collect(), Figure { printed: format!("={start}"), truth: start })];
    for (i, step) in shown.steps.iter().enumerate().take(removed.len().saturating_sub(1)) {
        let later: Vec<usize> = (i + 1..=removed.len()).collect();
        let truth = later.iter().map(|&j| removed.get(j).unwrap_or(&last)).sum();
        sums.push((later, figure(step.remaining, truth)));
    }
    Publication { kind, cells, sums }
}

fn two_way(kind: Cells, columns: usize, counts: &[u64]) -> Publication {
    let rows: Vec<Vec<Working>> = counts.chunks(columns).map(working).collect();
    let shown = Release::default().two_way(kind, &rows);
    let sum_of = |cells: Vec<usize>, shown: Shown| {
        let truth = cells.iter().map(|&i| counts[i]).sum();
        (cells, figure(shown, truth))
    };
    let mut sums = vec![sum_of((0..counts.len()).collect(), shown.total)];
    for (r, &shown) in shown.row_totals.iter().enumerate() {
        sums.push(sum_of((r * columns..(r + 1) * columns).collect(), shown));
    }
    for (c, &shown) in shown.column_totals.iter().enumerate() {
        sums.push(sum_of((c..counts.len()).step_by(columns).collect(), shown));
    }
    let cells = shown.cells.iter().flatten().zip(counts).map(|(&shown, &n)| figure(shown, n)).collect();
    Publication { kind, cells, sums }
}

fn kinds() -> impl Strategy<Value = Cells> {
    prop_oneof![Just(Cells::WithHealthAttribute), Just(Cells::Other)]
}

/// Counts around the threshold, where everything happens, nobody among them often enough.
fn counts(how_many: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(prop_oneof![1 => Just(0_u64), 4 => 0..9_u64, 2 => 8..20_u64], how_many)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_small_cell_of_a_table_is_worked_out(kind in kinds(), counts in counts(1..=4)) {
        prop_assert_eq!(table(kind, &counts).worked_out(), None);
    }

    #[test]
    fn no_small_cell_of_a_breakdown_is_worked_out(kind in kinds(), counts in counts(1..=4)) {
        prop_assert_eq!(breakdown(kind, &counts).worked_out(), None);
    }

    /// What the places themselves say of a group (three places hold no more than three people) is no fault of the release.
    #[test]
    fn no_small_group_in_places_is_worked_out(
        kind in kinds(), counts in counts(1..=3), free in proptest::collection::vec(0..6_u64, 3), known in 0..20_u64,
    ) {
        let most: Vec<u64> = counts.iter().zip(&free).map(|(count, free)| count + free).collect();
        let Some(publication) = breakdown_of_places(kind, &counts, &most, known) else { return Ok(()) };
        let fits = |table: &[u64]| table.iter().zip(&most).all(|(count, most)| count <= most);
        let bounds = publication.attack_knowing(fits);
        let least = u64::from(kind == Cells::Other);
        for i in publication.small().filter(|i| *i < counts.len()) {
            let could_be = most[i].min(7).saturating_sub(least).min(5);
            prop_assert!(bounds[i].1 - bounds[i].0 >= could_be, "figure {i} lies in {:?}: {publication:?}", bounds[i]);
        }
    }

    #[test]
    fn neither_part_nor_rest_is_worked_out(kind in kinds(), part in 0..20_u64, rest in 0..20_u64) {
        prop_assert_eq!(part_of(kind, [part, rest]).worked_out(), None);
    }

    #[test]
    fn no_small_step_of_a_funnel_is_worked_out(kind in kinds(), removed in counts(1..=3), last in 8..20_u64) {
        prop_assert_eq!(funnel(kind, &removed, last).worked_out(), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_small_cell_of_a_two_way_table_is_worked_out(kind in kinds(), columns in 2..=3_usize, counts in counts(6)) {
        let counts = if columns == 2 { &counts[..4] } else { &counts[..] };
        prop_assert_eq!(two_way(kind, columns, counts).worked_out(), None);
    }
}

/// Every pair that there can be, not a sample.
#[test]
fn every_small_pair_holds() {
    for kind in [Cells::WithHealthAttribute, Cells::Other] {
        for (a, b) in (0..20).flat_map(|a| (0..20).map(move |b| (a, b))) {
            for publication in [table(kind, &[a, b]), breakdown(kind, &[a, b]), part_of(kind, [a, b])] {
                assert_eq!(publication.worked_out(), None);
            }
        }
    }
}

/// The stronger opponent, who runs the release on every table that fits and drops those that would have been printed
/// otherwise: what was withheld, and why, tells him nothing that matters. Tables with both margins are not proof
/// against him; see [`Release::two_way`].
mod who_also_knows_when_figures_are_withheld {
    use super::*;

    fn printed(publication: &Publication) -> Vec<&str> {
        let sums = publication.sums.iter().map(|(_, figure)| figure);
        publication.cells.iter().chain(sums).map(|figure| figure.printed.as_str()).collect()
    }

    fn check(counts: &[u64], release: impl Fn(&[u64]) -> Publication) {
        let publication = release(counts);
        let bounds = publication.attack_knowing(|other| printed(&release(other)) == printed(&publication));
        for i in publication.small() {
            assert!(bounds[i].1 - bounds[i].0 >= 5, "figure {i} lies in {:?}: {publication:?}", bounds[i]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

        #[test]
        fn of_a_table(kind in kinds(), counts in counts(1..=3)) {
            check(&counts, |counts| table(kind, counts));
        }

        #[test]
        fn of_a_breakdown(kind in kinds(), counts in counts(1..=3)) {
            check(&counts, |counts| breakdown(kind, counts));
        }

        #[test]
        fn of_a_part(kind in kinds(), counts in counts(2)) {
            check(&counts, |counts| part_of(kind, [counts[0], counts[1]]));
        }

        #[test]
        fn of_a_funnel(kind in kinds(), removed in counts(1..=2), last in 8..20_u64) {
            let counts: Vec<u64> = removed.into_iter().chain([last]).collect();
            check(&counts, |counts| funnel(kind, &counts[..counts.len() - 1], counts[counts.len() - 1]));
        }
    }
}

/// The harness must be able to fail: weaker releases, and the attacker wins against each of them.
mod against_weaker_releases {
    use super::*;

    /// How many of all pairs below 20 with a small cell are worked out.
    fn lost(release: impl Fn(Cells, [u64; 2]) -> Publication) -> (usize, usize) {
        let kind = Cells::Other;
        let pairs = (0..20).flat_map(|a| (0..20).map(move |b| [a, b]));
        let publications: Vec<Publication> = pairs.map(|pair| release(kind, pair)).collect();
        let small = publications.iter().filter(|publication| publication.small().next().is_some());
        (publications.iter().filter_map(Publication::worked_out).count(), small.count())
    }

    fn by_the_rule_alone(kind: Cells, pair: [u64; 2], total: Figure) -> Publication {
        let cells = pair.map(|n| Release::default().count(kind, Working::from(n)));
        one_sum(kind, &pair, &cells, total)
    }

    #[test]
    fn totals_that_are_exact_give_small_cells_away() {
        let (lost, of) = lost(|kind, pair| {
            let total = pair.iter().sum();
            let exact = Release::new(Policy::protecting_nobody()).count(kind, Working::from(total));
            by_the_rule_alone(kind, pair, Figure { printed: format!("={exact}"), truth: total })
        });
        assert!(lost * 10 > of * 9, "{lost} of {of}");
    }

    #[test]
    fn rounding_without_proof_gives_some_away() {
        let (lost, of) = lost(|kind, pair| {
            let total = pair.iter().sum();
            let rounded = Release::default().count(kind, Working::from(total));
            by_the_rule_alone(kind, pair, figure(rounded, total))
        });
        assert!(lost * 4 > of, "{lost} of {of}");
    }

    #[test]
    fn the_release_gives_none_away() {
        let (lost, of) = lost(|kind, pair| table(kind, &pair));
        assert!(lost == 0 && of > 100, "{lost} of {of}");
    }
}
