//! Parts that others do are the parts that the run would have done.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;

use super::{Place, bytes_of_rows};
use crate::by_part::{Commission, FOLDER, Others, ROWS_FOLDER, Stage};
use crate::extract::ImportError;

/// Somebody who sees the same files and does the parts from the last to the first, so many of them at most.
pub(super) struct Neighbour<'a> {
    place: &'a Place,
    question: &'static str,
    at_most: usize,
    done: RefCell<Vec<usize>>,
}

impl<'a> Neighbour<'a> {
    pub(super) fn of(place: &'a Place) -> Self {
        Self { place, question: "as ever", at_most: usize::MAX, done: RefCell::default() }
    }

    fn commission(&self, folder: &Path, number: usize, bytes: &str) -> Result<(), ImportError> {
        let commission = Commission::read(folder).expect("a commission");
        assert_eq!(commission.preparation().1, ["knock", "twice"]);
        let seen = |stage: Stage<'_>| {
            if let Stage::Part { number, .. } = stage {
                self.done.borrow_mut().push(number);
            }
        };
        self.place.asked((100.0, self.question), None, &seen, |asked| {
            asked.run_commissioned(&commission, number, bytes)
        })
    }
}

impl Others for Neighbour<'_> {
    fn words(&self) -> Vec<String> {
        ["knock", "twice"].map(str::to_owned).to_vec()
    }

    fn do_parts(
        &self,
        folder: &Path,
        parts: &[(usize, &str)],
        finished: &mut dyn FnMut(usize) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        for (number, bytes) in parts.iter().rev().take(self.at_most) {
            self.commission(folder, *number, bytes)?;
            // Asked again after the answer was lost: it is there, and nothing is done twice.
            self.commission(folder, *number, bytes)?;
            finished(*number)?;
        }
        if parts.len() > self.at_most {
            let gone = std::io::Error::other("gone home");
            return Err(ground::files::FileError::system(folder)(gone).into());
        }
        Ok(())
    }
}

#[test]
fn a_county_that_others_match_is_the_county() {
    let place = Place::county(9_000, 4);
    let alone = place.by_part(None, &|_| ()).expect("done");
    let files = bytes_of_rows(&place);
    fs::remove_dir_all(place.out().join(ROWS_FOLDER)).expect("removed");
    let neighbour = Neighbour::of(&place);
    let heard = RefCell::new(Vec::new());
    let seen = |stage: Stage<'_>| match stage {
        Stage::ByOthers { number, rows, .. } => heard.borrow_mut().push((number, rows)),
        Stage::Part { .. } => panic!("the run did a part itself"),
        _ => {}
    };
    let with_others = place.with_others(Some(&neighbour), None, &seen).expect("done");
    assert_eq!(neighbour.done.take(), [3, 2, 1, 0]);
    assert_eq!(heard.take(), [(3, 2_250), (2, 2_250), (1, 2_250), (0, 2_250)]);
    assert!(with_others == alone);
    assert!(bytes_of_rows(&place) == files, "the same files");
    assert!(!place.out().join(FOLDER).exists(), "what passed between them is gone");
}

#[test]
fn what_others_finished_stays_when_they_are_gone() {
    let place = Place::county(2_000, 4);
    let expected = place.by_part(None, &|_| ()).expect("done");
    let tired = Neighbour { at_most: 3, ..Neighbour::of(&place) };
    let error = place.with_others(Some(&tired), None, &|_| ()).expect_err("gone").to_string();
    assert!(error.contains("gone home"), "{error}");
    let resumed = Cell::new(0);
    let neighbour = Neighbour::of(&place);
    let seen = |stage: Stage<'_>| {
        if let Stage::Resumed(parts) = stage {
            resumed.set(parts);
        }
    };
    assert!(place.with_others(Some(&neighbour), None, &seen).expect("done") == expected);
    assert_eq!((resumed.get(), neighbour.done.take()), (3, vec![0]));
}

/// What somebody else does with parts: a neighbour, the folder, the parts, and who hears what is finished.
type Deed = dyn Fn(
    &Neighbour<'_>,
    &Path,
    &[(usize, &str)],
    &mut dyn FnMut(usize) -> Result<(), ImportError>,
) -> Result<(), ImportError>;

/// Somebody who does it in a way of their own.
struct Peculiar<'a>(Neighbour<'a>, &'a Deed);

impl Others for Peculiar<'_> {
    fn words(&self) -> Vec<String> {
        self.0.words()
    }

    fn do_parts(
        &self,
        folder: &Path,
        parts: &[(usize, &str)],
        finished: &mut dyn FnMut(usize) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        self.1(&self.0, folder, parts, finished)
    }
}

/// What is said where somebody does the parts of a small county so.
fn refused(deed: &Deed) -> String {
    let place = Place::county(800, 2);
    let others = Peculiar(Neighbour::of(&place), deed);
    place.with_others(Some(&others), None, &|_| ()).expect_err("refused").to_string()
}

#[test]
fn who_would_do_something_else_is_refused() {
    let place = Place::county(800, 2);
    let other = Neighbour { question: "another one", ..Neighbour::of(&place) };
    let error = place.with_others(Some(&other), None, &|_| ()).expect_err("another question").to_string();
    assert!(error.contains("something else would be asked"), "{error}");
    assert_eq!(other.done.take(), [0; 0]);
    place.by_part(None, &|_| ()).expect("done without them");

    // With the digest of other bytes.
    let error = refused(&|neighbour, folder, parts, _| neighbour.commission(folder, parts[0].0, parts[1].1));
    assert!(error.contains("part-0.parquet") && error.contains("another file here"), "{error}");
    // A part comes between.
    let error = refused(&|neighbour, folder, parts, _| {
        let (old, new) = (neighbour.place.part("part-0.parquet"), neighbour.place.part("part-00.parquet"));
        fs::copy(old, new).expect("copied");
        neighbour.commission(folder, parts[0].0, parts[0].1)
    });
    assert!(error.contains("other parts are seen"), "{error}");
    // The record of another part.
    let error = refused(&|neighbour, folder, parts, finished| {
        parts.iter().try_for_each(|(number, bytes)| neighbour.commission(folder, *number, bytes))?;
        fs::copy(folder.join("part-00001.json"), folder.join("part-00000.json")).expect("copied");
        finished(0)
    });
    assert!(error.contains("part-0.parquet") && error.contains("left something else"), "{error}");
}
