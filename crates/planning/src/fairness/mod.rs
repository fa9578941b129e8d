//! Who is left out: everybody of an extract, those of a cohort and those of them who go without, beside each other by
//! deprivation, age, sex, ethnicity, town or country, and practice network. Every count in here has been through the gate.

mod answer;
mod groups;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use answer::{Answer, answer, answer_json};
use disclosure::{Cells, Release, Shown, Working};
pub(crate) use groups::ways;
use matching::People;
use serde::{Deserialize, Serialize};

use crate::population::{Backgrounds, Population};

/// One way to part people, and the counts of each part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// A word for programs: "deprivation".
    pub by: &'static str,
    /// "Deprivation of the small area".
    pub title: &'static str,
    pub groups: Vec<Group>,
}

/// A part of the people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    pub label: String,
    /// Everybody of the extract in this group.
    pub everybody: Shown,
    /// Those of them who are in the cohort.
    pub cohort: Shown,
    /// Those of the cohort with a need that nothing meets; not there where nothing was matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmet: Option<Shown>,
}

/// Raw counts of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
struct Counts {
    everybody: u64,
    cohort: u64,
    unmet: u64,
}

/// Raw counts of every group, of everybody or of a part of the people; those of parts can be added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct GroupCounts {
    ways: Vec<WayCounts>,
    /// By the code of a network of practices, in the order of codes; nothing where no network is known.
    networks: BTreeMap<String, NetworkCounts>,
    /// Those of no network, or of a practice that is not known, where networks are.
    of_no_network: Counts,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
struct NetworkCounts {
    /// What it is called; two networks may be called alike.
    name: String,
    counts: Counts,
}

impl Counts {
    fn add(&mut self, more: Self) {
        self.everybody += more.everybody;
        self.cohort += more.cohort;
        self.unmet += more.unmet;
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct WayCounts {
    /// Whether the extract knows it of anybody.
    known: bool,
    groups: Vec<Counts>,
}

impl GroupCounts {
    /// Counts these rows; `unmet` has the rows of those who go without.
    pub(crate) fn of(
        population: &Population,
        backgrounds: &Backgrounds,
        cohort: &[u32],
        unmet: &[u32],
        index_year: i32,
    ) -> Self {
        let counted = |groups: usize, group: &dyn Fn(usize) -> usize| {
            let mut counts = vec![Counts::default(); groups];
            let mut count = |rows: &[u32], of: fn(&mut Counts) -> &mut u64| {
                rows.iter().for_each(|row| *of(&mut counts[group(*row as usize)]) += 1);
            };
            count(&population.usable, |one| &mut one.everybody);
            count(cohort, |one| &mut one.cohort);
            count(unmet, |one| &mut one.unmet);
            counts
        };
        let one = |way: groups::Way<'_>| {
            let not_known = way.labels.len() - 1;
            let group: &dyn Fn(usize) -> usize = if way.known { &*way.group } else { &|_| not_known };
            WayCounts { known: way.known, groups: counted(way.labels.len(), group) }
        };
        let ways = ways(&population.people, &population.usable, backgrounds, index_year);
        let mut all = Self { ways: ways.into_iter().map(one).collect(), ..Self::default() };
        if let Some(networks) = &backgrounds.networks {
            let mut counts = counted(networks.known.len() + 1, &|row| networks.of_row(population, row));
            all.of_no_network = counts.pop().unwrap_or_default();
            let named = networks.known.iter().zip(counts).map(|(network, counts)| {
                (network.code.clone(), NetworkCounts { name: network.name.clone(), counts })
            });
            all.networks = named.collect();
        }
        all
    }

    /// Adds those of another part.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.ways.is_empty() {
            self.clone_from(other);
            return;
        }
        for (way, more) in self.ways.iter_mut().zip(&other.ways) {
            way.known |= more.known;
            for (group, more) in way.groups.iter_mut().zip(&more.groups) {
                group.add(*more);
            }
        }
        self.of_no_network.add(other.of_no_network);
        for (code, more) in &other.networks {
            let own = self.networks.entry(code.clone()).or_default();
            own.name.clone_from(&more.name);
            own.counts.add(more.counts);
        }
    }

    /// People of the cohort in each group of a way, where the extract knows that of anybody.
    pub(crate) fn cohort_by(&self, way: usize) -> Option<Vec<u64>> {
        let way = self.ways.get(way).filter(|way| way.known)?;
        Some(way.groups.iter().map(|group| group.cohort).collect())
    }

    /// Releases. `cohort` is how the size of the cohort reads: where it is withheld, so is every part of it.
    pub(crate) fn views(&self, gate: &Release, matched: bool, cohort: Shown) -> Vec<View> {
        let (nobody, no_backgrounds) = (People::default(), Backgrounds::default());
        let ways = ways(&nobody, &[], &no_backgrounds, 0).into_iter().zip(&self.ways);
        let views = ways.filter(|(_, counts)| counts.known).map(|(way, counts)| View {
            by: way.by,
            title: way.title,
            groups: released(
                gate,
                way.labels.iter().map(|label| (*label).to_owned()),
                &counts.groups,
                matched,
                cohort,
            ),
        });
        let views = views.chain(self.network_view(gate, matched, cohort));
        // A view of one group parts nobody: it would only count the rows of the extract once more.
        views.filter(|view| view.groups.len() > 1).collect()
    }

    fn network_view(&self, gate: &Release, matched: bool, cohort: Shown) -> Option<View> {
        if self.networks.is_empty() {
            return None;
        }
        let mut networks: Vec<(String, Counts)> = self
            .networks
            .iter()
            .map(|(code, one)| {
                let alike = self.networks.values().filter(|other| other.name == one.name).count() > 1;
                (if alike { format!("{} ({code})", one.name) } else { one.name.clone() }, one.counts)
            })
            .collect();
        networks.sort_by(|a, b| a.0.cmp(&b.0));
        networks.push((NO_NETWORK.to_owned(), self.of_no_network));
        let (labels, counts): (Vec<String>, Vec<Counts>) = networks.into_iter().unzip();
        let groups = released(gate, labels.into_iter(), &counts, matched, cohort);
        Some(View { by: "network", title: "Practice network", groups })
    }
}

