//! Who is left out: everybody of an extract, those of a cohort and those of them who go without, beside each other by
//! deprivation, age, sex, ethnicity, and town or country. Every count in here has been through the gate.

mod answer;
mod groups;

#[cfg(test)]
mod tests;

pub use answer::{Answer, answer, answer_json};
use disclosure::{Cells, Release, Shown, Working};
pub(crate) use groups::ways;
use serde::Serialize;
use vocabulary::Day;

use crate::cohort::Selected;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    everybody: u64,
    cohort: u64,
    unmet: u64,
}

/// People by a condition: who is in a cohort of health is one.
const KIND: Cells = Cells::WithHealthAttribute;

/// Counts and releases. `unmet` has the rows of those who go without; `cohort` is how the size of the cohort reads: where it
/// is withheld, so is every part of it.
pub fn views(
    population: &Population,
    backgrounds: &Backgrounds,
    selected: &Selected,
    unmet: Option<&[u32]>,
    (cohort, index_date): (Shown, Day),
) -> Vec<View> {
    let gate = Release::default();
    let ways = groups::ways(population, backgrounds, index_date.year());
    let one = |way: groups::Way<'_>| {
        let mut counts = vec![Counts::default(); way.labels.len()];
        for row in &population.usable {
            counts[(way.group)(*row as usize)].everybody += 1;
        }
        for row in &selected.rows {
            counts[(way.group)(*row as usize)].cohort += 1;
        }
        for row in unmet.unwrap_or_default() {
            counts[(way.group)(*row as usize)].unmet += 1;
        }
        let groups = released(&gate, &way.labels, &counts, unmet.is_some(), cohort);
        View { by: way.by, title: way.title, groups }
    };
    // A view of one group parts nobody: it would only count the rows of the extract once more.
    ways.into_iter().map(one).filter(|view| view.groups.len() > 1).collect()
}

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
