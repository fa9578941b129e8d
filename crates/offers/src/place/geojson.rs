//! Outlines of small areas as `GeoJSON`, feature by feature: only one is in memory at a time.
//!
//! A feature is read into a tree that takes whatever stands there, so that one odd feature is listed and left out
//! instead of ending the import. Nesting ends at the 128 levels of `serde_json`, and a feature at [`MOST_PARTS`].

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use ground::files::FileError;
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use vocabulary::{GridPoint, Lsoa};

use super::brought::{Brought, Row};
use super::columns::{AreaColumns, Heading};
use super::grid::{LatLong, to_grid};
use super::outline::{AreaOutline, thinned};

/// The largest file that is read. The outlines of the whole of England in full detail are about as large.
const MOST_BYTES: u64 = 512 << 20;

/// Points, lists, names and texts of one feature. The most crooked coast has about a hundredth of it.
const MOST_PARTS: usize = 2_000_000;

/// Reads a file of outlines.
pub(super) fn read_outlines(path: &Path, brought: &mut Brought) -> Result<(), FileError> {
    read_within(path, MOST_BYTES, brought)
}

fn read_within(path: &Path, most_bytes: u64, brought: &mut Brought) -> Result<(), FileError> {
    let mut file = File::open(path).map_err(FileError::system(path))?;
    let bytes = file.metadata().map_err(FileError::system(path))?.len();
    if bytes > most_bytes {
        let why = format!("the file is larger than {} MiB; use simplified outlines", most_bytes >> 20);
        return Err(FileError::refused(path, why));
    }
    let mut start = [0; 3];
    let mark = file.read(&mut start).map_err(FileError::system(path))?;
    let start: &[u8] = if start == *b"\xEF\xBB\xBF" { &[] } else { &start[..mark] };
    let input = BufReader::with_capacity(1 << 16, start.chain(file).take(most_bytes));
    let mut json = serde_json::Deserializer::from_reader(input);
    let parts = Cell::new(MOST_PARTS);
    let read = Collection { parts: &parts, brought: &mut *brought };
    match json.deserialize_map(read).and_then(|found| json.end().map(|()| found)) {
        Ok(true) => Ok(()),
        Ok(false) => Err(FileError::refused(
            path,
            "this JSON has no list called features; expected a FeatureCollection",
        )),
        Err(_) if parts.get() == 0 => {
            let number = brought.source.rows + 1;
            Err(FileError::refused(path, format!("feature {number} is too large; use simplified outlines")))
        }
        Err(error) => Err(refusal(path, error)),
    }
}

/// What is wrong with the text of a file, without a word of the text.
fn refusal(path: &Path, error: serde_json::Error) -> FileError {
    let (line, column) = (error.line(), error.column());
    let why = match error.classify() {
        Category::Io => return FileError::system(path)(error.into()),
        Category::Eof => format!("the JSON ends too early, at line {line}; the file was cut short"),
        Category::Syntax => {
            format!("line {line}, column {column} is not JSON, or nested deeper than any outline")
        }
        Category::Data => {
            format!("line {line}, column {column}: expected a FeatureCollection with a list of features")
        }
    };
    FileError::refused(path, why)
}

/// The outermost object; says whether it has features.
struct Collection<'b> {
    parts: &'b Cell<usize>,
    brought: &'b mut Brought,
}

impl<'de> Visitor<'de> for Collection<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        let Self { parts, brought } = self;
        while let Some(key) = map.next_key_seed(Part(parts))? {
            if matches!(&key, Json::Text(name) if name == "features") {
                found = true;
                map.next_value_seed(Features { parts, brought: &mut *brought })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            parts.set(MOST_PARTS);
        }
        Ok(found)
    }
}

struct Features<'b> {
    parts: &'b Cell<usize>,
    brought: &'b mut Brought,
}

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut features: A) -> Result<(), A::Error> {
        while let Some(feature) = features.next_element_seed(Part(self.parts))? {
            take_feature(&feature, self.brought);
            self.parts.set(MOST_PARTS);
        }
        Ok(())
    }
}

/// Whatever may stand in a feature. A list that begins with two numbers is a point.
enum Json {
    Number(f64),
    Point(f64, f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
    Nothing,
}

/// A seed of [`Json`] that counts the parts down.
#[derive(Clone, Copy)]
struct Part<'b>(&'b Cell<usize>);

