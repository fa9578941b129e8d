//! Directories: feeds, tables and sheets.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use offers::directory::import::{DirectoryMapping, FeedError, read_feed};
use offers::directory::{Directory, Feed, FeedProblem, Kept, Records, open_referral};
use offers::resource::{Resource, import_resources};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vocabulary::Id;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{names_it, no_value, problems, sentence, written};

/// Classes and their times, with every kind of source that a mapping knows.
const MAPPING: &str = r#"
format = 1
kind = "directory"
[[table]]
has = ["Ref", "Class"]
[table.service]
key = "Ref"
name = "Class"
description = { column = "About", optional = true }
status = { column = "State", optional = true, recode = { on = "active", off = "inactive" } }
phone = { column = "Phone", optional = true }
email = { column = "Mail", optional = true }
fees = { column = "Fees", optional = true }
cost = { column = "Price", optional = true, unit = "pence" }
minimum_age = { column = "From age", optional = true }
languages = { column = "Languages", optional = true, separator = "/" }
terms = [{ value = "Sport", taxonomy = "Ours" }, { column = "Tags", optional = true, separator = ";", recode = { x = "" } }]
online = { column = "Online", optional = true }
capacity = { column = "Places", optional = true }
assured_on = { column = "Assured", optional = true }
[table.organisation]
key = { column = "Club", optional = true }
name = { column = "Club", optional = true }
[table.site]
key = "Ref"
address = { column = "Street", optional = true }
postcode = { column = "Postcode", optional = true }
latitude = { column = "Lat", optional = true }
longitude = { column = "Lon", optional = true }
step_free = { column = "Ramp", optional = true }
[[table]]
has = ["Class ref", "Day"]
[table.opening_times]
service = "Class ref"
day = "Day"
times = { column = "When", optional = true }
from = { column = "From", optional = true }
"#;

/// The classes of [`times`].
const CLASSES: &str = "Ref,Class\n1,Bowls\n2,Yoga\n";

pub(super) fn json(folder: &Path, bytes: &[u8]) {
    answered(false, &[written(folder, "feed.json", bytes)], None);
}

/// Tables of HSDS. A part that begins with `==== NAME` is a file of its own, so that tables can be joined.
pub(super) fn tables(folder: &Path, bytes: &[u8]) {
    let files = parts(bytes);
    let mut paths: Vec<PathBuf> = Vec::new();
    for (at, (_, text)) in files.iter().enumerate() {
        paths.push(written(folder, &format!("{at}.csv"), text));
    }
    answered(files.iter().any(|(_, text)| names_it(text)), &paths, None);
}

/// A table with a mapping: classes, or their times beside two classes.
pub(super) fn mapped(folder: &Path, bytes: &[u8]) {
    let mapping = DirectoryMapping::parse("mapping.toml", MAPPING).expect("a mapping");
    let table = written(folder, "table.csv", bytes);
    answered(names_it(bytes), std::slice::from_ref(&table), Some(&mapping));
    if bytes.starts_with(b"Class ref") {
        let classes = written(folder, "classes.csv", CLASSES.as_bytes());
        answered(names_it(bytes), &[table, classes], Some(&mapping));
    }
}

pub(super) fn sheet(folder: &Path, bytes: &[u8]) {
    let mapping = DirectoryMapping::parse("mapping.toml", MAPPING).expect("a mapping");
    // What is no archive is read as text.
    let named = !bytes.starts_with(b"PK") && names_it(bytes);
    answered(named, &[written(folder, "sheet.xlsx", bytes)], Some(&mapping));
}

/// A workbook whose parts are given as text (`==== xl/workbook.xml`) and packed here: behind the sums of the archive a
/// fuzzer would never see the sheet.
pub(super) fn sheet_of_parts(folder: &Path, bytes: &[u8]) {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in parts(bytes) {
        // A name twice is the writer's refusal, not the reader's.
        if archive.start_file(name, stored).is_ok() {
            archive.write_all(text).expect("memory to write to");
        }
    }
    let archive = archive.finish().expect("an archive").into_inner();
    sheet(folder, &archive);
}

