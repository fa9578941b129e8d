//! Which offer that does not exist would help most people: for each topic the square in which an offer open to all
//! would reach most people who have the need and nothing for it.

use std::collections::BTreeMap;

use disclosure::{Cells, Release, Shown, Working};
use vocabulary::Topic;

use super::around::{REACH, middle, sum_within};
use super::need_counts::Pair;
use super::tallies::Tallies;
use super::{MissingOffer, TopicLine};

/// The most that a report names.
const MOST: usize = 8;

pub(super) fn missing_offers(tallies: &Tallies, topics: &[TopicLine], gate: &Release) -> Vec<MissingOffer> {
    let mut offers: Vec<MissingOffer> = Vec::new();
    for topic in Topic::ALL {
        let Some(corner) = best_square(tallies, topic) else { continue };
        let helped = tallies.in_reach.get(&corner).map_or(0, |counts| counts[topic as usize]);
        // Never more than the topic's own figure, and nothing where that is hidden: they are the same people.
        let Some(unmet) = topics.iter().find(|t| t.topic == topic).and_then(|t| t.unmet.rounded()) else {
            continue;
        };
        let people = match gate.count(Cells::WithHealthAttribute, Working::from(helped)) {
            Shown::Count(n) => Shown::Count(n.min(unmet)),
            small => small,
        };
        let place = middle(corner);
        let (easting, northing) = (place.easting, place.northing);
        offers.push(MissingOffer { topic, easting, northing, radius: REACH, people });
    }
    // What would help a handful of people is nobody's plan, and saying where they live would be saying too much.
    offers.retain(|offer| offer.people.rounded().is_some_and(|n| n > 0));
    // By what is printed: of two that read the same, the order would say which is larger.
    offers.sort_by_key(|offer| (std::cmp::Reverse(offer.people.rounded()), offer.topic));
    offers.truncate(MOST);
    offers
}

/// The square around whose middle most people have the need unmet, by squares.
fn best_square(tallies: &Tallies, topic: Topic) -> Option<Pair> {
    let unmet = tallies.squares.iter().map(|(corner, counts)| (*corner, counts.unmet[topic as usize]));
    let unmet: BTreeMap<Pair, u64> = unmet.filter(|(_, unmet)| *unmet > 0).collect();
    let around = |corner: &Pair| sum_within(&unmet, *corner, REACH);
    unmet.keys().copied().max_by_key(|corner| (around(corner), std::cmp::Reverse(*corner)))
}
