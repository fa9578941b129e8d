//! Which offers do not exist and would help most.

use askama::Template;
use charts::{Chart, Column, CountMap, Heading, Marker, Table};
use planning::match_run::{Findings, MissingOffer};

use super::page::Section;
use super::places::{Places, kilometres};
use super::words;

/// As many as one can talk about in a meeting; the rest go into the table.
const NUMBERED: usize = 8;

#[derive(Template)]
#[template(path = "report/missing.html")]
struct Missing {
    place_known: bool,
    sentences: Vec<String>,
    map: Option<Chart>,
}

pub(super) fn section(findings: &Findings, places: &Places<'_>) -> Result<Section, askama::Error> {
    let mut sentences: Vec<String> =
        findings.missing.iter().take(NUMBERED).map(|m| sentence(m, places)).collect();
    if findings.minutes_by.is_some() && !sentences.is_empty() {
        sentences.push(
            "These miles are in a straight line: the table of minutes has none to an offer that is not there.".to_owned(),
        );
    }
    let html =
        Missing { place_known: findings.place_known, sentences, map: map(findings, places) }.render()?;
    Ok(Section::new("missing", "What is missing", html))
}

fn sentence(offer: &MissingOffer, places: &Places<'_>) -> String {
    format!(
        "Help with {} within {} of {} would reach {} who have nothing now.",
        words::topic(offer.topic),
        words::miles(offer.radius),
        places.spot(offer.easting, offer.northing),
        words::people(offer.people)
    )
}

fn map(findings: &Findings, places: &Places<'_>) -> Option<Chart> {
    let first = findings.missing.first().filter(|_| findings.place_known)?;
    let title = format!(
        "The offer that would help most: {} around {}",
        words::topic(first.topic),
        places.name(first.easting, first.northing)
    );
    let description = "Numbers as in the list. The circle is how far each offer would reach.";
    let row = |m: &MissingOffer| {
        vec![
            m.topic.title().to_owned(),
            places.name(m.easting, m.northing),
            kilometres(m.easting, m.northing),
            words::miles(m.radius),
            m.people.to_string(),
        ]
    };
    let table = Table {
        caption: "Missing offers, the most helpful first".to_owned(),
        columns: vec![
            Column::text("Topic"),
            Column::text("Around"),
            Column::text("Grid"),
            Column::text("Reach"),
            Column::number("People"),
        ],
        rows: findings.missing.iter().map(row).collect(),
    };
    let map = CountMap {
        heading: Heading::new("missing", title, description),
        counted: String::new(),
        ground: places.ground(),
        cell: String::new(),
        cells: Vec::new(),
        markers: markers(&findings.missing),
        hidden_words: Vec::new(),
    };
    Some(Chart { table, ..map.draw() })
}

fn markers(offers: &[MissingOffer]) -> Vec<Marker> {
    let marker = |(i, offer): (usize, &MissingOffer)| Marker {
        text: (i + 1).to_string(),
        easting: f64::from(offer.easting),
        northing: f64::from(offer.northing),
        reach: f64::from(offer.radius),
        link: None,
    };
    offers.iter().take(NUMBERED).enumerate().map(marker).collect()
}
