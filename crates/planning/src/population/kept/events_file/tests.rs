//! What is read of kept events is what was kept, whatever is asked and however they lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use vocabulary::Day;

use super::{EventsFile, each_kept_event};
use crate::extract::Event;

type Kept = (String, String, String, Option<i32>);

fn written(folder: &Path, events: &[Kept], at_once: usize) -> PathBuf {
    let place = folder.join("events.parquet");
    let mut file = EventsFile::with_groups(place.clone(), at_once).expect("made");
    for (pid, system, code, day) in events {
        file.add(Event { pid, system, code, day: day.map(Day::from_days) }).expect("added");
    }
    file.finish().expect("written");
    place
}

/// Asks for some codes of each system, and compares with what a look at each event says.
fn compare(events: &[Kept], at_once: usize, wanted: &[(String, String)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = written(folder.path(), events, at_once);
    let mut asked: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut found: Vec<Kept> = Vec::new();
    let rows = each_kept_event(
        &place,
        |system, code, rows| {
            let key = (system.to_owned(), code.to_owned());
            *asked.entry(key.clone()).or_default() += rows;
            wanted.iter().position(|one| *one == key)
        },
        |pid, day, which: usize| {
            let (system, code) = wanted[which].clone();
            found.push((pid.to_owned(), system, code, day.map(Day::days)));
        },
    );
    assert_eq!(rows.expect("read"), events.len() as u64);
    let mut counted: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut expected = Vec::new();
    for event in events {
        let key = (event.1.clone(), event.2.clone());
        if wanted.contains(&key) {
            expected.push(event.clone());
        }
        *counted.entry(key).or_default() += 1;
    }
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(asked, counted);
}

proptest! {
    #[test]
    fn whoever_has_a_code_is_found(
        events in prop::collection::vec(
            ("[a-e]{1,2}", prop::sample::select(vec!["", "read", "snomed"]), "[x-z]", prop::option::of(-9..9_i32)),
            0..80,
        ),
        at_once in 1..40_usize,
        wanted in prop::collection::btree_set((prop::sample::select(vec!["", "read"]), "[x-z]"), 0..4),
    ) {
        let events: Vec<Kept> =
            events.into_iter().map(|(pid, system, code, day)| (pid, system.to_owned(), code, day)).collect();
        let wanted: Vec<(String, String)> =
            wanted.into_iter().map(|(system, code)| (system.to_owned(), code)).collect();
        compare(&events, at_once, &wanted);
    }
}

/// Twenty thousand events and forty codes.
fn many() -> Vec<Kept> {
    let event =
        |n: i32| (format!("p{}", n * 7919 % 5003), "s".to_owned(), format!("c{}", n % 40), Some(n % 3000));
    (0..20_000).map(event).collect()
}

#[test]
fn pages_between_two_codes_are_passed_over() {
    let code = |n: u32| ("s".to_owned(), format!("c{n}"));
    compare(&many(), 15_000, &[code(3), code(27), code(39)]);
    compare(&many(), 50_000, &[code(0)]);
}

#[test]
fn a_file_that_is_cut_short_or_altered_is_refused_or_read_and_never_ends_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = written(folder.path(), &many(), 15_000);
    let whole = std::fs::read(&place).expect("read");
    let read = |bytes: &[u8]| {
        std::fs::write(&place, bytes).expect("written");
        each_kept_event(&place, |_, code, _| (code == "c7").then_some(()), |_, _, ()| ())
    };
    for cut in (0..whole.len()).step_by(whole.len() / 40) {
        let error = read(&whole[..cut]).expect_err("cut short");
        assert!(error.to_string().contains("cut short or damaged"), "{error}");
    }
    let mut refused = 0;
    for at in (4..whole.len()).step_by(whole.len() / 200) {
        let mut altered = whole.clone();
        altered[at] ^= 0x55;
        refused += u32::from(read(&altered).is_err());
    }
    assert!(refused > 0, "no alteration was seen");
}
