//! Names for points of the grid: from the towns of a backdrop, else in kilometres.

use charts::{Ground, Place};
use planning::match_run::Backdrop;
use vocabulary::{GridPoint, Lsoa};

use super::words;

/// The places that a report can name.
pub(super) struct Places<'a> {
    backdrop: Option<&'a Backdrop>,
}

/// As near as this a point is "at" its town.
const AT_THE_TOWN: f64 = 2_000.0;

impl<'a> Places<'a> {
    pub(super) const fn new(backdrop: Option<&'a Backdrop>) -> Self {
        Self { backdrop }
    }

    /// "Saltby", "4 miles north-east of Saltby", or "grid reference 482 km east, 336 km north".
    pub(super) fn name(&self, easting: i32, northing: i32) -> String {
        let here = GridPoint { easting, northing };
        // Where the small areas are known, the towns of the map are districts: a distance from one says little.
        if let Some(backdrop) = self.backdrop.filter(|b| !b.small_areas.is_empty()) {
            let area = backdrop.small_areas.iter().find(|area| area.outline.contains(here));
            return area.map_or_else(|| grid_reference(easting, northing), |area| area.name.clone());
        }
        let nearest = self
            .backdrop
            .into_iter()
            .flat_map(|b| &b.towns)
            .min_by_key(|(_, e, n)| here.squared_distance(GridPoint { easting: *e, northing: *n }));
        let Some((town, e, n)) = nearest else {
            return grid_reference(easting, northing);
        };
        let (east, north) = (f64::from(easting) - f64::from(*e), f64::from(northing) - f64::from(*n));
        let metres = east.hypot(north);
        if metres <= AT_THE_TOWN {
            return town.clone();
        }
        #[expect(clippy::cast_possible_truncation, reason = "a distance between points of the grid fits")]
        let miles = words::miles(metres as i32);
        format!("{miles} {} of {town}", compass(east, north))
    }

    /// The same where a distance from it is said: "a spot 4 miles north-east of Saltby".
    pub(super) fn spot(&self, easting: i32, northing: i32) -> String {
        let name = self.name(easting, northing);
        if name.starts_with(|c: char| c.is_ascii_digit()) || name.starts_with("half a mile") {
            return format!("a spot {name}");
        }
        name
    }

    /// The rings of a small area, as a map takes them.
    pub(super) fn small_area(&self, lsoa: &str) -> Vec<Vec<(f64, f64)>> {
        let lsoa = Lsoa::parse(lsoa).ok();
        let mut areas = self.backdrop.into_iter().flat_map(|backdrop| &backdrop.small_areas);
        let area = areas.find(|area| Some(area.outline.lsoa) == lsoa);
        let ring = |ring: &Vec<GridPoint>| {
            ring.iter().map(|p| (f64::from(p.easting), f64::from(p.northing))).collect()
        };
        area.into_iter().flat_map(|area| &area.outline.rings).map(ring).collect()
    }

    /// Whether names come from towns.
    pub(super) fn has_towns(&self) -> bool {
        self.backdrop.is_some_and(|b| !b.towns.is_empty())
    }

    /// What the maps show behind their squares.
    pub(super) fn ground(&self) -> Ground {
        let Some(backdrop) = self.backdrop else { return Ground::Grid };
        let place = |(name, e, n): &(String, i32, i32)| Place {
            name: name.clone(),
            easting: f64::from(*e),
            northing: f64::from(*n),
        };
        Ground::Known {
            outline: backdrop.outline.iter().map(|ring| points(ring)).collect(),
            places: backdrop.towns.iter().map(place).collect(),
        }
    }
}

fn points(ring: &[(i32, i32)]) -> Vec<(f64, f64)> {
    ring.iter().map(|(e, n)| (f64::from(*e), f64::from(*n))).collect()
}

fn grid_reference(easting: i32, northing: i32) -> String {
    format!("grid reference {}", kilometres(easting, northing))
}

/// "482 km east, 336 km north" on the British National Grid.
pub(super) fn kilometres(easting: i32, northing: i32) -> String {
    format!("{} km east, {} km north", easting.div_euclid(1000), northing.div_euclid(1000))
}

fn compass(east: f64, north: f64) -> &'static str {
    const WINDS: [&str; 8] =
        ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    let degrees = east.atan2(north).to_degrees().rem_euclid(360.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 8")]
    let eighth = (degrees / 45.0).round() as usize;
    WINDS[eighth % 8]
}

#[cfg(test)]
mod tests {
    use offers::place::AreaOutline;
    use planning::match_run::DrawnArea;

    use super::*;

    #[test]
    fn points_are_named_from_the_nearest_town() {
        let towns = vec![("Saltby".to_owned(), 480_000, 330_000), ("Wick".to_owned(), 500_000, 330_000)];
        let backdrop = Backdrop { towns, ..Backdrop::default() };
        let places = Places::new(Some(&backdrop));
        for (e, n, name) in [
            (481_000, 331_000, "Saltby"),
            (480_000, 336_500, "4 miles north of Saltby"),
            (484_600, 325_400, "4 miles south-east of Saltby"),
            (495_000, 330_000, "3 miles west of Wick"),
        ] {
            assert_eq!(places.name(e, n), name);
        }
        let square = [(480_000, 330_000), (490_000, 330_000), (490_000, 340_000), (480_000, 340_000)]
            .map(|(easting, northing)| GridPoint { easting, northing });
        let lsoa = Lsoa::parse("E01026317").expect("a code");
        let outline = AreaOutline { lsoa, rings: vec![square.to_vec()] };
        let area = DrawnArea { name: "Saltby 001A".into(), outline };
        let drawn = Backdrop { small_areas: vec![area], ..backdrop.clone() };
        assert_eq!(Places::new(Some(&drawn)).name(482_900, 336_100), "Saltby 001A");
        assert_eq!(
            Places::new(Some(&drawn)).name(499_900, 336_100),
            "grid reference 499 km east, 336 km north"
        );
        assert_eq!(Places::new(None).name(482_900, 336_100), "grid reference 482 km east, 336 km north");
    }
}
