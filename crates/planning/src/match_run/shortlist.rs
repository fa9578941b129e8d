//! Whom to invite to a hub, in released numbers and in words.

use std::collections::BTreeMap;

use disclosure::{Cells, Release, Shown, Working};
use matching::{Invitation, InvitationProblem, Outcome, People, Plan, around, invite};
use vocabulary::{GridPoint, Topic, and_list};

use super::around::{middle, sum_within};
use super::left_out::{Printed, left_out};
use super::need_counts::Pair;
use super::tallies::Tallies;
use super::within::withhold_within;
use super::{AtLeast, Invited, Shortlist, UncoveredNeed};

/// Metres around a place that nobody named, and its stands.
pub const DEFAULT_RADIUS: i32 = 10_000;
pub const DEFAULT_STANDS: usize = 40;

/// A hub to be: where, how far it reaches, how many stands.
#[derive(Clone, Debug)]
pub struct Hub {
    pub asked: Invitation,
    /// Nobody named the place: it was chosen.
    pub place_chosen: bool,
}

/// The people among whom those around a hub are looked for: rows of the cohort, or of it those around the hub.
#[derive(Clone, Copy, Debug)]
pub struct Near<'a> {
    pub people: &'a People,
    pub rows: &'a [u32],
}

/// The middle of the square with most of the cohort within [`DEFAULT_RADIUS`]; none where nobody's place is known, or hardly anybody's.
pub fn busiest_place(tallies: &Tallies, gate: &Release) -> Option<GridPoint> {
    let people = tallies.squares.iter().map(|(corner, counts)| (*corner, counts.people));
    let people: BTreeMap<Pair, u64> = people.filter(|(_, people)| *people > 0).collect();
    let within = |corner: &Pair| sum_within(&people, *corner, DEFAULT_RADIUS);
    let square = people.keys().copied().max_by_key(|corner| (within(corner), std::cmp::Reverse(*corner)))?;
    // Where hardly anybody lives, the place itself would say where.
    let people = gate.count(Cells::WithHealthAttribute, Working::from(within(&square)));
    people.rounded().is_some().then_some(middle(square))
}

