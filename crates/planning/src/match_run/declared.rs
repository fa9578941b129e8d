//! What a release says of people: each way in which they are counted, declared here and nowhere else. A figure that is declared
//! nowhere does not leave: [`super::summary_json`] takes it out, and so does a plan of places
//! ([`crate::allocation::plan_json`]).

use serde_json::Value;

/// People, counted by some dimensions.
#[derive(Clone, Copy, Debug)]
pub struct Cube {
    /// Where its figures stand in the summary; `*` is any line of a list, or any topic.
    pub at: &'static str,
    pub people: &'static str,
    pub by: &'static [&'static str],
}

const fn cube(at: &'static str, people: &'static str, by: &'static [&'static str]) -> Cube {
    Cube { at, people, by }
}

/// All that a release contains.
pub const RELEASED: [Cube; 31] = [
    cube("attrition.*.removed", "left out by a criterion", &["criterion"]),
    cube("attrition.*.not_known", "left out since it is not known of them", &["criterion"]),
    cube("attrition.*.remaining", "left after a criterion", &["criterion"]),
    cube("cohort", "in the cohort", &[]),
    cube("people_matched", "in the cohort, with an offer", &[]),
    cube("people_without_offer", "in the cohort, without an offer", &[]),
    cube("people_with_unmet_need", "in the cohort, with an unmet need", &[]),
    cube("distances.*.people", "in the cohort", &["way to the nearest offer"]),
    cube("travel.*.people", "in the cohort", &["how they get about"]),
    cube("topics.*.need", "with a need", &["topic"]),
    cube("topics.*.unmet", "with an unmet need", &["topic"]),
    cube("squares.*.people", "in the cohort", &["square of the map"]),
    cube("squares.*.unmet", "with an unmet need", &["square of the map"]),
    cube("small_areas.*.people", "in the cohort", &["small area"]),
    cube("small_areas.*.unmet", "with an unmet need", &["small area"]),
    cube("areas.*.people", "in the cohort", &["area"]),
    cube("areas.*.topics.*.need", "with a need", &["area", "topic"]),
    cube("areas.*.topics.*.unmet", "with an unmet need", &["area", "topic"]),
    cube("fairness.*.groups.*.everybody", "in the extract", &["group"]),
    cube("fairness.*.groups.*.cohort", "in the cohort", &["group"]),
    cube("fairness.*.groups.*.unmet", "in the cohort, with an unmet need", &["group"]),
    cube("missing_offers.*.people", "with an unmet need in reach", &["topic, where it would help most"]),
    cube("shortlist.people", "in the cohort, around the hub", &[]),
    cube("shortlist.invited.*.gain", "the weight of whom a provider adds", &["provider"]),
    cube("shortlist.invited.*.adds.*.*", "whom a provider adds, around the hub", &["provider", "topic"]),
    cube("shortlist.uncovered.*.people", "with a need, around the hub", &["topic"]),
    cube("shortlist.uncovered.*.uncovered", "left uncovered, around the hub", &["topic"]),
    cube("shortlist.left_out.*.groups.*.people", "with a need, around the hub", &["group"]),
    cube("shortlist.left_out.*.groups.*.uncovered", "left uncovered, around the hub", &["group"]),
    cube("shortlist.covered_percent", "share of the need that is covered, by tens", &[]),
    cube("inputs.code_lists.*.events", "coded events", &["code list"]),
];

/// All that a plan of places says of people.
const PLANNED: [Cube; 11] = [
    cube("people", "who could have a place", &[]),
    cube("placed", "with a place", &[]),
    cube("without", "without a place", &[]),
    cube("reasons.*.people", "without a place", &["why"]),
    cube("deprived.people", "of the most deprived fifth, who could have a place", &[]),
    cube("deprived.placed", "of the most deprived fifth, with a place", &[]),
    cube("deprived.without", "of the most deprived fifth, without a place", &[]),
    cube("sessions.*.used", "with a place", &["session"]),
    cube("sessions.*.one_more", "the score of whom one more place would help", &["session"]),
    cube("total", "the score of all with a place", &[]),
    cube("bound", "the most that this score could be", &[]),
];

/// Numbers of a plan of places that count nobody.
const PLANNED_OF_NOBODY: [&str; 5] =
    ["format", "weeks", "sessions.*.sid", "sessions.*.weekly_places", "sessions.*.places"];