impl Part<'_> {
    fn count<E: serde::de::Error>(self, parts: usize) -> Result<(), E> {
        self.0.set(self.0.get().saturating_sub(parts));
        if self.0.get() == 0 { Err(E::custom("too large")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Json;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Json, D::Error> {
        self.count(1)?;
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Nothing)
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "a number that needs more digits is none of ours")]
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "a number that needs more digits is none of ours")]
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Json, E> {
        self.count(text.len() / 16)?;
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let Some(first) = items.next_element_seed(self)? else { return Ok(Json::List(Vec::new())) };
        let Some(second) = items.next_element_seed(self)? else { return Ok(Json::List(vec![first])) };
        if let (Json::Number(x), Json::Number(y)) = (&first, &second) {
            // A height may follow; it is of no use to us.
            while items.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Json::Point(*x, *y));
        }
        let mut list = vec![first, second];
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = map.next_key_seed(self)? {
            let Json::Text(key) = key else { return Err(A::Error::custom("a name")) };
            fields.push((key, map.next_value_seed(self)?));
        }
        Ok(Json::Object(fields))
    }
}

impl Json {
    fn field(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn items(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }
}

/// Takes one feature, or says what is wrong with it.
fn take_feature(feature: &Json, brought: &mut Brought) {
    brought.source.rows += 1;
    let number = brought.source.rows;
    let path = |part: &str| format!("features[{}]{part}", number - 1);
    let Some(Json::Object(properties)) = feature.field("properties") else {
        return brought.leave_out(number, &path(".properties"), "an object with the code of an LSOA");
    };
    // Many names in small letters may become one and the same; the first counts.
    let heading = Heading::new(properties.iter().map(|(name, _)| name.as_str()));
    let Some(columns) = AreaColumns::find(&heading) else {
        return brought.leave_out(number, &path(".properties"), "a property LSOA21CD");
    };
    let texts: Vec<String> = properties.iter().map(|(_, value)| text_of(value)).collect();
    let Ok(lsoa) = Lsoa::parse(&texts[columns.lsoa]) else {
        let place = path(".properties");
        return brought.leave_out(number, &place, "an LSOA code such as E01026317 as LSOA21CD");
    };
    let rings = match rings_of(feature.field("geometry")) {
        Ok(rings) => rings,
        Err(expected) => return brought.leave_out(number, &path(".geometry"), expected),
    };
    brought.outlines.push((number, AreaOutline { lsoa, rings }));
    let names: Vec<String> = heading.names.iter().map(|name| path(&format!(".properties.{name}"))).collect();
    let row = Row { line: number, fields: texts.iter().map(|text| text.trim()).collect() };
    columns.note(lsoa, &row, &names, brought);
}

fn text_of(value: &Json) -> String {
    match value {
        Json::Text(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

const EXPECTED_SHAPE: &str = "a Polygon or MultiPolygon with rings of points";

/// The rings of a geometry, in metres and thinned.
fn rings_of(geometry: Option<&Json>) -> Result<Vec<Vec<GridPoint>>, &'static str> {
    let geometry = geometry.ok_or(EXPECTED_SHAPE)?;
    let (kind, shape) = geometry.field("type").zip(geometry.field("coordinates")).ok_or(EXPECTED_SHAPE)?;
    let polygons = match kind {
        Json::Text(kind) if kind == "Polygon" => std::slice::from_ref(shape),
        Json::Text(kind) if kind == "MultiPolygon" => shape.items().ok_or(EXPECTED_SHAPE)?,
        _ => return Err(EXPECTED_SHAPE),
    };
    let mut rings = Vec::new();
    for polygon in polygons {
        for ring in polygon.items().ok_or(EXPECTED_SHAPE)? {
            let points: Result<Vec<(f64, f64)>, _> = ring
                .items()
                .ok_or(EXPECTED_SHAPE)?
                .iter()
                .map(|point| if let Json::Point(x, y) = point { Ok((*x, *y)) } else { Err(EXPECTED_SHAPE) })
                .collect();
            rings.push(points?);
        }
    }
    let degrees = rings.iter().flatten().all(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0);
    let mut thin = Vec::with_capacity(rings.len());
    for ring in rings {
        let points: Option<Vec<GridPoint>> =
            ring.into_iter().map(|(x, y)| on_the_grid(x, y, degrees)).collect();
        thin.extend(thinned(points.ok_or("points in Great Britain: longitude and latitude, or metres")?));
    }
    if thin.is_empty() { Err("at least one ring that encloses something") } else { Ok(thin) }
}

/// Degrees or metres is told by magnitude: the grid's first 180 metres lie in the Atlantic.
fn on_the_grid(x: f64, y: f64, degrees: bool) -> Option<GridPoint> {
    if degrees {
        return to_grid(LatLong { latitude: y, longitude: x });
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit is at the end of the range and outside"
    )]
    let point = GridPoint { easting: x.round() as i32, northing: y.round() as i32 };
    point.in_great_britain().then_some(point)
}

#[cfg(test)]
mod tests;
