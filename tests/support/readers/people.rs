//! Population extracts and coded events: rows about people, whose values no sentence may hold.

use std::path::{Path, PathBuf};

use planning::cohort::{EventsFile, Evidence, parse_cohort, read_events};
use planning::extract::{Allowance, ImportError, Mapping};
use planning::population::{Import, OPTIONAL_COLUMNS, PEOPLE_COLUMNS, Population, import};
use vocabulary::Day;

use super::{names_it, problems, sentence, written};

/// An extract of few columns, so that what is changed is seldom the heading.
const MAPPING: &str = r#"
format = 1
absent = ["county", "area", "c_back", "c_ra", "c_osteop", "c_gout", "c_fibro", "c_diab", "c_copd", "c_asthma", "c_chd",
    "c_htn", "c_stroke", "c_depr", "c_obese", "c_frail", "c_falls", "c_cancer", "c_ckd", "c_dementia", "c_palliative",
    "wl", "lang", "mobility", "has_car", "internet"]
[columns]
sex = { column = "sex", recode = { M = 1, F = 2 } }
"#;

const EVENTS: &str = r#"
format = 1
name = "A"
version = "1"
people = "people"
[[code_list]]
name = "Osteoarthritis"
condition = "oa"
system = "http://snomed.info/sct"
source = "a source"
licence = "a licence"
look_back_years = 5
codes = { "239873007" = "Osteoarthritis of knee" }
[[criterion]]
name = "Osteoarthritis"
include = { condition = "oa" }
"#;

const FEW_PEOPLE: &str = "pid,birth_year,sex,lsoa,easting,northing,practice,imd,c_oa,wl_weeks,last_activity
a,1950,M,E01026317,491500,336000,C83001,4,,,2026-01-31
b,1960,F,,,,,,0,,
c,1880,2,W01000001,500200,340100,x,1,1,5000,1880-01-01
d,2026,0,,512000,350000,,10,1,0,2026-09-01
";

/// All rows may be left out: what is wrong with each is asked for.
const ALL: Allowance = Allowance { percent: 100.0 };

pub(super) fn index_date() -> Day {
    Day::of(2026, 9, 1).expect("a day")
}

pub(super) fn text(folder: &Path, bytes: &[u8]) {
    answered(names_it(bytes), &[written(folder, "people.csv", bytes)]);
}

pub(super) fn parquet(folder: &Path, bytes: &[u8]) {
    answered(false, &[written(folder, "people.parquet", bytes)]);
}

fn answered(named: bool, parts: &[PathBuf]) {
    match read(parts) {
        Ok(population) => {
            problems(named, &population.problems);
            adds_up(&population);
        }
        Err(error) => refused(named, &error),
    }
}

pub(super) fn refused(named: bool, error: &ImportError) {
    if let ImportError::TooManyProblems { problems: found, .. }
    | ImportError::TooManyCells { problems: found, .. } = error
    {
        problems(named, found);
    }
    sentence(named, error);
}

fn read(parts: &[PathBuf]) -> Result<Population, ImportError> {
    let columns = [&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS];
    let mapping = Mapping::parse("mapping.toml", MAPPING, &columns).expect("a mapping");
    import(parts, &Import { mapping: &mapping, index_date: index_date(), allowance: ALL, progress: &|_| {} })
}

/// Every row is used, left out or a repeat, and every column has all rows.
fn adds_up(population: &Population) {
    let rows = population.people.len();
    assert!(population.usable.is_sorted_by(|a, b| a < b), "{:?}", population.usable);
    assert!(population.usable.last().is_none_or(|last| (*last as usize) < rows));
    let accounted = population.usable.len() as u64 + population.rows_left_out + population.warnings.repeats;
    assert_eq!(accounted, population.rows_read, "{:?}", population.warnings);
    for row in 0..rows {
        let _ = (population.practice_of(row), population.lsoa_of(row), population.people.get(row));
    }
}

/// People to try a definition on.
pub(super) fn few_people(folder: &Path) -> Population {
    read(&[written(folder, "few.csv", FEW_PEOPLE.as_bytes())]).expect("few people")
}

pub(super) fn events(folder: &Path, bytes: &[u8]) {
    let mut population = few_people(folder);
    let cohort = parse_cohort("cohort.toml", EVENTS, folder).expect("a cohort");
    let mut evidence = Evidence::none(&cohort, &population);
    let path = written(folder, "events.csv", bytes);
    let columns = Mapping::default().events;
    match read_events(
        EventsFile { path: &path, kept: false },
        &columns,
        &cohort,
        &mut population,
        &mut evidence,
        index_date(),
        ALL,
    ) {
        Ok(counts) => {
            problems(names_it(bytes), &counts.problems);
            assert!(counts.rows_left_out + counts.strangers <= counts.rows_read, "{counts:?}");
            adds_up(&population);
        }
        Err(error) => refused(names_it(bytes), &error),
    }
}
