//! Opening times as tables have them: a weekday, and `09:30-13:00` once or several times.

use super::mapping::MappedTable;
use super::row::Row;
use crate::directory::import::fields::day;
use crate::directory::import::gathering::Gathering;
use crate::directory::import::tabular::weekday;
use crate::directory::{LocalTime, More, Outcome, Schedule};

/// Whether a row says times. Where it stands for a service too, it need not.
pub(super) fn has_any(table: &MappedTable, row: &Row<'_>) -> bool {
    let part = &table.opening_times;
    let beside_records = !table.records().is_empty();
    !part.is_empty()
        && (!beside_records || row.text(part, "day").is_some() || row.text(part, "times").is_some())
}

/// The service that a row is about and when that is open on one day; nothing where the row says that it is not, or
/// where it is not understood.
pub(super) fn read(
    table: &MappedTable,
    row: &Row<'_>,
    all: &mut Gathering,
) -> Option<(String, Vec<Schedule>)> {
    let part = &table.opening_times;
    let Some(service) = row.text(part, "service") else {
        let why = "expected the key of a service; the row was left out";
        all.problem(row.place(), Row::column_of(part, "service"), why, Outcome::LeftOut);
        return None;
    };
    if row.read(part, "open", "expected true or false", all, yes_no) == Some(false) {
        all.warn(
            row.place(),
            Row::column_of(part, "open"),
            "expected a time when it is open; the row was not used",
        );
        return None;
    }
    let on = row.read(part, "day", "expected a day of the week", all, weekday)?;
    let times = row.read(part, "times", "expected times such as 09:30-13:00", all, times)?;
    let [from, to] =
        ["from", "to"].map(|field| row.read(part, field, "expected a date such as 2026-09-01", all, day));
    let notes = row.text(part, "notes");
    // What nobody asked for is kept with the record, where the row is one.
    let more = if table.records().is_empty() { row.rest() } else { More::default() };
    let schedules = times.into_iter().map(|(opens, closes)| Schedule {
        freq: Some("WEEKLY".to_owned()),
        byday: vec![on.to_owned()],
        opens_at: Some(opens),
        closes_at: Some(closes),
        valid_from: from.clone(),
        valid_to: to.clone(),
        notes: notes.clone(),
        more: more.clone(),
        ..Schedule::default()
    });
    Some((service, schedules.collect()))
}

/// `09:30-13:00`, `9:30 to 13:00, 13:30–17:30`.
fn times(text: &str) -> Option<Vec<(LocalTime, LocalTime)>> {
    let text = text.replace(['–', '—'], "-").replace(" to ", "-");
    text.split([',', ';', '&'])
        .map(|span| {
            let (opens, closes) = span.split_once('-')?;
            LocalTime::parse(opens).zip(LocalTime::parse(closes))
        })
        .collect()
}

/// As people write it.
pub(super) fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "open" => Some(true),
        "false" | "no" | "n" | "0" | "closed" => Some(false),
        _ => None,
    }
}
