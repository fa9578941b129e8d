//! The whole population, topic by topic: need, what is offered, people for each place.

use askama::Template;
use charts::{Chart, Column, Heading, Mark, RangeBar, Ranges, Table, Tone};
use disclosure::with_commas;
use planning::crosstab::{AreaView, Demand, Gap, TopicView};
use vocabulary::and_list;

use super::super::page::Section;
use super::super::words;
use super::{demand_words, is_gap};

#[derive(Template)]
#[template(path = "report/area_view/county.html")]
struct County {
    need: Option<Chart>,
    capacity: Table,
    missing: Vec<String>,
    cannot_say: String,
}

pub(super) fn section(view: &AreaView) -> Result<Section, askama::Error> {
    let missing = view.topics.iter().filter(|t| !t.not_counted.is_empty()).map(|t| {
        let conditions: Vec<&str> = t.not_counted.iter().map(|c| c.words()).collect();
        format!("{}: {}", t.topic.title(), and_list(&conditions))
    });
    let cannot_say: Vec<String> = view.cannot_say.iter().map(|t| words::topic(*t)).collect();
    let html = County {
        need: need(view),
        capacity: capacity(view),
        missing: missing.collect(),
        cannot_say: and_list(&cannot_say),
    }
    .render()?;
    Ok(Section::new("topics", "What people need, and what is offered", html))
}

fn need(view: &AreaView) -> Option<Chart> {
    let first = view.topics.first()?;
    let title = format!("{} is needed most: by {}", first.topic.title(), demand_words(first.demand));
    let description = "The solid bar is how many people need it at least: those with the most frequent condition that \
        asks for it. The pale bar goes to all its conditions added up, which counts somebody with two conditions twice.";
    let rows = view.topics.iter().map(|topic| {
        let note = note(view, topic);
        let (least, most) = match topic.demand {
            Demand::Between(low, high) => (Mark::count(low, ""), Mark::count(high, "")),
            Demand::AtLeast(low) => (Mark::count(low, ""), Mark::hidden("")),
            Demand::UpTo(_) | Demand::Hidden | Demand::NotKnown => (Mark::hidden(""), Mark::hidden("")),
        };
        RangeBar {
            label: topic.topic.title().to_owned(),
            least,
            most,
            words: topic.demand.to_string(),
            tone: if note.is_empty() { Tone::Blue } else { Tone::Plum },
            note,
        }
    });
    let ranges = Ranges {
        heading: Heading::new("need", title, description),
        rows: rows.collect(),
        table: table(view),
    };
    Some(ranges.draw())
}

/// What is missing, in a few words beside a bar.
fn note(view: &AreaView, topic: &TopicView) -> String {
    match topic.gap {
        Gap::Nothing => return "no service at all".to_owned(),
        Gap::OnlineOnly => return "online only".to_owned(),
        Gap::None | Gap::NotKnown => {}
    }
    let missing = |t: &&TopicView| t.topic == topic.topic && is_gap(t);
    let n = view.segments.iter().filter(|s| s.topics.iter().any(|t| missing(&t))).count();
    if n == 0 {
        String::new()
    } else {
        format!("nothing reaches {n} of {} {}", view.segments.len(), view.segments_are)
    }
}

fn table(view: &AreaView) -> Table {
    let row = |t: &TopicView| {
        let counted: Vec<&str> = t.counted.iter().map(|c| c.words()).collect();
        vec![
            t.topic.title().to_owned(),
            t.demand.to_string(),
            with_commas(t.supply.services),
            with_commas(t.supply.online),
            and_list(&counted),
        ]
    };
    Table {
        caption: "Need and offer by topic, whole population".to_owned(),
        columns: vec![
            Column::text("Topic"),
            Column::number("People who may need it"),
            Column::number("Services"),
            Column::number("Online"),
            Column::text("Conditions counted"),
        ],
        rows: view.topics.iter().map(row).collect(),
    }
}

fn capacity(view: &AreaView) -> Table {
    let row = |t: &TopicView| {
        let supply = &t.supply;
        let places = match (supply.services, supply.services - supply.places_not_known) {
            (0, _) => "none".to_owned(),
            (_, 0) => "not known".to_owned(),
            _ if supply.places_not_known > 0 => format!("{} or more", with_commas(supply.weekly_places)),
            _ => with_commas(supply.weekly_places),
        };
        let each = match t.people_per_place {
            None => "–".to_owned(),
            Some((low, Some(high))) if low == high => with_commas(low),
            Some((low, Some(high))) => format!("{}–{}", with_commas(low), with_commas(high)),
            Some((low, None)) => format!("{} or more", with_commas(low)),
        };
        vec![t.topic.title().to_owned(), t.demand.to_string(), places, each]
    };
    Table {
        caption: "People for each place a week, whole population".to_owned(),
        columns: vec![
            Column::text("Topic"),
            Column::number("People who may need it"),
            Column::number("Places a week"),
            Column::number("People for each place"),
        ],
        rows: view.topics.iter().map(row).collect(),
    }
}
