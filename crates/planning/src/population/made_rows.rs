//! Rows for tests: of an ordinary person who is in the cohort that comes with Meres, with some cells changed.

use crate::extract::Column;

/// A row in these columns.
pub(crate) fn row<'c>(
    columns: impl IntoIterator<Item = &'c Column>,
    pid: &str,
    changes: &[(&str, &str)],
) -> String {
    let cells = columns.into_iter().map(|column| {
        let ordinary = match column.name {
            "pid" => pid,
            "birth_year" => "1950",
            "sex" | "mobility" | "c_oa" | "has_car" | "internet" => "1",
            "lsoa" => "E01026317",
            "easting" => "491500",
            "northing" => "336000",
            "practice" => "C83001",
            "imd" => "4",
            "last_activity" => "2026-01-31",
            "ethnicity" => "A",
            _ => "0",
        };
        changes.iter().find(|(name, _)| *name == column.name).map_or(ordinary, |(_, value)| value)
    });
    cells.collect::<Vec<_>>().join(",")
}

/// Rows with their heading.
pub(crate) fn table<'c>(columns: impl IntoIterator<Item = &'c Column>, rows: &[String]) -> String {
    let names: Vec<&str> = columns.into_iter().map(|column| column.name).collect();
    format!("{}\n{}\n", names.join(","), rows.join("\n"))
}