/// Chooses the providers and releases what may be said of the choice.
pub(super) fn shortlist(
    plan: &Plan,
    tallies: &Tallies,
    cohort_shown: Shown,
    printed: &Printed<'_>,
    (hub, near): (&Hub, Near<'_>),
    release: &Release,
) -> Result<Shortlist, InvitationProblem> {
    let outcome = invite(plan, near.people, near.rows, &hub.asked)?;
    let kind = Cells::WithHealthAttribute;
    // Part of the cohort, and hidden where the cohort is.
    let people = match cohort_shown {
        Shown::Count(_) => {
            let all = Working::from(tallies.all.people);
            release.part_of(kind, all, Working::from(outcome.people)).part
        }
        _ => Shown::Hidden,
    };
    let topics = outcome.needing.len();
    let mut needing = Vec::with_capacity(topics);
    let mut uncovered = Vec::with_capacity(topics);
    let mut adds = vec![vec![Shown::Count(0); topics]; outcome.chosen.len()];
    for topic in 0..topics {
        // Everybody with a need is added by one provider or left uncovered: one sum, released in one call. Providers
        // that add nobody are no part of it: they say so by adding nothing.
        let adding: Vec<usize> = (0..adds.len()).filter(|at| outcome.chosen[*at].adds[topic] > 0).collect();
        let added = adding.iter().map(|at| outcome.chosen[*at].adds[topic]);
        let cells: Vec<Working> = added.chain([outcome.uncovered[topic]]).map(Working::from).collect();
        let mut table = release.table(kind, &cells);
        let around = people.rounded().map(|_| outcome.people);
        for whole in [Some(tallies.all.need[topic]), around].into_iter().flatten() {
            withhold_within(release, &mut table.cells, &cells, whole);
        }
        needing.push(table.total);
        uncovered.push(table.cells[adding.len()]);
        for (at, shown) in adding.iter().zip(&table.cells) {
            adds[*at][topic] = *shown;
        }
    }
    let weight = |topic: usize| u64::from(plan.rules().weights.0[topic].unsigned_abs());
    let weighed: Vec<(u64, Shown)> =
        uncovered.iter().enumerate().map(|(t, shown)| (weight(t), *shown)).collect();
    let (covered_percent, bound_percent) = percentages(&outcome, people, &weighed);
    let invited = outcome.chosen.iter().zip(&adds).map(|(chosen, adds)| {
        let gain: u64 = adds.iter().enumerate().filter_map(|(t, n)| Some(weight(t) * n.rounded()?)).sum();
        // All that it adds is small or withheld.
        let kept_back = gain == 0 && chosen.gain > 0;
        let mut most: Vec<(Topic, Shown)> = Topic::ALL.into_iter().zip(adds.iter().copied()).collect();
        most.retain(|(_, shown)| shown.rounded().is_some_and(|n| n > 0));
        most.sort_by_key(|(topic, shown)| {
            (std::cmp::Reverse(shown.rounded().unwrap_or(0) * weight(*topic as usize)), *topic)
        });
        most.truncate(3);
        let services = plan.services().iter().filter(|s| s.provider == chosen.provider);
        let name = services.clone().next().map_or_else(String::new, matching::Service::provider_called);
        Invited {
            provider: chosen.provider.clone(),
            name,
            services: services.count() as u64,
            forced: chosen.forced,
            cost: chosen.cost,
            gain: if kept_back { Shown::Hidden } else { Shown::Count(gain) },
            words: words(&most, kept_back),
            adds: most.iter().map(|(topic, shown)| (topic.title().to_owned(), *shown)).collect(),
        }
    });
    let mut invited: Vec<Invited> = invited.collect();
    // Parts of those around the hub are shown only where their number is.
    let left_out = match people {
        Shown::Count(_) => {
            let around = around(plan, near.people, near.rows, &hub.asked, &outcome.chosen);
            left_out(plan, near.people, &around, printed, release)
        }
        _ => Vec::new(),
    };
    // The order of those whose additions are kept back would say which adds more.
    invited.sort_by_cached_key(|one| match one.gain {
        Shown::Count(_) => (false, 0, String::new()),
        _ => (true, one.provider.parse().unwrap_or(u64::MAX), one.provider.clone()),
    });
    Ok(Shortlist {
        easting: hub.asked.venue.easting,
        northing: hub.asked.venue.northing,
        radius: hub.asked.radius,
        stands: hub.asked.stands,
        place_chosen: hub.place_chosen,
        people,
        invited,
        uncovered: Topic::ALL
            .into_iter()
            .zip(needing.iter().zip(&uncovered))
            .map(|(topic, (people, uncovered))| UncoveredNeed {
                topic,
                people: *people,
                uncovered: *uncovered,
            })
            .collect(),
        covered_percent,
        bound_percent,
        best_possible: outcome.is_best(),
        budget: hub.asked.budget,
        cost: (!hub.asked.costs.is_empty()).then_some(outcome.cost),
        cost_not_known: outcome.cost_not_known as u64,
        at_least: hub
            .asked
            .at_least
            .iter()
            .map(|(topic, least)| AtLeast { topic: *topic, providers: *least as u64 })
            .collect(),
        left_out,
    })
}

impl Shortlist {
    /// The choice without its counts: whom to invite, and not how many each would help.
    pub(super) fn hide_counts(&mut self) {
        for one in self.invited.iter_mut().filter(|one| one.gain != Shown::Count(0)) {
            one.gain = Shown::Hidden;
            one.adds.clear();
            one.words = words(&[], true);
        }
        for need in &mut self.uncovered {
            (need.people, need.uncovered) = (Shown::Hidden, Shown::Hidden);
        }
        (self.covered_percent, self.bound_percent) = (None, None);
        self.left_out.clear();
    }
}

/// Steps of ten per cent: a finer share of a need in which few people are uncovered would count them.
const STEP: u64 = 10;

/// How much of the weight is covered, rounded down, and the most that any choice could cover, rounded up; nothing
/// where there is hardly anybody, or where the two would narrow a small count of people left uncovered.
fn percentages(outcome: &Outcome, people: Shown, uncovered: &[(u64, Shown)]) -> (Option<u64>, Option<u64>) {
    if people.rounded().is_none() || outcome.all_weight == 0 {
        return (None, None);
    }
    let steps = 100 / STEP;
    let covered = (outcome.covered_weight * steps / outcome.all_weight * STEP).min(100 - STEP);
    let bound = (outcome.bound_weight * steps).div_ceil(outcome.all_weight) * STEP;
    // All that is covered reads as the last step but one, and so does all but a little.
    let open_ended = if covered == 100 - STEP { 100 } else { covered + STEP };
    let left_at_most = outcome.all_weight * (100 - covered) / 100;
    let left_at_least = (outcome.all_weight * (100 - open_ended.min(bound).min(100))).div_ceil(100);
    if tells_of_a_small_one(uncovered, left_at_least, left_at_most) {
        return (None, None);
    }
    (Some(covered), Some(bound))
}

/// Whether some small count among those left uncovered could not be anything from nobody to the threshold any more, for
/// a reader who knows between which two weights all of them together lie. Twice the threshold is asked for, so that
/// saying nothing says nothing either.
fn tells_of_a_small_one(uncovered: &[(u64, Shown)], at_least: u64, at_most: u64) -> bool {
    // Rounding moves a count by two at most.
    let least = |(weight, shown): &(u64, Shown)| weight * shown.rounded().map_or(0, |n| n.saturating_sub(2));
    let most = |(weight, shown): &(u64, Shown)| match shown {
        Shown::Count(n) => weight * (n + 2),
        Shown::UpTo(n) => weight * n,
        Shown::Few | Shown::Hidden => 0,
    };
    let (low, high) = (uncovered.iter().map(least).sum::<u64>(), uncovered.iter().map(most).sum::<u64>());
    uncovered.iter().any(|(weight, shown)| match shown {
        Shown::UpTo(n) => {
            at_most < low + 2 * n * weight || (at_least > 0 && high < at_least + 2 * n * weight)
        }
        _ => false,
    })
}

fn words(most: &[(Topic, Shown)], kept_back: bool) -> String {
    let reached: Vec<String> = most
        .iter()
        .map(|(topic, people)| format!("{people} people with {}", need_in_words(*topic)))
        .collect();
    match (reached.is_empty(), kept_back) {
        (false, _) => format!("Adds {} whom nobody before it covers.", and_list(&reached)),
        (true, true) => "Adds people whom nobody before it covers; how many is kept back.".to_owned(),
        (true, false) => "Asked for by the planner; those before it cover the same needs.".to_owned(),
    }
}

/// A need as it finishes "people with …".
fn need_in_words(topic: Topic) -> &'static str {
    match topic {
        Topic::Strength => "a need for strength work",
        Topic::Pain => "pain to manage",
        Topic::Weight => "weight worries",
        Topic::Mood => "low mood or worry",
        Topic::FallsPrevention => "falls worries",
        Topic::SmokingAndBreath => "breathing or smoking worries",
        Topic::Heart => "heart health to look after",
        Topic::BoneHealth => "bone health to look after",
        Topic::DiabetesEducation => "diabetes to live with",
        Topic::Fatigue => "tiredness",
        Topic::CarersAndCompany => "a need for company or a carer's support",
        Topic::SelfManagement => "a condition to manage day to day",
        Topic::WaitingWell => "a wait ahead",
        Topic::LanguageSupport => "another language",
        Topic::Transport => "no car",
        Topic::Money => "money worries",
    }
}
