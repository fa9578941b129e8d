//! Who is left out of a hub: people around it with a need that nobody invited covers, by deprivation, age and area.

use std::collections::BTreeMap;

use disclosure::{Cells, Release, Shown, Working};
use matching::{Around, People, Plan};

use super::need_counts::{NeedCounts, Pair};
use super::within::withhold_within;
use super::{AreaLine, LeftOut, LeftOutBy, LeftOutGroup};
use crate::fairness::{GroupCounts, View, ways};
use crate::population::Backgrounds;

const KIND: Cells = Cells::WithHealthAttribute;

const NOT_KNOWN: &str = "Not known";

/// What is printed of the whole cohort, of which those around a hub are a part.
pub(super) struct Printed<'a> {
    /// The areas of a run, as they were counted and as they are printed, in the same order.
    pub(super) counts: &'a BTreeMap<Pair, NeedCounts>,
    pub(super) lines: &'a [AreaLine],
    /// The groups of the cohort, as they were counted and as they are printed.
    pub(super) groups: &'a GroupCounts,
    pub(super) fairness: &'a [View],
}

/// People around the hub, and of those the people left out, in each group of one kind; the last group is "not known".
struct Counted {
    labels: Vec<String>,
    counts: Vec<(u64, u64)>,
}

impl Counted {
    /// The last of these groups is "not known".
    fn of(labels: Vec<String>, around: &[Around], group: impl Fn(&Around) -> Option<usize>) -> Self {
        let mut counts = vec![(0, 0); labels.len()];
        for one in around {
            let (people, left) = &mut counts[group(one).unwrap_or(labels.len() - 1)];
            *people += 1;
            *left += u64::from(!one.uncovered.is_empty());
        }
        Self { labels, counts }
    }

    /// Nobody's is known, or could be.
    fn says_nothing(&self) -> bool {
        self.counts[..self.labels.len() - 1].iter().all(|(people, _)| *people == 0)
    }

    /// Everybody around the hub is in one group, and everybody left out as well: two sums. Each sum is taken as
    /// printed, since the groups of other kinds add up to it too.
    fn released(&self, release: &Release) -> Vec<(Shown, Shown)> {
        let cells = |value: &dyn Fn(&(u64, u64)) -> u64| {
            let counts: Vec<Working> = self.counts.iter().map(|pair| Working::from(value(pair))).collect();
            release.breakdown(KIND, &counts).cells
        };
        let (people, left) = (cells(&|pair| pair.0), cells(&|pair| pair.1));
        let pairs = self.counts.iter().zip(people.into_iter().zip(left));
        pairs.map(|(counts, shown)| with_part(release, *counts, shown)).collect()
    }

    fn shown(self, by: LeftOutBy, cells: Vec<(Shown, Shown)>) -> LeftOut {
        let groups = self.labels.into_iter().zip(cells);
        let groups = groups.map(|(label, (people, uncovered))| LeftOutGroup { label, people, uncovered });
        LeftOut { by, groups: groups.collect() }
    }
}

/// A group and those of it who are left out, each withheld if its sum or the pair asks for it.
fn with_part(release: &Release, counts: (u64, u64), shown: (Shown, Shown)) -> (Shown, Shown) {
    let pair = release.part_of(KIND, Working::from(counts.0), Working::from(counts.1));
    match shown {
        (Shown::Hidden, _) => (Shown::Hidden, Shown::Hidden),
        (people, Shown::Hidden) => (people, Shown::Hidden),
        (people, _) => (people, pair.part),
    }
}

pub(super) fn left_out(
    plan: &Plan,
    people: &People,
    around: &[Around],
    printed: &Printed<'_>,
    release: &Release,
) -> Vec<LeftOut> {
    let year = plan.rules().index_date.year();
    let backgrounds = Backgrounds::default();
    let mut found = Vec::new();
    for (at, way) in ways(people, &[], &backgrounds, year).into_iter().enumerate() {
        let by = match way.by {
            "deprivation" => LeftOutBy::Deprivation,
            "age" => LeftOutBy::Age,
            _ => continue,
        };
        let Some(whole) = printed.groups.cohort_by(at) else { continue };
        let labels = way.labels.iter().map(|label| (*label).to_owned()).collect();
        let counted = Counted::of(labels, around, |one| Some((way.group)(one.person as usize)));
        if counted.says_nothing() {
            continue;
        }
        let view = printed.fairness.iter().find(|view| view.by == way.by);
        let withheld = |label: &str| {
            let group = view.and_then(|view| view.groups.iter().find(|group| group.label == label));
            group.is_some_and(|group| group.cohort == Shown::Hidden)
        };
        let withheld = way.labels.iter().map(|label| withheld(label));
        let mut cells = counted.released(release);
        within(release, &counted, &mut cells, whole.into_iter().zip(withheld));
        found.push(counted.shown(by, cells));
    }
    found.extend(by_area(people, around, printed, release));
    found
}

