//! Who stands in more than one part, and what cannot be read.

use std::cell::RefCell;

use matching::Service;
use proptest::prelude::*;

use super::Place;
use super::others::Neighbour;
use crate::by_part::{FOLDER, Stage};
use crate::extract::ImportError;
use crate::population::{PEOPLE_COLUMNS, made_rows};

/// A row of an ordinary person of the cohort with some cells changed.
fn row(pid: &str, changes: &[(&str, &str)]) -> String {
    made_rows::row(&PEOPLE_COLUMNS, pid, changes)
}

impl Place {
    /// Writes a part as a CSV file.
    fn write(&self, name: &str, rows: &[String]) {
        std::fs::write(self.part(name), made_rows::table(&PEOPLE_COLUMNS, rows)).expect("written");
    }
}

fn online() -> Vec<Service> {
    let offers = vocabulary::TopicSet(0b11);
    vec![Service { sid: 7, catchment: matching::Catchment::Online, offers, ..Service::default() }]
}

#[test]
fn who_stands_in_two_parts_is_one_person_or_nobody() {
    let place = Place::new(online());
    let other = [("imd", "9")];
    let people = |numbers: std::ops::Range<u32>| numbers.map(|n| row(&format!("own-{n}"), &[]));
    let mut parts = [people(0..40).collect::<Vec<_>>(), people(40..80).collect(), people(80..120).collect()];
    parts[0].extend([row("repeated", &[]), row("contradicted", &[]), row("unreadable", &[])]);
    parts[1].extend([row("repeated", &[]), row("repeated", &[]), row("within", &[]), row("within", &other)]);
    parts[2].extend([row("contradicted", &other), row("unreadable", &[("imd", "eleven")])]);
    for (number, rows) in parts.iter().enumerate() {
        place.write(&format!("{number}.csv"), rows);
    }
    let again = RefCell::new(0);
    let seen = |stage: Stage<'_>| *again.borrow_mut() += u32::from(matches!(stage, Stage::Part { .. }));
    let (at_once, by_part) = (place.at_once(None).expect("done"), place.by_part(None, &seen).expect("done"));
    assert_eq!(at_once.problems, by_part.problems);
    assert_eq!(at_once.read, by_part.read);
    assert!(at_once == by_part);
    assert!(by_part.rows.iter().any(|row| row.0 == "repeated"));
    for nobody in ["contradicted", "unreadable", "within"] {
        assert!(!by_part.rows.iter().any(|row| row.0 == nobody), "{nobody}");
    }
    assert!(by_part.problems.iter().any(|problem| problem.contains("of 2.csv has the same pseudonym")));
    assert_eq!(again.into_inner(), 6, "every part lost a row to another one");
}

#[test]
fn too_much_that_cannot_be_used_refuses_the_whole_and_leaves_no_counts() {
    let place = Place::new(online());
    let wrong = [("imd", "eleven")];
    place.write("0.csv", &(0..50).map(|n| row(&format!("a{n}"), &[])).collect::<Vec<_>>());
    place.write("1.csv", &(0..50).map(|n| row(&format!("b{n}"), &wrong)).collect::<Vec<_>>());
    let refused = place.with(1.0, "q", &|_| (), |_| Ok(())).expect_err("half of it is wrong");
    let ImportError::TooManyProblems { problems, .. } = refused else { panic!("{refused}") };
    assert_eq!(problems.len(), 50);
    assert!(!place.out().join(FOLDER).exists());
    place.with(60.0, "q", &|_| (), |_| Ok(())).expect("as much is allowed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Few pseudonyms, few values, rows that cannot be read: whatever stands where, it is settled as at once.
    #[test]
    fn whoever_stands_where(parts in prop::collection::vec(prop::collection::vec((0..12_u8, 0..4_u8), 1..12), 1..4)) {
        let place = Place::new(online());
        for (number, people) in parts.iter().enumerate() {
            let rows = people.iter().map(|(pid, value)| {
                let imd = ["1", "1", "2", "no"][usize::from(*value)];
                row(&format!("person-{pid}"), &[("imd", imd)])
            });
            place.write(&format!("{number}.csv"), &rows.collect::<Vec<_>>());
        }
        let (at_once, by_part) = (place.at_once(None).expect("done"), place.by_part(None, &|_| ()).expect("done"));
        let neighbour = Neighbour::of(&place);
        let by_others = place.with_others(Some(&neighbour), None, &|_| ()).expect("done");
        prop_assert_eq!(&at_once, &by_others);
        prop_assert_eq!(at_once, by_part);
    }
}
