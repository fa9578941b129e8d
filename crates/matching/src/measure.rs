//! What a journey is measured by: metres in a straight line, or minutes from a table.

use std::sync::Arc;

use vocabulary::{GridPoint, METRES_PER_MILE, miles_in_words};

/// What a rule set measures journeys by. Every number about a journey is in this measure: [`crate::Found::distance`],
/// [`crate::Match::distance`], and in the rule set what distances lose and what is near.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Whole metres in a straight line between two points of the grid.
    #[default]
    Metres,
    /// Whole minutes from a table.
    Minutes(Minutes),
}

/// Journeys by a table. Where service and table both speak of a place, the table alone says who can come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minutes {
    /// How people travel, in words that finish "25 minutes away": "by bus".
    pub by: String,
    /// A service with a radius reaches whoever is at most so many minutes away, at least 1; its metres do not count.
    pub at_most: i32,
    /// Shared by everybody who holds the rule set.
    pub table: Arc<MinutesTable>,
}

/// Minutes from a place to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinutesRow {
    pub place: GridPoint,
    /// The service's number.
    pub sid: i32,
    /// From 0.
    pub minutes: i32,
}

/// A table of minutes. From a place to a service that it does not have together, nobody can go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinutesTable {
    /// Ascending, one row for a place and a service.
    rows: Vec<MinutesRow>,
}

impl MinutesTable {
    /// A table of these rows, in any order. Of several for one place and service the fewest minutes count.
    pub fn new(mut rows: Vec<MinutesRow>) -> Self {
        rows.sort_unstable();
        rows.dedup_by_key(|row| (row.place, row.sid));
        Self { rows }
    }

    /// All rows, ascending by place and service.
    pub fn rows(&self) -> &[MinutesRow] {
        &self.rows
    }

    /// The rows of a place, ascending by service.
    pub fn from(&self, place: GridPoint) -> &[MinutesRow] {
        let from = self.rows.partition_point(|row| row.place < place);
        let own = self.rows[from..].partition_point(|row| row.place == place);
        &self.rows[from..from + own]
    }

    /// Minutes from a place to a service.
    pub fn between(&self, place: GridPoint, sid: i32) -> Option<i32> {
        let at = self.rows.binary_search_by_key(&(place, sid), |row| (row.place, row.sid)).ok()?;
        Some(self.rows[at].minutes)
    }

    /// The place of the table that is nearest to a point.
    pub fn place_near(&self, point: GridPoint) -> Option<GridPoint> {
        let places = self.rows.chunk_by(|a, b| a.place == b.place).map(|rows| rows[0].place);
        places.min_by_key(|place| (place.squared_distance(point), *place))
    }
}

impl Measure {
    /// The minutes, if that is what journeys are measured by.
    pub const fn minutes(&self) -> Option<&Minutes> {
        match self {
            Self::Metres => None,
            Self::Minutes(minutes) => Some(minutes),
        }
    }

    /// How far away, as one says it: "about 3 miles away", "25 minutes away by bus".
    pub fn away(&self, distance: i32) -> String {
        match self {
            Self::Metres => format!("{} away", miles_in_words(distance)),
            Self::Minutes(Minutes { by, .. }) => format!("{} away {by}", minutes_in_words(distance)),
        }
    }

    /// How much nearer, as one says it: "about 3 miles nearer", "10 minutes nearer".
    pub(crate) fn nearer(&self, distance: i32) -> String {
        match self {
            Self::Minutes(_) => format!("{} nearer", minutes_in_words(distance)),
            Self::Metres => {
                let miles = (f64::from(distance) / METRES_PER_MILE).max(0.1);
                if miles < 0.95 {
                    return "less than a mile nearer".to_owned();
                }
                format!("about {miles:.0} miles nearer").replace("about 1 miles", "about a mile")
            }
        }
    }
}

fn minutes_in_words(minutes: i32) -> String {
    match minutes {
        ..1 => "less than a minute".to_owned(),
        1 => "1 minute".to_owned(),
        more => format!("{more} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_knows_its_pairs_and_no_others() {
        let place = |easting| GridPoint { easting, northing: 7 };
        let row = |easting, sid, minutes| MinutesRow { place: place(easting), sid, minutes };
        let table = MinutesTable::new(vec![row(2, 9, 4), row(1, 3, 20), row(1, 8, 5), row(1, 3, 15)]);
        assert_eq!(table.rows(), [row(1, 3, 15), row(1, 8, 5), row(2, 9, 4)]);
        assert_eq!(table.from(place(1)), [row(1, 3, 15), row(1, 8, 5)]);
        assert_eq!(table.from(place(3)), []);
        assert_eq!(table.between(place(1), 8), Some(5));
        assert_eq!(table.between(place(2), 8), None);
        assert_eq!(table.place_near(place(40)), Some(place(2)));
        assert_eq!(MinutesTable::default().place_near(place(1)), None);
    }

    #[test]
    fn minutes_are_said_as_minutes_and_never_as_miles() {
        let by_bus = Measure::Minutes(Minutes {
            by: "by bus".to_owned(),
            at_most: 45,
            table: Arc::new(MinutesTable::default()),
        });
        let said = [0, 1, 25].map(|minutes| by_bus.away(minutes));
        assert_eq!(
            said,
            ["less than a minute away by bus", "1 minute away by bus", "25 minutes away by bus"]
        );
        assert_eq!(by_bus.nearer(12), "12 minutes nearer");
        assert_eq!(Measure::Metres.away(4_900), "about 3 miles away");
        let nearer = [100, 1_700, 5_000].map(|metres| Measure::Metres.nearer(metres));
        assert_eq!(nearer, ["less than a mile nearer", "about a mile nearer", "about 3 miles nearer"]);
    }
}
