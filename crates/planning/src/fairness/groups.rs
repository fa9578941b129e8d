//! The ways to part people.

use matching::Sex;

use crate::population::{Backgrounds, Ethnicity, Population};

/// A way to part people: into which group a row falls.
pub(crate) struct Way<'a> {
    pub(crate) by: &'static str,
    pub(crate) title: &'static str,
    pub(crate) labels: Vec<&'static str>,
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

/// Those of which the extract knows anything.
pub(crate) fn ways<'a>(
    population: &'a Population,
    backgrounds: &'a Backgrounds,
    index_year: i32,
) -> Vec<Way<'a>> {
    let people = &population.people;
    let known = |of: &dyn Fn(usize) -> bool| population.usable.iter().any(|row| of(*row as usize));
    let mut ways = Vec::new();
    if known(&|row| people.imd(row).is_some()) {
        let fifth = |imd: i32| usize::try_from((imd - 1).clamp(0, 9) / 2).unwrap_or(0);
        ways.push(Way {
            by: "deprivation",
            title: "Deprivation of the small area",
            labels: FIFTHS.to_vec(),
            group: Box::new(move |row| people.imd(row).map_or(FIFTHS.len() - 1, fifth)),
        });
    }
    if known(&|row| people.birth_year(row).is_some()) {
        let labels: Vec<&str> = AGES.iter().map(|(_, label)| *label).chain(["Age not known"]).collect();
        let band = |age: i32| AGES.iter().position(|(end, _)| age < *end).unwrap_or(AGES.len() - 1);
        ways.push(Way {
            by: "age",
            title: "Age",
            labels,
            group: Box::new(move |row| {
                people.birth_year(row).map_or(AGES.len(), |year| band(index_year - year))
            }),
        });
    }
    if known(&|row| people.sex(row).is_some()) {
        ways.push(Way {
            by: "sex",
            title: "Sex",
            labels: SEXES.to_vec(),
            group: Box::new(|row| match people.sex(row) {
                Some(Sex::Female) => 0,
                Some(Sex::Male) => 1,
                _ => 2,
            }),
        });
    }
    if let Some(ethnicity) = &backgrounds.ethnicity {
        ways.push(Way {
            by: "ethnicity",
            title: "Ethnic group",
            labels: Ethnicity::ALL.iter().map(|(_, words)| *words).collect(),
            group: Box::new(|row| {
                let known = |one: &(Ethnicity, &str)| one.0 == ethnicity[row];
                Ethnicity::ALL.iter().position(known).unwrap_or(Ethnicity::ALL.len() - 1)
            }),
        });
    }
    if let Some(rural) = &backgrounds.rural {
        ways.push(Way {
            by: "rurality",
            title: "Town or country",
            labels: PLACES.to_vec(),
            group: Box::new(|row| match rural[row] {
                Some(true) => 0,
                Some(false) => 1,
                None => 2,
            }),
        });
    }
    ways
}