const NO_NETWORK: &str = "No network, or practice not known";

/// People by a condition: who is in a cohort of health is one.
const KIND: Cells = Cells::WithHealthAttribute;

fn released(
    gate: &Release,
    labels: impl Iterator<Item = String>,
    counts: &[Counts],
    matched: bool,
    cohort: Shown,
) -> Vec<Group> {
    // A group of the extract with nobody in it protects nobody, and would have others withheld for it.
    let there = labels.zip(counts).filter(|(_, counts)| counts.everybody > 0);
    let (labels, counts): (Vec<String>, Vec<Counts>) = there.map(|(label, counts)| (label, *counts)).unzip();
    let column = |of: fn(&Counts) -> u64| {
        let counts: Vec<Working> = counts.iter().map(|one| Working::from(of(one))).collect();
        gate.breakdown(KIND, &counts).cells
    };
    let (everybody, of_cohort, unmet) =
        (column(|one| one.everybody), column(|one| one.cohort), column(|one| one.unmet));
    let shown = labels.into_iter().enumerate().map(|(at, label)| {
        let raw = counts[at];
        let mut group = Group { label, everybody: everybody[at], cohort: Shown::Hidden, unmet: None };
        if matches!(cohort, Shown::Count(_)) {
            let inside = part(gate, (raw.everybody, everybody[at]), (raw.cohort, of_cohort[at]));
            group.cohort = inside;
            group.unmet = matched.then(|| part(gate, (raw.cohort, inside), (raw.unmet, unmet[at])));
        } else {
            group.unmet = matched.then_some(Shown::Hidden);
        }
        group
    });
    shown.collect()
}

/// A part of a group, hidden where its column or the pair asks for it: neither it nor the rest can be worked out.
fn part(gate: &Release, whole: (u64, Shown), part: (u64, Shown)) -> Shown {
    let pair = gate.part_of(KIND, Working::from(whole.0), Working::from(part.0));
    if whole.1 == Shown::Hidden || part.1 == Shown::Hidden { Shown::Hidden } else { pair.part }
}
