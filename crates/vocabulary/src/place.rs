//! A point on the British National Grid (OSGB36, EPSG:27700) in whole metres.

/// A point in metres east and north of the grid's false origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GridPoint {
    /// Metres east.
    pub easting: i32,
    /// Metres north.
    pub northing: i32,
}

/// The grid's extent over Great Britain: `(from, to)` in metres east, and the same north.
pub const GREAT_BRITAIN: ((i32, i32), (i32, i32)) = ((0, 700_000), (0, 1_300_000));

/// Metres in an international mile.
pub const METRES_PER_MILE: f64 = 1609.344;

impl GridPoint {
    /// Whether the grid covers the point.
    pub const fn in_great_britain(self) -> bool {
        let ((e0, e1), (n0, n1)) = GREAT_BRITAIN;
        e0 <= self.easting && self.easting <= e1 && n0 <= self.northing && self.northing <= n1
    }

    /// The square of the distance in metres. Exact on Earth; at the far ends of the number range it stays
    /// at the largest number instead of overflowing.
    pub const fn squared_distance(self, other: Self) -> u64 {
        let dx = self.easting.abs_diff(other.easting) as u64;
        let dy = self.northing.abs_diff(other.northing) as u64;
        (dx * dx).saturating_add(dy * dy)
    }
}

/// A distance as one says it: "less than a mile", "about 3 miles".
pub fn miles_in_words(metres: i32) -> String {
    let miles = f64::from(metres) / METRES_PER_MILE;
    #[expect(clippy::cast_possible_truncation, reason = "a rounded distance on Earth fits")]
    let whole = miles.round() as i64;
    match whole {
        ..1 => "less than a mile".to_owned(),
        1 => "about a mile".to_owned(),
        more => format!("about {more} miles"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_as_they_are_said() {
        for (metres, words) in [
            (0, "less than a mile"),
            (804, "less than a mile"),
            (805, "about a mile"),
            (4_900, "about 3 miles"),
            (40_000, "about 25 miles"),
        ] {
            assert_eq!(miles_in_words(metres), words);
        }
    }

    #[test]
    fn the_corners_of_the_number_range_do_not_overflow() {
        let (a, b) = (
            GridPoint { easting: i32::MIN, northing: i32::MIN },
            GridPoint { easting: i32::MAX, northing: i32::MAX },
        );
        assert_eq!(a.squared_distance(b), u64::MAX);
        assert!(!a.in_great_britain());
    }
}