/// Each group is part of everybody of that group, and withheld where they are, or where hardly anybody of them lives
/// elsewhere.
fn within(
    release: &Release,
    counted: &Counted,
    cells: &mut [(Shown, Shown)],
    wholes: impl Iterator<Item = (u64, bool)>,
) {
    for ((whole, withheld), (counts, cell)) in wholes.zip(counted.counts.iter().zip(cells)) {
        let mut shown = [cell.0];
        withhold_within(release, &mut shown, &[Working::from(counts.0)], whole);
        if withheld || shown[0] == Shown::Hidden {
            *cell = (Shown::Hidden, Shown::Hidden);
        }
    }
}

/// By area, where areas are printed with their people; nothing where they are not: with small areas beside them, say.
fn by_area(people: &People, around: &[Around], printed: &Printed<'_>, release: &Release) -> Option<LeftOut> {
    printed.lines.iter().find(|line| line.people != Shown::Hidden)?;
    let places: BTreeMap<&(i32, i32), usize> = printed.counts.keys().zip(0..).collect();
    let area = |one: &Around| {
        let row = one.person as usize;
        places.get(&(people.county(row)?, people.area(row)?)).copied()
    };
    let one_county = printed.lines.iter().all(|line| line.county == printed.lines[0].county);
    let label = |line: &AreaLine| match &line.name {
        Some(name) => name.clone(),
        None if one_county => format!("Area {}", line.area),
        None => format!("County {}, area {}", line.county, line.area),
    };
    let counted =
        Counted::of(printed.lines.iter().map(label).chain([NOT_KNOWN.to_owned()]).collect(), around, area);
    if counted.says_nothing() {
        return None;
    }
    let mut cells = counted.released(release);
    let wholes = printed.lines.iter().zip(printed.counts.values());
    let wholes = wholes.map(|(line, whole)| (whole.people, line.people == Shown::Hidden));
    within(release, &counted, &mut cells, wholes);
    Some(counted.shown(LeftOutBy::Area, cells))
}

#[cfg(test)]
mod tests {
    use vocabulary::{Topic, TopicSet};

    use super::*;

    /// So many people in each group, and so many of them left out.
    fn shown(groups: &[(u32, u32)]) -> String {
        let mut around = Vec::new();
        for (group, (people, left)) in (0..).zip(groups) {
            for at in 0..*people {
                let topic = if at < *left { TopicSet::EMPTY.with(Topic::Pain) } else { TopicSet::EMPTY };
                around.push(Around { person: group, needs: topic, uncovered: topic });
            }
        }
        let labels = (0..=groups.len()).map(|_| String::new()).collect();
        let counted = Counted::of(labels, &around, |one| usize::try_from(one.person).ok());
        assert_eq!(counted.says_nothing(), around.is_empty());
        let cells = counted.released(&Release::default());
        cells.iter().map(|(people, left)| format!("{people}/{left}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn small_groups_and_what_would_give_them_away_are_kept_back() {
        // The last group is those of whom it is not known.
        assert!(shown(&[(400, 200), (300, 100), (3, 1)]).contains("/hidden"), "a sum with a small cell");
        let groups =
            [(400, 200), (300, 3), (500, 120), (90, 40), (120, 118), (200, 80), (150, 60), (250, 90)];
        let many = shown(&groups);
        let cells: Vec<&str> = many.split(' ').collect();
        assert_eq!(cells[1], "300/≤7");
        assert_eq!(cells[4], "120/hidden", "nearly everybody: {many}");
        assert!(cells.last().is_some_and(|cell| cell.ends_with("≤7")), "{many}");
    }
}
