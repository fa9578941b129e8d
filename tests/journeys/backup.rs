//! What is kept is backed up, lost, and there again.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use testbed::{APPLICATION, OWNER};

use crate::support::chance::Chance;
use crate::support::data_folder::contents;
use crate::support::extract::people;
use crate::support::feed::{service, write};
use crate::support::meres::{Said, binary, done, files, say};

const BACKUP: &str = "--care-recipient care-key.pub --population-recipient population-key.pub";
const KEYS: &str = "--identity care-key population-key";

/// Keys, and a data folder with a directory and two populations. These tests say themselves which database they mean:
/// no folder of theirs has one by the environment.
fn set_up(here: &Path, database: &str) {
    write(&here.join("one.json"), &[service("one", "Chair yoga", "NG31 7AA")]);
    people(here, &["E01026317", "E01026147"].map(str::to_owned), 2_000, 5);
    for key in ["care-key", "population-key"] {
        done(here, &format!("backup key {key}"));
    }
    for line in [
        "import directory one.json --data=data",
        "import population people.csv --mapping mapping.toml --name county --purpose Test --data=data",
        "export services --data=data --out services.csv",
    ] {
        done(here, &format!("{line} {database}"));
    }
}

#[track_caller]
fn refused(said: &Said, why: &str) {
    assert_eq!(said.status, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains(why), "{}", said.err);
}

/// What is kept beside the database.
fn beside(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = contents(data);
    all.retain(|path, _| !path.starts_with("meres.db") && !path.ends_with(".lock"));
    all
}

#[test]
fn what_was_lost_is_there_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    let before = contents(&here.join("data"));
    let said = done(here, &format!("backup b --data=data {BACKUP} --prove care-key population-key")).out;
    assert!(said.contains("b.care: restored into a temporary place, and equal"), "{said}");
    assert!(said.contains("Its audit log of 2 rows is what was written."), "{said}");
    assert!(said.contains("b.population: restored into a temporary place, and equal"), "{said}");
    assert!(before == contents(&here.join("data")), "the data folder was changed");
    for (file, mode) in [("b.care", 0o600), ("b.population", 0o600), ("care-key", 0o600)] {
        assert_eq!(here.join(file).metadata().expect("there").permissions().mode() & 0o777, mode, "{file}");
    }
    done(here, &format!("backup prove b.population b.care {KEYS}"));

    fs::rename(here.join("data"), here.join("lost")).expect("lost");
    let said = done(here, &format!("restore b.care b.population --data=data {KEYS}")).out;
    assert!(
        said.contains("Its audit log of 3 rows is what was written, the last row being this act."),
        "{said}"
    );
    assert!(beside(&here.join("data")) == beside(&here.join("lost")));
    done(here, "verify-audit --data=data");
    done(here, "export services --data=data --out again.csv");
    assert!(
        fs::read(here.join("services.csv")).expect("read") == fs::read(here.join("again.csv")).expect("read")
    );
    assert!(done(here, "population list --data=data").out.contains("2,000 people"));
    assert!(done(here, "population list --data=data").out.contains("county"));
    done(here, "population delete county --data=data");
    assert!(!files(&here.join("data")).iter().any(|name| name.starts_with(".meres-")));

    // Nothing is restored over what stands there, and the mend is said.
    let again = say(here, &format!("restore b.care --data=data {KEYS}"));
    refused(&again, "there is a care zone already; name a new folder, or move the old one away");
}

#[test]
fn either_part_alone_by_its_own_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    done(here, &format!("backup b --data=data {BACKUP}"));
    // One key opens one zone.
    refused(
        &say(here, "restore b.care --data=new --identity population-key"),
        "the key does not open this backup",
    );
    refused(&say(here, "restore b.population --data=new --identity care-key"), "the key does not open");
    let both =
        say(here, "backup c --data=data --care-recipient care-key.pub --population-recipient care-key.pub");
    assert!(both.status == 2 && both.err.contains("stands for both zones"), "{}", both.err);
    let twice = say(here, "restore b.care b.care --data=new --identity care-key");
    assert!(twice.status == 2 && twice.err.contains("two backups of the same zone"), "{}", twice.err);
    assert!(!here.join("new").exists() && !here.join("c.care").exists());

    done(here, "restore b.care --data=new --identity care-key");
    assert!(!here.join("new/population").exists());
    done(here, "restore b.population --data=new --identity population-key");
    assert!(done(here, "verify-audit --data=new").out.contains("4 rows in 1 chain followed"));
    let again = say(here, "restore b.population --data=new --identity population-key");
    refused(&again, "there is a population zone already");
    assert!(done(here, "population list --data=new").out.contains("county"));
}

