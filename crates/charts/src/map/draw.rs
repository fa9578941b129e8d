//! The drawing of a map, from the ground up.

use std::fmt::Write;

use super::labels::Labels;
use super::legend::{self, colours, hidden_texts};
use super::scale::{Extent, Projection, Steps, round_length};
use super::{CountMap, Ground, Link, MapCell, Marker};
use crate::palette::{LINE, QUIET, STEPS, TEXT, Tone, WATER, WHITE};
use crate::svg::{Sheet, Size, Type, n};
use crate::text;

const HIGHEST: f64 = 480.0;
const METRES_PER_MILE: f64 = 1609.344;
const NAMES: usize = 14;

impl CountMap {
    pub(super) fn svg(&self, size: Size) -> String {
        let whole = if size == Size::Wide { 440.0 } else { size.width() };
        let mut sheet = Sheet::new(&self.heading, size, whole);
        // The grid's northings stand left of the map.
        let left = if matches!(self.ground, Ground::Grid) { 40.0 } else { 0.0 };
        let (projection, height) = Projection::fit(self.extent(), left, 0.0, whole - left, HIGHEST);
        let frame = (left, whole - left, height);
        let mut labels = Labels::within(left + 2.0, 2.0, whole - left - 4.0, height - 4.0);
        labels.keep_free(whole - 32.0, 0.0, 32.0, 46.0);
        labels.keep_free(left, height - 34.0, 150.0, 34.0);

        let lengths: Vec<f64> = self.cells.iter().filter_map(|s| s.mark.length()).collect();
        let steps = Steps::over(&lengths);
        self.draw_ground(&mut sheet, &projection, frame);
        self.draw_cells(&mut sheet, &projection, &steps);
        if let Ground::Known { outline, .. } = &self.ground {
            sheet.path(
                &rings(outline, &projection),
                &format!(r#"fill="none" stroke="{QUIET}" stroke-width="1.2""#),
            );
        }
        let markers = grouped(&self.markers, &projection);
        self.draw_reaches(&mut sheet, &projection);
        for group in &markers {
            let ((x, y), half, high) = (group.at, group.half_width(), group.half_height());
            labels.keep_free(x - half, y - high, half * 2.0, high * 2.0);
        }
        self.draw_places(&mut sheet, &projection, &mut labels);
        draw_markers(&markers, &mut sheet, frame);
        draw_furniture(&mut sheet, &projection, frame);

        let mut y = height + if left > 0.0 { 34.0 } else { 14.0 };
        y = legend::draw(self, &steps, &mut sheet, whole, y);
        sheet.finish(&self.heading, y)
    }

    fn extent(&self) -> Extent {
        let cells = self.cells.iter().flat_map(|cell| cell.rings.iter().flatten().copied());
        let markers = self.markers.iter().flat_map(|m| {
            [(m.easting - m.reach, m.northing - m.reach), (m.easting + m.reach, m.northing + m.reach)]
        });
        let outline = match &self.ground {
            Ground::Known { outline, .. } => outline.as_slice(),
            Ground::Grid => &[],
        };
        Extent::around(cells.chain(markers).chain(outline.iter().flatten().copied())).with_margin()
    }

    fn draw_ground(
        &self,
        sheet: &mut Sheet,
        projection: &Projection,
        (left, width, height): (f64, f64, f64),
    ) {
        match &self.ground {
            // Without an outline nobody can say what is land: all of it is left white.
            Ground::Known { outline, .. } if outline.is_empty() => {
                sheet.framed(left + 0.5, 0.5, width - 1.0, height - 1.0, WHITE);
            }
            Ground::Known { outline, .. } => {
                sheet.rect(left, 0.0, width, height, WATER);
                sheet.path(&rings(outline, projection), &format!(r#"fill="{WHITE}""#));
            }
            Ground::Grid => {
                sheet.framed(left + 0.5, 0.5, width - 1.0, height - 1.0, WHITE);
                draw_grid(sheet, projection, (left, width, height));
            }
        }
    }

    /// One path a colour: a county has thousands of cells.
    fn draw_cells(&self, sheet: &mut Sheet, projection: &Projection, steps: &Steps) {
        let colours = colours(steps.words().len());
        let side = self.usual_width() * projection.scale;
        let edge = if side >= 4.0 { 0.6 } else { 0.0 };
        for (step, colour) in colours.iter().enumerate() {
            let of_step = |s: &&MapCell| s.mark.length().is_some_and(|l| l > 0.0 && steps.step(l) == step);
            let data = cells_path(self.cells.iter().filter(of_step), projection, side);
            // The lightest step needs an edge to be seen on white; the others are parted by white.
            let stroke = if *colour == STEPS[0] { LINE } else { WHITE };
            draw_path(sheet, &data, colour, stroke, edge);
        }
        for (i, text) in hidden_texts(&self.cells).into_iter().enumerate() {
            let of_text = |s: &&MapCell| s.mark.length().is_none() && s.mark.text() == text;
            let data = cells_path(self.cells.iter().filter(of_text), projection, side);
            let hatch = sheet.hatch(i > 0);
            draw_path(sheet, &data, &hatch, LINE, edge);
        }
    }

    /// Metres across the usual cell: half are narrower.
    fn usual_width(&self) -> f64 {
        let across = |cell: &MapCell| {
            let of_ring = |ring: &Vec<(f64, f64)>| {
                let (low, high) =
                    ring.iter().fold((f64::MAX, f64::MIN), |(low, high), (e, _)| (low.min(*e), high.max(*e)));
                high - low
            };
            cell.rings.iter().map(of_ring).fold(0.0, f64::max)
        };
        let mut widths: Vec<f64> = self.cells.iter().map(across).collect();
        widths.sort_by(f64::total_cmp);
        widths.get(widths.len() / 2).copied().unwrap_or(0.0)
    }

    /// The circles that the markers reach.
    fn draw_reaches(&self, sheet: &mut Sheet, projection: &Projection) {
        for marker in self.markers.iter().filter(|m| m.reach > 0.0) {
            let at = projection.point(marker.easting, marker.northing);
            let plum = Tone::Plum.hex();
            let style = format!(
                r#"fill="{plum}" fill-opacity="0.07" stroke="{plum}" stroke-width="1" stroke-dasharray="4 3""#
            );
            sheet.circle(at, marker.reach * projection.scale, &style);
        }
    }

    fn draw_places(&self, sheet: &mut Sheet, projection: &Projection, labels: &mut Labels) {
        let Ground::Known { places, .. } = &self.ground else { return };
        let mut named = 0;
        for (rank, place) in places.iter().enumerate() {
            let (x, y) = projection.point(place.easting, place.northing);
            let size = if rank < 3 { 14.0 } else { 12.5 };
            let Some(spot) = labels.place((x, y), &place.name, size) else { continue };
            let style = format!(r#"fill="{TEXT}" stroke="{WHITE}" stroke-width="1.5""#);
            sheet.circle((x, y), if rank < 3 { 3.6 } else { 2.8 }, &style);
            let words = Type::plain(size).halo();
            sheet.text(spot.0, spot.1, &place.name, if rank < 3 { words.bold() } else { words });
            named += 1;
            if named == NAMES {
                break;
            }
        }
    }
}

/// Half the height of a marker, and of one that leads somewhere: a finger is broader than an eye.
const MARKER: f64 = 10.0;
const PRESSED: f64 = 14.0;

/// Markers that stand in one place of the sheet.
struct Group<'a> {
    at: (f64, f64),
    pills: Vec<Pill<'a>>,
}

struct Pill<'a> {
    text: String,
    link: Option<&'a Link>,
}

impl Pill<'_> {
    const fn half_height(&self) -> f64 {
        if self.link.is_some() { PRESSED } else { MARKER }
    }

    fn half_width(&self) -> f64 {
        (text::width(&self.text, 13.0 * text::BOLD) / 2.0 + 5.0).max(self.half_height())
    }
}

impl Group<'_> {
    fn half_width(&self) -> f64 {
        self.pills.iter().map(Pill::half_width).sum()
    }

