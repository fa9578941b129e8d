//! From a crosstab to the area view: the one place of this slice where counts pass the gate.

use disclosure::{Cells, Policy, Release, Shown, Working};
use matching::{RuleSet, Service};
use vocabulary::{Condition, Day, Topic};

use super::reach::{Offered, Reached, by_topic};
use super::{
    AreaInputs, AreaView, Count, Crosstab, Demand, Figure, Gap, Metric, MetricView, PlaceKnown, SegmentView,
    Supply, TopicView,
};

/// What is known of a run beside its counts.
#[derive(Clone, Debug)]
pub struct AreaFacts {
    pub about: String,
    pub made_up: bool,
    pub as_at: Option<Day>,
    pub segments_are: String,
    pub inputs: AreaInputs,
    pub warnings: Vec<String>,
    /// By which every count is released; more is hidden where the file hides more.
    pub policy: Policy,
}

/// People by a condition: every count of a crosstab is taken for one.
const KIND: Cells = Cells::WithHealthAttribute;

/// A metric as it is shown: everybody, and segment by segment.
struct Released {
    whole: Figure,
    segments: Vec<Figure>,
}

/// Releases.
pub fn release_area_view(
    crosstab: &Crosstab,
    rules: &RuleSet,
    services: &[Service],
    facts: AreaFacts,
) -> AreaView {
    // Where the file hides more than we would, so do we.
    let gate = Release::new(facts.policy.with_threshold(crosstab.hides_up_to));
    let people = released(&gate, &crosstab.people, None);
    let conditions: Vec<(Condition, Released)> = crosstab
        .conditions
        .iter()
        .map(|(condition, metric)| (*condition, released(&gate, metric, Some((&crosstab.people, &people)))))
        .collect();
    let reached = Reached::of(&crosstab.places, services);
    let everybody = topics(rules, &conditions, people.whole, &reached.whole, |r| r.whole);
    let asked = |topics: Vec<TopicView>| topics.into_iter().filter(|t| !t.counted.is_empty());
    let mut whole: Vec<TopicView> = asked(everybody).collect();
    whole.sort_by_key(|t| std::cmp::Reverse((t.demand.low(), t.demand.high())));
    let order: Vec<Topic> = whole.iter().map(|t| t.topic).collect();
    let segments = crosstab.headings.segments.iter().enumerate().map(|(at, segment)| {
        let shown = people.segments[at];
        let mut topics: Vec<TopicView> =
            asked(topics(rules, &conditions, shown, &reached.segments[at], |r| r.segments[at])).collect();
        topics.sort_by_key(|t| order.iter().position(|o| *o == t.topic));
        SegmentView {
            group: segment.group.clone(),
            called: segment.called.clone(),
            people: shown,
            place: place_known(crosstab, at),
            topics,
        }
    });
    let metrics = crosstab
        .metrics()
        .zip(std::iter::once((None, &people)).chain(conditions.iter().map(|(c, r)| (Some(*c), r))));
    AreaView {
        segments: segments.collect(),
        metrics: metrics
            .map(|(metric, (condition, released))| metric_view(metric, condition, released))
            .collect(),
        cannot_say: Topic::ALL.into_iter().filter(|t| !order.contains(t)).collect(),
        topics: whole,
        people: people.whole,
        about: facts.about,
        made_up: facts.made_up,
        as_at: facts.as_at.map(|day| day.to_string()),
        segments_are: facts.segments_are,
        policy: gate.policy(),
        inputs: facts.inputs,
        not_read: crosstab.not_read.clone(),
        not_read_in_all: crosstab.not_read_in_all,
        warnings: [facts.warnings, super::odd::warnings(crosstab, reached.nobody)].concat(),
    }
}

/// The segments are a breakdown of the whole. What the whole has beyond the segments that are known (those hidden at
/// source, people in no segment) is a cell too, though it has no line: it could be worked out like any other. A part
/// of the people of a segment is held against them, so that those without the condition are safe as well.
fn released(gate: &Release, metric: &Metric, of: Option<(&Metric, &Released)>) -> Released {
    let known: Vec<Working> = metric.segments.iter().filter_map(|c| c.known()).collect();
    let sum: Working = known.iter().sum();
    let all_known = known.len() == metric.segments.len();
    let whole = match metric.whole {
        Count::Known(whole) if whole >= sum => Some(whole),
        // A whole smaller than its parts cannot be meant: the parts stand.
        Count::Known(_) | Count::NotKnown if all_known => Some(sum),
        _ => None,
    };
    let (cells, shown_whole) = match whole {
        None => {
            let table = gate.table(KIND, &known);
            let why = if metric.whole == Count::Suppressed { Figure::Suppressed } else { Figure::NotKnown };
            (table.cells, why)
        }
        Some(whole) => {
            let rest = whole - sum;
            let mut counts = known;
            if rest > Working::NOBODY || !all_known {
                counts.push(rest);
            }
            let table = gate.breakdown(KIND, &counts);
            (table.cells, Figure::Shown(table.total))
        }
    };
    let mut cells = cells.into_iter();
    let segments = metric.segments.iter().map(|count| match count {
        Count::Known(_) => cells.next().map_or(Figure::NotKnown, Figure::Shown),
        Count::NotKnown => Figure::NotKnown,
        Count::Suppressed => Figure::Suppressed,
    });
    let mut released = Released { whole: shown_whole, segments: segments.collect() };
    if let Some((people, shown)) = of {
        let pair = |figure: &mut Figure, part: Option<Working>, all: Option<Working>, shown: Figure| {
            // People hidden here are hidden with all their parts; people not known say nothing about a part.
            let hidden = shown == Figure::Shown(Shown::Hidden)
                || part
                    .zip(all)
                    .is_some_and(|(part, all)| gate.part_of(KIND, all, part).part == Shown::Hidden);
            if matches!(figure, Figure::Shown(_)) && hidden {
                *figure = Figure::Shown(Shown::Hidden);
            }
        };
        let counts = metric.segments.iter().zip(&people.segments);
        for ((figure, (part, all)), shown) in released.segments.iter_mut().zip(counts).zip(&shown.segments) {
            pair(figure, part.known(), all.known(), *shown);
        }
        pair(&mut released.whole, whole, people.whole.known(), shown.whole);
    }
    released
}

