//! Where the people are, and where their unmet need is.

use askama::Template;
use charts::{Chart, Column, CountMap, Heading, MapCell, Table, square_ring};
use disclosure::Shown;
use planning::match_run::Findings;

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
    kind: Kind,
    side: String,
    /// Cells that the table leaves out.
    left_out: usize,
    place_known: bool,
    has_towns: bool,
}

/// What the maps are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Squares,
    SmallAreas,
}

impl Kind {
    const fn one(self) -> &'static str {
        match self {
            Self::Squares => "square",
            Self::SmallAreas => "area",
        }
    }

    const fn many(self) -> &'static str {
        match self {
            Self::Squares => "squares",
            Self::SmallAreas => "areas",
        }
    }

    fn is_squares(self) -> bool {
        self == Self::Squares
    }
}

/// A square or a small area, and its two counts.
struct Cell {
    /// "Saltby", "2 miles north of Saltby", "South Kesteven 006A".
    name: String,
    /// Where a square's corner is, or a small area's code.
    reference: String,
    rings: Vec<Vec<(f64, f64)>>,
    people: Shown,
    unmet: Shown,
}

pub(super) fn section(findings: &Findings, places: &Places<'_>) -> Result<Section, askama::Error> {
    let (kind, cells) = cells(findings, places);
    let known = findings.place_known && !cells.is_empty();
    let html = Maps {
        pair: known.then(|| [people(kind, &cells, places), unmet(kind, &cells, places)]),
        table: table(kind, &cells, places),
        kind,
        side: format!("{} km", f64::from(findings.square_side) / 1000.0),
        left_out: cells.len().saturating_sub(MOST_ROWS),
        place_known: findings.place_known,
        has_towns: places.has_towns(),
    }
    .render()?;
    Ok(Section::new("where", "Where people and unmet need are", html))
}

fn cells(findings: &Findings, places: &Places<'_>) -> (Kind, Vec<Cell>) {
    if !findings.small_areas.is_empty() {
        let areas = findings.small_areas.iter().map(|area| Cell {
            name: area.name.clone(),
            reference: area.lsoa.clone(),
            rings: places.small_area(&area.lsoa),
            people: area.people,
            unmet: area.unmet,
        });
        return (Kind::SmallAreas, areas.collect());
    }
    let (side, half) = (f64::from(findings.square_side), findings.square_side / 2);
    let squares = findings.squares.iter().map(|s| Cell {
        name: places.name(s.easting + half, s.northing + half),
        reference: kilometres(s.easting, s.northing),
        rings: vec![square_ring((f64::from(s.easting), f64::from(s.northing)), side)],
        people: s.people,
        unmet: s.unmet,
    });
    (Kind::Squares, squares.collect())
}

fn people(kind: Kind, cells: &[Cell], places: &Places<'_>) -> Chart {
    let title = largest(cells, |c| c.people).map_or_else(
        || format!("Too few people in any {} to show a number", kind.one()),
        |(cell, shown)| {
            format!("Most people in one {}: {}, {}", kind.one(), words::people(shown), at(kind, cell))
        },
    );
    let counted = format!("People of the cohort in {}", with_article(kind));
    map(kind, cells, places, "people", title, counted, |c| c.people)
}

fn unmet(kind: Kind, cells: &[Cell], places: &Places<'_>) -> Chart {
    let title = largest(cells, |c| c.unmet).map_or_else(
        || format!("No {} has enough people with an unmet need to show a number", kind.one()),
        |(cell, shown)| {
            format!("Most unmet need in one {}: {}, {}", kind.one(), words::people(shown), at(kind, cell))
        },
    );
    let counted = format!("People with an unmet need in {}", with_article(kind));
    map(kind, cells, places, "unmet", title, counted, |c| c.unmet)
}

fn with_article(kind: Kind) -> String {
    let article = if kind.is_squares() { "a" } else { "an" };
    format!("{article} {}", kind.one())
}

fn at(kind: Kind, cell: &Cell) -> String {
    if kind.is_squares() { format!("around {}", cell.name) } else { cell.name.clone() }
}

fn map(
    kind: Kind,
    cells: &[Cell],
    places: &Places<'_>,
    id: &str,
    title: String,
    counted: String,
    value: impl Fn(&Cell) -> Shown,
) -> Chart {
    let (one, many) = (kind.one(), kind.many());
    let description = format!(
        "The darker {} {one}, the more people. Hatched and dotted {many} are kept back to protect people; a white {one} \
         has nobody. Each map has a scale of its own.",
        if kind.is_squares() { "a" } else { "an" }
    );
    let cells = cells.iter().map(|c| MapCell {
        name: c.name.clone(),
        rings: c.rings.clone(),
        mark: words::mark(value(c)),
    });
    CountMap {
        heading: Heading::new(&format!("map-{id}"), title, description),
        counted,
        ground: places.ground(),
        cell: one.to_owned(),
        cells: cells.collect(),
        markers: Vec::new(),
        hidden_words: words::hidden_words(),
    }
    .draw()
}

fn largest(cells: &[Cell], value: impl Fn(&Cell) -> Shown) -> Option<(&Cell, Shown)> {
    let shown = cells.iter().filter(|c| value(c).rounded().is_some_and(|n| n > 0));
    // The first of equals, so that the title does not depend on how ties are broken.
    shown.rev().max_by_key(|c| value(c).rounded()).map(|c| (c, value(c)))
}

/// One table for both maps: the greatest unmet need first.
fn table(kind: Kind, cells: &[Cell], places: &Places<'_>) -> Table {
    let mut cells: Vec<&Cell> = cells.iter().collect();
    cells.sort_by_key(|c| std::cmp::Reverse((words::order(c.unmet), words::order(c.people))));
    let has_reference = !kind.is_squares() || places.has_towns();
    let row = |c: &&Cell| {
        let reference = has_reference.then(|| c.reference.clone());
        let counts = [c.people.to_string(), c.unmet.to_string()];
        [c.name.clone()].into_iter().chain(reference).chain(counts).collect()
    };
    let (name, reference) =
        if kind.is_squares() { ("Middle of the square", "South-west corner") } else { ("Area", "LSOA") };
    let mut columns = vec![Column::text(name)];
    columns.extend(has_reference.then(|| Column::text(reference)));
    columns.extend([Column::number("People"), Column::number("With an unmet need")]);
    Table {
        caption: format!("The {} of both maps, the greatest unmet need first", kind.many()),
        columns,
        rows: cells.iter().take(MOST_ROWS).map(row).collect(),
    }
}
