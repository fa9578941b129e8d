//! The released figures of a run, as its pages show them: numbers to the nearest 5, or the symbol that stands for a count
//! that is kept back.

use serde_json::Value;
use vocabulary::Topic;

use crate::fairness::{self, View, shown};

/// What a run found.
#[derive(Debug)]
pub(crate) struct Summary(Value);

/// One line a topic.
pub(crate) struct TopicLine {
    pub(crate) topic: &'static str,
    pub(crate) need: String,
    pub(crate) unmet: String,
    pub(crate) services: String,
    pub(crate) providers: String,
    /// Places a week, as far as they are known: of what is on offer, not of people.
    pub(crate) places: String,
}

/// One area, as its pages show it.
pub(crate) struct AreaLine {
    pub(crate) name: String,
    pub(crate) people: String,
    /// Topic, how many need it, how many go without.
    pub(crate) topics: Vec<(&'static str, String, String)>,
}

/// A provider that would be invited.
pub(crate) struct Invited {
    pub(crate) name: String,
    pub(crate) adds: String,
}

/// The main figures: how they are called in the summary, as a line of a table, and behind their number.
const MAIN: [(&str, &str, &str); 4] = [
    ("cohort", "In the cohort", "in the cohort"),
    ("people_matched", "With an offer", "with at least one offer that suits them and that they can reach"),
    ("people_with_unmet_need", "With a need that is not met", "with a need that no offer near them meets"),
    ("people_without_offer", "With no offer at all", "with no offer at all"),
];

impl Summary {
    /// The main figures, each with what stands behind it.
    pub(crate) fn main_figures(&self) -> Vec<(String, &'static str)> {
        MAIN.iter().map(|(name, _, words)| (self.count(name), *words)).collect()
    }

    /// The main figures of this and of another, a line each.
    pub(super) fn beside(&self, other: &Self) -> Vec<(&'static str, String, String)> {
        MAIN.iter().map(|(name, line, _)| (*line, self.count(name), other.count(name))).collect()
    }

    /// Counts of people up to this one are hidden in it.
    pub(crate) fn small_counts(&self) -> u64 {
        self.0["small_counts_up_to"].as_u64().unwrap_or(7)
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// A count, as it may be shown.
    pub(crate) fn count(&self, name: &str) -> String {
        shown(&self.0[name])
    }

    /// Whom it is about: "adults with joint or back pain".
    pub(crate) fn people(&self) -> String {
        self.0["people"].as_str().unwrap_or_default().to_owned()
    }

    /// Counts with their labels: distances, or how people get about.
    pub(crate) fn bands(&self, name: &str) -> Vec<(String, String)> {
        let band =
            |band: &Value| (band["label"].as_str().unwrap_or_default().to_owned(), shown(&band["people"]));
        self.list(name).map(band).collect()
    }

    /// Areas with their people and what these need, topic by topic.
    pub(crate) fn areas(&self) -> Vec<AreaLine> {
        let line = |area: &Value| {
            let topics = area["topics"].as_object().into_iter().flatten();
            let topic = |(key, figures): (&String, &Value)| {
                let topic = Topic::from_key(key)?;
                Some((topic.words(), shown(&figures["need"]), shown(&figures["unmet"])))
            };
            let number = || format!("Area {}", area["area"]);
            AreaLine {
                name: area["name"].as_str().map_or_else(number, str::to_owned),
                people: shown(&area["people"]),
                topics: topics.filter_map(topic).collect(),
            }
        };
        self.list("areas").map(line).collect()
    }

    /// By which it is known whether two runs had the same on offer.
    pub(crate) fn services_digest(&self) -> &str {
        self.0["inputs"]["services"]["digest"].as_str().unwrap_or_default()
    }

    pub(crate) fn is_made_up(&self) -> bool {
        self.0["made_up"] == Value::Bool(true)
    }

    pub(crate) fn attrition(&self) -> Vec<(String, String, String)> {
        let line = |step: &Value| {
            let name = step["name"].as_str().unwrap_or_default().to_owned();
            (name, shown(&step["removed"]), shown(&step["remaining"]))
        };
        self.list("attrition").map(line).collect()
    }

    pub(crate) fn topics(&self) -> Vec<TopicLine> {
        let line = |line: &Value| {
            let topic = Topic::from_key(line["topic"].as_str()?)?;
            Some(TopicLine {
                topic: topic.words(),
                need: shown(&line["need"]),
                unmet: shown(&line["unmet"]),
                services: shown(&line["services"]),
                providers: shown(&line["providers"]),
                places: shown(&line["weekly_places"]),
            })
        };
        self.list("topics").filter_map(line).collect()
    }

    pub(crate) fn invited(&self) -> Vec<Invited> {
        let invited = self.0["shortlist"]["invited"].as_array().into_iter().flatten();
        let one = |one: &Value| Invited {
            name: one["name"].as_str().unwrap_or_default().to_owned(),
            adds: one["words"].as_str().unwrap_or_default().to_owned(),
        };
        invited.map(one).collect()
    }

    /// Metres east and north of the hub that its shortlist is for.
    pub(crate) fn hub_place(&self) -> Option<String> {
        let metres = |name: &str| self.0["shortlist"][name].as_i64();
        Some(format!("{},{}", metres("easting")?, metres("northing")?))
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        self.list("warnings").filter_map(|one| one.as_str().map(str::to_owned)).collect()
    }

    /// Who is in the cohort and who goes without, group by group.
    pub(crate) fn fairness(&self) -> Vec<View> {
        fairness::views(&self.0)
    }

    /// What went in, by name: rules, cohort and digests.
    pub(crate) fn inputs(&self) -> Vec<(&'static str, String)> {
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
