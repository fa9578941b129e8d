//! What a definition answers of a population, without matching anybody: how many each criterion leaves out, and who they are.

use disclosure::{Policy, Release};
use serde_json::{Value, json};
use vocabulary::Day;

use super::{GroupCounts, View};
use crate::cohort::{Cohort, Funnel, Selected, funnel};
use crate::population::{Backgrounds, Population};

/// An answer. Every count in it has been through the gate.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the definition is called, with its version.
    pub name: String,
    /// Who they are: "adults with joint or back pain".
    pub people: String,
    pub funnel: Funnel,
    pub fairness: Vec<View>,
    /// By which it was released.
    pub policy: Policy,
}

/// Counts and releases.
pub fn answer(
    cohort: &Cohort,
    population: &Population,
    backgrounds: &Backgrounds,
    selected: &Selected,
    (index_date, gate): (Day, &Release),
) -> Answer {
    let funnel = funnel(gate, selected.start, &selected.attrition);
    let counts = GroupCounts::of(population, backgrounds, &selected.rows, &[], index_date.year());
    Answer {
        name: format!("{}, version {}", cohort.name, cohort.version),
        people: cohort.people.clone(),
        fairness: counts.views(gate, false, funnel.cohort),
        funnel,
        policy: gate.policy(),
    }
}

/// `cohort.json`: the answer for programs, beside what was asked of whom.
pub fn answer_json(answer: &Answer, about: &str, made_up: bool) -> String {
    let whole: Value = json!({
        "format": 1,
        "about": about,
        "made_up": made_up,
        "name": answer.name,
        "people": answer.people,
        "start": answer.funnel.start,
        "attrition": answer.funnel.steps,
        "cohort": answer.funnel.cohort,
        "fairness": answer.fairness,
        "counts_of_people": answer.policy.in_words(),
    });
    format!("{whole:#}\n")
}
