use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_schema::DataType;
use disclosure::{Cells, Release};

use super::table::Out;
use super::{Wanted, make, read};

/// Calls of two practices, fifteen people and nine.
fn calls(place: &Path) {
    let columns = [("practice", DataType::Utf8), ("pid", DataType::Utf8), ("reasons", DataType::Utf8)];
    let mut out = Out::create(place, &columns).expect("a file");
    let people: Vec<(&str, String)> = (0..15)
        .map(|n| ("Z99001", format!("a{n:02}")))
        .chain((0..9).map(|n| ("Z99002", format!("b{n:02}"))))
        .collect();
    let text = |of: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(of)) };
    let columns = vec![
        text(people.iter().map(|(practice, _)| (*practice).to_owned()).collect()),
        text(people.iter().map(|(_, pid)| pid.clone()).collect()),
        text(people.iter().map(|(_, pid)| format!("why {pid}")).collect()),
    ];
    out.write(place, columns).expect("written");
    out.keep(place).expect("kept");
}

fn wanted(practices: &[&str], most: usize, again: bool) -> Wanted {
    Wanted { practices: practices.iter().map(|code| (*code).to_owned()).collect(), most, again }
}

#[test]
fn each_practice_gets_its_first_and_nobody_twice_without_saying_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    calls(&at("calls.parquet"));
    let shown = |made: &[super::ListMade]| -> Vec<(String, String)> {
        let release = Release::default();
        let count = |n| release.count(Cells::WithHealthAttribute, n).to_string();
        made.iter().map(|list| (list.practice.clone(), count(list.people))).collect()
    };
    let text = |practice: &str, people: &str| (practice.to_owned(), people.to_owned());

    let first = make(&at("calls.parquet"), &[], &wanted(&[], 10, false), &at("1")).expect("made");
    assert_eq!(shown(&first), [text("Z99001", "10"), text("Z99002", "10")]);
    let lines = read(&at("1"), "Z99001").expect("lines");
    assert_eq!(lines.len(), 10);
    assert_eq!((lines[0].place, lines[0].pid.as_str(), lines[9].place), (1, "a00", 10));
    assert!(lines.iter().all(|line| !line.asked_before && line.reasons == format!("why {}", line.pid)));

    // The next wave: who was on the first is left out.
    let earlier = [at("1")];
    let next = wanted(&["Z99001"], 10, false);
    let second = make(&at("calls.parquet"), &earlier, &next, &at("2")).expect("made");
    assert_eq!(shown(&second), [text("Z99001", "≤7")]);
    let lines = read(&at("2"), "Z99001").expect("lines");
    assert_eq!(
        lines.iter().map(|line| line.pid.as_str()).collect::<Vec<_>>(),
        ["a10", "a11", "a12", "a13", "a14"]
    );
    assert_eq!(read(&at("2"), "Z99002").expect("lines"), []);

    // Asked for once more, the list says who was asked before.
    let again = wanted(&["Z99001"], 12, true);
    make(&at("calls.parquet"), &earlier, &again, &at("3")).expect("made");
    let lines = read(&at("3"), "Z99001").expect("lines");
    assert_eq!(lines.iter().filter(|line| line.asked_before).count(), 10);
    assert_eq!(lines.len(), 12);
}

#[test]
fn what_is_no_list_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("x");
    std::fs::write(&place, "PAR1 but not").expect("written");
    assert!(read(&place, "Z99001").is_err());
    calls(&place);
    let error = read(&place, "Z99001").expect_err("calls are no list");
    assert!(error.to_string().contains("expected the column place"), "{error}");
}