    fn half_height(&self) -> f64 {
        self.pills.iter().map(Pill::half_height).fold(0.0, f64::max)
    }
}

fn draw_markers(markers: &[Group<'_>], sheet: &mut Sheet, (left, right, height): (f64, f64, f64)) {
    // Later markers are less important: the first is drawn last and lies on top.
    for group in markers.iter().rev() {
        let ((x, y), half, high) = (group.at, group.half_width(), group.half_height());
        // At the edge of the map a marker is moved in rather than cut off.
        let (x, y) = (x.min(right - half).max(left + half), y.min(height - high).max(high));
        let mut from = x - half;
        for pill in &group.pills {
            let (half, high) = (pill.half_width(), pill.half_height());
            if let Some(link) = pill.link {
                sheet.begin_link(&link.to, &format!("{}: {}", pill.text, link.name));
            }
            sheet.pill((from, y - high), (half * 2.0, high * 2.0), Tone::Plum.hex());
            let style = Type::plain(13.0).bold().fill(WHITE).anchor("middle");
            sheet.text(from + half, y + 4.6, &pill.text, style);
            if pill.link.is_some() {
                sheet.end_link();
            }
            from += half * 2.0;
        }
    }
}

/// Markers that would lie over each other become one, "1, 4", or stand beside each other where they lead somewhere.
fn grouped<'a>(markers: &'a [Marker], projection: &Projection) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for marker in markers {
        let (x, y) = projection.point(marker.easting, marker.northing);
        let pill = Pill { text: marker.text.clone(), link: marker.link.as_ref() };
        let high = pill.half_height();
        let near = |group: &&mut Group<'_>| {
            (x - group.at.0).abs() < group.half_width() + high
                && (y - group.at.1).abs() < group.half_height() + high
        };
        match groups.iter_mut().find(near) {
            Some(group) => match group.pills.last_mut() {
                Some(last) if last.link.is_none() && pill.link.is_none() => {
                    last.text = format!("{}, {}", last.text, pill.text);
                }
                _ => group.pills.push(pill),
            },
            None => groups.push(Group { at: (x, y), pills: vec![pill] }),
        }
    }
    groups
}

