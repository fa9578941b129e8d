//! Who is left out: everybody of an extract, those of a cohort and those of them who go without, beside each other by
//! deprivation, age, sex, ethnicity, and town or country. Every count in here has been through the gate.

mod answer;
mod groups;

#[cfg(test)]
mod tests;

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
    pub label: &'static str,
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
        let one = |way: groups::Way<'_>| {
            let mut counts = vec![Counts::default(); way.labels.len()];
            let mut count = |rows: &[u32], of: fn(&mut Counts) -> &mut u64| {
                if way.known {
                    rows.iter().for_each(|row| *of(&mut counts[(way.group)(*row as usize)]) += 1);
                } else if let Some(not_known) = counts.last_mut() {
                    *of(not_known) += rows.len() as u64;
                }
            };
            count(&population.usable, |one| &mut one.everybody);
            count(cohort, |one| &mut one.cohort);
            count(unmet, |one| &mut one.unmet);
            WayCounts { known: way.known, groups: counts }
        };
        let ways = ways(&population.people, &population.usable, backgrounds, index_year);
        Self { ways: ways.into_iter().map(one).collect() }
    }

    /// Adds those of another part.
    pub(crate) fn add(&mut self, other: &Self) {
        if self.ways.is_empty() {
            self.ways.clone_from(&other.ways);
            return;
        }
        for (way, more) in self.ways.iter_mut().zip(&other.ways) {
            way.known |= more.known;
            for (group, more) in way.groups.iter_mut().zip(&more.groups) {
                group.everybody += more.everybody;
                group.cohort += more.cohort;
                group.unmet += more.unmet;
            }
        }
    }

    /// People of the cohort in each group of a way, where the extract knows that of anybody.
    pub(crate) fn cohort_by(&self, way: usize) -> Option<Vec<u64>> {
        let way = self.ways.get(way).filter(|way| way.known)?;
        Some(way.groups.iter().map(|group| group.cohort).collect())
    }

    /// Releases. `cohort` is how the size of the cohort reads: where it is withheld, so is every part of it.
    pub(crate) fn views(&self, matched: bool, cohort: Shown) -> Vec<View> {
        let gate = Release::default();
        let (nobody, no_backgrounds) = (People::default(), Backgrounds::default());
        let ways = ways(&nobody, &[], &no_backgrounds, 0).into_iter().zip(&self.ways);
        let views = ways.filter(|(_, counts)| counts.known).map(|(way, counts)| View {
            by: way.by,
            title: way.title,
            groups: released(&gate, &way.labels, &counts.groups, matched, cohort),
        });
        // A view of one group parts nobody: it would only count the rows of the extract once more.
        views.filter(|view| view.groups.len() > 1).collect()
    }
}

/// People by a condition: who is in a cohort of health is one.
const KIND: Cells = Cells::WithHealthAttribute;

fn released(
    gate: &Release,
    labels: &[&'static str],
    counts: &[Counts],
    matched: bool,
    cohort: Shown,
) -> Vec<Group> {
    // A group of the extract with nobody in it protects nobody, and would have others withheld for it.
    let there =
        |(label, counts): (&&'static str, &Counts)| (counts.everybody > 0).then_some((*label, *counts));
    let (labels, counts): (Vec<&'static str>, Vec<Counts>) =
        labels.iter().zip(counts).filter_map(there).unzip();
    let column = |of: fn(&Counts) -> u64| {
        let counts: Vec<Working> = counts.iter().map(|one| Working::from(of(one))).collect();
        gate.breakdown(KIND, &counts).cells
    };
    let (everybody, of_cohort, unmet) =
        (column(|one| one.everybody), column(|one| one.cohort), column(|one| one.unmet));
    let shown = (0..counts.len()).map(|at| {
        let raw = counts[at];
        let mut group =
            Group { label: labels[at], everybody: everybody[at], cohort: Shown::Hidden, unmet: None };
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
