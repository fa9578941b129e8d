//! The power fails in the middle of an import: the data folder holds all of it or nothing, and the next import goes on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::chance::Chance;
use crate::support::data_folder::{acts, contents, count};
use crate::support::extract::people;
use crate::support::feed::{service, write};
use crate::support::meres::{binary, done};

/// Services of either version of the directory. The versions share all but the first twenty of the one and the last
/// twenty of the other, so that an import adds, changes and marks as gone.
const SERVICES: usize = 400;

fn version(letter: char) -> Vec<Value> {
    let first = if letter == 'A' { 0 } else { 20 };
    let one = |n: usize| {
        let mut one = service(&n.to_string(), &format!("Class {n}, version {letter}"), "NG31 7AA");
        one["organization"]["name"] = format!("Leisure, version {letter}").into();
        one["description"] = format!("As version {letter} has it. ").repeat(20).into();
        one
    };
    (first..first + SERVICES).map(one).collect()
}

/// What is wholly there: version A, version B, or nothing. Anything else fails.
fn directory(data: &Path) -> Option<char> {
    let standing = [
        count(data, "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL AND name LIKE '%version A'"),
        count(data, "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL AND name LIKE '%version B'"),
        count(data, "SELECT COUNT(*) AS n FROM site WHERE gone_at IS NULL"),
        count(data, "SELECT COUNT(*) AS n FROM organisation WHERE name = 'Leisure, version A'"),
        count(data, "SELECT COUNT(*) AS n FROM organisation WHERE name = 'Leisure, version B'"),
        // Versions inside the records are those of the names.
        count(
            data,
            "SELECT COUNT(*) AS n FROM service WHERE gone_at IS NULL \
             AND record NOT LIKE '%As version ' || substr(name, -1) || ' has it%'",
        ),
    ];
    let all = i64::try_from(SERVICES).expect("a number");
    match standing {
        [0, 0, 0, 0, 0, 0] => None,
        [a, 0, sites, 1, 0, 0] if a == all && sites == all => Some('A'),
        [0, b, sites, 0, 1, 0] if b == all && sites == all => Some('B'),
        halves => panic!("half of an import: {halves:?}"),
    }
}

/// Starts the program and kills it (SIGKILL) after a while, unless it has ended by then.
fn cut_short(here: &Path, line: &str, after: Duration) {
    let mut child = Command::new(binary())
        .args(line.split_whitespace())
        .current_dir(here)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    std::thread::sleep(after);
    child.kill().expect("killed, or ended before");
    child.wait().expect("ended");
}

/// How long this takes when nobody disturbs it: the middle of three.
fn whole_time(mut work: impl FnMut()) -> Duration {
    let mut times = [0; 3].map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.sort();
    times[1]
}

fn moment(chance: &mut Chance, whole: Duration) -> Duration {
    Duration::from_micros(chance.below(u64::try_from(whole.as_micros()).expect("short").max(1)))
}

#[test]
fn a_directory_is_all_there_or_as_before_whenever_the_power_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    for letter in ['A', 'B'] {
        write(&here.join(format!("{letter}.json")), &version(letter));
    }
    let import =
        |letter: char| format!("import directory {letter}.json --source county --accept-gone --data data");
    done(here, &import('A'));
    let mut turns = ['B', 'A'].into_iter().cycle();
    let whole = whole_time(|| drop(done(here, &import(turns.next().expect("endless")))));

    let mut chance = Chance(20_141_122);
    let mut held = directory(&data).expect("a version");
    let mut known = acts(&data);
    for round in 0..200 {
        let next = if held == 'A' { 'B' } else { 'A' };
        // Every other time in the last third, where the import is written to the disk.
        let late = if round % 2 == 0 { Duration::ZERO } else { whole * 2 / 3 };
        let at = late + moment(&mut chance, whole.saturating_sub(late));
        cut_short(here, &import(next), at);
        let after = directory(&data).expect("a version");
        // The audit log tells of the import exactly if it is there.
        let told = acts(&data) - known;
        assert_eq!(told, i64::from(after == next), "round {round}, after {at:?}: {after}");
        let said = done(here, &import(next)).out;
        assert_eq!(said.contains("Services: 0 new, 0 changed, 400 as before"), after == next, "{said}");
        assert_eq!(directory(&data), Some(next), "round {round}, after {at:?}");
        known += 1;
        assert_eq!(acts(&data), known, "round {round}, after {at:?}");
        held = next;
    }
}

#[test]
fn a_data_folder_that_was_being_made_is_no_obstacle() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    write(&here.join("A.json"), &version('A'));
    let import = "import directory A.json --data data";
    let afresh = || {
        if data.exists() {
            fs::remove_dir_all(&data).expect("removed");
        }
    };
    let whole = whole_time(|| {
        afresh();
        done(here, import);
    });
    let mut chance = Chance(7);
    for round in 0..30 {
        afresh();
        let at = moment(&mut chance, whole);
        cut_short(here, import, at);
        let there = data.exists().then(|| directory(&data)).flatten().is_some();
        assert_eq!(data.exists() && acts(&data) == 1, there, "round {round}, after {at:?}");
        done(here, import);
        assert_eq!((directory(&data), acts(&data)), (Some('A'), 1), "round {round}, after {at:?}");
    }
}

fn files_of(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    contents(&data.join("population")).into_iter().collect()
}

const KEPT: &str = "SELECT COUNT(*) AS n FROM population WHERE deleted_at IS NULL";

#[test]
fn a_population_is_kept_whole_or_not_at_all_whenever_the_power_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, data) = (folder.path(), folder.path().join("data"));
    let areas = ["E01026317", "E01026147"].map(str::to_owned);
    people(here, &areas, 40_000, 5);
    let import =
        "import population people.csv --mapping mapping.toml --name county --purpose Test --data data";
    let delete = "population delete county --data data";
    let whole = whole_time(|| {
        if data.exists() {
            done(here, delete);
        }
        done(here, import);
    });
    let whole_files = files_of(&data);
    done(here, delete);

    let mut chance = Chance(1);
    for round in 0..30 {
        let at = moment(&mut chance, whole);
        cut_short(here, import, at);
        let kept = count(&data, KEPT) == 1;
        if kept {
            assert!(whole_files == files_of(&data), "round {round}, after {at:?}");
        }
        let said = done(here, import).out;
        assert_eq!(said.contains("Already kept"), kept, "round {round}, after {at:?}: {said}");
        // What the stopped run had begun is swept away.
        assert!(whole_files == files_of(&data), "round {round}, after {at:?}");
        assert_eq!(count(&data, KEPT), 1);
        // To be deleted may be cut short as well: gone from the catalogue or still whole.
        cut_short(here, delete, moment(&mut chance, whole / 4));
        if count(&data, KEPT) == 1 {
            assert!(whole_files == files_of(&data), "round {round}");
            done(here, delete);
        }
    }
    done(here, import);
    done(here, delete);
    let left: Vec<_> = files_of(&data).into_iter().map(|(file, _)| file).collect();
    assert_eq!(left, [Path::new(".lock")]);
}