#[test]
fn a_log_that_another_database_left_is_not_taken_for_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    done(here, &format!("backup b --data=data {BACKUP}"));
    fs::create_dir(here.join("new")).expect("made");
    for stale in ["meres.db-wal", "meres.db-shm"] {
        fs::write(here.join("new").join(stale), "stale".repeat(8_000)).expect("written");
    }
    done(here, &format!("restore b.care --data=new {KEYS}"));
    done(here, "verify-audit --data=new");
}

#[test]
fn a_wrong_or_empty_folder_is_an_error_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    fs::create_dir(here.join("empty")).expect("made");
    fs::create_dir(here.join("other")).expect("made");
    fs::write(here.join("other/meres.db"), "not a database, but long enough to be taken for one by its name")
        .expect("written");
    let before = contents(here);
    let cases = [
        ("backup b --data=nowhere", "there is no such data folder"),
        ("backup b --data=empty", "there is no database"),
        ("backup b --data=other", "this is no database of Meres"),
        ("backup data/b --data=data", "a backup in the data folder is lost with it"),
        ("backup nowhere/b --data=data", "nowhere"),
        ("backup b --data=data --prove one.json", "others can read this key"),
        ("backup b --data=data --database-url postgres://x@127.0.0.1:1/x", "has a database of its own"),
        ("backup b --data=empty --database-url postgres://x@127.0.0.1:1/x", "never used with a PostgreSQL"),
    ];
    for (line, why) in cases {
        refused(&say(here, &format!("{line} {BACKUP}")), why);
        assert!(before == contents(here), "{line}");
    }
    // A backup that does not stand the proof is not kept.
    refused(&say(here, &format!("backup b --data=data {BACKUP} --prove care-key")), "the key does not open");
    assert!(before == contents(here));
    // The last good backup is not written over.
    done(here, &format!("backup b --data=data {BACKUP}"));
    refused(&say(here, &format!("backup b --data=data {BACKUP}")), "there is a backup of that name already");
}

#[test]
fn a_damaged_backup_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    done(here, &format!("backup b --data=data {BACKUP}"));
    for name in ["b.care", "b.population"] {
        let whole = fs::read(here.join(name)).expect("read");
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for bytes in [&whole[..whole.len() - 1], &flipped[..]] {
            fs::write(here.join("broken"), bytes).expect("written");
            refused(&say(here, &format!("restore broken --data=new {KEYS}")), "damaged");
            assert!(!here.join("new").exists());
            // Beside a sound one: that is not used either.
            let other = if name == "b.care" { "b.population" } else { "b.care" };
            refused(&say(here, &format!("restore {other} broken --data=new {KEYS}")), "damaged");
            assert!(!here.join("new").exists());
            refused(&say(here, &format!("backup prove broken {KEYS}")), "damaged");
        }
    }
}

#[test]
fn a_backup_that_is_stopped_in_the_middle_has_no_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    let mut chance = Chance(22);
    let (mut stopped, mut whole) = (0, 0);
    for round in 0..40 {
        let line = format!("backup b --data data {BACKUP} --prove care-key population-key");
        let mut child = Command::new(binary())
            .args(line.split_whitespace())
            .current_dir(here)
            .env_remove("MERES_DATABASE_URL")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        std::thread::sleep(Duration::from_micros(chance.below(60_000)));
        child.kill().expect("killed, or ended before");
        child.wait().expect("ended");
        for name in ["b.care", "b.population"] {
            if here.join(name).exists() {
                whole += 1;
                done(here, &format!("backup prove {name} {KEYS}"));
                fs::remove_file(here.join(name)).expect("removed");
            } else {
                stopped += 1;
            }
        }
        assert!(here.join("data/meres.db").exists(), "round {round}");
    }
    assert!(stopped > 0, "{whole} whole");
    done(here, "verify-audit --data=data");
}

#[test]
fn what_a_killed_restore_left_goes_with_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    done(here, &format!("backup b --data=data {BACKUP}"));
    let line = format!("restore b.care b.population --data=new {KEYS}");
    let left =
        || files(&here.join("new")).into_iter().filter(|name| name.starts_with(".meres-apart-")).count();
    let mut chance = Chance(9);
    for _ in 0..200 {
        let mut child = Command::new(binary())
            .args(line.split_whitespace())
            .current_dir(here)
            .env_remove("MERES_DATABASE_URL")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        std::thread::sleep(Duration::from_micros(chance.below(40_000)));
        child.kill().expect("killed, or ended before");
        child.wait().expect("ended");
        if here.join("new/meres.db").exists() {
            fs::remove_dir_all(here.join("new")).expect("removed");
        } else if left() > 0 {
            break;
        }
    }
    assert!(left() > 0, "no restore was killed in its middle");
    let said = done(here, "doctor --data new").out;
    assert!(said.contains("  look  no half-finished restore lies in it"), "{said}");
    // One that somebody is at work in stays.
    fs::create_dir(here.join("new/.meres-apart-held")).expect("made");
    let held = fs::File::open(here.join("new/.meres-apart-held")).expect("opened");
    held.lock().expect("held");
    let said = done(here, &line).out;
    let way = ["Removed what a restore that was broken off had left", "It is finished now"];
    assert!(way.iter().any(|words| said.contains(words)), "{said}");
    assert!(left() == 1 && here.join("new/.meres-apart-held").exists(), "{:?}", files(&here.join("new")));
}

