//! `summary.json`: the findings for programs. Counts of rows are exact; every count about people is a number to the
//! nearest 5 or one of the texts "≤7" (or more, where a house is stricter), "*" and "hidden".

use serde_json::{Value, json};

use super::Findings;
use super::declared::keep_declared;

/// The summary as pretty JSON with a line end.
pub fn summary_json(findings: &Findings) -> String {
    let inputs = &findings.inputs;
    let mut summary = json!({
        "format": 1,
        "about": findings.about,
        "made_up": findings.made_up,
        "program": format!("Meres {}", inputs.program),
        "rows_read": {
            "population": inputs.population.rows_read,
            "services": inputs.services.rows_read,
            "events": inputs.events.as_ref().map(|e| e.rows_read),
        },
        "rows_used": {
            "population": inputs.population.rows_used,
            "services": inputs.services.rows_used,
            "events": inputs.events.as_ref().map(|e| e.rows_used),
        },
        "problems": {
            "population": inputs.population.problems,
            "services": inputs.services.problems,
            "events": inputs.events.as_ref().map_or(0, |e| e.problems),
        },
        "people": findings.who,
        "attrition": findings.attrition,
        "cohort": findings.cohort,
        "people_matched": findings.matched,
        "people_without_offer": findings.unmatched,
        "people_with_unmet_need": findings.unmet,
        "place_known": findings.place_known,
        "distances_in": if findings.minutes_by.is_some() { "minutes" } else { "metres" },
        "minutes_by": findings.minutes_by,
        "distances": findings.distances,
        "travel": findings.travel,
        "topics": findings.topics,
        "square_side": findings.square_side,
        "squares": findings.squares,
        "small_areas": findings.small_areas,
        "areas": findings.areas.iter().map(area).collect::<Vec<_>>(),
        "fairness": if findings.fairness.is_empty() { Value::Null } else { json!(findings.fairness) },
        "missing_offers": findings.missing,
        "shortlist": findings.shortlist,
        "warnings": findings.warnings,
        "inputs": inputs,
        "small_counts_up_to": findings.policy.threshold(),
        "counts_of_people": findings.policy.in_words(),
    });
    keep_declared(&mut summary);
    if let Some(fields) = summary.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    let mut text = serde_json::to_string_pretty(&summary).unwrap_or_default();
    text.push('\n');
    text
}

fn area(line: &super::AreaLine) -> Value {
    let topics = vocabulary::Topic::ALL
        .into_iter()
        .zip(line.need.iter().zip(&line.unmet))
        .map(|(topic, (need, unmet))| (topic.key().to_owned(), json!({ "need": need, "unmet": unmet })));
    json!({
        "county": line.county,
        "area": line.area,
        "name": line.name,
        "people": line.people,
        "topics": topics.collect::<serde_json::Map<_, _>>(),
    })
}
