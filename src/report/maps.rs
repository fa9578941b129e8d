//! Where the people are, and where their unmet need is.

use askama::Template;
use charts::{Chart, Column, Heading, MapSquare, SquareMap, Table};
use disclosure::Shown;
use planning::match_run::{Findings, Square};

use super::page::Section;
use super::places::{Places, kilometres};
use super::words;

/// More rows than this make a page slow on a phone; the file beside the report holds them all.
const MOST_ROWS: usize = 300;

#[derive(Template)]
#[template(path = "report/maps.html")]
struct Maps {
    pair: Option<[Chart; 2]>,
    table: Table,
    side: String,
    /// Squares that the table leaves out.
    left_out: usize,
    place_known: bool,
    has_towns: bool,
}

pub(super) fn section(findings: &Findings, places: &Places<'_>) -> Result<Section, askama::Error> {
    let known = findings.place_known && !findings.squares.is_empty();
    let html = Maps {
        pair: known.then(|| [people(findings, places), unmet(findings, places)]),
        table: table(findings, places),
        side: format!("{} km", f64::from(findings.square_side) / 1000.0),
        left_out: findings.squares.len().saturating_sub(MOST_ROWS),
        place_known: findings.place_known,
        has_towns: places.has_towns(),
    }
    .render()?;
    Ok(Section::new("where", "Where people and unmet need are", html))
}

fn people(findings: &Findings, places: &Places<'_>) -> Chart {
    let title = largest(findings, |s| s.people).map_or_else(
        || "Too few people in any square to show a number".to_owned(),
        |(square, shown)| {
            format!(
                "Most people in one square: {}, around {}",
                words::people(shown),
                middle(findings, places, square)
            )
        },
    );
    map(findings, places, "people", title, "People of the cohort in a square", |s| s.people)
}

fn unmet(findings: &Findings, places: &Places<'_>) -> Chart {
    let title = largest(findings, |s| s.unmet).map_or_else(
        || "No square has enough people with an unmet need to show a number".to_owned(),
        |(square, shown)| {
            format!(
                "Most unmet need in one square: {}, around {}",
                words::people(shown),
                middle(findings, places, square)
            )
        },
    );
    map(findings, places, "unmet", title, "People with an unmet need in a square", |s| s.unmet)
}

fn map(
    findings: &Findings,
    places: &Places<'_>,
    id: &str,
    title: String,
    counted: &str,
    value: impl Fn(&Square) -> Shown,
) -> Chart {
    let description = "The darker a square, the more people. Hatched and dotted squares are kept back to protect people; \
        a white square has nobody. Each map has a scale of its own.";
    let squares = findings.squares.iter().map(|s| MapSquare {
        name: String::new(),
        easting: f64::from(s.easting),
        northing: f64::from(s.northing),
        mark: words::mark(value(s)),
    });
    SquareMap {
        heading: Heading::new(&format!("map-{id}"), title, description),
        counted: counted.to_owned(),
        ground: places.ground(),
        side: f64::from(findings.square_side),
        squares: squares.collect(),
        markers: Vec::new(),
        hidden_words: words::hidden_words(),
    }
    .draw()
}

fn largest(findings: &Findings, value: impl Fn(&Square) -> Shown) -> Option<(&Square, Shown)> {
    let shown = findings.squares.iter().filter(|s| value(s).rounded().is_some_and(|n| n > 0));
    // The first of equals, so that the title does not depend on how ties are broken.
    shown.rev().max_by_key(|s| value(s).rounded()).map(|s| (s, value(s)))
}

fn middle(findings: &Findings, places: &Places<'_>, square: &Square) -> String {
    let half = findings.square_side / 2;
    places.name(square.easting + half, square.northing + half)
}

/// One table for both maps: the greatest unmet need first.
fn table(findings: &Findings, places: &Places<'_>) -> Table {
    let mut squares: Vec<&Square> = findings.squares.iter().collect();
    squares.sort_by_key(|s| std::cmp::Reverse((words::order(s.unmet), words::order(s.people))));
    let row = |s: &&Square| {
        let mut row = vec![middle(findings, places, s)];
        if places.has_towns() {
            row.push(kilometres(s.easting, s.northing));
        }
        row.extend([s.people.to_string(), s.unmet.to_string()]);
        row
    };
    let mut columns = vec![Column::text("Middle of the square")];
    if places.has_towns() {
        columns.push(Column::text("South-west corner"));
    }
    columns.extend([Column::number("People"), Column::number("With an unmet need")]);
    Table {
        caption: "The squares of both maps, the greatest unmet need first".to_owned(),
        columns,
        rows: squares.iter().take(MOST_ROWS).map(row).collect(),
    }
}