#[test]
fn a_restore_that_was_killed_while_it_put_things_in_place_is_finished() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    set_up(here, "");
    done(here, &format!("backup b --data=data {BACKUP}"));
    let line = format!("restore b.care b.population --data=new {KEYS}");
    done(here, &line);
    let whole = contents(&here.join("new/population"));
    // As it stands between two of its steps: the runs and the database have their places to find yet.
    let left = here.join("new/.meres-apart-left");
    fs::create_dir_all(left.join("match-runs/one")).expect("made");
    fs::write(left.join("ready"), "").expect("written");
    fs::rename(here.join("new/meres.db"), left.join("meres.db")).expect("moved");
    // Somebody's own folder of nearly that name is nobody else's business, here and where backups lie.
    fs::create_dir_all(here.join("new/.meres-keys")).expect("made");
    let said = done(here, &line).out;
    assert!(said.contains("It is finished now"), "{said}");
    assert!(contents(&here.join("new/population")) == whole && here.join("new/match-runs/one").is_dir());
    assert!(!left.exists() && here.join("new/.meres-keys").is_dir());
    done(here, "verify-audit --data=new");
    let database = fs::read(here.join("new/meres.db")).expect("read");
    // What stands there is never replaced, whatever was left ready.
    fs::create_dir(&left).expect("made");
    fs::write(left.join("ready"), "").expect("written");
    fs::write(left.join("meres.db"), "another").expect("written");
    fs::create_dir(left.join("population")).expect("made");
    refused(&say(here, &line), "this stands in the way of a restore that was broken off");
    fs::remove_dir(left.join("population")).expect("removed");
    refused(&say(here, &line), "this stands in the way of a restore that was broken off");
    assert!(fs::read(here.join("new/meres.db")).expect("read") == database);
    assert!(contents(&here.join("new/population")) == whole);
    // A proof in that place leaves it alone too.
    fs::copy(here.join("b.care"), here.join("new/b.care")).expect("copied");
    done(here, &format!("backup prove new/b.care {KEYS}"));
    assert!(left.join("meres.db").is_file());
    fs::remove_dir_all(&left).expect("given up");
    refused(&say(here, &line), "there is a population zone already");
}

#[test]
fn from_one_database_to_the_other_and_back() {
    let (Some(first), Some(second)) = (testbed::empty("backup_from"), testbed::empty("backup_to")) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    done(here, &format!("migrate --database-url {}", first.url(OWNER)));
    let first = format!("--database-url {}", first.url(APPLICATION));
    set_up(here, &first);
    done(here, &format!("backup b --data=data {first} {BACKUP} --prove care-key population-key"));
    done(here, &format!("restore b.care b.population --data=embedded {KEYS}"));
    done(here, &format!("backup c --data=embedded {BACKUP}"));
    let owner = second.url(OWNER);
    let said =
        done(here, &format!("restore c.care c.population --data=server --database-url {owner} {KEYS}")).out;
    assert!(said.contains("Its audit log of 4 rows is what was written"), "{said}");
    let second = format!("--database-url {}", second.url(APPLICATION));
    for (data, database) in [("data", first.as_str()), ("embedded", ""), ("server", second.as_str())] {
        done(here, &format!("verify-audit --data={data} {database}"));
        done(here, &format!("export services --data={data} {database} --out {data}.csv"));
        assert!(
            fs::read(here.join("services.csv")).expect("read")
                == fs::read(here.join(format!("{data}.csv"))).expect("read")
        );
        let known = done(here, &format!("population list --data={data} {database}")).out;
        assert!(known.contains("county"), "{known}");
    }
    // The address is asked for from now on.
    refused(&say(here, "export services --data=server --out x.csv"), "belongs to a PostgreSQL");
    let again = say(here, &format!("restore c.care --data=third --database-url {owner} {KEYS}"));
    refused(&again, "holds tables already; make an empty one");
    assert!(!here.join("third").exists());
}
