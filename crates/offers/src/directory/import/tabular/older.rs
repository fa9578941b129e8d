//! Tables of HSDS 1.x in the shape that they have today. What has no place today is kept beside the rest.

use serde_json::Value;

use super::Row;
use super::tables::Table;

/// The table and its rows under today's names.
pub(super) fn as_today(table: Table, file: &str, mut rows: Vec<Row>) -> (Table, Vec<Row>) {
    for row in &mut rows {
        match table {
            Table::Organisations => rename(row, "url", "website"),
            Table::Accessibility => rename(row, "accessibility", "description"),
            Table::ServiceAreas => rename(row, "service_area", "name"),
            Table::Languages => rename(row, "language", "name"),
            Table::Terms => rename(row, "vocabulary", "taxonomy"),
            Table::Addresses => kind_of_address(row, file),
            Table::RegularSchedules => weekly(row),
            _ => {}
        }
    }
    (if table == Table::RegularSchedules { Table::Schedules } else { table }, rows)
}

/// Gives a column its name of today, where that is free.
fn rename(row: &mut Row, old: &str, new: &str) {
    if !row.contains_key(new)
        && let Some(value) = row.swap_remove(old)
    {
        row.insert(new.to_owned(), value);
    }
}

fn kind_of_address(row: &mut Row, file: &str) {
    let file = file.to_ascii_lowercase();
    let kinds = ["physical", "postal"];
    if !row.contains_key("address_type")
        && let Some(kind) = kinds.iter().find(|kind| file.starts_with(*kind))
    {
        row.insert("address_type".to_owned(), Value::String((*kind).to_owned()));
    }
}

fn weekly(row: &mut Row) {
    let Some(day) = row.get("weekday").and_then(Value::as_str).and_then(weekday) else { return };
    row.swap_remove("weekday");
    for (name, value) in [("freq", "WEEKLY"), ("byday", day)] {
        row.insert(name.to_owned(), Value::String(value.to_owned()));
    }
}

/// `Monday`, `Mon`, `MO` or 1 to 7 from Monday, as iCalendar says it.
pub(in super::super) fn weekday(text: &str) -> Option<&'static str> {
    const DAYS: [(&str, &str); 7] = [
        ("monday", "MO"),
        ("tuesday", "TU"),
        ("wednesday", "WE"),
        ("thursday", "TH"),
        ("friday", "FR"),
        ("saturday", "SA"),
        ("sunday", "SU"),
    ];
    let text = text.trim().to_ascii_lowercase();
    let by_number = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|n| DAYS.get(n));
    let by_name =
        || DAYS.iter().find(|(name, _)| text.len() >= 2 && name.starts_with(text.trim_end_matches('s')));
    by_number.or_else(by_name).map(|(_, day)| *day)
}
