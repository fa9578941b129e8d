//! Services files, good and dirty.

use matching::Catchment;

use super::{SERVICE_COLUMNS, Services, ServicesFormat, import_services, write_services};
use crate::extract::{Allowance, ImportError, Mapping};

/// A row of an ordinary service with some cells changed.
fn row(sid: &str, changes: &[(&str, &str)]) -> String {
    let cells = SERVICE_COLUMNS.iter().map(|column| {
        let ordinary = match column.name {
            "sid" => sid,
            "provider" => "7",
            "easting" => "491500",
            "northing" => "336000",
            "radius" => "5000",
            "offers" => "3",
            "max_age" => "120",
            "langs" | "weekly_sessions" => "1",
            "capacity" => "12",
            _ => "0",
        };
        changes.iter().find(|(name, _)| *name == column.name).map_or(ordinary, |(_, value)| value)
    });
    cells.collect::<Vec<_>>().join(",")
}

fn read(rows: &[String], percent: f64) -> Result<Services, ImportError> {
    let names: Vec<&str> = SERVICE_COLUMNS.iter().map(|c| c.name).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("services.csv");
    std::fs::write(&path, format!("{}\n{}\n", names.join(","), rows.join("\n"))).expect("written");
    import_services(&path, &Mapping::default(), Allowance { percent })
}

fn check(rows: &[String], used: &[i32], problems: &[&str]) {
    let services = read(rows, 100.0).expect("read");
    assert_eq!(services.services.iter().map(|s| s.sid).collect::<Vec<_>>(), used);
    let mut said: Vec<String> =
        services.problems.iter().map(|p| format!("{} {}: {}", p.line, p.column, p.expected)).collect();
    said.sort();
    assert_eq!(said, problems);
    assert_eq!(used.len() as u64 + services.rows_left_out + services.warnings.repeats, services.rows_read);
}

#[test]
fn what_is_not_known_of_a_service_has_a_meaning() {
    let unknown: Vec<(&str, &str)> = ["cost", "langs", "step_free", "transport", "home_visit", "capacity"]
        .iter()
        .map(|name| (*name, ""))
        .collect();
    let services = read(&[row("1", &unknown)], 0.0).expect("read");
    let service = &services.services[0];
    assert_eq!((service.cost, service.capacity, service.weekly_places()), (None, None, None));
    assert_eq!(
        (service.languages, service.step_free, service.transport, service.home_visit),
        (1, None, false, false)
    );
}

#[test]
fn what_must_be_known_leaves_out_its_row() {
    check(
        &[
            row("1", &[]),
            row("", &[]),
            row("3", &[("provider", "")]),
            row("4", &[("kind", "4")]),
            row("5", &[("offers", "NA")]),
            row("6", &[("radius", "0")]),
            row("7", &[("radius", "0"), ("kind", "2")]),
            row("8", &[("area_mask", "72057594037927936")]),
            row("9", &[("cost", "free")]),
        ],
        &[1, 7],
        &[
            "10 cost: whole pence from 0 to 1000000",
            "3 sid: a whole number; for an identifier of letters use service_id",
            "4 provider: the provider's number or name",
            "5 kind: 0 radius, 1 areas, 2 county-wide or 3 online",
            "6 offers: the bits of topics 0 to 15",
            "7 radius: whole metres, at least 1 for kind 0",
            "9 area_mask: the bits of areas 0 to 55",
        ],
    );
}

#[test]
fn one_sid_has_one_row() {
    check(
        &[row("1", &[]), row("1", &[]), row("2", &[]), row("2", &[("cost", "5")]), row("3", &[])],
        &[1, 3],
        &[
            "3 sid: one row for each sid; this row repeats line 2 and was counted once",
            "4 sid: one row for each sid; other rows have the same",
            "5 sid: one row for each sid; other rows have the same",
        ],
    );
}

#[test]
fn odd_services_are_counted_and_kept() {
    let rows = [
        row("1", &[("capacity", "0")]),
        row("2", &[("easting", ""), ("northing", "")]),
        row("3", &[("kind", "1")]),
        row("4", &[("min_age", "65"), ("max_age", "64")]),
        row("5", &[("northing", "-9")]),
        row("6", &[("kind", "3"), ("easting", "")]),
    ];
    let services = read(&rows, 0.0).expect("read");
    assert_eq!(services.services.len(), 6);
    assert_eq!(services.warnings.capacity_zero, 1);
    assert_eq!(services.warnings.nobody_can_reach, 3);
    assert_eq!(services.warnings.outside_great_britain, 1);
    assert_eq!(services.services[5].catchment, Catchment::Online);
}

#[test]
fn identifiers_of_letters_belong_in_service_id() {
    let error = read(&[row("S-1", &[]), row("S-2", &[])], 100.0).expect_err("refused").to_string();
    assert!(error.contains("use service_id"), "{error}");
}

#[test]
fn a_file_without_services_is_refused() {
    assert!(read(&[], 1.0).expect_err("refused").to_string().contains("no service"));
    assert!(matches!(read(&[row("1", &[]), row("x", &[])], 1.0), Err(ImportError::TooManyProblems { .. })));
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    let rows = [
        row("1", &[("kind", "1"), ("county", "0"), ("area_mask", "9007199254740993"), ("cost", "")]),
        row(
            "2",
            &[
                ("kind", "3"),
                ("easting", ""),
                ("northing", ""),
                ("route", "2"),
                ("sex_req", "2"),
                ("step_free", ""),
            ],
        ),
        row("3", &[("req_any", "3"), ("excl", "4"), ("step_free", "1"), ("capacity", "")]),
    ];
    let mut services = read(&rows, 0.0).expect("read").services;
    services[0].name = Some("Chair yoga, \"gently\"".into());
    services[1].eligibility = Some("Ask at the desk\nor ring".into());
    let folder = tempfile::tempdir().expect("a folder");
    for (name, format) in [("s.csv", ServicesFormat::Csv), ("s.parquet", ServicesFormat::Parquet)] {
        let place = folder.path().join(name);
        assert_eq!(ServicesFormat::of(&place), Some(format));
        write_services(&services, format, &place).expect("written");
        let back = import_services(&place, &Mapping::default(), Allowance { percent: 0.0 }).expect("read");
        assert_eq!(back.services, services, "{name}");
    }
}
