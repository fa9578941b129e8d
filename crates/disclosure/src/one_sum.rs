//! Which cells to withhold when their total is known.

use crate::policy::is_small;
use crate::proof::{Range, total_tells_nothing};
use crate::{Policy, Shown};

/// Withholds rounded cells, the smallest first, until the known total says nothing about a small one; `dearest` goes
/// after all others. Where the whole is hardly larger than its small cells, all are withheld. Every decision looks at
/// shown figures only, so that a reader who knows this function learns nothing from what it withholds. Where `most` is
/// given, the reader also knows that no cell holds more than that.
pub(crate) fn withhold(
    policy: Policy,
    cells: &mut [Shown],
    (total, most): (Range, Option<&[u64]>),
    dearest: Option<usize>,
) {
    if !cells.iter().any(|shown| is_small(*shown)) {
        return;
    }
    let size = |cell: usize| cells[cell].rounded().unwrap_or(0);
    let mut by_size: Vec<usize> =
        (0..cells.len()).filter(|&cell| size(cell) > 0 && Some(cell) != dearest).collect();
    by_size.sort_by_key(|&cell| size(cell));
    let dearest = dearest.filter(|&cell| size(cell) > 0);
    let order: Vec<usize> = by_size.iter().copied().chain(dearest).collect();

    let tells_nothing = |withheld: usize| {
        let mut ranges: Vec<Range> = cells.iter().map(|shown| policy.meaning(*shown)).collect();
        // The reader knows the order too: a withheld cell is not small, and not above the next that is printed.
        let range = policy.not_small_up_to(by_size.get(withheld).map(|&cell| cells[cell]));
        for &cell in &order[..withheld] {
            ranges[cell] = range;
        }
        if let Some(most) = most {
            ranges.iter_mut().zip(most).for_each(|(range, most)| *range = range.and(Range::new(0, *most)));
        }
        total_tells_nothing(&ranges, total, policy.to_spare())
    };
    // Each further withheld cell widens the ranges, so the fewest that will do can be found by halves.
    let numbers: Vec<usize> = (0..=order.len()).collect();
    let enough = numbers.partition_point(|&withheld| !tells_nothing(withheld));
    if enough > order.len() {
        cells.fill(Shown::Hidden);
    }
    for cell in order.into_iter().take(enough) {
        cells[cell] = Shown::Hidden;
    }
}
