//! Who is left out of a hub: people around it with a need that nobody invited covers, by deprivation, age and area.

use std::collections::BTreeMap;

use disclosure::{Cells, Release, Shown, Working};
use matching::Around;

use super::shortlist::withhold_within;
use super::tallies::NeedCounts;
use super::{AreaLine, LeftOut, LeftOutBy, LeftOutGroup, MatchRun};
use crate::population::Population;

const KIND: Cells = Cells::WithHealthAttribute;

/// By deciles in pairs, the most deprived first.
const FIFTHS: [&str; 5] =
    ["Most deprived fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Least deprived fifth"];

/// First ages and labels.
const AGES: [(i32, &str); 5] =
    [(i32::MIN, "Under 50"), (50, "50 to 64"), (65, "65 to 74"), (75, "75 to 84"), (85, "85 or more")];

const NOT_KNOWN: &str = "Not known";

/// The areas of a run, as they were counted and as they are printed, in the same order.
pub(super) struct Areas<'a> {
    pub(super) counts: &'a BTreeMap<(i32, i32), NeedCounts>,
    pub(super) lines: &'a [AreaLine],
}

/// People around the hub, and of those the people left out, in each group of one kind; the last group is "not known".
struct Counted {
    labels: Vec<String>,
    counts: Vec<(u64, u64)>,
}

impl Counted {
    fn of(mut labels: Vec<String>, around: &[Around], group: impl Fn(&Around) -> Option<usize>) -> Self {
        labels.push(NOT_KNOWN.to_owned());
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
    run: &MatchRun,
    population: &Population,
    around: &[Around],
    areas: &Areas<'_>,
    release: &Release,
) -> Vec<LeftOut> {
    let people = &population.people;
    let labels = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>();
    let mut found = Vec::new();

    let fifth = |one: &Around| {
        let decile = people.imd(one.person as usize).filter(|decile| (1..=10).contains(decile))?;
        usize::try_from((decile - 1) / 2).ok()
    };
    let by_deprivation = Counted::of(labels(&FIFTHS), around, fifth);
    let age = |one: &Around| {
        let born = people.birth_year(one.person as usize)?;
        let age = run.plan.rules().index_date.year() - born;
        AGES.iter().rposition(|(first, _)| *first <= age)
    };
    let by_age = Counted::of(labels(&AGES.map(|(_, label)| label)), around, age);
    for (by, counted) in [(LeftOutBy::Deprivation, by_deprivation), (LeftOutBy::Age, by_age)] {
        if !counted.says_nothing() {
            let cells = counted.released(release);
            found.push(counted.shown(by, cells));
        }
    }
    found.extend(by_area(population, around, areas, release));
    found
}

/// By area, where areas are printed with their people; nothing where they are not: with small areas beside them, say.
fn by_area(
    population: &Population,
    around: &[Around],
    areas: &Areas<'_>,
    release: &Release,
) -> Option<LeftOut> {
    areas.lines.iter().find(|line| line.people != Shown::Hidden)?;
    let places: BTreeMap<&(i32, i32), usize> = areas.counts.keys().zip(0..).collect();
    let people = &population.people;
    let area = |one: &Around| {
        let row = one.person as usize;
        places.get(&(people.county(row)?, people.area(row)?)).copied()
    };
    let one_county = areas.lines.iter().all(|line| line.county == areas.lines[0].county);
    let label = |line: &AreaLine| match &line.name {
        Some(name) => name.clone(),
        None if one_county => format!("Area {}", line.area),
        None => format!("County {}, area {}", line.county, line.area),
    };
    let counted = Counted::of(areas.lines.iter().map(label).collect(), around, area);
    if counted.says_nothing() {
        return None;
    }
    let mut cells = counted.released(release);
    for ((line, whole), (counts, cell)) in
        areas.lines.iter().zip(areas.counts.values()).zip(counted.counts.iter().zip(&mut cells))
    {
        // Part of everybody in the area, and withheld where they are, or where hardly anybody of them lives elsewhere.
        let mut shown = [cell.0];
        withhold_within(release, &mut shown, &[Working::from(counts.0)], whole.people);
        if line.people == Shown::Hidden || shown[0] == Shown::Hidden {
            *cell = (Shown::Hidden, Shown::Hidden);
        }
    }
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
        let labels = groups.iter().map(|_| String::new()).collect();
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
