//! Tables of postcodes: the directories of the Office for National Statistics, any table with the same columns, and
//! Code-Point Open.

use std::path::Path;

use ground::files::FileError;
use vocabulary::{GridPoint, Lsoa, Outcode, Postcode};

use super::brought::{Brought, PostcodeRow, Row, each_row};
use super::columns::{AreaColumns, Heading, known};
use super::grid::{LatLong, to_grid};

const EXPECTED_POSTCODE: &str = "a postcode such as NG31 7AA";
const EXPECTED_POINT: &str =
    "a place in Great Britain: metres of the National Grid, or latitude and longitude";

/// Where a table of postcodes has what.
pub(super) struct PostcodeColumns {
    postcode: usize,
    grid: Option<(usize, usize)>,
    /// Marks of the grid reference: 9 is none (directories), 90 is none (Code-Point Open).
    grid_mark: Option<usize>,
    degrees: Option<(usize, usize)>,
    terminated: Option<usize>,
    area: Option<AreaColumns>,
}

/// The columns of Code-Point Open, whose files have no heading.
pub(super) const CODE_POINT_COLUMNS: [&str; 10] = [
    "postcode",
    "positional quality",
    "easting",
    "northing",
    "country",
    "NHS regional HA",
    "NHS HA",
    "county",
    "district",
    "ward",
];

impl PostcodeColumns {
    /// Looks for a postcode and for a position.
    pub(super) fn find(heading: &Heading) -> Option<Self> {
        let both = |a: Option<usize>, b: Option<usize>| a.zip(b);
        let found = Self {
            postcode: heading.find(&["pcds", "pcd8", "pcd2", "pcd7", "pcd", "postcode"])?,
            grid: both(
                heading.find(&["oseast1m", "east1m", "easting", "eastings"]),
                heading.find(&["osnrth1m", "north1m", "northing", "northings"]),
            ),
            grid_mark: heading.find(&[
                "osgrdind",
                "gridind",
                "positionalquality",
                "positionalqualityindicator",
            ]),
            degrees: both(
                heading.find(&["lat", "latitude"]),
                heading.find(&["long", "longitude", "lon", "lng"]),
            ),
            terminated: heading.find(&["doterm"]),
            area: AreaColumns::find(heading).map(AreaColumns::of_postcodes),
        };
        (found.grid.is_some() || found.degrees.is_some()).then_some(found)
    }

    /// Whether the table has grid references.
    pub(super) const fn has_grid(&self) -> bool {
        self.grid.is_some()
    }
}

/// What a row says about where it is.
enum Position {
    At(GridPoint),
    /// The file itself says that there is none.
    None,
    Wrong,
}

/// Reads a table of postcodes.
pub(super) fn read_postcodes(
    path: &Path,
    names: &[String],
    columns: &PostcodeColumns,
    has_heading: bool,
    brought: &mut Brought,
) -> Result<(), FileError> {
    // In the directories, postcodes of Northern Ireland have references of the Irish grid in the same columns.
    let irish = |outcode: Outcode| outcode.to_string().starts_with("BT");
    let position_name = columns.grid.or(columns.degrees).map_or("", |(at, _)| &names[at]);
    each_row(path, names.len(), has_heading, brought, |brought, row| {
        let Ok(postcode) = Postcode::parse(row.fields[columns.postcode]) else {
            return brought.leave_out(row.line, &names[columns.postcode], EXPECTED_POSTCODE);
        };
        let point = match columns.position(row, !irish(postcode.outcode())) {
            Position::At(point) => point,
            Position::None => {
                brought.source.without_position += 1;
                return;
            }
            Position::Wrong => return brought.leave_out(row.line, position_name, EXPECTED_POINT),
        };
        let lsoa = columns.area.as_ref().and_then(|area| {
            let lsoa = area_of(row, names, area.lsoa, brought)?;
            area.note(lsoa, row, names, brought);
            Some(lsoa)
        });
        let terminated = columns.terminated.map(|at| known(row.fields[at]).is_some());
        brought.postcodes.push(PostcodeRow { line: row.line, postcode, point, lsoa, terminated });
    })
}

impl PostcodeColumns {
    /// The grid reference if there is one, else latitude and longitude.
    fn position(&self, row: &Row<'_>, grid_is_british: bool) -> Position {
        if self.grid_mark.is_some_and(|at| matches!(row.fields[at], "9" | "90")) {
            return Position::None;
        }
        let pair = |(a, b): (usize, usize)| known(row.fields[a]).zip(known(row.fields[b]));
        if let Some((easting, northing)) = self.grid.and_then(pair)
            && grid_is_british
        {
            let point = metres(easting).zip(metres(northing));
            let point = point.map(|(easting, northing)| GridPoint { easting, northing });
            return match point.filter(|p| p.in_great_britain()) {
                Some(GridPoint { easting: 0, northing: 0 }) => Position::None,
                Some(point) => Position::At(point),
                None => Position::Wrong,
            };
        }
        let Some((latitude, longitude)) = self.degrees.and_then(pair) else {
            return if self.grid.is_some() { Position::None } else { Position::Wrong };
        };
        let (Ok(latitude), Ok(longitude)) = (latitude.parse::<f64>(), longitude.parse::<f64>()) else {
            return Position::Wrong;
        };
        // 99.999999 is how the directories write that there is none.
        if latitude > 99.9 && latitude < 100.1 {
            return Position::None;
        }
        to_grid(LatLong { latitude, longitude }).map_or(Position::Wrong, Position::At)
    }
}

/// Metres, also written with decimals.
fn metres(text: &str) -> Option<i32> {
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let metres = text.parse::<f64>().ok().filter(|m| m.abs() < 1.0e7)?;
    #[expect(clippy::cast_possible_truncation, reason = "tested: at most seven digits")]
    let whole = metres.round() as i32;
    Some(whole)
}

/// The small area of a row. Codes of Scotland, Northern Ireland and of "nowhere" have the form of a code and are no
/// areas of England or Wales: such a postcode is kept without one, and so is one whose area is not understood.
fn area_of(row: &Row<'_>, names: &[String], column: usize, brought: &mut Brought) -> Option<Lsoa> {
    let text = known(row.fields[column])?;
    let lsoa = Lsoa::parse(text).ok();
    let elsewhere = |text: &str| {
        let digits = text.get(1..).unwrap_or_default();
        text.starts_with(|c: char| c.is_ascii_uppercase())
            && digits.len() == 8
            && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if lsoa.is_none() && !elsewhere(text) {
        brought.problem(row.line, &names[column], "an LSOA code such as E01026317");
    }
    lsoa
}