/// Every topic for some people. `figure` picks their figure out of a metric.
fn topics(
    rules: &RuleSet,
    conditions: &[(Condition, Released)],
    people: Figure,
    offered: &Offered,
    figure: impl Fn(&Released) -> Figure,
) -> Vec<TopicView> {
    by_topic(|topic| {
        let asks = |condition: Condition| rules.needs[condition as usize].holds(topic);
        let figures: Vec<Figure> =
            conditions.iter().filter(|(c, _)| asks(*c)).map(|(_, released)| figure(released)).collect();
        let in_file = |condition: &Condition| conditions.iter().any(|(c, _)| c == condition);
        let (counted, not_counted) = Condition::ALL.into_iter().filter(|c| asks(*c)).partition(in_file);
        let (demand, supply) = (demand(&figures, people), offered[topic as usize]);
        TopicView {
            topic,
            demand,
            supply,
            gap: gap(demand, &supply),
            people_per_place: per_place(demand, supply.weekly_places),
            counted,
            not_counted,
        }
    })
}

/// Between the largest count and all of them together, but no more than there are people. From released counts only.
fn demand(figures: &[Figure], people: Figure) -> Demand {
    let numbers = || figures.iter().filter_map(|f| if let Figure::Shown(s) = f { s.rounded() } else { None });
    let low = numbers().max().unwrap_or(0);
    let small: u64 = figures.iter().map(|f| if let Figure::Shown(Shown::UpTo(n)) = f { *n } else { 0 }).sum();
    let smalls = figures.iter().filter(|f| matches!(f, Figure::Shown(Shown::UpTo(_)))).count();
    let open = figures.len() - numbers().count() - smalls;
    if open > 0 {
        let hidden = figures
            .iter()
            .any(|f| matches!(f, Figure::Shown(Shown::Hidden | Shown::Few) | Figure::Suppressed));
        return match low {
            0 if hidden => Demand::Hidden,
            0 => Demand::NotKnown,
            low => Demand::AtLeast(low),
        };
    }
    // The upper end goes up to the next 5: nothing but what stands rounded elsewhere may look exact.
    let up = |n: u64| n.div_ceil(5) * 5;
    match (low, smalls) {
        (0, 0) => Demand::NotKnown,
        (0, 1) => Demand::UpTo(small),
        (0, _) => Demand::UpTo(up(small)),
        (low, _) => {
            let all = up(numbers().sum::<u64>() + small);
            let cap = if let Figure::Shown(Shown::Count(people)) = people { people } else { u64::MAX };
            Demand::Between(low, all.min(cap).max(low))
        }
    }
}

fn gap(demand: Demand, supply: &Supply) -> Gap {
    if demand.low().is_none() || supply.services > 0 {
        return Gap::None;
    }
    match supply {
        Supply { reach_not_known: 1.., .. } => Gap::NotKnown,
        Supply { online: 1.., .. } => Gap::OnlineOnly,
        _ => Gap::Nothing,
    }
}

/// To the nearest whole person.
fn per_place(demand: Demand, places: u64) -> Option<(u64, Option<u64>)> {
    let each = |people: u64| (people * 2 + places) / (places * 2);
    let low = demand.low().filter(|_| places > 0)?;
    Some((each(low), demand.high().map(each)))
}

fn place_known(crosstab: &Crosstab, at: usize) -> PlaceKnown {
    let place = crosstab.places[at];
    match (place.point, place.county, place.area) {
        (Some(_), Some(_), Some(_)) => PlaceKnown::Known,
        (None, None, None) => PlaceKnown::NotKnown,
        _ => PlaceKnown::Partly,
    }
}

fn metric_view(metric: &Metric, condition: Option<Condition>, released: &Released) -> MetricView {
    let cells = |wanted: Count| metric.segments.iter().filter(|c| **c == wanted).count() as u64;
    MetricView {
        name: metric.name.clone(),
        condition,
        whole: released.whole,
        not_known: cells(Count::NotKnown),
        suppressed: cells(Count::Suppressed),
    }
}
