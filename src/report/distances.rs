//! How far help is, and what makes it hard to reach.

use askama::Template;
use charts::{Bar, Bars, Chart, Heading, Series, Tone};
use planning::match_run::{Band, Findings};

use super::page::Section;
use super::words;

#[derive(Template)]
#[template(path = "report/distances.html")]
struct Distances<'a> {
    place_known: bool,
    /// How people travel, where the table of minutes says how far help is.
    minutes_by: Option<&'a str>,
    nearest: Option<Chart>,
    travel: Option<Chart>,
}

pub(super) fn section(findings: &Findings) -> Result<Section, askama::Error> {
    let html = Distances {
        place_known: findings.place_known,
        minutes_by: findings.minutes_by.as_deref(),
        nearest: distances(&findings.distances, findings.minutes_by.as_deref()),
        travel: travel(&findings.travel),
    }
    .render()?;
    Ok(Section::new("distances", "How far help is, and how people travel", html))
}

fn distances(bands: &[Band], minutes_by: Option<&str>) -> Option<Chart> {
    let title = most(bands).map_or_else(
        || "How far the nearest offer is".to_owned(),
        |b| {
            format!(
                "Nearest offer, the most common answer: {} ({})",
                words::inside(&b.label),
                words::people(b.people)
            )
        },
    );
    let measured = minutes_by
        .map_or_else(|| "in a straight line".to_owned(), |by| format!("in minutes {by} from a table"));
    let description = format!("For each person, the nearest offer that they could use, {measured}.");
    chart(bands, "distances", title, &description, "Nearest offer", Tone::Blue)
}

fn travel(bands: &[Band]) -> Option<Chart> {
    let title = most(bands).map_or_else(
        || "What people need to be able to get there".to_owned(),
        |b| {
            format!(
                "What makes travel harder, most often: {} ({})",
                words::inside(&b.label),
                words::people(b.people)
            )
        },
    );
    let description = "People of the cohort by what makes travel harder. One person may be in several bars.";
    chart(bands, "travel", title, description, "Travel", Tone::Teal)
}

fn most(bands: &[Band]) -> Option<&Band> {
    bands
        .iter()
        .rev()
        .filter(|b| b.people.rounded().is_some_and(|n| n > 0))
        .max_by_key(|b| b.people.rounded())
}

fn chart(
    bands: &[Band],
    id: &str,
    title: String,
    description: &str,
    rows: &str,
    tone: Tone,
) -> Option<Chart> {
    if bands.is_empty() {
        return None;
    }
    let bar = |b: &Band| Bar { label: words::capital(&b.label), marks: vec![words::mark(b.people)] };
    let bars = Bars {
        heading: Heading::new(id, title, description),
        row_heading: rows.to_owned(),
        series: vec![Series { name: "People".to_owned(), suffix: String::new(), tone }],
        rows: bands.iter().map(bar).collect(),
    };
    Some(bars.draw())
}