/// Numbers that count nobody of the extract by anything about them: rows, services, places, money, metres.
const OF_NOBODY: [&str; 33] = [
    "format",
    "small_counts_up_to",
    "rows_read.*",
    "rows_used.*",
    "problems.*",
    "square_side",
    "squares.*.easting",
    "squares.*.northing",
    "areas.*.county",
    "areas.*.area",
    "topics.*.services",
    "topics.*.providers",
    "topics.*.weekly_places",
    "topics.*.capacity_not_known",
    "missing_offers.*.easting",
    "missing_offers.*.northing",
    "missing_offers.*.radius",
    "shortlist.easting",
    "shortlist.northing",
    "shortlist.radius",
    "shortlist.stands",
    "shortlist.bound_percent",
    "shortlist.budget",
    "shortlist.cost",
    "shortlist.cost_not_known",
    "shortlist.at_least.*.providers",
    "shortlist.invited.*.services",
    "shortlist.invited.*.cost",
    "inputs.population.*",
    "inputs.services.*",
    "inputs.events.*",
    "inputs.minutes.*",
    "inputs.code_lists.*.codes",
];

impl Cube {
    /// Whether a figure at this place of a summary is one of its own.
    pub fn holds(&self, place: &[&str]) -> bool {
        fits(self.at, place)
    }
}

fn fits(pattern: &str, place: &[&str]) -> bool {
    let mut parts = pattern.split('.');
    let alike = place.iter().all(|part| parts.next().is_some_and(|wanted| wanted == "*" || wanted == *part));
    alike && parts.next().is_none()
}

/// Whether a value is a figure: a number, or a sign that stands for one.
fn is_figure(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::String(text) => text == "hidden" || text == "*" || text.starts_with('≤'),
        _ => false,
    }
}

/// What may stand in a file: figures of people, and numbers that count nobody.
struct Declared {
    cubes: &'static [Cube],
    of_nobody: &'static [&'static str],
}

/// Takes out of a release every figure that is declared nowhere.
pub(super) fn keep_declared(summary: &mut Value) {
    Declared { cubes: &RELEASED, of_nobody: &OF_NOBODY }.keep(summary, &mut Vec::new());
}

/// The same of a plan of places.
pub(crate) fn keep_planned(plan: &mut Value) {
    Declared { cubes: &PLANNED, of_nobody: &PLANNED_OF_NOBODY }.keep(plan, &mut Vec::new());
}

impl Declared {
    fn keep(&self, value: &mut Value, place: &mut Vec<String>) {
        match value {
            Value::Array(all) => {
                for (at, one) in all.iter_mut().enumerate() {
                    self.within(one, place, &at.to_string());
                }
            }
            Value::Object(fields) => {
                for (name, one) in fields.iter_mut() {
                    self.within(one, place, name);
                }
            }
            figure if is_figure(figure) => {
                let place: Vec<&str> = place.iter().map(String::as_str).collect();
                let is_declared = self.cubes.iter().any(|cube| cube.holds(&place));
                if !is_declared && !self.of_nobody.iter().any(|pattern| fits(pattern, &place)) {
                    *figure = Value::Null;
                }
            }
            _ => {}
        }
    }

    fn within(&self, value: &mut Value, place: &mut Vec<String>, name: &str) {
        place.push(name.to_owned());
        self.keep(value, place);
        place.pop();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_declared_nowhere_does_not_leave() {
        let figures = json!({
            "cohort": 430,
            "about": "Wendry",
            "made_up": true,
            "topics": [{"topic": "strength", "need": 35, "unmet": "≤7", "services": 3, "by_sex": {"female": 20}}],
            "areas": [{"area": 1, "people": 40, "topics": {"pain": {"need": "hidden", "unmet": 10, "met": 30}}}],
            "by_age_and_sex": [[10, "≤7"], [15, 20]],
            "shortlist": {"invited": [{"name": "Walks", "adds": [["pain", 15]], "people": 15}]},
        });
        let mut kept = figures.clone();
        keep_declared(&mut kept);
        assert_eq!(
            kept,
            json!({
                "cohort": 430,
                "about": "Wendry",
                "made_up": true,
                "topics": [{"topic": "strength", "need": 35, "unmet": "≤7", "services": 3, "by_sex": {"female": null}}],
                "areas": [{"area": 1, "people": 40, "topics": {"pain": {"need": "hidden", "unmet": 10, "met": null}}}],
                "by_age_and_sex": [[null, null], [null, null]],
                "shortlist": {"invited": [{"name": "Walks", "adds": [["pain", 15]], "people": null}]},
            })
        );
    }

    #[test]
    fn nor_does_it_with_a_plan_of_places() {
        let figures = json!({
            "weeks": 4, "people": 60, "placed": "hidden", "by_sex": [10, "≤7"], "total": 1_900,
            "sessions": [{"sid": 7, "places": 12, "used": 10, "one_more": "no limit", "refused": 15}],
        });
        let mut kept = figures.clone();
        keep_planned(&mut kept);
        assert_eq!(
            kept,
            json!({
                "weeks": 4, "people": 60, "placed": "hidden", "by_sex": [null, null], "total": 1_900,
                "sessions": [{"sid": 7, "places": 12, "used": 10, "one_more": "no limit", "refused": null}],
            })
        );
    }
}
