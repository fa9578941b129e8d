//! Extracts of invented people as a county would hand them over: a pseudonym, a small area and no more of a place.

use std::fmt::Write as _;
use std::path::Path;

use super::chance::Chance;

/// What such an extract does not say.
const MAPPING: &str = "format = 1\nabout = \"An invented county\"\n\
    absent = [\"easting\", \"northing\", \"county\", \"area\", \"practice\", \"imd\"]\n";

/// Writes `people.csv` and its `mapping.toml`: so many people in these small areas.
pub(crate) fn people(folder: &Path, areas: &[String], people: u32, seed: u64) {
    let mut chance = Chance(seed);
    let columns = planning::population::PEOPLE_COLUMNS.map(|column| column.name);
    let absent = ["easting", "northing", "county", "area", "practice", "imd"];
    let given: Vec<&str> = columns.into_iter().filter(|name| !absent.contains(name)).collect();
    let mut text = format!("{}\n", given.join(","));
    for number in 0..people {
        let cells = given.iter().map(|name| match *name {
            "pid" => format!("p{number:06}"),
            "birth_year" => (1930 + chance.below(70)).to_string(),
            "sex" => (1 + chance.below(2)).to_string(),
            "lsoa" => chance.one_of(areas).clone(),
            "wl_weeks" => String::new(),
            "lang" => u8::from(chance.percent(4)).to_string(),
            "mobility" => if chance.percent(80) { 0 } else { 1 + chance.below(3) }.to_string(),
            "has_car" | "internet" => u8::from(chance.percent(75)).to_string(),
            "last_activity" => format!("2026-0{}-01", 1 + chance.below(8)),
            _ => u8::from(chance.percent(12)).to_string(),
        });
        let cells: Vec<String> = cells.collect();
        writeln!(text, "{}", cells.join(",")).expect("text");
    }
    std::fs::write(folder.join("people.csv"), text).expect("written");
    std::fs::write(folder.join("mapping.toml"), MAPPING).expect("written");
}
