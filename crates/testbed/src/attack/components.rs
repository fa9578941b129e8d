//! Figures that say nothing about each other are attacked apart.

use std::collections::BTreeMap;

use super::publication::{Publication, Range};
use super::tighten::reach;

/// Figures that hang together, and the relations that tie them.
pub(super) struct Component {
    pub(super) figures: Vec<usize>,
    pub(super) relations: Vec<usize>,
}

/// Splits the figures that are not yet known exactly. A relation that holds however its figures fall ties nothing.
pub(super) fn components(publication: &Publication, ranges: &[Range]) -> Vec<Component> {
    let mut parent: Vec<usize> = (0..ranges.len()).collect();
    let open = |figure: usize| ranges[figure].width() > 0;
    let telling: Vec<usize> = (0..publication.relations.len())
        .filter(|at| {
            let relation = &publication.relations[*at];
            let all = reach(relation, ranges);
            all.low < relation.range.low || all.high > relation.range.high
        })
        .collect();
    for at in &telling {
        let mut figures =
            publication.relations[*at].terms.iter().map(|(figure, _)| *figure).filter(|f| open(*f));
        let Some(first) = figures.next() else { continue };
        let root = root_of(&mut parent, first);
        for figure in figures {
            let other = root_of(&mut parent, figure);
            parent[other] = root;
        }
    }
    let mut found: BTreeMap<usize, Component> = BTreeMap::new();
    let empty = || Component { figures: Vec::new(), relations: Vec::new() };
    for figure in (0..ranges.len()).filter(|figure| open(*figure)) {
        found.entry(root_of(&mut parent, figure)).or_insert_with(empty).figures.push(figure);
    }
    for at in telling {
        let first = publication.relations[at].terms.iter().map(|(figure, _)| *figure).find(|f| open(*f));
        if let Some(first) = first {
            found.entry(root_of(&mut parent, first)).or_insert_with(empty).relations.push(at);
        }
    }
    found.into_values().collect()
}

fn root_of(parent: &mut [usize], mut figure: usize) -> usize {
    while parent[figure] != figure {
        parent[figure] = parent[parent[figure]];
        figure = parent[figure];
    }
    figure
}
