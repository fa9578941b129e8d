//! Where people need something and nothing reaches them: first, because it is what one acts on.

use askama::Template;
use planning::crosstab::{AreaView, Demand, Gap, PlaceKnown, TopicView};
use vocabulary::Topic;

use super::super::page::Section;
use super::{demand_words, is_gap, some};

/// A topic that does not reach some segments.
pub(super) struct GapLine {
    pub(super) topic: Topic,
    /// People of those segments, all together.
    pub(super) demand: Demand,
    segments: Vec<String>,
    /// Whether something online helps in at least one of them.
    pub(super) online: bool,
}

#[derive(Template)]
#[template(path = "report/area_view/gaps.html")]
struct Gaps {
    sentences: Vec<String>,
    not_known: Option<String>,
    segments_are: String,
}

/// Topics with a gap: those that not even something online helps with first, then by people.
pub(super) fn gaps(view: &AreaView) -> Vec<GapLine> {
    let mut lines: Vec<GapLine> = view.topics.iter().filter_map(|t| line(view, t.topic)).collect();
    lines.sort_by_key(|l| (l.online, std::cmp::Reverse((l.demand.low(), l.demand.high()))));
    lines
}

fn line(view: &AreaView, topic: Topic) -> Option<GapLine> {
    let of = |topics: &'_ [TopicView]| topics.iter().find(|t| t.topic == topic).cloned();
    let missing: Vec<(String, TopicView)> = view
        .segments
        .iter()
        .filter_map(|s| of(&s.topics).filter(is_gap).map(|t| (s.called.clone(), t)))
        .collect();
    if missing.is_empty() {
        return None;
    }
    // The whole population is said more exactly than its parts added up.
    let everywhere = missing.len() == view.segments.len();
    let everybody = view.topics.iter().find(|t| t.topic == topic && everywhere).map(|t| t.demand);
    // Nobody belongs to two segments, so released ends may be added up.
    let low = missing.iter().filter_map(|(_, t)| t.demand.low()).sum();
    let high: Option<u64> = missing.iter().map(|(_, t)| t.demand.high()).sum();
    Some(GapLine {
        topic,
        demand: everybody
            .unwrap_or_else(|| high.map_or(Demand::AtLeast(low), |high| Demand::Between(low, high))),
        online: missing.iter().any(|(_, t)| t.gap == Gap::OnlineOnly),
        segments: missing.into_iter().map(|(called, _)| called).collect(),
    })
}

pub(super) fn section(view: &AreaView) -> Result<Section, askama::Error> {
    let unplaced: Vec<&str> =
        view.segments.iter().filter(|s| s.place != PlaceKnown::Known).map(|s| s.called.as_str()).collect();
    let html = Gaps {
        sentences: gaps(view).iter().map(|line| sentence(view, line)).collect(),
        not_known: (!unplaced.is_empty()).then(|| some(&unplaced)),
        segments_are: view.segments_are.clone(),
    }
    .render()?;
    Ok(Section::new("gaps", "What is missing, and where", html))
}

fn sentence(view: &AreaView, line: &GapLine) -> String {
    let names: Vec<&str> = line.segments.iter().map(String::as_str).collect();
    let (n, all, are) = (names.len(), view.segments.len(), &view.segments_are);
    let place = if n == all && n > 1 {
        format!("any of the {all} {are}")
    } else {
        format!("{n} of the {all} {are} ({})", some(&names))
    };
    let online = if line.online { " There is something online." } else { "" };
    format!(
        "{}: no service reaches {place}, where {} may need it.{online}",
        line.topic.title(),
        demand_words(line.demand)
    )
}
