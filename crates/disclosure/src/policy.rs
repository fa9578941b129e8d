//! How a single count is rounded, and what a reader can conclude from the result.

use crate::proof::{Range, SPREAD};
use crate::{Shown, Working};

/// Whether a table crosses people with something about their health. It decides what a small cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Nobody to seven people become one symbol, "≤7": even "nobody here has it" says something about everybody there.
    WithHealthAttribute,
    /// Nobody is 0; one to seven people become "*".
    Other,
}

/// The numbers behind the rules. The default is the house's; settings may only make it stricter.
///
/// Source: the rules for hospital statistics below national level (1–7 hidden, the rest to the nearest 5, percentages
/// from rounded numbers, means for eight people or more), with nobody merged into the small cells of health tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    threshold: u64,
    base: u64,
    minimum_denominator: u64,
    minimum_for_mean: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { threshold: 7, base: 5, minimum_denominator: 30, minimum_for_mean: 8 }
    }
}

impl Policy {
    /// Counts up to this one are small. Lower values than the present one are ignored.
    #[must_use]
    pub fn with_threshold(self, threshold: u64) -> Self {
        let threshold = self.threshold.max(threshold);
        // A mean of fewer people than are a small count would say something of them.
        Self { threshold, minimum_for_mean: self.minimum_for_mean.max(threshold + 1), ..self }
    }

    /// Counts above the threshold are rounded to a multiple of this. A smaller base than the present one is ignored;
    /// the threshold grows along where it must, so that no crowd is ever rounded to nobody.
    #[must_use]
    pub fn with_base(self, base: u64) -> Self {
        let base = self.base.max(base);
        Self { base, threshold: self.threshold.max(base / 2), ..self }
    }

    /// The least rounded denominator of a rate. Lower values than the present one are ignored.
    #[must_use]
    pub fn with_minimum_denominator(self, n: u64) -> Self {
        Self { minimum_denominator: self.minimum_denominator.max(n), ..self }
    }

    /// The fewest people a mean may stand on. Lower values than the present one are ignored.
    #[must_use]
    pub fn with_minimum_for_mean(self, n: u64) -> Self {
        Self { minimum_for_mean: self.minimum_for_mean.max(n), ..self }
    }

    /// A policy that protects nobody: every number stands as it is and nothing is small. It exists so that the tests'
    /// attacker can be seen to win.
    #[cfg(test)]
    pub(crate) const fn protecting_nobody() -> Self {
        Self { threshold: 0, base: 1, minimum_denominator: 0, minimum_for_mean: 0 }
    }

    pub const fn threshold(self) -> u64 {
        self.threshold
    }

    /// What counts are rounded to.
    pub const fn base(self) -> u64 {
        self.base
    }

    /// What the signs mean, for whoever reads counts in a file.
    pub fn in_words(self) -> String {
        let Self { threshold, base, .. } = self;
        format!(
            "to the nearest {base}; \"≤{threshold}\" is nobody to {threshold} people; \"hidden\" protects another count"
        )
    }

    pub const fn minimum_denominator(self) -> u64 {
        self.minimum_denominator
    }

    pub const fn minimum_for_mean(self) -> u64 {
        self.minimum_for_mean
    }

    /// How far a total must stay from what would narrow a small cell; see [`crate::proof::total_tells_nothing`].
    pub(crate) fn to_spare(self) -> u64 {
        SPREAD + self.base.max(self.threshold + 1)
    }

    /// One count on its own, by the rule alone.
    pub(crate) fn round(self, cells: Cells, count: Working) -> Shown {
        match (count.get(), cells) {
            (0, Cells::Other) => Shown::Count(0),
            (n, Cells::WithHealthAttribute) if n <= self.threshold => Shown::UpTo(self.threshold),
            (n, Cells::Other) if n <= self.threshold => Shown::Few,
            (n, _) => Shown::Count(n.saturating_add(self.base / 2) / self.base * self.base),
        }
    }

    /// All true counts that would read like this: what a reader knows from one published figure.
    pub(crate) fn meaning(self, shown: Shown) -> Range {
        match shown {
            Shown::Count(0) => Range::exactly(0),
            Shown::Count(n) => Range::new(
                n.saturating_sub(self.base / 2).max(self.threshold + 1),
                n.saturating_add((self.base - 1) / 2),
            ),
            Shown::UpTo(most) => Range::new(0, most),
            Shown::Few => Range::new(1, self.threshold),
            Shown::Hidden => Range::ANY,
        }
    }

    /// What a reader knows of a figure that is withheld for being the smallest that is not small: it lies above the
    /// threshold and does not exceed the next larger one, where there is one.
    pub(crate) fn not_small_up_to(self, next: Option<Shown>) -> Range {
        Range::new(self.threshold + 1, u64::MAX)
            .and(next.map_or(Range::ANY, |next| self.meaning(next).or_less()))
    }
}

/// Whether the rule alone already hides this figure, so that nobody may be able to work it out either.
pub(crate) const fn is_small(shown: Shown) -> bool {
    matches!(shown, Shown::UpTo(_) | Shown::Few)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nought_to_twenty() {
        let read = |cells| -> Vec<String> {
            (0..=20).map(|n| Policy::default().round(cells, Working::from(n)).to_string()).collect()
        };
        assert_eq!(
            read(Cells::WithHealthAttribute).join(" "),
            "≤7 ≤7 ≤7 ≤7 ≤7 ≤7 ≤7 ≤7 10 10 10 10 10 15 15 15 15 15 20 20 20"
        );
        assert_eq!(read(Cells::Other).join(" "), "0 * * * * * * * 10 10 10 10 10 15 15 15 15 15 20 20 20");
    }

    /// What a figure means is exactly the set of counts that read so, whatever the policy.
    #[test]
    fn the_meaning_of_a_figure_is_every_count_that_reads_so() {
        for policy in [
            Policy::default(),
            Policy::default().with_threshold(12),
            Policy::default().with_base(10),
            Policy::default().with_base(50),
        ] {
            for cells in [Cells::WithHealthAttribute, Cells::Other] {
                for n in 0..300 {
                    let shown = policy.round(cells, Working::from(n));
                    assert!(n == 0 || shown != Shown::Count(0), "{n} people must not read as nobody");
                    for other in 0..400 {
                        assert_eq!(
                            policy.meaning(shown).holds(other),
                            policy.round(cells, Working::from(other)) == shown,
                            "{policy:?}: does {other} read as {shown}, like {n}?"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn settings_only_make_it_stricter() {
        let lax = Policy::default()
            .with_threshold(1)
            .with_base(1)
            .with_minimum_denominator(1)
            .with_minimum_for_mean(1);
        assert_eq!(lax, Policy::default());
        assert_eq!(Policy::default().with_base(20).threshold(), 10);
        let strict = Policy::default().with_threshold(12);
        assert_eq!((strict.threshold(), strict.minimum_for_mean()), (12, 13));
        assert!(strict.in_words().contains("\"≤12\" is nobody to 12 people"));
    }
}
