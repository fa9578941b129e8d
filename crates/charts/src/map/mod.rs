//! A map of squares or areas on the British National Grid, in up to five steps of colour.

mod draw;
mod labels;
mod legend;
mod scale;

use crate::chart::{Chart, Heading};
use crate::mark::Mark;
use crate::svg::Size;
use crate::table::Column;

/// What lies behind the cells.
#[derive(Clone, Debug)]
pub enum Ground {
    /// A known country: rings of grid points in metres, and places, the most important first.
    Known { outline: Vec<Vec<(f64, f64)>>, places: Vec<Place> },
    /// Nothing but the grid: its lines with eastings and northings in kilometres.
    Grid,
}

/// A named point in metres of the grid.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: String,
    pub easting: f64,
    pub northing: f64,
}

/// A part of the map: a square, a small area. In metres of the grid.
#[derive(Clone, Debug)]
pub struct MapCell {
    /// Its row in the table: "Saltby", "South Kesteven 006A".
    pub name: String,
    /// Outer rings and holes; the last point of a ring is joined to its first.
    pub rings: Vec<Vec<(f64, f64)>>,
    pub mark: Mark,
}

/// The ring of a square by its south-west corner and its side.
pub fn square_ring((easting, northing): (f64, f64), side: f64) -> Vec<(f64, f64)> {
    let (east, north) = (easting + side, northing + side);
    vec![(easting, northing), (east, northing), (east, north), (easting, north)]
}

/// Where a marker leads, on the page that the map is on, and what that is called.
#[derive(Clone, Debug)]
pub struct Link {
    pub to: String,
    pub name: String,
}

/// A numbered point with the circle that it reaches. Markers that would lie over each other share one; those that lead
/// somewhere stand beside each other, so that each can be pressed.
#[derive(Clone, Debug)]
pub struct Marker {
    pub text: String,
    pub easting: f64,
    pub northing: f64,
    /// Metres; 0 for none.
    pub reach: f64,
    pub link: Option<Link>,
}

/// The map.
#[derive(Clone, Debug)]
pub struct CountMap {
    pub heading: Heading,
    /// What is counted: the legend's heading and the table's column.
    pub counted: String,
    pub ground: Ground,
    /// What a cell is called in the table: "Square", "Area".
    pub cell: String,
    pub cells: Vec<MapCell>,
    pub markers: Vec<Marker>,
    /// What the text of a hidden mark means, in words for the legend: ("≤7", "7 or fewer").
    pub hidden_words: Vec<(String, String)>,
}

impl CountMap {
    /// Both drawings (maps stand side by side on a desk, so that the wide one is half as wide as other charts), and
    /// the table: largest first.
    pub fn draw(&self) -> Chart {
        let mut cells: Vec<&MapCell> = self.cells.iter().collect();
        // Hidden cells come after those with a number; the order within a number is that of the input.
        cells.sort_by(|a, b| {
            let length = |s: &MapCell| s.mark.length().unwrap_or(-1.0);
            length(b).total_cmp(&length(a))
        });
        let rows = cells.into_iter().map(|s| vec![s.name.clone(), s.mark.text().to_owned()]).collect();
        let columns = vec![Column::text(&self.cell), Column::number(&self.counted)];
        Chart::of(&self.heading, columns, rows, Size::BOTH.map(|size| self.svg(size)))
    }
}
