//! Segment by segment: a table that is read like a heat map.

use askama::Template;
use disclosure::{Release, Shown};
use planning::crosstab::{AreaView, Demand, Figure, Gap, SegmentView, TopicView};

use super::super::page::Section;

/// More rows than this are for a program: they stand in `summary.json`.
const MOST_ROWS: usize = 300;

#[derive(Template)]
#[template(path = "report/area_view/grid.html")]
struct Grid {
    topics: Vec<&'static str>,
    rows: Vec<Row>,
    segments_are: String,
    left_out: usize,
    gaps: bool,
    not_known: bool,
}

struct Row {
    called: String,
    group: Option<String>,
    people: String,
    cells: Vec<Cell>,
}

struct Cell {
    text: String,
    /// 0 to 5: how many of the segment's people need it at least; 0 is not shown.
    step: u8,
    /// What is missing, in a word.
    flag: &'static str,
}

/// From how many in a hundred each darker step begins.
const STEPS: [u8; 4] = [2, 5, 10, 15];

pub(super) fn section(view: &AreaView) -> Result<Section, askama::Error> {
    let mut segments: Vec<&SegmentView> = view.segments.iter().collect();
    if segments.len() > MOST_ROWS {
        segments.sort_by_key(|s| std::cmp::Reverse(s.topics.iter().filter(|t| super::is_gap(t)).count()));
        segments.truncate(MOST_ROWS);
    }
    let rows: Vec<Row> = segments.into_iter().map(row).collect();
    let flagged = |flag: &str| rows.iter().flat_map(|r| &r.cells).any(|c| c.flag == flag);
    let html = Grid {
        topics: view.topics.iter().map(|t| t.topic.title()).collect(),
        segments_are: view.segments_are.clone(),
        left_out: view.segments.len() - rows.len(),
        gaps: flagged(NOTHING) || flagged(ONLINE),
        not_known: flagged(NOT_KNOWN),
        rows,
    }
    .render()?;
    Ok(Section::new("segments", "Place by place", html))
}

const NOTHING: &str = "none";
const ONLINE: &str = "online";
const NOT_KNOWN: &str = "not known";

fn row(segment: &SegmentView) -> Row {
    Row {
        called: segment.called.clone(),
        group: segment.group.clone(),
        people: segment.people.to_string(),
        cells: segment.topics.iter().map(|topic| cell(topic, segment.people)).collect(),
    }
}

fn cell(topic: &TopicView, people: Figure) -> Cell {
    let share = match (topic.demand.low(), people) {
        (Some(low), Figure::Shown(people)) => Release::default().share(Shown::Count(low), people).percent(),
        _ => None,
    };
    let step = match share {
        Some(percent) => 1 + STEPS.iter().map(|from| u8::from(percent >= *from)).sum::<u8>(),
        // Under one in a hundred is the palest step; what has no number has no colour.
        None => u8::from(topic.demand.low().is_some()),
    };
    let flag = match topic.gap {
        Gap::Nothing => NOTHING,
        Gap::OnlineOnly => ONLINE,
        Gap::NotKnown => NOT_KNOWN,
        Gap::None => "",
    };
    let text = match topic.demand {
        Demand::AtLeast(low) => format!("{}+", disclosure::with_commas(low)),
        other => other.to_string(),
    };
    Cell { text, step, flag }
}
