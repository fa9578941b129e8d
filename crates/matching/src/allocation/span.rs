//! Between which prices the proof holds. The lowest are what one more place in a session would add to the total, the
//! highest what one place fewer would cost; both are the same for every best assignment.

use super::market::Market;
use super::near::{FAR, Near, WIDEST};
use super::settle::Settled;

/// Prices of the sessions and, last, of the way out.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) lowest: Vec<i64>,
    /// None where there is no place that could be taken away, or not everybody who is bound to have one could then have one.
    pub(super) highest: Vec<Option<i64>>,
}

pub(super) fn span(market: &Market<'_>, settled: &Settled, window: i64) -> Span {
    let mut window = window.max(1);
    let mut near = Near::new(market, settled.prices.clone(), window, Some(settled.at.clone()));
    loop {
        let most = if near.whole { FAR - 1 } else { window };
        let (down, _) = near.distances(&[market.out()], most, true, |_| false);
        let with_room: Vec<u32> = (0..=market.out()).filter(|node| near.has_room(*node)).collect();
        let (up, _) = near.distances_to(&with_room, most, false, |_| false);
        // Without places nothing can be taken away, and nothing bounds the price from above.
        let bounded = |node: usize| market.places.get(node).is_none_or(|places| *places > 0);
        let sure = |(node, (down, up)): (usize, (&i64, &i64))| *down < FAR && (*up < FAR || !bounded(node));
        if near.whole || down.iter().zip(&up).enumerate().all(sure) {
            let lowest = settled.prices.iter().zip(&down).map(|(price, far)| price - far).collect();
            let reached =
                |(node, (price, up)): (usize, (&i64, &i64))| (*up < FAR && bounded(node)).then(|| price + up);
            let highest = settled.prices.iter().zip(&up).enumerate().map(reached).collect();
            return Span { lowest, highest };
        }
        window = window.saturating_mul(8).min(WIDEST);
        near = Near::new(market, settled.prices.clone(), window, Some(near.at));
    }
}
