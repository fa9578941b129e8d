//! What a reader holds: unknown counts, and what is known of them.

use std::collections::BTreeMap;

use super::components::components;
use super::solver::Search;
use super::tighten::tighten;
use super::{Contradiction, Verdict};

/// Whole numbers from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub low: i64,
    pub high: i64,
}

impl Range {
    /// Nobody to everybody.
    pub const fn up_to(high: i64) -> Self {
        Self { low: 0, high }
    }

    pub const fn exactly(n: i64) -> Self {
        Self { low: n, high: n }
    }

    /// No end on either side that a count of people could reach.
    pub const fn at_least(low: i64) -> Self {
        Self { low, high: i64::MAX / 4 }
    }

    /// All true counts that a printed figure can stand for, in a population of so many people. None for what is no
    /// figure of a release. "=12" is a count that is known exactly.
    ///
    /// The rules are written down here a second time on purpose: an attack that asked the release what its figures mean
    /// would believe its mistakes.
    pub fn of_printed(printed: &str, everybody: i64) -> Option<Self> {
        Some(match printed {
            "hidden" => Self::up_to(everybody),
            "≤7" => Self::up_to(7),
            "*" => Self { low: 1, high: 7 },
            "0" => Self::exactly(0),
            exact if exact.starts_with('=') => Self::exactly(exact[1..].parse().ok()?),
            rounded => {
                let n: i64 = rounded.replace(',', "").parse().ok()?;
                if n % 5 != 0 || n < 10 {
                    return None;
                }
                Self { low: (n - 2).max(8), high: (n + 2).min(everybody) }
            }
        })
    }

    /// How far its ends lie apart.
    pub const fn width(self) -> i64 {
        self.high - self.low
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    pub(super) const fn is_empty(self) -> bool {
        self.low > self.high
    }
}

/// One figure of a publication, printed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(pub(super) usize);

/// A sum of multiples of figures that lies in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) terms: Vec<(usize, i64)>,
    pub(super) range: Range,
    pub(super) words: String,
}

/// Everything that a reader has, of one release or of several.
#[derive(Clone, Debug, Default)]
pub struct Publication {
    pub(super) names: Vec<String>,
    by_name: BTreeMap<String, usize>,
    pub(super) ranges: Vec<Range>,
    pub(super) relations: Vec<Relation>,
}

impl Publication {
    /// Adds what is known of the figure of this name. Known twice, it lies where both allow.
    pub fn figure(&mut self, name: &str, range: Range) -> Figure {
        if let Some(known) = self.by_name.get(name) {
            self.ranges[*known] = self.ranges[*known].and(range);
            return Figure(*known);
        }
        let number = self.names.len();
        self.names.push(name.to_owned());
        self.by_name.insert(name.to_owned(), number);
        self.ranges.push(range);
        Figure(number)
    }

    /// The figure of a name, if there is one.
    pub fn named(&self, name: &str) -> Option<Figure> {
        self.by_name.get(name).copied().map(Figure)
    }

    pub fn name(&self, figure: Figure) -> &str {
        &self.names[figure.0]
    }

    /// Every figure.
    pub fn figures(&self) -> impl Iterator<Item = Figure> + use<> {
        (0..self.names.len()).map(Figure)
    }

    /// A reader knows that the sum of these multiples lies in this range.
    pub fn known(&mut self, words: &str, terms: &[(Figure, i64)], range: Range) {
        let mut sum: BTreeMap<usize, i64> = BTreeMap::new();
        for (figure, times) in terms {
            *sum.entry(figure.0).or_default() += times;
        }
        let terms = sum.into_iter().filter(|(_, times)| *times != 0).collect();
        self.relations.push(Relation { terms, range, words: words.to_owned() });
    }

    /// Parts that do not overlap and are the whole together.
    pub fn adds_up(&mut self, words: &str, parts: &[Figure], whole: Figure) {
        let terms: Vec<(Figure, i64)> = parts.iter().map(|part| (*part, -1)).chain([(whole, 1)]).collect();
        self.known(words, &terms, Range::exactly(0));
    }

    /// Parts that do not overlap, and perhaps somebody who is in none of them.
    pub fn within(&mut self, words: &str, parts: &[Figure], whole: Figure) {
        let terms: Vec<(Figure, i64)> = parts.iter().map(|part| (*part, -1)).chain([(whole, 1)]).collect();
        self.known(words, &terms, Range::at_least(0));
    }

    /// What does not fit when the figures have these values: nothing, if the reader's knowledge is true. A figure
    /// without a value is left out with every relation that holds it.
    pub fn untrue(&self, value: impl Fn(&str) -> Option<i64>) -> Vec<String> {
        let values: Vec<Option<i64>> = self.names.iter().map(|name| value(name)).collect();
        let outside = |range: Range, n: i64| n < range.low || n > range.high;
        let figures =
            values.iter().zip(&self.ranges).zip(&self.names).filter_map(|((value, range), name)| {
                value.filter(|n| outside(*range, *n)).map(|n| format!("{name} is {n}, not in {range:?}"))
            });
        let relations = self.relations.iter().filter_map(|relation| {
            let terms = relation.terms.iter().map(|(at, times)| Some(values[*at]? * times));
            let sum = terms.sum::<Option<i64>>()?;
            outside(relation.range, sum).then(|| format!("{}: {sum}", relation.words))
        });
        figures.chain(relations).collect()
    }

    /// Whether each of these figures has two possible values that differ by at least `spread`.
    pub fn attack(&self, of: &[Figure], spread: i64) -> Result<Vec<Verdict>, Contradiction> {
        let ranges = tighten(self)?;
        let mut verdicts = vec![Verdict::Unsettled; of.len()];
        let mut open: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, figure) in of.iter().enumerate() {
            let range = ranges[figure.0];
            if range.width() < spread {
                verdicts[at] = Verdict::Found { low: range.low, high: range.high };
            } else {
                open.entry(figure.0).or_default().push(at);
            }
        }
        for component in components(self, &ranges) {
            let asked: Vec<usize> =
                component.figures.iter().copied().filter(|figure| open.contains_key(figure)).collect();
            if asked.is_empty() {
                continue;
            }
            let answers = Search::new(self, &ranges, &component, spread).settle(&asked);
            for (figure, verdict) in asked.iter().zip(answers) {
                for at in open.get(figure).into_iter().flatten() {
                    verdicts[*at] = verdict;
                }
            }
        }
        Ok(verdicts)
    }
}
