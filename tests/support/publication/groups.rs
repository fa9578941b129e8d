//! Into which groups a person falls, counted anew: by deprivation, age, sex, and what else an extract has.

use matching::{People, Sex};
use planning::population::{Backgrounds, Ethnicity};

/// The year of the index date of rules version 1.
const YEAR: i32 = 2026;

/// "by sex Female", and so on.
pub(super) fn groups(people: &People, backgrounds: &Backgrounds, row: usize) -> Vec<String> {
    let fifth = match people.imd(row) {
        Some(1 | 2) => "Most deprived fifth",
        Some(3 | 4) => "Second fifth",
        Some(5 | 6) => "Middle fifth",
        Some(7 | 8) => "Fourth fifth",
        Some(_) => "Least deprived fifth",
        None => "Deprivation not known",
    };
    let age = match people.birth_year(row).map(|year| YEAR - year) {
        None => "Age not known",
        Some(age) if age < 45 => "Under 45",
        Some(45..65) => "45 to 64",
        Some(65..75) => "65 to 74",
        Some(75..85) => "75 to 84",
        Some(_) => "85 or over",
    };
    let sex = match people.sex(row) {
        Some(Sex::Female) => "Female",
        Some(Sex::Male) => "Male",
        None => "Not known or not specified",
    };
    let mut all = vec![format!("by deprivation {fifth}"), format!("by age {age}"), format!("by sex {sex}")];
    if let Some(ethnicity) = &backgrounds.ethnicity {
        let words = Ethnicity::ALL.iter().find(|(one, _)| *one == ethnicity[row]).expect("one of all").1;
        all.push(format!("by ethnicity {words}"));
    }
    if let Some(rural) = &backgrounds.rural {
        let words = match rural[row] {
            Some(true) => "Rural",
            Some(false) => "Urban",
            None => "Not known",
        };
        all.push(format!("by rurality {words}"));
    }
    all
}
