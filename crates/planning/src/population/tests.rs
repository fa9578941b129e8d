//! Extracts, good and dirty: what is read, what is left out and what is said of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use ground::database::Database;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use vocabulary::{Actor, Day};

use super::kept::{Kept, Kind};
use super::{
    Added, CatalogueError, Import, Located, NewEntry, PEOPLE_COLUMNS, Population, import, made_rows,
    parts_of, store,
};
use crate::extract::{Allowance, ImportError, Mapping};

fn index_date() -> Day {
    Day::of(2026, 9, 1).expect("a day")
}

/// A row of an ordinary person with some cells changed.
fn row(pid: &str, changes: &[(&str, &str)]) -> String {
    made_rows::row(&PEOPLE_COLUMNS, pid, changes)
}

fn extract(rows: &[String]) -> String {
    made_rows::table(&PEOPLE_COLUMNS, rows)
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

fn read_parts(parts: &[PathBuf], mapping: &Mapping, percent: f64) -> Result<Population, ImportError> {
    let settings =
        Import { mapping, index_date: index_date(), allowance: Allowance { percent }, progress: &|_| {} };
    import(parts, &settings)
}

fn read(text: &str, mapping: &Mapping, percent: f64) -> Result<Population, ImportError> {
    let folder = tempfile::tempdir().expect("a folder");
    read_parts(&[write(folder.path(), "people.csv", text)], mapping, percent)
}

/// Which pseudonyms are used, and the problems as "line column: expected".
fn check(rows: &[String], used: &[&str], problems: &[&str]) {
    let population = read(&extract(rows), &Mapping::default(), 100.0).expect("read");
    let names: Vec<&str> = population.usable.iter().map(|r| population.pseudonyms.get(*r as usize)).collect();
    assert_eq!(names, used);
    let mut said: Vec<String> =
        population.problems.iter().map(|p| format!("{} {}: {}", p.line, p.column, p.expected)).collect();
    said.sort();
    assert_eq!(said, problems);
    let left_out = (rows.len() - used.len()) as u64 - population.warnings.repeats;
    assert_eq!((population.rows_read, population.rows_left_out), (rows.len() as u64, left_out));
}

#[test]
fn an_ordinary_row_becomes_a_person() {
    let population = read(&extract(&[row("a", &[])]), &Mapping::default(), 0.0).expect("read");
    let person = population.people.get(0);
    assert_eq!(person.birth_year, Some(1950));
    assert_eq!(person.imd, Some(4));
    assert_eq!(person.place.map(|p| (p.easting, p.northing)), Some((491_500, 336_000)));
    assert_eq!(person.last_activity, Some(Day::of(2026, 1, 31).expect("a day")));
    assert!(person.conditions_not_known.is_empty());
    assert_eq!(&*population.practices.names()[0], "C83001");
}

#[test]
fn what_is_not_known_stays_not_known() {
    let unknown: Vec<(&str, &str)> =
        PEOPLE_COLUMNS[1..].iter().map(|c| (c.name, if c.name == "imd" { "NA" } else { "" })).collect();
    let population = read(&extract(&[row("a", &unknown)]), &Mapping::default(), 0.0).expect("read");
    let nothing = matching::Person {
        conditions_not_known: vocabulary::Condition::ALL.into_iter().collect(),
        ..matching::Person::default()
    };
    assert_eq!(population.people.get(0), nothing);
    assert!(population.problems.is_empty());
}

#[test]
fn a_cell_that_cannot_be_leaves_out_its_row() {
    check(
        &[
            row("a", &[]),
            row("b", &[("birth_year", "2027")]),
            row("c", &[("birth_year", "about 1950"), ("imd", "11")]),
            row("", &[]),
            row("e", &[("sex", "3")]),
            row("f", &[("last_activity", "31/01/2026")]),
            row("g", &[("c_oa", "2")]),
            row("h", &[("area", "56")]),
            row("i", &[("easting", "4915000000")]),
        ],
        &["a"],
        &[
            "10 easting: whole metres on the British National Grid",
            "3 birth_year: a year from 1880 to the index date's",
            "4 birth_year: a year from 1880 to the index date's",
            "4 imd: a deprivation decile from 1 to 10",
            "5 pid: a pseudonym of 1 to 128 letters",
            "6 sex: 1 male, 2 female, 0 not known or 9 not specified",
            "7 last_activity: a date such as 2026-09-01",
            "8 c_oa: 0, 1, true or false",
            "9 area: an area's number from 0 to 55",
        ],
    );
}

#[test]
fn a_nul_byte_in_parquet_leaves_out_its_row() {
    let columns = PEOPLE_COLUMNS.iter().enumerate().map(|(at, column)| {
        let cells = [
            row("a", &[]),
            row("b\0", &[]),
            row("c", &[("practice", "C83\0")]),
            row("d", &[("lsoa", "E\0")]),
        ];
        let cells =
            cells.map(|row| row.split(',').nth(at).filter(|cell| !cell.is_empty()).map(str::to_owned));
        (column.name, Arc::new(StringArray::from(cells.to_vec())) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("people.parquet");
    let file = std::fs::File::create(&place).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("written");
    let population = read_parts(&[place], &Mapping::default(), 100.0).expect("read");
    let listed: Vec<String> =
        population.problems.iter().map(|p| format!("{} {}: {}", p.line, p.column, p.expected)).collect();
    assert_eq!(
        listed,
        ["2 pid: a pseudonym of 1 to 128 letters", "3 practice: an ODS code of at most 64 letters"]
    );
    assert_eq!((population.people.len(), population.warnings.lsoa_not_recognised), (2, 1));
}

#[test]
fn one_person_has_one_row() {
    check(
        &[
            row("same", &[]),
            row("other", &[("imd", "1")]),
            row("same", &[]),
            row("other", &[("imd", "2")]),
            row("half", &[]),
            row("half", &[("imd", "x")]),
            row("alone", &[]),
        ],
        &["same", "alone"],
        &[
            "3 pid: one row for each person; line 5 has the same pseudonym and other values",
            "4 pid: one row for each person; this row repeats line 2 and was counted once",
            "5 pid: one row for each person; line 3 has the same pseudonym",
            "6 pid: one row for each person; line 7 has the same pseudonym and cannot be read",
            "7 imd: a deprivation decile from 1 to 10",
        ],
    );
}

#[test]
fn rows_of_another_width_are_listed() {
    let text = extract(&[row("a", &[]), "b,1950".to_owned(), row("c", &[])]);
    let population = read(&text, &Mapping::default(), 100.0).expect("read");
    assert_eq!(population.usable.len(), 2);
    assert_eq!((population.problems[0].line, &*population.problems[0].expected), (3, "37 fields, found 2"));
}

#[test]
fn warnings_are_counted_and_the_row_stays() {
    let rows = [row("a", &[("easting", "-5000")]), row("b", &[("lsoa", "Grantham 3")])];
    let population = read(&extract(&rows), &Mapping::default(), 0.0).expect("read");
    assert_eq!(population.usable.len(), 2);
    assert_eq!(population.warnings.outside_great_britain, 1);
    assert_eq!(population.warnings.lsoa_not_recognised, 1);
}

#[test]
fn too_many_problems_refuse_the_file() {
    let mut rows: Vec<String> = (0..199).map(|n| row(&n.to_string(), &[])).collect();
    rows.push(row("bad", &[("imd", "x")]));
    rows.push(row("worse", &[("imd", "x")]));
    assert!(read(&extract(&rows), &Mapping::default(), 1.0).is_ok(), "2 of 201 are less than 1 %");
    rows.push(row("worst", &[("imd", "x")]));
    let error = read(&extract(&rows), &Mapping::default(), 1.0).expect_err("3 of 202 are more");
    let ImportError::TooManyProblems { left_out, rows, problems, .. } = &error else { panic!("{error}") };
    assert_eq!((*left_out, *rows, problems.len()), (3, 202, 3));
    assert!(!error.to_string().contains('x'), "never the value");
}

#[test]
fn a_missing_column_refuses_the_file_and_names_it() {
    let text = extract(&[row("a", &[])]).replacen("imd", "decile", 1).replacen("wl_weeks", "weeks", 1);
    let error = read(&text, &Mapping::default(), 1.0).expect_err("missing").to_string();
    assert!(error.contains("missing: imd, wl_weeks"), "{error}");
    let mapping = Mapping::parse(
        "m.toml",
        "format = 1\nabsent = [\"wl_weeks\"]\n[columns]\nimd = \"decile\"\n",
        &[&PEOPLE_COLUMNS],
    );
    let population = read(&text, &mapping.expect("a mapping"), 1.0).expect("read");
    assert_eq!(population.people.get(0).imd, Some(4));
    assert_eq!(population.people.get(0).waiting_weeks, None);
}

#[test]
fn a_mapping_recodes_and_reforms() {
    let mapping = Mapping::parse(
        "m.toml",
        "format = 1\n[columns]\nbirth_year = { column = \"birth_year\", form = \"age\" }\n\
         sex = { column = \"sex\", recode = { M = 1, F = 2, X = \"\" } }\n\
         last_activity = { column = \"last_activity\", form = \"day/month/year\" }\ncounty = { value = 3 }\n",
        &[&PEOPLE_COLUMNS],
    )
    .expect("a mapping");
    let rows = [
        row("a", &[("birth_year", "76"), ("sex", "F"), ("last_activity", "31/01/2026")]),
        row("b", &[("birth_year", "76"), ("sex", "X"), ("last_activity", "1/2/2026")]),
    ];
    let population = read(&extract(&rows), &mapping, 0.0).expect("read");
    let (a, b) = (population.people.get(0), population.people.get(1));
    assert_eq!((a.birth_year, a.sex, a.county), (Some(1950), Some(matching::Sex::Female), Some(3)));
    assert_eq!((b.sex, b.last_activity), (None, Day::of(2026, 2, 1).ok()));
}

#[test]
fn a_folder_of_parts_is_one_population() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "part-2.csv", &extract(&[row("c", &[]), row("a", &[])]));
    write(folder.path(), "part-1.csv", &extract(&[row("a", &[]), row("b", &[])]));
    write(folder.path(), ".hidden", "not a part");
    let parts = parts_of(folder.path(), &Mapping::default()).expect("parts");
    let population = read_parts(&parts, &Mapping::default(), 100.0).expect("read");
    let names: Vec<&str> = population.usable.iter().map(|r| population.pseudonyms.get(*r as usize)).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let problem = &population.problems[0];
    assert_eq!((&*problem.file, problem.line), ("part-2.csv", 3));
    assert!(problem.expected.contains("repeats line 2 of part-1.csv"), "{}", problem.expected);
}

fn new_entry<'a>(kept: &'a Kept, name: &str, keep_until: Option<Day>) -> NewEntry<'a> {
    let (name, purpose) = (name.to_owned(), "planning a hub".to_owned());
    NewEntry { kept, name, purpose, agreement: Some("DSA 7".to_owned()), keep_until }
}

