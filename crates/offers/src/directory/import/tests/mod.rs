//! The directory's readers through their front door.

mod exported;
mod hostile;
mod mapping;
mod objects;
mod published;
mod round_trips;
mod tables;
mod web;
mod whole;

use super::{DirectoryMapping, FeedError, read_feed};
use crate::directory::{Feed, Outcome};

/// Writes these files into a folder and reads that.
fn read_files(files: &[(&str, &str)]) -> Result<Feed, FeedError> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    read_feed(&[folder.path().to_owned()], None)
}

fn read_mapped(files: &[(&str, &str)], mapping: &str) -> Result<Feed, FeedError> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let mapping = DirectoryMapping::parse("mapping.toml", mapping).expect("a mapping");
    read_feed(&[folder.path().to_owned()], Some(&mapping))
}

/// One page of services.
fn read_services(services: &str) -> Result<Feed, FeedError> {
    read_files(&[("services.json", &format!("{{\"contents\": [{services}]}}"))])
}

/// Every problem as `file place column: expected (outcome)`.
fn listed(feed: &Feed) -> Vec<String> {
    feed.problems.iter().map(said).collect()
}

fn said(problem: &crate::directory::FeedProblem) -> String {
    let outcome = match problem.outcome {
        Outcome::Warning => "warning",
        Outcome::FieldNotUsed => "field not used",
        Outcome::NotWhole => "not whole",
        Outcome::LeftOut => "left out",
    };
    format!("{} {} {}: {} ({outcome})", problem.file, problem.place, problem.column, problem.expected)
}

#[track_caller]
fn says(feed: &Feed, expected: &str) {
    let all = listed(feed);
    assert!(all.iter().any(|said| said.contains(expected)), "{all:#?}\nshould say: {expected}");
}
