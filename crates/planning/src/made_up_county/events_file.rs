//! Coded events of the invented people: when arthritis, back pain and a few other things were first written down of those who
//! live with them. The codes are SNOMED CT's own; nobody's record is behind them.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use ground::files::{Cell, CsvOut, Field, FileError, Table};
use vocabulary::Day;

use super::random::scatter;
use vocabulary::CodeSystem;

/// For each column of the extract, the codes that its people may have, and how many of a hundred have each.
const CODES: [(&str, &[(u64, &str)]); 4] = [
    ("c_oa", &[(45, "239873007"), (30, "239872002"), (25, "396275006")]),
    ("c_back", &[(100, "279039007")]),
    ("c_ra", &[(100, "69896004")]),
    ("c_gout", &[(100, "90560007")]),
];
const SYSTEM: &str = CodeSystem::SNOMED.address;
/// Days before the index date within which it was written down.
const DAYS: u64 = 15 * 365;

/// Writes the events of a population file that was written before.
pub(super) fn write(population: &Path, seed: u64, index_date: Day, place: &Path) -> Result<(), FileError> {
    let table = Table::open(population)?;
    let columns = std::iter::once("pid").chain(CODES.map(|(column, _)| column));
    let positions: Vec<usize> = columns.filter_map(|column| table.position(column)).collect();
    let file = File::create(place).map_err(FileError::system(place))?;
    let mut out = CsvOut::new(BufWriter::new(file));
    out.row(&["pid", "system", "code", "date"].map(Field::Text)).map_err(FileError::system(place))?;
    let mut nth = 0_u64;
    for part in table.parts() {
        part.read::<FileError>(
            &positions,
            |batch| {
                let mut people = vec![String::new(); batch.rows()];
                batch.each_cell(0, |row, cell| {
                    if let Cell::Text(pid) = cell {
                        people[row] = String::from_utf8_lossy(pid).into_owned();
                    }
                });
                let holds = (1..=CODES.len()).map(|column| {
                    let mut holds = vec![false; batch.rows()];
                    batch.each_cell(column, |row, cell| holds[row] = cell == Cell::Bool(true));
                    holds
                });
                let holds: Vec<Vec<bool>> = holds.collect();
                for (row, pid) in people.iter().enumerate() {
                    nth += 1;
                    for (at, _) in holds.iter().enumerate().filter(|(_, holds)| holds[row]) {
                        let drawn = scatter(seed ^ (nth << 8) ^ at as u64);
                        let mut left = drawn % 100;
                        let code = CODES[at].1.iter().find(|(share, _)| {
                            let here = left < *share;
                            left = left.saturating_sub(*share);
                            here
                        });
                        let Some((_, code)) = code else { continue };
                        let day = Day::from_days(index_date.days() - (drawn / 100 % DAYS) as i32).to_string();
                        let row = [pid.as_str(), SYSTEM, *code, day.as_str()].map(Field::Text);
                        out.row(&row).map_err(FileError::system(place))?;
                    }
                }
                Ok(())
            },
            |_| Ok(()),
        )?;
    }
    out.finish().map(drop).map_err(FileError::system(place))
}