pub(super) fn resources(folder: &Path, bytes: &[u8]) {
    match import_resources(&written(folder, "library.csv", bytes)) {
        Ok(library) => {
            problems(names_it(bytes), &library.problems);
            for resource in library.resources.values() {
                // How many are in stock and what practices say of it are kept apart from its version.
                let text = serde_json::to_string(resource).expect("written");
                let back: Resource = serde_json::from_str(&text).expect("read");
                assert!(back.same_version(resource), "{resource:?}");
            }
        }
        Err(error) => sentence(names_it(bytes), &error),
    }
}

fn parts(bytes: &[u8]) -> Vec<(String, &[u8])> {
    const MARK: &[u8] = b"==== ";
    let mut found: Vec<(String, &[u8])> = Vec::new();
    let mut rest = bytes;
    while let Some(part) = rest.strip_prefix(MARK) {
        let end = part.iter().position(|byte| *byte == b'\n').unwrap_or(part.len());
        let (name, text) = (String::from_utf8_lossy(&part[..end]).into_owned(), &part[end..]);
        let text = text.strip_prefix(b"\n").unwrap_or(text);
        let next = text.windows(MARK.len() + 1).position(|window| window[0] == b'\n' && &window[1..] == MARK);
        let (text, after) = next.map_or((text, &[][..]), |at| (&text[..at], &text[at + 1..]));
        found.push((name, text));
        rest = after;
    }
    if found.is_empty() { vec![(String::new(), bytes)] } else { found }
}

fn answered(named: bool, sources: &[PathBuf], mapping: Option<&DirectoryMapping>) {
    match read_feed(sources, mapping) {
        Ok(feed) => {
            said(named, &feed.problems);
            usable(&feed);
            // Beside what was read, so that it goes when that goes.
            let folder = sources[0].parent().expect("a folder");
            let once = again(folder, &feed);
            let of = |feed: &Feed| (feed.services.len(), feed.organisations.len(), feed.sites.len());
            assert_eq!(of(&once), of(&feed));
            let twice = again(folder, &once);
            assert_eq!(
                (once.services, once.organisations, once.sites),
                (twice.services, twice.organisations, twice.sites)
            );
        }
        Err(error) => {
            said(named, error.problems());
            if !matches!(error, FeedError::Mapping { .. }) {
                sentence(named, &error);
            }
        }
    }
}

fn said(named: bool, problems: &[FeedProblem]) {
    for problem in problems {
        assert!(!problem.file.is_empty() && !problem.expected.is_empty(), "{problem:?}");
        no_value(named, &format!("{} {} {}", problem.place, problem.column, problem.expected));
    }
}

/// What a feed brings can be shown, and comes back as it was kept.
fn usable(feed: &Feed) {
    assert!(feed.left_out <= feed.records_read, "{} of {}", feed.left_out, feed.records_read);
    for service in feed.services.values() {
        assert!(!service.name.is_empty() && !service.name.contains(char::is_control), "{service:?}");
        kept(service);
    }
    feed.organisations.values().for_each(kept);
    for site in feed.sites.values() {
        assert!(site.latitude.is_none_or(f64::is_finite) && site.longitude.is_none_or(f64::is_finite));
        kept(site);
    }
}

/// The feed as a directory gives it out again. Identifiers are given in the order of the keys.
fn again(folder: &Path, feed: &Feed) -> Feed {
    fn records<T: Clone>(records: &BTreeMap<String, T>) -> Records<T> {
        let kept = |(key, record): (&String, &T)| Kept {
            source: Id::from_bits(1),
            key: key.clone(),
            merged_into: None,
            gone: false,
            changed_at: String::new(),
            record: record.clone(),
        };
        (1..).map(Id::from_bits).zip(records.iter().map(kept)).collect()
    }
    let sources = [(Id::from_bits(1), ("Feed".to_owned(), None))].into();
    let (organisations, services) = (records(&feed.organisations), records(&feed.services));
    let directory = Directory::new(sources, organisations, services, records(&feed.sites));
    let mut text = Vec::new();
    open_referral::write(&directory, &mut text).expect("memory to write to");
    read_feed(&[written(folder, "again.json", &text)], None).expect("a feed")
}

fn kept<T: Serialize + DeserializeOwned + PartialEq + Debug>(record: &T) {
    let text = serde_json::to_string(record).expect("written");
    let back: T = serde_json::from_str(&text).expect("read");
    assert_eq!(back, *record);
}
