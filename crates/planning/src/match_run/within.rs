//! Groups that lie within larger ones that are printed too.

use disclosure::{Cells, Release, Shown, Working};

/// Withholds cells where hardly anybody else is in a larger group that is printed elsewhere, everybody with the need or
/// everybody around the hub: there it is as telling as a total.
pub(crate) fn withhold_within(release: &Release, shown: &mut [Shown], cells: &[Working], whole: u64) {
    let kind = Cells::WithHealthAttribute;
    // Rounding moves a count by two at most. As much is to be left as the gate itself leaves: a small count and the
    // next step, and the spread on top.
    let least: u64 = shown.iter().filter_map(|cell| cell.rounded()).map(|n| n.saturating_sub(2)).sum();
    let most =
        release.count(kind, Working::from(whole)).rounded().map_or(release.policy().threshold(), |n| n + 2);
    if most >= least + release.policy().threshold() + 6 {
        return;
    }
    let here: Working = cells.iter().sum();
    let with_others = [cells, &[Working::from(whole) - here]].concat();
    for (cell, within) in shown.iter_mut().zip(release.breakdown(kind, &with_others).cells) {
        if within == Shown::Hidden {
            *cell = Shown::Hidden;
        }
    }
}
