//! From raw counts to findings: the one place of a run where numbers pass the gate.

use disclosure::{Cells, PartOf, Release, Shown, Working};
use matching::{InvitationProblem, Measure, Plan};
use vocabulary::{GridPoint, Topic};

use super::left_out::Printed;
use super::missing::missing_offers;
use super::need_counts::NeedCounts;
use super::shortlist::{Hub, Near, shortlist};
use super::tallies::{Supply, Tallies, bands, supply};
use super::worked::worked_people;
use super::{AreaLine, Band, Findings, Inputs, SQUARE_SIDE, SmallArea, Square, TopicLine};
use crate::cohort::{Cohort, funnel};

/// What is known of a run beside its rows.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub about: String,
    pub made_up: bool,
    pub inputs: Inputs,
    pub warnings: Vec<String>,
    /// Code and name of the small areas whose outlines are known; they take the place of the map's squares. Those by which
    /// was counted.
    pub small_areas: Vec<(String, String)>,
    /// Names of the county's areas by their number.
    pub area_names: Vec<String>,
    /// The extract has columns for where people live, or their small areas said it.
    pub has_place: bool,
    /// By which every count is released.
    pub gate: Release,
}

/// Which parts of the findings are wanted.
#[derive(Clone, Debug)]
pub enum Sections<'a> {
    /// What `summary.json` says with `--rows-only`: no shortlist, no missing offers, no worked matches.
    Counts,
    /// All of it, with the shortlist of this hub, if there is one to be. The run was counted for a report.
    All { hub: Option<(Hub, Near<'a>)>, home: Option<GridPoint> },
}

/// People by a condition: every count of a run is one.
const KIND: Cells = Cells::WithHealthAttribute;

/// Releases what was counted of all people, by these rules among these offers.
pub fn release(
    plan: &Plan,
    tallies: &Tallies,
    cohort: &Cohort,
    facts: Facts,
    sections: Sections<'_>,
) -> Result<Findings, InvitationProblem> {
    let gate = facts.gate;
    let funnel = funnel(&gate, tallies.start, &tallies.attrition);
    let (attrition, people) = (funnel.steps, funnel.cohort);
    // Parts of the cohort are shown only where the cohort itself is.
    let part = |part: u64| match people {
        Shown::Count(_) => gate.part_of(KIND, Working::from(tallies.all.people), Working::from(part)),
        other => PartOf { whole: other, part: Shown::Hidden, rest: Shown::Hidden },
    };
    let matched = part(tallies.matched);
    let topics = topics(&gate, &tallies.all, &supply(plan));
    let areas = areas(&gate, tallies, &facts);
    let fairness = tallies.groups.views(&gate, true, people);
    let printed =
        Printed { counts: &tallies.areas, lines: &areas, groups: &tallies.groups, fairness: &fairness };
    let (missing, worked, shortlist) = match sections {
        Sections::Counts => (Vec::new(), Vec::new(), None),
        Sections::All { hub, home } => (
            missing_offers(tallies, &topics, &gate),
            worked_people(plan, tallies, home),
            hub.map(|(hub, near)| shortlist(plan, tallies, people, &printed, (&hub, near), &gate))
                .transpose()?,
        ),
    };
    let mut findings = Findings {
        about: facts.about,
        made_up: facts.made_up,
        inputs: facts.inputs,
        attrition,
        who: cohort.people.clone(),
        cohort: people,
        matched: matched.part,
        unmatched: matched.rest,
        unmet: part(tallies.all.unmet_any).part,
        place_known: facts.has_place && !tallies.squares.is_empty(),
        squares: if facts.small_areas.is_empty() { squares(&gate, tallies) } else { Vec::new() },
        small_areas: small_areas(&gate, tallies, &facts.small_areas),
        square_side: SQUARE_SIDE,
        minutes_by: plan.rules().measure.minutes().map(|minutes| minutes.by.clone()),
        distances: distances(&gate, tallies, (&plan.rules().measure, matched)),
        travel: travel(&gate, tallies, people),
        topics,
        areas,
        fairness,
        missing,
        shortlist,
        worked,
        warnings: facts.warnings,
        policy: gate.policy(),
    };
    if people == Shown::Hidden {
        hide_parts(&mut findings);
    }
    Ok(findings)
}

/// Where the size of the cohort is withheld, so is every part of it: 1,000 people of 1,000 with a need, or squares that
/// add up to 1,000, would say how many the steps left out.
fn hide_parts(findings: &mut Findings) {
    let squares = findings.squares.iter_mut().flat_map(|square| [&mut square.people, &mut square.unmet]);
    let small_areas = findings.small_areas.iter_mut().flat_map(|area| [&mut area.people, &mut area.unmet]);
    let bands = findings.distances.iter_mut().chain(&mut findings.travel).map(|band| &mut band.people);
    let topics = findings.topics.iter_mut().flat_map(|line| [&mut line.need, &mut line.unmet]);
    let areas = findings
        .areas
        .iter_mut()
        .flat_map(|line| std::iter::once(&mut line.people).chain(&mut line.need).chain(&mut line.unmet));
    for shown in squares.chain(small_areas).chain(bands).chain(topics).chain(areas) {
        *shown = Shown::Hidden;
    }
    findings.missing.clear();
    if let Some(shortlist) = &mut findings.shortlist {
        shortlist.hide_counts();
    }
}

/// Cells that make up a whole that is printed elsewhere.
fn breakdown(gate: &Release, counts: impl Iterator<Item = u64>) -> Vec<Shown> {
    let counts: Vec<Working> = counts.map(Working::from).collect();
    gate.breakdown(KIND, &counts).cells
}

/// A cell and the part of it, each hidden if the table or the pair asks for it.
fn with_part(gate: &Release, whole: (u64, Shown), part: (u64, Shown)) -> (Shown, Shown) {
    let pair = gate.part_of(KIND, Working::from(whole.0), Working::from(part.0));
    if whole.1 == Shown::Hidden {
        return (Shown::Hidden, Shown::Hidden);
    }
    (whole.1, if part.1 == Shown::Hidden { Shown::Hidden } else { pair.part })
}

fn squares(gate: &Release, tallies: &Tallies) -> Vec<Square> {
    let counts: Vec<(&(i32, i32), &NeedCounts)> = tallies.squares.iter().collect();
    let people = breakdown(gate, counts.iter().map(|(_, n)| n.people));
    let unmet = breakdown(gate, counts.iter().map(|(_, n)| n.unmet_any));
    counts
        .iter()
        .zip(people.iter().zip(&unmet))
        .map(|((corner, n), (people, unmet))| {
            let (people, unmet) = with_part(gate, (n.people, *people), (n.unmet_any, *unmet));
            Square { easting: corner.0, northing: corner.1, people, unmet }
        })
        .collect()
}

/// The small areas in the order given. Whoever lives in none of them is a cell of the sum without a line.
fn small_areas(gate: &Release, tallies: &Tallies, areas: &[(String, String)]) -> Vec<SmallArea> {
    let counts = &tallies.small_areas;
    let people = breakdown(gate, counts.iter().map(|(people, _)| *people));
    let unmet = breakdown(gate, counts.iter().map(|(_, unmet)| *unmet));
    let cells = counts.iter().zip(people.iter().zip(&unmet));
    areas
        .iter()
        .zip(cells)
        .map(|((lsoa, name), (counts, shown))| {
            let (people, unmet) = with_part(gate, (counts.0, *shown.0), (counts.1, *shown.1));
            SmallArea { lsoa: lsoa.clone(), name: name.clone(), people, unmet }
        })
        .collect()
}

/// How far the nearest offer is. Whoever has one is in one of the bands, which add up to those with an offer, where these are
/// shown; those without are then shown too, and read the same here.
fn distances(gate: &Release, tallies: &Tallies, (measure, matched): (&Measure, PartOf)) -> Vec<Band> {
    let bands = bands(measure);
    let labels = bands.iter().map(|(_, label)| *label).chain(["Online or for the whole county", "No offer"]);
    let both = (matched.part.rounded(), matched.rest.rounded());
    let people = match (both, tallies.distances.split_last()) {
        ((Some(_), Some(_)), Some((_, with_an_offer))) => {
            let mut cells = breakdown(gate, with_an_offer.iter().copied());
            cells.push(matched.rest);
            cells
        }
        _ => breakdown(gate, tallies.distances.iter().copied()),
    };
    labels.zip(people).map(|(label, people)| Band { label: label.to_owned(), people }).collect()
}

/// How people could travel. What the extract knows of nobody is left out: it is no count of anybody.
fn travel(gate: &Release, tallies: &Tallies, people: Shown) -> Vec<Band> {
    let all = tallies.all.people;
    let mut bands = Vec::new();
    for (known, groups) in [
        (
            tallies.car_known,
            &[("No car", tallies.no_car), ("Car or not: not known", tallies.car_not_known)][..],
        ),
        (
            tallies.mobility_known,
            &[("Uses a wheelchair", tallies.wheelchair), ("Housebound", tallies.housebound)],
        ),
        (tallies.internet_known, &[("No internet", tallies.no_internet)]),
    ] {
        if !known {
            continue;
        }
        // The groups and everybody else are the whole cohort: one sum, released in one call.
        let others = all - groups.iter().map(|(_, n)| n).sum::<u64>();
        let cells = breakdown(gate, groups.iter().map(|(_, n)| *n).chain([others]));
        bands.extend(groups.iter().zip(cells).map(|((label, _), shown)| Band {
            label: (*label).to_owned(),
            people: if people.rounded().is_some() { shown } else { Shown::Hidden },
        }));
    }
    bands
}

fn topics(gate: &Release, all: &NeedCounts, supply: &[Supply; 16]) -> Vec<TopicLine> {
    Topic::ALL
        .into_iter()
        .map(|topic| {
            let (need, unmet) = (all.need[topic as usize], all.unmet[topic as usize]);
            let supply = &supply[topic as usize];
            let pair = gate.part_of(KIND, Working::from(need), Working::from(unmet));
            TopicLine {
                topic,
                need: pair.whole,
                // Where nobody offers it, that everybody goes without says nothing about anybody.
                unmet: if supply.services == 0 { pair.whole } else { pair.part },
                services: supply.services,
                providers: supply.providers,
                weekly_places: supply.weekly_places,
                capacity_not_known: supply.capacity_not_known,
            }
        })
        .collect()
}

fn areas(gate: &Release, tallies: &Tallies, facts: &Facts) -> Vec<AreaLine> {
    let known: Vec<(&(i32, i32), &NeedCounts)> = tallies.areas.iter().collect();
    if known.is_empty() {
        return Vec::new();
    }
    // People whose area is not known are a cell of every sum, though they have no line.
    let column = |value: &dyn Fn(&NeedCounts) -> u64| -> Vec<Shown> {
        breakdown(gate, known.iter().map(|(_, n)| value(n)).chain([value(&tallies.area_not_known)]))
    };
    let people = column(&|n| n.people);
    let needs: Vec<Vec<Shown>> = (0..16).map(|t| column(&move |n| n.need[t])).collect();
    let unmets: Vec<Vec<Shown>> = (0..16).map(|t| column(&move |n| n.unmet[t])).collect();
    known
        .iter()
        .enumerate()
        .map(|(at, ((county, area), counts))| {
            let pairs = (0..16)
                .map(|t| with_part(gate, (counts.need[t], needs[t][at]), (counts.unmet[t], unmets[t][at])));
            let (need, unmet) = pairs.unzip();
            // Small areas lie within districts: printed beside them, a district's people would be the sum of its cells.
            let people = if facts.small_areas.is_empty() { people[at] } else { Shown::Hidden };
            let name = usize::try_from(*area).ok().and_then(|area| facts.area_names.get(area)).cloned();
            AreaLine { county: *county, area: *area, name, people, need, unmet }
        })
        .collect()
}