fn kept_as(digit: char) -> Kept {
    Kept {
        kind: Kind::People,
        digest: digit.to_string().repeat(64),
        mapping_digest: "0".repeat(64),
        sources: vec!["people.csv".to_owned()],
        made_up: None,
        rows_read: 3,
        people: 2,
        rows_left_out: 1,
        warnings: super::Warnings::default(),
        optional_not_understood: 0,
        events: None,
        problems_listed: 1,
        problems: Vec::new(),
        bytes: 1_000,
        already_there: false,
    }
}

#[tokio::test]
async fn the_catalogue_says_what_is_kept_and_until_when() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = || time::macros::datetime!(2026-11-22 12:00 UTC);
    let database = match testbed::url(folder.path()) {
        Some(url) => Database::connect(&url, clock).await,
        None => Database::open(folder.path(), clock).await,
    };
    let database = database.expect("opened");
    let mut change = database.change(&Actor::CommandLine("tester".to_owned())).await.expect("begun");
    let (a, b) = (kept_as('a'), kept_as('b'));
    let until = Day::of(2026, 12, 31).ok();
    let Added::New(first) = store::add(&mut change, &new_entry(&a, "winter", until)).await.expect("added")
    else {
        panic!("it is new")
    };
    let again = store::add(&mut change, &new_entry(&a, "spring", None)).await.expect("asked");
    assert_eq!(again, Added::Already(first.clone()), "nothing is changed");
    let taken = store::add(&mut change, &new_entry(&b, "winter", None)).await.expect_err("taken");
    assert!(matches!(taken, CatalogueError::NameTaken(_)), "{taken}");
    for bad in ["", " x", "a/b", "deadbeef", "line\nend"] {
        store::add(&mut change, &new_entry(&b, bad, None)).await.expect_err(bad);
    }
    store::add(&mut change, &new_entry(&b, "summer", None)).await.expect("added");

    let find =
        async |change: &mut ground::database::Change, named: &str| match store::locate(change, named).await {
            Ok(Located::Kept(entry)) => entry.name,
            Ok(Located::Path(path)) => path.display().to_string(),
            Err(error) => error.to_string(),
        };
    let path = folder.path().display().to_string();
    assert_eq!(find(&mut change, &path).await, path);
    assert_eq!(find(&mut change, "AAAAAAAA").await, "winter");
    assert_eq!(find(&mut change, "summer").await, "summer");
    let lost = find(&mut change, "autumn").await;
    assert!(lost.ends_with("kept are winter (aaaaaaaaaaaa), summer (bbbbbbbbbbbb)"), "{lost}");

    let due = async |change: &mut ground::database::Change, day: i32| {
        store::due(change, Day::of(2027, 1, day).expect("a day")).await.expect("due").len()
    };
    assert_eq!(due(&mut change, 1).await, 1);
    assert_eq!(
        store::due(&mut change, until.expect("a day")).await.expect("due").len(),
        0,
        "the last day counts"
    );

    assert!(store::delete(&mut change, first.id).await.expect("deleted"));
    assert!(!store::delete(&mut change, first.id).await.expect("asked"));
    let names: Vec<String> =
        store::list(&mut change).await.expect("list").into_iter().map(|e| e.name).collect();
    assert_eq!(names, ["summer"]);
    assert_eq!(
        store::catalogued(&mut change).await.expect("catalogued"),
        [(Kind::People, b.digest.clone())].into()
    );
    // Its name and its digest are free again.
    assert!(matches!(store::add(&mut change, &new_entry(&a, "winter", None)).await, Ok(Added::New(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_row_is_used_listed_or_a_repeat(
        cells in proptest::collection::vec((0..6_u8, 0..37_usize, "[ -~]{0,6}"), 1..40),
    ) {
        let mut text = extract(&[]);
        for (pid, column, value) in &cells {
            let value = value.replace(['"', ','], "");
            let line = row(&pid.to_string(), &[(PEOPLE_COLUMNS[*column].name, &value)]);
            writeln!(text, "{line}").expect("written");
        }
        let population = read(&text.replace("\n\n", "\n"), &Mapping::default(), 100.0).expect("read");
        prop_assert_eq!(population.rows_read, cells.len() as u64);
        let used = population.usable.len() as u64;
        prop_assert_eq!(used + population.rows_left_out + population.warnings.repeats, cells.len() as u64);
        let listed: std::collections::BTreeSet<u64> = population.problems.iter().map(|p| p.line).collect();
        prop_assert_eq!(listed.len() as u64, population.rows_left_out + population.warnings.repeats);
    }
}
