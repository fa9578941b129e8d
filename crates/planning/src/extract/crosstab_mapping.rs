//! The `[crosstab]` table of a mapping: what the headings and the metrics of a crosstab mean.

use std::collections::BTreeMap;

use serde::Deserialize;
use vocabulary::{Condition, Day, GridPoint};

use ground::files::{DefinitionError, Located, refuse};

/// How a crosstab is read. Segments and columns are named as their heading calls them: by the second heading row
/// (`"Quayside Surgery"`), or by both (`"Northmere PCN / Quayside Surgery"`) where that name stands there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrosstabMapping {
    /// The heading of the column that counts everybody, in either heading row.
    pub whole_population: String,
    /// The metric that is the number of people registered.
    pub people: String,
    /// Metric as the file calls it → condition that it counts people with. Two metrics may count one condition.
    pub conditions: BTreeMap<String, Condition>,
    /// Where the people of a segment live, so that offers that reach them can be counted.
    pub segments: BTreeMap<String, SegmentPlace>,
    /// Headings of columns that are no segment of their own: subtotals, say.
    pub leave_out: Vec<String>,
    /// What the segments are, in the plural: "practices".
    pub segments_are: String,
    /// The day of the counts, where somebody knows it.
    pub as_at: Option<Day>,
    /// Whether all of it is invented, so that every page must say so.
    pub made_up: bool,
}

/// Where the people of a segment live, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SegmentPlace {
    pub point: Option<GridPoint>,
    pub county: Option<i32>,
    pub area: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CrosstabDocument {
    whole_population: Located<String>,
    people: Located<String>,
    conditions: Located<BTreeMap<String, Located<String>>>,
    #[serde(default)]
    segments: BTreeMap<String, Located<PlaceDocument>>,
    #[serde(default)]
    leave_out: Vec<Located<String>>,
    segments_are: Option<Located<String>>,
    as_at: Option<Located<toml::value::Datetime>>,
    #[serde(default)]
    made_up: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceDocument {
    easting: Option<i32>,
    northing: Option<i32>,
    county: Option<i32>,
    area: Option<i32>,
}

impl CrosstabMapping {
    pub(super) fn of(file: &str, text: &str, document: CrosstabDocument) -> Result<Self, DefinitionError> {
        let named = |value: &Located<String>, what: &str| -> Result<String, DefinitionError> {
            let name = value.get_ref().trim();
            if name.is_empty() {
                return Err(refuse(file, text, value.span(), format!("expected {what}")));
            }
            Ok(name.to_owned())
        };
        let whole_population =
            named(&document.whole_population, "the heading of the column that counts everybody")?;
        let people = named(&document.people, "the metric that is the number of people")?;
        let mut conditions = BTreeMap::new();
        for (metric, key) in document.conditions.get_ref() {
            let refused = |why: String| refuse(file, text, key.span(), why);
            let condition = Condition::from_key(key.get_ref()).ok_or_else(|| {
                let keys: Vec<&str> = Condition::ALL.into_iter().map(Condition::key).collect();
                refused(format!("\"{}\" is no condition; expected one of {}", key.get_ref(), keys.join(", ")))
            })?;
            let metric = metric.trim();
            if metric.is_empty() || metric == people {
                return Err(refused("a condition needs a metric of its own".to_owned()));
            }
            if conditions.insert(metric.to_owned(), condition).is_some() {
                return Err(refused(format!("the metric \"{metric}\" is named twice")));
            }
        }
        if conditions.is_empty() {
            let why = "expected at least one metric that counts people with a condition";
            return Err(refuse(file, text, document.conditions.span(), why));
        }
        let mut segments = BTreeMap::new();
        for (name, place) in document.segments {
            let place = place_of(*place.get_ref()).map_err(|why| refuse(file, text, place.span(), why))?;
            segments.insert(name.trim().to_owned(), place);
        }
        let leave_out = document.leave_out.iter().map(|name| named(name, "the heading of a column"));
        let as_at = document.as_at.as_ref().map(|day| {
            Day::parse(&day.get_ref().to_string()).map_err(|e| refuse(file, text, day.span(), e.to_string()))
        });
        let segments_are =
            document.segments_are.as_ref().map(|name| named(name, "a plural such as \"practices\""));
        Ok(Self {
            leave_out: leave_out.collect::<Result<_, _>>()?,
            as_at: as_at.transpose()?,
            segments_are: segments_are.transpose()?.unwrap_or_else(|| "segments".to_owned()),
            whole_population,
            people,
            conditions,
            segments,
            made_up: document.made_up,
        })
    }

    /// Every metric that the file must have.
    pub fn metrics(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.people.as_str()).chain(self.conditions.keys().map(String::as_str))
    }
}

fn place_of(place: PlaceDocument) -> Result<SegmentPlace, &'static str> {
    let point = match (place.easting, place.northing) {
        (Some(easting), Some(northing)) => Some(GridPoint { easting, northing }),
        (None, None) => None,
        _ => return Err("easting and northing go together"),
    };
    if point.is_some_and(|p| !p.in_great_britain()) {
        return Err("the point is outside Great Britain; expected metres of the British National Grid");
    }
    if place.county.is_some_and(|c| !(0..=32_000).contains(&c)) {
        return Err("expected a county's number from 0 to 32000");
    }
    match (place.county, place.area) {
        (None, Some(_)) => Err("an area needs its county"),
        (_, Some(area)) if !(0..=55).contains(&area) => Err("expected an area from 0 to 55"),
        (county, area) => Ok(SegmentPlace { point, county, area }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mapping;

    const GOOD: &str = "format = 1\nkind = \"crosstab\"\n[crosstab]\nwhole_population = \"All\"\npeople = \"People\"\n\
        as_at = 2026-09-01\n[crosstab.conditions]\n\"Gout\" = \"gout\"\n[crosstab.segments]\n\
        \"A\" = { easting = 500000, northing = 300000, county = 0, area = 3 }\n";

    #[test]
    fn an_error_points_at_its_line() {
        Mapping::parse("m.toml", GOOD, &[]).expect("a mapping");
        for (from, to, expected) in [
            ("\"gout\"", "\"goutt\"", "m.toml, line 8: \"goutt\" is no condition; expected one of oa, back"),
            ("\"Gout\"", "\"People\"", "line 8: a condition needs a metric of its own"),
            ("\"Gout\" = \"gout\"\n", "", "line 7: expected at least one metric"),
            ("\"All\"", "\" \"", "line 4: expected the heading of the column"),
            ("northing = 300000, ", "", "line 10: easting and northing go together"),
            ("500000", "5000000", "line 10: the point is outside Great Britain"),
            ("county = 0, ", "", "line 10: an area needs its county"),
            ("area = 3", "area = 56", "line 10: expected an area from 0 to 55"),
            ("2026-09-01", "10:30:00", "line 6: expected a date"),
            ("area = 3", "postcode = 3", "line 10: unknown field"),
            ("[crosstab]", "absent = [\"imd\"]\n[crosstab]", "line 3: a crosstab has no columns"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            let error = Mapping::parse("m.toml", &text, &[]).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}\nshould say: {expected}");
        }
    }
}
