//! What people need, against what is offered.

use askama::Template;
use charts::{Bar, Bars, Chart, Column, Heading, Mark, Series, Table, Tone};
use disclosure::{Shown, with_commas};
use planning::match_run::{Findings, TopicLine};
use vocabulary::and_list;

use super::page::Section;
use super::words;

#[derive(Template)]
#[template(path = "report/topics.html")]
struct Topics {
    need: Option<Chart>,
    capacity: Option<Chart>,
    /// "Nothing listed helps with …", and what else the bars cannot say.
    notes: Vec<String>,
}

pub(super) fn section(findings: &Findings) -> Result<Section, askama::Error> {
    let mut lines: Vec<&TopicLine> = findings.topics.iter().filter(|t| t.need != Shown::Count(0)).collect();
    lines.sort_by_key(|t| std::cmp::Reverse(words::order(t.need)));
    let html =
        Topics { need: need(&lines, findings), capacity: capacity(&lines), notes: notes(&lines) }.render()?;
    Ok(Section::new("topics", "What people need, and what is offered", html))
}

fn need(lines: &[&TopicLine], findings: &Findings) -> Option<Chart> {
    if lines.is_empty() {
        return None;
    }
    let widest = lines
        .iter()
        .rev()
        .filter(|t| t.unmet.rounded().is_some_and(|n| n > 0))
        .max_by_key(|t| t.unmet.rounded());
    let title = widest.map_or_else(
        || "No gap is large enough to show a number".to_owned(),
        |t| {
            format!(
                "The widest gap is {}: {} have nothing they could use",
                words::topic(t.topic),
                words::people(t.unmet)
            )
        },
    );
    let description = "Upper bar: people with the need. Lower bar: those of them for whom no listed offer fits. \
        One person may have several needs.";
    let bar = |t: &&TopicLine| Bar {
        label: t.topic.title().to_owned(),
        marks: vec![words::mark(t.need), words::mark(t.unmet)],
    };
    let series =
        |name: &str, suffix: &str, tone| Series { name: name.to_owned(), suffix: suffix.to_owned(), tone };
    let bars = Bars {
        heading: Heading::new("topics", title, description),
        row_heading: "Topic".to_owned(),
        series: vec![
            series("Need it", "need it", Tone::Blue),
            series("Have nothing", "have nothing", Tone::Plum),
        ],
        rows: lines.iter().map(bar).collect(),
    };
    Some(Chart { table: table(findings), ..bars.draw() })
}

/// Every topic, those that nobody needs too.
fn table(findings: &Findings) -> Table {
    let row = |t: &TopicLine| {
        vec![
            t.topic.title().to_owned(),
            t.need.to_string(),
            t.unmet.to_string(),
            with_commas(t.services),
            with_commas(t.providers),
            if t.services > 0 && t.capacity_not_known == t.services {
                "not known".to_owned()
            } else {
                with_commas(t.weekly_places)
            },
            with_commas(t.capacity_not_known),
        ]
    };
    Table {
        caption: "Need and offer by topic".to_owned(),
        columns: vec![
            Column::text("Topic"),
            Column::number("People who need it"),
            Column::number("Have nothing"),
            Column::number("Services"),
            Column::number("Organisations"),
            Column::number("Places a week"),
            Column::number("Services with places not known"),
        ],
        rows: findings.topics.iter().map(row).collect(),
    }
}

/// People with the need for each place a week, from the released count only: it says nothing that the table does not.
fn capacity(lines: &[&TopicLine]) -> Option<Chart> {
    let mut stretched: Vec<(&TopicLine, u64)> = lines
        .iter()
        .filter(|t| t.weekly_places > 0)
        .filter_map(|t| Some((*t, (t.need.rounded()? * 2 + t.weekly_places) / (t.weekly_places * 2))))
        .collect();
    stretched.sort_by_key(|(_, people)| std::cmp::Reverse(*people));
    let (worst, people) = stretched.first()?;
    let title = if *people == 0 {
        "There is at least a place a week for everybody with a need".to_owned()
    } else {
        format!(
            "{} is the most stretched: about {} for each place a week",
            worst.topic.title(),
            words::count_of(*people, "person", "people")
        )
    };
    let description = "People with the need for each weekly place that is listed, the most stretched first. \
        Services with places not known are left out, so the true number may be lower.";
    let bar = |(line, people): &(&TopicLine, u64)| {
        let text = if *people == 0 { "fewer than 1".to_owned() } else { with_commas(*people) };
        Bar { label: line.topic.title().to_owned(), marks: vec![Mark::count(*people, text)] }
    };
    let bars = Bars {
        heading: Heading::new("capacity", title, description),
        row_heading: "Topic".to_owned(),
        series: vec![Series {
            name: "People for each place a week".to_owned(),
            suffix: String::new(),
            tone: Tone::Teal,
        }],
        rows: stretched.iter().map(bar).collect(),
    };
    Some(bars.draw())
}

fn notes(lines: &[&TopicLine]) -> Vec<String> {
    let listed = |keep: &dyn Fn(&TopicLine) -> bool| {
        let titles: Vec<String> = lines.iter().filter(|t| keep(t)).map(|t| words::topic(t.topic)).collect();
        (!titles.is_empty()).then(|| and_list(&titles))
    };
    let mut notes = Vec::new();
    if let Some(topics) = listed(&|t| t.services == 0) {
        notes.push(format!("No listed service helps with {topics}."));
    }
    if let Some(topics) = listed(&|t| t.services > 0 && t.capacity_not_known == t.services) {
        notes.push(format!("How many places there are is not known for {topics}."));
    }
    if let Some(topics) =
        listed(&|t| t.services > 0 && t.weekly_places == 0 && t.capacity_not_known < t.services)
    {
        notes.push(format!("There are services but no places a week for {topics}."));
    }
    notes
}