fn draw_path(sheet: &mut Sheet, data: &str, fill: &str, stroke: &str, edge: f64) {
    if !data.is_empty() {
        let edge = if edge > 0.0 {
            format!(r#" stroke="{stroke}" stroke-width="{}""#, n(edge))
        } else {
            String::new()
        };
        sheet.path(data, &format!(r#"fill="{fill}"{edge}"#));
    }
}

/// The shortest step of an outline, in points of the sheet.
const FINEST: f64 = 0.9;

fn cells_path<'a>(cells: impl Iterator<Item = &'a MapCell>, projection: &Projection, side: f64) -> String {
    let mut data = String::new();
    for ring in cells.flat_map(|cell| &cell.rings) {
        // Steps from point to point are short to write; taken between rounded points, they do not drift.
        let mut before: Option<(f64, f64)> = None;
        for (easting, northing) in ring.iter().filter(|(e, n)| e.is_finite() && n.is_finite()) {
            let (x, y) = projection.point(*easting, *northing);
            let (x, y) = ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0);
            match before {
                None => drop(write!(data, "M{} {}", n(x), n(y))),
                // What the eye cannot tell apart is not written: a coast has thousands of such steps.
                Some((from_x, from_y)) if (x - from_x).abs().max((y - from_y).abs()) < FINEST.min(side) => {
                    continue;
                }
                Some((from_x, from_y)) => drop(write!(data, "l{} {}", n(x - from_x), n(y - from_y))),
            }
            before = Some((x, y));
        }
        if before.is_some() {
            data.push('z');
        }
    }
    data
}

fn rings(outline: &[Vec<(f64, f64)>], projection: &Projection) -> String {
    let mut data = String::new();
    for ring in outline {
        let points = ring.iter().filter(|(e, n)| e.is_finite() && n.is_finite());
        for (i, (easting, northing)) in points.enumerate() {
            let (x, y) = projection.point(*easting, *northing);
            let _ = write!(data, "{}{} {}", if i == 0 { 'M' } else { 'L' }, n(x), n(y));
        }
        data.push('z');
    }
    if data.starts_with('M') { data } else { String::from("M0 0z") }
}

/// Grid lines at round kilometres, eastings below and northings at the left.
fn draw_grid(sheet: &mut Sheet, projection: &Projection, (left, width, height): (f64, f64, f64)) {
    let (west, north) = projection.back(left, 0.0);
    let (east, south) = projection.back(left + width, height);
    let step = round_length(1000.0, (east - west) / 3.0);
    let style = Type::plain(12.5).fill(QUIET);
    let mut easting = (west / step).ceil() * step;
    while easting <= east {
        let (x, _) = projection.point(easting, 0.0);
        sheet.line((x, 0.0), (x, height), LINE, 0.7);
        if x + 12.0 < left + width {
            sheet.text(x, height + 16.0, &n(easting / 1000.0), style.anchor("middle"));
        }
        easting += step;
    }
    let mut northing = (south / step).ceil() * step;
    while northing <= north {
        let (_, y) = projection.point(0.0, northing);
        sheet.line((left, y), (left + width, y), LINE, 0.7);
        if y > 10.0 {
            sheet.text(left - 5.0, y + 4.0, &n(northing / 1000.0), style.anchor("end"));
        }
        northing += step;
    }
    sheet.text(0.0, height + 16.0, "km", style);
}

/// The scale bar in miles and the arrow to the north.
fn draw_furniture(sheet: &mut Sheet, projection: &Projection, (left, width, height): (f64, f64, f64)) {
    let length = round_length(METRES_PER_MILE, width * 0.28 / projection.scale);
    let miles = length / METRES_PER_MILE;
    let words = if miles < 1.5 { "1 mile".to_owned() } else { format!("{} miles", text::number(miles)) };
    let (x, y, drawn) = (left + 10.0, height - 10.0, length * projection.scale);
    sheet.text(x, y - 7.0, &words, Type::plain(12.5).halo());
    for (colour, thick) in [(WHITE, 5.0), (TEXT, 2.0)] {
        sheet.line((x, y), (x + drawn, y), colour, thick);
    }
    sheet.line((x, y - 4.0), (x, y + 4.0), TEXT, 2.0);
    sheet.line((x + drawn, y - 4.0), (x + drawn, y + 4.0), TEXT, 2.0);

    let (x, y) = (left + width - 17.0, 10.0);
    let arrow = format!("M{} {}l6 15l-6 -4l-6 4z", n(x), n(y));
    sheet.path(&arrow, &format!(r#"fill="{TEXT}" stroke="{WHITE}" stroke-width="1""#));
    sheet.text(x, y + 29.0, "N", Type::plain(13.0).bold().anchor("middle").halo());
}
