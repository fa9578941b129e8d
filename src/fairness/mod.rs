//! Who is left out, as a page shows it: read from the figures that a run or an answer left, which the gate has seen.

use askama::Template;
use serde_json::Value;
use web::{Html, Problem};

/// One way to part people.
pub(crate) struct View {
    pub(crate) title: String,
    pub(crate) groups: Vec<Group>,
}

/// A part of the people: how each figure reads.
pub(crate) struct Group {
    pub(crate) label: String,
    pub(crate) everybody: String,
    pub(crate) cohort: String,
    /// Of a hundred in the group so many are in the cohort, where both figures are shown.
    pub(crate) share: Option<Share>,
    /// Where something was matched: those of the cohort who go without, and of a hundred so many.
    pub(crate) unmet: Option<String>,
    pub(crate) unmet_share: Option<Share>,
}

/// So many of a hundred: how long its bar is, and how it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) bar: u64,
    pub(crate) words: String,
}

impl View {
    fn matched(&self) -> bool {
        self.groups.iter().any(|group| group.unmet.is_some())
    }
}

#[derive(Template)]
#[template(path = "fairness/views.html")]
struct Shown<'a> {
    views: &'a [View],
    people: &'a str,
}

/// The views of a summary or of an answer; none where the figures are older than these views.
pub(crate) fn views(figures: &Value) -> Vec<View> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let view = |view: Value| View {
        title: view["title"].as_str().unwrap_or_default().to_owned(),
        groups: list(&view["groups"]).iter().map(group).collect(),
    };
    list(&figures["fairness"]).into_iter().map(view).collect()
}

fn group(group: &Value) -> Group {
    let reads = |name: &str| shown(&group[name]);
    Group {
        label: group["label"].as_str().unwrap_or_default().to_owned(),
        everybody: reads("everybody"),
        cohort: reads("cohort"),
        share: share(&group["cohort"], &group["everybody"]),
        unmet: group.get("unmet").map(shown),
        unmet_share: share(&group["unmet"], &group["cohort"]),
    }
}

/// Figures to the nearest 5 below this say nothing in per cent.
const LEAST: u64 = 100;

/// Whole per cent of two figures as they are shown; the ends are open, as the gate's rules have them.
fn share(part: &Value, whole: &Value) -> Option<Share> {
    let (part, whole) = (part.as_u64()?, whole.as_u64().filter(|whole| *whole >= LEAST)?);
    let share = (part * 100 + whole / 2) / whole;
    Some(match share {
        ..5 => Share { bar: 5, words: "under 5".to_owned() },
        5..=95 => Share { bar: share, words: share.to_string() },
        _ => Share { bar: 95, words: "over 95".to_owned() },
    })
}

/// A figure of a summary, as it reads: "1,235", "≤7", "hidden".
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), disclosure::with_commas),
        Value::String(symbol) => symbol.clone(),
        _ => "not known".to_owned(),
    }
}

/// A table a view; `people` are those of the cohort.
pub(crate) fn html(views: &[View], people: &str) -> Result<Html, Problem> {
    Ok(Html::of(&Shown { views, people })?)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{share, views};

    #[test]
    fn shares_are_of_figures_that_are_shown_and_large_enough() {
        let words = |part: Value, whole: u64| share(&part, &json!(whole)).map(|share| share.words);
        assert_eq!(words(json!(50), 200).as_deref(), Some("25"));
        assert_eq!(words(json!("≤7"), 200), None);
        assert_eq!(words(json!(5), 10), None, "to the nearest 5 that could be anything");
        assert_eq!(words(json!(205), 200).as_deref(), Some("over 95"), "nearly everybody is not told");
        assert_eq!(words(json!(10), 5_000).as_deref(), Some("under 5"));
    }

    #[test]
    fn figures_of_before_have_no_views() {
        assert!(views(&json!({"cohort": 5})).is_empty());
        let group = json!({"label": "Female", "everybody": 1_200, "cohort": "hidden"});
        let read = views(&json!({"fairness": [{"title": "Sex", "groups": [group]}]}));
        let female = &read[0].groups[0];
        assert_eq!((&*female.everybody, &*female.cohort, female.share.clone()), ("1,200", "hidden", None));
        assert!(!read[0].matched(), "nothing was matched");
    }
}
