//! The ways to part people.

use matching::{People, Sex};

use crate::population::{Backgrounds, Ethnicity};

/// A way to part people: into which group a row falls. The last group is of those of whom it is not known.
pub(crate) struct Way<'a> {
    pub(crate) by: &'static str,
    pub(crate) title: &'static str,
    pub(crate) labels: Vec<&'static str>,
    /// Whether the extract knows it of anybody.
    pub(super) known: bool,
    pub(crate) group: Box<dyn Fn(usize) -> usize + 'a>,
}

const FIFTHS: [&str; 6] = [
    "Most deprived fifth",
    "Second fifth",
    "Middle fifth",
    "Fourth fifth",
    "Least deprived fifth",
    "Deprivation not known",
];
/// The first age that is no longer in a group, and its words.
const AGES: [(i32, &str); 5] =
    [(45, "Under 45"), (65, "45 to 64"), (75, "65 to 74"), (85, "75 to 84"), (i32::MAX, "85 or over")];
const SEXES: [&str; 3] = ["Female", "Male", "Not known or not specified"];
const PLACES: [&str; 3] = ["Rural", "Urban", "Not known"];

/// All ways, known or not, so that the counts of two parts of an extract stand beside each other.
pub(crate) fn ways<'a>(
    people: &'a People,
    usable: &[u32],
    backgrounds: &'a Backgrounds,
    index_year: i32,
) -> Vec<Way<'a>> {
    let known = |of: &dyn Fn(usize) -> bool| usable.iter().any(|row| of(*row as usize));
    let fifth = |imd: i32| usize::try_from((imd - 1).clamp(0, 9) / 2).unwrap_or(0);
    let band = |age: i32| AGES.iter().position(|(end, _)| age < *end).unwrap_or(AGES.len() - 1);
    vec![
        Way {
            by: "deprivation",
            title: "Deprivation of the small area",
            labels: FIFTHS.to_vec(),
            known: known(&|row| people.imd(row).is_some()),
            group: Box::new(move |row| people.imd(row).map_or(FIFTHS.len() - 1, fifth)),
        },
        Way {
            by: "age",
            title: "Age",
            labels: AGES.iter().map(|(_, label)| *label).chain(["Age not known"]).collect(),
            known: known(&|row| people.birth_year(row).is_some()),
            group: Box::new(move |row| {
                people.birth_year(row).map_or(AGES.len(), |year| band(index_year - year))
            }),
        },
        Way {
            by: "sex",
            title: "Sex",
            labels: SEXES.to_vec(),
            known: known(&|row| people.sex(row).is_some()),
            group: Box::new(|row| match people.sex(row) {
                Some(Sex::Female) => 0,
                Some(Sex::Male) => 1,
                _ => 2,
            }),
        },
        Way {
            by: "ethnicity",
            title: "Ethnic group",
            labels: Ethnicity::ALL.iter().map(|(_, words)| *words).collect(),
            known: backgrounds.ethnicity.is_some(),
            group: Box::new(|row| {
                let own = backgrounds.ethnicity.as_ref().map_or(Ethnicity::NotKnown, |all| all[row]);
                let same = |one: &(Ethnicity, &str)| one.0 == own;
                Ethnicity::ALL.iter().position(same).unwrap_or(Ethnicity::ALL.len() - 1)
            }),
        },
        Way {
            by: "rurality",
            title: "Town or country",
            labels: PLACES.to_vec(),
            known: backgrounds.rural.is_some(),
            group: Box::new(|row| match backgrounds.rural.as_ref().and_then(|all| all[row]) {
                Some(true) => 0,
                Some(false) => 1,
                None => 2,
            }),
        },
    ]
}
