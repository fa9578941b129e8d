//! The three files that an allocation is made from, each beside two good ones.

use std::path::Path;

use planning::allocation::{AllocationError, Asked, allocate, read_wishes};

use super::{names_it, problems, sentence, written};

const SCORES: &[u8] = b"pid,sid,score\na,1,9\na,2,7\nb,1,8\n";
const SESSIONS: &[u8] = b"sid,capacity\n1,1\n2,1\n";
const PEOPLE: &[u8] = b"pid,imd,group\na,1,pair\nb,2,pair\n";

pub(super) fn scores(folder: &Path, bytes: &[u8]) {
    read(names_it(bytes), folder, [bytes, SESSIONS, PEOPLE]);
}

pub(super) fn sessions(folder: &Path, bytes: &[u8]) {
    read(names_it(bytes), folder, [SCORES, bytes, PEOPLE]);
}

pub(super) fn people(folder: &Path, bytes: &[u8]) {
    read(names_it(bytes), folder, [SCORES, SESSIONS, bytes]);
}

/// Whatever can be read can be allocated, and what comes of it was verified.
fn read(named: bool, folder: &Path, files: [&[u8]; 3]) {
    let places = ["scores.csv", "sessions.csv", "people.csv"];
    let [scores, sessions, people] = [0, 1, 2].map(|at| written(folder, places[at], files[at]));
    let allocated = read_wishes(&scores, &sessions, Some(&people))
        .and_then(|wishes| allocate(&wishes, &Asked::default()).map(|allocated| (wishes, allocated)));
    match allocated {
        Ok((wishes, allocated)) => assert_eq!(wishes.pids.len(), allocated.allocation.session_of.len()),
        Err(error) => {
            if let AllocationError::Problems { problems: found, .. } = &error {
                problems(named, found);
            }
            assert!(!matches!(error, AllocationError::NotVerified(_)), "{error}");
            sentence(named, &error);
        }
    }
}
