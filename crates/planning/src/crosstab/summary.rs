//! `summary.json` of an area view, for programs. A count about people is a number to the nearest 5, or a text that says
//! why there is none.

use serde_json::{Map, Value, json};
use vocabulary::Condition;

use super::{AreaView, Demand, Figure, MetricView, SegmentView, TopicView};

/// The summary as pretty JSON with a line end.
pub fn area_summary_json(view: &AreaView) -> String {
    let summary = json!({
        "format": 1,
        "kind": "crosstab",
        "about": view.about,
        "made_up": view.made_up,
        "as_at": view.as_at,
        "program": view.inputs.program,
        "rows_read": { "population": view.inputs.population.rows_read, "services": view.inputs.services.rows_read },
        "rows_used": { "population": view.inputs.population.rows_used, "services": view.inputs.services.rows_used },
        "problems": { "population": view.inputs.population.problems, "services": view.inputs.services.problems },
        "people": figure(view.people),
        "topics": topics(&view.topics, true),
        "segments_are": view.segments_are,
        "segments": view.segments.iter().map(segment).collect::<Vec<_>>(),
        "topics_without_a_condition": view.cannot_say.iter().map(|t| t.key()).collect::<Vec<_>>(),
        "metrics": view.metrics.iter().map(metric).collect::<Vec<_>>(),
        "metrics_not_read": view.not_read,
        "metrics_not_read_in_all": view.not_read_in_all,
        "warnings": view.warnings,
        "inputs": view.inputs,
        "counts_of_people": format!(
            "{}; people with a need lie between low and high, because one person may have several conditions",
            view.policy.in_words()
        ),
    });
    let mut text = serde_json::to_string_pretty(&summary).unwrap_or_default();
    text.push('\n');
    text
}

fn figure(figure: Figure) -> Value {
    match figure {
        Figure::Shown(shown) => json!(shown),
        other => json!(other.to_string()),
    }
}

fn demand(demand: Demand) -> Value {
    match demand {
        Demand::Between(low, high) => json!({ "low": low, "high": high }),
        Demand::AtLeast(low) => json!({ "low": low, "high": "not known" }),
        other => json!(other.to_string()),
    }
}

fn topics(topics: &[TopicView], with_conditions: bool) -> Value {
    let keys = |conditions: &[Condition]| conditions.iter().map(|c| c.key()).collect::<Vec<_>>();
    let one = |t: &TopicView| {
        let mut fields = json!({
            "people": demand(t.demand),
            "supply": t.supply,
            "gap": t.gap,
            "people_per_weekly_place": t.people_per_place.map(|(low, high)| json!({ "low": low, "high": high })),
        });
        if let Some(fields) = fields.as_object_mut().filter(|_| with_conditions) {
            fields.insert("conditions".to_owned(), json!(keys(&t.counted)));
            fields.insert("conditions_not_in_the_file".to_owned(), json!(keys(&t.not_counted)));
        }
        (t.topic.key().to_owned(), fields)
    };
    Value::Object(topics.iter().map(one).collect::<Map<_, _>>())
}

fn segment(segment: &SegmentView) -> Value {
    json!({
        "segment": segment.called,
        "group": segment.group,
        "people": figure(segment.people),
        "place": segment.place,
        "topics": topics(&segment.topics, false),
    })
}

fn metric(metric: &MetricView) -> Value {
    json!({
        "metric": metric.name,
        "condition": metric.condition.map(Condition::key),
        "people": figure(metric.whole),
        "segments_not_known": metric.not_known,
        "segments_hidden_at_source": metric.suppressed,
    })
}
