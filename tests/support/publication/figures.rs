//! The counts of people that a manager reads in the `summary.json` of a match run, each by a name of its own.

use std::collections::BTreeMap;

use serde_json::Value;

/// The figures of one match run, as they are printed, and what stands beside them.
#[derive(Clone)]
pub(crate) struct Figures {
    pub(crate) printed: BTreeMap<String, String>,
    pub(crate) summary: Value,
}

/// The entries of a list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text.
pub(crate) fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A whole number.
pub(crate) fn whole(value: &Value) -> i64 {
    value.as_i64().expect("a whole number")
}

/// "562000,452000": the corner of a square, or the middle of a circle.
pub(crate) fn place(value: &Value) -> String {
    format!("{},{}", whole(&value["easting"]), whole(&value["northing"]))
}

/// "0,12": an area of the extract.
pub(crate) fn area(value: &Value) -> String {
    format!("{},{}", whole(&value["county"]), whole(&value["area"]))
}

/// The groups of those around a hub: "deprivation Middle fifth", "area 0,12", each with its line of the summary.
pub(crate) fn left_out(summary: &Value) -> Vec<(String, Value)> {
    let mut groups = Vec::new();
    for kind in list(&summary["shortlist"]["left_out"]) {
        let by = word(&kind["by"]);
        for (at, line) in list(&kind["groups"]).iter().enumerate() {
            // Areas stand in the order of the summary's own; who is in none of them comes last.
            let area = list(&summary["areas"]).get(at).filter(|_| by == "area").map(area);
            let name = area.unwrap_or_else(|| word(&line["label"]).to_owned());
            groups.push((format!("{by} {name}"), line.clone()));
        }
    }
    groups
}

impl Figures {
    pub(crate) fn of(summary: &Value) -> Self {
        let mut read = Self { printed: BTreeMap::new(), summary: summary.clone() };
        for (name, field) in [
            ("cohort", "cohort"),
            ("matched", "people_matched"),
            ("no offer", "people_without_offer"),
            ("unmet", "people_with_unmet_need"),
        ] {
            read.take(name, &summary[field]);
        }
        for (at, step) in list(&summary["attrition"]).iter().enumerate() {
            read.take(&format!("step {at} left"), &step["remaining"]);
            read.take(&format!("step {at} removed"), &step["removed"]);
            read.take(&format!("step {at} not known"), &step["not_known"]);
        }
        for (at, band) in list(&summary["distances"]).iter().enumerate() {
            read.take(&format!("distance {at}"), &band["people"]);
        }
        for band in list(&summary["travel"]) {
            read.take(&format!("travel {}", word(&band["label"])), &band["people"]);
        }
        for line in list(&summary["topics"]) {
            read.take(&format!("need {}", word(&line["topic"])), &line["need"]);
            read.take(&format!("unmet {}", word(&line["topic"])), &line["unmet"]);
        }
        for square in list(&summary["squares"]) {
            read.take(&format!("square {} people", place(square)), &square["people"]);
            read.take(&format!("square {} unmet", place(square)), &square["unmet"]);
        }
        for line in list(&summary["areas"]) {
            let area = area(line);
            read.take(&format!("area {area} people"), &line["people"]);
            for (topic, pair) in line["topics"].as_object().expect("topics") {
                read.take(&format!("area {area} need {topic}"), &pair["need"]);
                read.take(&format!("area {area} unmet {topic}"), &pair["unmet"]);
            }
        }
        for view in list(&summary["fairness"]) {
            for group in list(&view["groups"]) {
                let name = format!("by {} {}", word(&view["by"]), word(&group["label"]));
                for what in ["everybody", "cohort", "unmet"] {
                    read.take(&format!("{name} {what}"), &group[what]);
                }
            }
        }
        for offer in list(&summary["missing_offers"]) {
            read.take(&format!("missing {}", word(&offer["topic"])), &offer["people"]);
        }
        let hub = &summary["shortlist"];
        if hub.is_object() {
            read.take("hub people", &hub["people"]);
            for need in list(&hub["uncovered"]) {
                read.take(&format!("hub need {}", word(&need["topic"])), &need["people"]);
                read.take(&format!("hub uncovered {}", word(&need["topic"])), &need["uncovered"]);
            }
            for (group, line) in left_out(summary) {
                read.take(&format!("hub {group} people"), &line["people"]);
                read.take(&format!("hub {group} left"), &line["uncovered"]);
            }
            for one in list(&hub["invited"]) {
                for adds in list(&one["adds"]) {
                    let topic = key_of(word(&adds[0]));
                    read.take(&format!("hub adds {} {topic}", word(&one["provider"])), &adds[1]);
                }
            }
        }
        read
    }

    fn take(&mut self, name: &str, printed: &Value) {
        let text = match printed {
            Value::Null => return,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let before = self.printed.insert(name.to_owned(), text);
        assert_eq!(before, None, "{name} is printed twice");
    }

    /// How a figure reads.
    pub(crate) fn reads(&self, name: &str) -> Option<&str> {
        self.printed.get(name).map(String::as_str)
    }

    /// People whom the run read: the extract's rows are the manager's own and known exactly.
    pub(crate) fn everybody(&self) -> i64 {
        whole(&self.summary["rows_used"]["population"])
    }
}

/// The key of a topic that is named by its title.
fn key_of(title: &str) -> &'static str {
    vocabulary::Topic::ALL.into_iter().find(|topic| topic.title() == title).expect("a topic").key()
}
