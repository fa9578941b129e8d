//! Services files, and crosstabs of counts.

use std::path::Path;

use planning::crosstab::import_crosstab;
use planning::extract::{Allowance, CrosstabMapping, ImportError, Mapping};
use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use planning::supply::{ServicesFormat, import_services, write_services};

use super::people::refused;
use super::{names_it, problems, written};

const CROSSTAB: &str = r#"
format = 1
kind = "crosstab"
[crosstab]
whole_population = "Everybody"
people = "Registered people"
leave_out = ["Subtotal"]
[crosstab.conditions]
"Gout" = "gout"
"Falls" = "falls"
"Fallers" = "falls"
[crosstab.segments]
"A" = { easting = 500000, northing = 340000, county = 0, area = 3 }
"North / B" = { county = 0 }
"#;

const ALL: Allowance = Allowance { percent: 100.0 };

pub(super) fn text(folder: &Path, bytes: &[u8]) {
    services(names_it(bytes), folder, "services.csv", bytes);
}

pub(super) fn parquet(folder: &Path, bytes: &[u8]) {
    services(false, folder, "services.parquet", bytes);
}

/// What was read is written and read as the same: as Parquet every letter of it, as CSV but for what would be a formula.
fn services(named: bool, folder: &Path, name: &str, bytes: &[u8]) {
    match import_services(&written(folder, name, bytes), &Mapping::default(), ALL) {
        Ok(read) => {
            problems(named, &read.problems);
            for (name, format) in
                [("again.csv", ServicesFormat::Csv), ("again.parquet", ServicesFormat::Parquet)]
            {
                let place = folder.join(name);
                write_services(&read.services, format, &place).expect("written");
                let again = import_services(&place, &Mapping::default(), ALL).expect("read");
                assert!(again.problems.is_empty(), "{name}: {:?}", again.problems);
                assert_eq!(again.services.len(), read.services.len(), "{name}");
                assert!(
                    format == ServicesFormat::Csv || again.services == read.services,
                    "{:?}",
                    again.services
                );
            }
        }
        Err(error) => refused(named, &error),
    }
}

/// Counts of counts: the metrics' names stand in the rows and may be said.
pub(super) fn crosstab(folder: &Path, bytes: &[u8]) {
    let mapping = crosstab_mapping();
    match import_crosstab(&written(folder, "crosstab.csv", bytes), &mapping, ALL) {
        Ok(read) => {
            let segments = read.headings.segments.len();
            assert!(read.metrics().all(|metric| metric.segments.len() == segments));
            assert_eq!(read.places.len(), segments);
            assert!(read.rows_used <= read.rows_read);
            assert!(read.not_read.len() as u64 <= read.not_read_in_all);
        }
        Err(ImportError::TooManyCells { problems, .. }) => {
            assert!(problems.iter().all(|problem| problem.line > 0));
        }
        Err(error) => {
            let said = error.to_string();
            assert!(!said.contains(char::is_control), "{said:?}");
        }
    }
}

fn crosstab_mapping() -> CrosstabMapping {
    let columns = [&PEOPLE_COLUMNS[..], &OPTIONAL_COLUMNS];
    let mapping = Mapping::parse("mapping.toml", CROSSTAB, &columns).expect("a mapping");
    mapping.crosstab.expect("a crosstab")
}
