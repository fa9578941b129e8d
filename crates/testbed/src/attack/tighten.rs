//! What can be concluded by looking at one relation at a time, again and again until nothing moves.

use super::Contradiction;
use super::publication::{Publication, Range, Relation};

/// The range of each figure, no wider than before. Every step is sound: a value that it rules out fits no table.
pub(super) fn tighten(publication: &Publication) -> Result<Vec<Range>, Contradiction> {
    let mut ranges = publication.ranges.clone();
    for (range, name) in ranges.iter().zip(&publication.names) {
        if range.is_empty() {
            return Err(Contradiction(format!("{name}: {range:?}")));
        }
    }
    let mut holding = vec![Vec::new(); ranges.len()];
    for (at, relation) in publication.relations.iter().enumerate() {
        for (figure, _) in &relation.terms {
            holding[*figure].push(at);
        }
    }
    let mut waiting = vec![true; publication.relations.len()];
    let mut next: Vec<usize> = (0..publication.relations.len()).rev().collect();
    while let Some(at) = next.pop() {
        waiting[at] = false;
        let relation = &publication.relations[at];
        for moved in narrowed(relation, &mut ranges)? {
            for other in &holding[moved] {
                if !waiting[*other] {
                    waiting[*other] = true;
                    next.push(*other);
                }
            }
        }
    }
    Ok(ranges)
}

/// The least and the most that a relation's sum can be.
pub(super) fn reach(relation: &Relation, ranges: &[Range]) -> Range {
    relation.terms.iter().fold(Range::exactly(0), |sum, (figure, times)| {
        let term = times_range(ranges[*figure], *times);
        Range { low: sum.low + term.low, high: sum.high + term.high }
    })
}

const fn times_range(range: Range, times: i64) -> Range {
    let (a, b) = (range.low * times, range.high * times);
    if a <= b { Range { low: a, high: b } } else { Range { low: b, high: a } }
}

/// Narrows the figures of one relation and says which it moved.
fn narrowed(relation: &Relation, ranges: &mut [Range]) -> Result<Vec<usize>, Contradiction> {
    let mut moved = Vec::new();
    let all = reach(relation, ranges);
    if all.low > relation.range.high || all.high < relation.range.low {
        return Err(Contradiction(relation.words.clone()));
    }
    for (figure, times) in &relation.terms {
        let before = ranges[*figure];
        let own = times_range(before, *times);
        // What the other terms leave for this one.
        let most = relation.range.high - (all.low - own.low);
        let least = relation.range.low - (all.high - own.high);
        let (low, high) = if *times > 0 {
            (least.div_euclid(*times) + i64::from(least.rem_euclid(*times) > 0), most.div_euclid(*times))
        } else {
            let times = -times;
            (-most.div_euclid(times), -(least.div_euclid(times) + i64::from(least.rem_euclid(times) > 0)))
        };
        let after = before.and(Range { low, high });
        if after.is_empty() {
            return Err(Contradiction(relation.words.clone()));
        }
        if after != before {
            ranges[*figure] = after;
            moved.push(*figure);
            // The sums above are those of before: the rest is looked at again, with what is now known.
            break;
        }
    }
    Ok(moved)
}
