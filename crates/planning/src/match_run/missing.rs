//! Which offer that does not exist would help most people: for each topic the square in which an offer open to all
//! would reach most people who have the need and nothing for it.

use disclosure::{Cells, Release, Shown, Working};
use vocabulary::{GridPoint, Topic};

use super::tallies::{Tallies, unmet};
use super::{MatchRun, MissingOffer, SQUARE_SIDE, TopicLine};
use crate::population::Population;

/// How far such an offer would reach, in metres: about three miles.
const REACH: i32 = 5_000;
/// The most that a report names.
const MOST: usize = 8;

pub(super) fn missing_offers(
    run: &MatchRun,
    population: &Population,
    tallies: &Tallies,
    topics: &[TopicLine],
) -> Vec<MissingOffer> {
    let mut offers: Vec<MissingOffer> = Vec::new();
    for topic in Topic::ALL {
        let Some(middle) = best_square(tallies, topic) else { continue };
        let reach = u64::from(REACH.unsigned_abs());
        let reached = |row: u32| {
            let place = population.people.place(row as usize);
            place.is_some_and(|p| p.squared_distance(middle) <= reach * reach)
        };
        let outcomes = run.parts.iter().flat_map(|part| &part.people);
        let helped = outcomes.filter(|o| unmet(**o).holds(topic) && reached(o.person)).count() as u64;
        // Never more than the topic's own figure, and nothing where that is hidden: they are the same people.
        let Some(unmet) = topics.iter().find(|t| t.topic == topic).and_then(|t| t.unmet.rounded()) else {
            continue;
        };
        let people = match Release::default().count(Cells::WithHealthAttribute, Working::from(helped)) {
            Shown::Count(n) => Shown::Count(n.min(unmet)),
            small => small,
        };
        let (easting, northing) = (middle.easting, middle.northing);
        offers.push(MissingOffer { topic, easting, northing, radius: REACH, people });
    }
    // What would help a handful of people is nobody's plan, and saying where they live would be saying too much.
    offers.retain(|offer| offer.people.rounded().is_some_and(|n| n > 0));
    // By what is printed: of two that read the same, the order would say which is larger.
    offers.sort_by_key(|offer| (std::cmp::Reverse(offer.people.rounded()), offer.topic));
    offers.truncate(MOST);
    offers
}

/// The middle of the square around which most people have the need unmet, by squares.
fn best_square(tallies: &Tallies, topic: Topic) -> Option<GridPoint> {
    let middle = |corner: (i32, i32)| GridPoint {
        easting: corner.0 + SQUARE_SIDE / 2,
        northing: corner.1 + SQUARE_SIDE / 2,
    };
    let squares: Vec<(GridPoint, u64)> = tallies
        .squares
        .iter()
        .map(|(corner, counts)| (middle(*corner), counts.unmet[topic as usize]))
        .filter(|(_, unmet)| *unmet > 0)
        .collect();
    let reach = u64::from(REACH.unsigned_abs());
    let around = |centre: &GridPoint| -> u64 {
        squares.iter().filter(|(p, _)| p.squared_distance(*centre) <= reach * reach).map(|(_, n)| n).sum()
    };
    let best = squares.iter().max_by_key(|(centre, _)| (around(centre), std::cmp::Reverse(*centre)))?;
    Some(best.0)
}
