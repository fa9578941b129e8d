//! The released figures of a run, as its pages show them: numbers to the nearest 5, or the symbol that stands for a count
//! that is kept back.

use serde_json::Value;
use vocabulary::Topic;

/// What a run found.
#[derive(Debug)]
pub(super) struct Summary(Value);

/// One line a topic.
pub(super) struct TopicLine {
    pub(super) topic: &'static str,
    pub(super) need: String,
    pub(super) unmet: String,
    pub(super) services: String,
    pub(super) providers: String,
}

/// A provider that would be invited.
pub(super) struct Invited {
    pub(super) name: String,
    pub(super) adds: String,
}

impl Summary {
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// A count, as it may be shown.
    pub(super) fn count(&self, name: &str) -> String {
        shown(&self.0[name])
    }

    pub(super) fn is_made_up(&self) -> bool {
        self.0["made_up"] == Value::Bool(true)
    }

    pub(super) fn attrition(&self) -> Vec<(String, String, String)> {
        let line = |step: &Value| {
            let name = step["name"].as_str().unwrap_or_default().to_owned();
            (name, shown(&step["removed"]), shown(&step["remaining"]))
        };
        self.list("attrition").map(line).collect()
    }

    pub(super) fn topics(&self) -> Vec<TopicLine> {
        let line = |line: &Value| {
            let topic = Topic::from_key(line["topic"].as_str()?)?;
            Some(TopicLine {
                topic: topic.words(),
                need: shown(&line["need"]),
                unmet: shown(&line["unmet"]),
                services: shown(&line["services"]),
                providers: shown(&line["providers"]),
            })
        };
        self.list("topics").filter_map(line).collect()
    }

    pub(super) fn invited(&self) -> Vec<Invited> {
        let invited = self.0["shortlist"]["invited"].as_array().into_iter().flatten();
        let one = |one: &Value| Invited {
            name: one["name"].as_str().unwrap_or_default().to_owned(),
            adds: one["words"].as_str().unwrap_or_default().to_owned(),
        };
        invited.map(one).collect()
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        self.list("warnings").filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// What went in, by name: rules, cohort and digests.
    pub(super) fn inputs(&self) -> Vec<(&'static str, String)> {
        let inputs = &self.0["inputs"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        [
            ("Rules", text(&inputs["rules"])),
            ("Digest of the rules", text(&inputs["rules_digest"])),
            ("Digest of the cohort", text(&inputs["cohort_digest"])),
            ("Digest of the population", text(&inputs["population"]["digest"])),
            ("Digest of the services", text(&inputs["services"]["digest"])),
            ("Ages as at", text(&inputs["index_date"])),
            ("Program", text(&self.0["program"])),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0[name].as_array().into_iter().flatten()
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), disclosure::with_commas),
        Value::String(symbol) => symbol.clone(),
        _ => "not known".to_owned(),
    }
}
