//! Integer programs over one component: tables that fit everything, as far up and as far down as they go.

use std::collections::BTreeMap;
use std::time::Duration;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions, Variable};

use super::Verdict;
use super::components::Component;
use super::publication::{Publication, Range};

/// After so long or so many branches a figure counts as not settled. Publications of this size take thousandths of a second.
const PATIENCE: Duration = Duration::from_secs(2);
const BRANCHES: u64 = 5_000;
/// Rounds of tables for many figures at once, before each that is left is asked after by itself.
const ROUNDS: usize = 10;

/// The tables of one component that were found so far.
pub(super) struct Search<'a> {
    publication: &'a Publication,
    ranges: &'a [Range],
    component: &'a Component,
    spread: i64,
    /// The least and the greatest value of each figure in any table that fits.
    seen: BTreeMap<usize, Range>,
}

/// How an integer program ended.
enum Ended {
    /// The best table has this value, and no other can have a better one.
    Best(i64),
    /// Nobody knows.
    NotSettled,
}

impl<'a> Search<'a> {
    pub(super) const fn new(
        publication: &'a Publication,
        ranges: &'a [Range],
        component: &'a Component,
        spread: i64,
    ) -> Self {
        Self { publication, ranges, component, spread, seen: BTreeMap::new() }
    }

    /// A verdict for each of these figures, in their order.
    pub(super) fn settle(mut self, asked: &[usize]) -> Vec<Verdict> {
        // Tables with many figures large or small at once settle most of them. Which go up together changes from round
        // to round, so that figures of one sum do not stand in each other's way for ever.
        for round in 0..ROUNDS {
            let open: Vec<usize> =
                asked.iter().copied().filter(|figure| self.witnessed(*figure).is_none()).collect();
            if open.is_empty() {
                break;
            }
            let up = |at: usize| if (at >> (round / 2)) & 1 == round & 1 { 1.0 } else { -1.0 };
            let all: Vec<(usize, f64)> = open
                .iter()
                .enumerate()
                .map(|(at, figure)| (*figure, if round < 2 { up(0) } else { up(at) }))
                .collect();
            self.best_table(&all);
        }
        asked.iter().map(|figure| self.verdict(*figure)).collect()
    }

    fn verdict(&mut self, figure: usize) -> Verdict {
        if let Some(safe) = self.witnessed(figure) {
            return safe;
        }
        let most = self.best_table(&[(figure, 1.0)]);
        if let Some(safe) = self.witnessed(figure) {
            return safe;
        }
        let least = self.best_table(&[(figure, -1.0)]);
        if let Some(safe) = self.witnessed(figure) {
            return safe;
        }
        match (least, most) {
            (Ended::Best(low), Ended::Best(high)) if high + low < self.spread => {
                Verdict::Found { low: -low, high }
            }
            _ => Verdict::Unsettled,
        }
    }

    /// Whether two tables that were found are witnesses enough.
    fn witnessed(&self, figure: usize) -> Option<Verdict> {
        let seen = self.seen.get(&figure)?;
        (seen.width() >= self.spread).then_some(Verdict::Safe { low: seen.low, high: seen.high })
    }

    /// The table in which the sum of these multiples is greatest. It is remembered if it fits in exact arithmetic.
    fn best_table(&mut self, objective: &[(usize, f64)]) -> Ended {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
        for figure in &self.component.figures {
            let range = self.ranges[*figure];
            let (Ok(low), Ok(high)) = (i32::try_from(range.low), i32::try_from(range.high)) else {
                return Ended::NotSettled;
            };
            let wanted =
                objective.iter().find(|(wanted, _)| wanted == figure).map_or(0.0, |(_, times)| *times);
            variables.insert(*figure, problem.add_integer_var(wanted, (low, high)));
        }
        for at in &self.component.relations {
            let relation = &self.publication.relations[*at];
            let mut sum = Vec::new();
            let mut known = 0;
            for (figure, times) in &relation.terms {
                match variables.get(figure) {
                    Some(variable) => sum.push((*variable, as_float(*times))),
                    None => known += self.ranges[*figure].low * times,
                }
            }
            let (low, high) = (relation.range.low - known, relation.range.high - known);
            if low == high {
                problem.add_constraint(&sum, ComparisonOp::Eq, as_float(low));
                continue;
            }
            // An end that no sum of counts reaches binds nothing.
            if low > -ENDLESS {
                problem.add_constraint(&sum, ComparisonOp::Ge, as_float(low));
            }
            if high < ENDLESS {
                problem.add_constraint(&sum, ComparisonOp::Le, as_float(high));
            }
        }
        let mut options = SolveOptions::default();
        options.time_limit = Some(PATIENCE);
        options.node_limit = Some(BRANCHES);
        let Some(solution) =
            problem.solve_with(options).ok().and_then(|outcome| outcome.into_solution().ok())
        else {
            return Ended::NotSettled;
        };
        let table: BTreeMap<usize, i64> = variables
            .iter()
            .map(|(figure, variable)| (*figure, whole(solution.var_value(*variable))))
            .collect();
        if !self.fits(&table) {
            return Ended::NotSettled;
        }
        for (figure, value) in &table {
            let seen = self.seen.entry(*figure).or_insert_with(|| Range::exactly(*value));
            *seen = Range { low: seen.low.min(*value), high: seen.high.max(*value) };
        }
        if solution.status() == SolutionStatus::Optimal {
            let value = objective.iter().filter_map(|(f, times)| Some(table.get(f)? * whole(*times))).sum();
            return Ended::Best(value);
        }
        Ended::NotSettled
    }

    /// Whether a table fits everything that is known of this component, worked out in whole numbers.
    fn fits(&self, table: &BTreeMap<usize, i64>) -> bool {
        let value = |figure: usize| table.get(&figure).copied().unwrap_or(self.ranges[figure].low);
        let within = |range: Range, n: i64| range.low <= n && n <= range.high;
        let figures = table.iter().all(|(figure, n)| within(self.publication.ranges[*figure], *n));
        figures
            && self.component.relations.iter().all(|at| {
                let relation = &self.publication.relations[*at];
                within(
                    relation.range,
                    relation.terms.iter().map(|(figure, times)| value(*figure) * times).sum(),
                )
            })
    }
}

/// Further than any sum of counts goes.
const ENDLESS: i64 = i64::MAX / 8;

#[expect(clippy::cast_precision_loss, reason = "counts of people stay far below 2^53")]
const fn as_float(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a value within bounds that fit 32 bits")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}
