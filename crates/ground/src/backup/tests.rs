use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use tempfile::TempDir;
use testbed::{APPLICATION, OWNER};
use time::OffsetDateTime;
use time::macros::datetime;
use vocabulary::Actor;

use super::frames::{DATA, END, FILE, FrameWriter, ROW, TABLE};
use super::seal::seal;
use super::{
    BackupError, Header, Holding, Identity, Part, Restoring, Source, Target, Tree, digest_of, write,
};
use crate::audit::follow;
use crate::database::dump::{Filling, Place, Snapshot};
use crate::database::{Act, Database, Param};

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

fn actor() -> Actor {
    Actor::CommandLine("tester".to_owned())
}

fn act() -> Act {
    Act { action: "test.write", object: "a".into(), purpose: None, detail: "three, Zażółć".into() }
}

async fn open(folder: &Path) -> Database {
    let opened = match testbed::url(folder) {
        Some(url) => Database::connect(&url, noon).await,
        None => Database::open(folder, noon).await,
    };
    opened.expect("opened")
}

async fn snapshot(folder: &Path) -> Snapshot {
    let taken = match testbed::url(folder) {
        Some(url) => Snapshot::of_server(&url).await,
        None => Snapshot::of_folder(folder).await,
    };
    taken.expect("a snapshot")
}

const CARE: &[&str] = &["directory.toml", "problems/place.csv"];
const POPULATION: &[&str] = &["population", "crosstab"];

fn tree(part: Part, root: &Path) -> Tree<'_> {
    Tree { root, holds: if part == Part::Care { CARE } else { POPULATION } }
}

fn care(root: &Path, snapshot: Snapshot) -> Source<'_> {
    Source { part: Part::Care, snapshot: Some(snapshot), tree: tree(Part::Care, root) }
}

async fn add(database: &Database, number: usize) {
    let mut change = database.change(&actor()).await.expect("begun");
    let row: Vec<Param> = vec![format!("P{number:05}").into(), "A practice".into(), "[]".into()];
    change.insert("practice", &["ods", "name", "address"], "", [row]).await.expect("written");
    change.commit(act()).await.expect("committed");
}

/// Rows with every kind of value, nothing among them, and rows that name later ones.
async fn filled(folder: &Path) {
    let database = open(folder).await;
    for number in 0..50 {
        add(&database, number).await;
    }
    let mut change = database.change(&actor()).await.expect("begun");
    let source: Vec<Param> = vec!["s".into(), "County".into(), Param::Null, "2026".into(), "d".into()];
    let columns = ["id", "name", "about", "imported_at", "digest"];
    change.insert("directory_source", &columns, "", [source]).await.expect("written");
    let columns = ["id", "source", "key", "name", "record", "changed_at", "merged_into"];
    let organisation = |id: &str, into: Option<&str>| -> Vec<Param> {
        let mut row: Vec<Param> =
            [id, "s", id, "Zażółć \u{1F9B4}", "{\"a\":\"\\n\"}", "2026"].map(Param::from).into();
        row.push(into.into());
        row
    };
    for row in [organisation("b", None), organisation("a", Some("b"))] {
        change.insert("organisation", &columns, "", [row]).await.expect("written");
    }
    change.commit(act()).await.expect("committed");
    database.close().await.expect("closed");
    fs::write(folder.join("directory.toml"), "format = 1\n").expect("written");
}

/// A backup of a filled folder, its key, and what it holds.
struct Made {
    folder: TempDir,
    key: Identity,
    holding: Holding,
}

impl Made {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("made");
        filled(&data).await;
        let key = Identity::generate();
        let holding =
            backed_up(&folder.path().join("b"), &key, &mut care(&data, snapshot(&data).await)).await;
        Self { folder, key, holding }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("b")
    }
}

async fn backed_up(file: &Path, key: &Identity, source: &mut Source<'_>) -> Holding {
    let to = fs::File::create(file).expect("a file");
    write(to, &[key.recipient()], source, ("0.1.0", "2026-11-22"), |_| ()).await.expect("backed up")
}

async fn restored(
    file: &Path,
    key: &Identity,
    place: Place<'_>,
    root: &Path,
) -> Result<(Holding, Option<Filling>), BackupError> {
    let restoring = Restoring::open(file, std::slice::from_ref(key))?;
    let tree = tree(restoring.header().part, root);
    restoring.into(Target { place: Some(place), tree }, |_| ()).await
}

/// Restores into a new folder; says why not.
async fn refusal(file: &Path, key: &Identity) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    match restored(file, key, Place::Folder(folder.path()), folder.path()).await {
        Ok(_) => panic!("restored"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_is_restored_is_what_was_backed_up_on_either_database_and_across() {
    let made = Made::new().await;
    assert_eq!((made.holding.rows, made.holding.files), (104, 1));
    let folder = tempfile::tempdir().expect("a folder");
    let (held, filling) = restored(&made.file(), &made.key, Place::Folder(folder.path()), folder.path())
        .await
        .expect("restored");
    filling.expect("a database").keep().await.expect("kept");
    assert_eq!(held, made.holding);
    let again = Snapshot::of_folder(folder.path()).await.expect("a snapshot");
    assert_eq!(digest_of(&mut care(folder.path(), again)).await.expect("a digest"), made.holding);

    let Some(empty) = testbed::empty("restored") else { return };
    let (owner, files) = (empty.url(OWNER), tempfile::tempdir().expect("a folder"));
    let server = Place::Server { owner_url: &owner, role: APPLICATION };
    let (_, filling) = restored(&made.file(), &made.key, server, files.path()).await.expect("restored");
    filling.expect("a database").keep().await.expect("kept");
    let again = Snapshot::of_server(&owner).await.expect("a snapshot");
    assert_eq!(digest_of(&mut care(files.path(), again)).await.expect("a digest"), made.holding);
    // And what holds the rows together holds again.
    let loose = "DELETE FROM directory_source";
    let said = std::panic::catch_unwind(|| empty.run(loose));
    assert!(said.is_err(), "a source went away under its organisations");
    let taken = restored(&made.file(), &made.key, server, folder.path()).await.expect_err("refused");
    assert!(taken.to_string().contains("holds tables already; make an empty one"), "{taken}");
}

#[tokio::test]
async fn a_restored_database_goes_on_with_the_log_that_it_had() {
    let made = Made::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::Folder(folder.path());
    let (_, filling) = restored(&made.file(), &made.key, place, folder.path()).await.expect("restored");
    let kept = filling.expect("a database").keep_up_to_date(&actor(), act(), noon).await;
    kept.expect("kept");
    let database = Database::open(folder.path(), noon).await.expect("opened");
    add(&database, 77).await;
    let followed = follow(&mut database.read().await.expect("read"), &[]).await.expect("followed");
    assert_eq!((followed.rows, followed.faults), (53, vec![]));

    let Some(empty) = testbed::empty("goes_on") else { return };
    let owner = empty.url(OWNER);
    let server = Place::Server { owner_url: &owner, role: APPLICATION };
    let files = tempfile::tempdir().expect("a folder");
    let (_, filling) = restored(&made.file(), &made.key, server, files.path()).await.expect("restored");
    let kept = filling.expect("a database").keep_up_to_date(&actor(), act(), noon).await;
    kept.expect("kept");
    let database = Database::connect(&empty.url(APPLICATION), noon).await.expect("connected");
    add(&database, 77).await;
    let followed = follow(&mut database.read().await.expect("read"), &[]).await.expect("followed");
    assert_eq!((followed.rows, followed.faults), (53, vec![]));
}

#[tokio::test]
async fn a_restore_that_is_given_up_leaves_a_postgresql_as_empty_as_it_was() {
    let Some(empty) = testbed::empty("given_up") else { return };
    let made = Made::new().await;
    let whole = fs::read(made.file()).expect("read");
    let cut = made.folder.path().join("cut");
    fs::write(&cut, &whole[..whole.len() - 1]).expect("written");
    let (owner, files) = (empty.url(OWNER), tempfile::tempdir().expect("a folder"));
    let server = Place::Server { owner_url: &owner, role: APPLICATION };
    restored(&cut, &made.key, server, files.path()).await.expect_err("refused");
    let (_, filling) =
        restored(&made.file(), &made.key, server, tempfile::tempdir().expect("another").path())
            .await
            .expect("as empty as it was");
    drop(filling);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_is_one_state_whatever_is_written_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("b"));
    fs::create_dir(&data).expect("made");
    let database = open(&data).await;
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (database, stop) = (database.clone(), stop.clone());
            tokio::spawn(async move {
                let mut written = 0;
                while !stop.load(Ordering::Relaxed) {
                    add(&database, writer * 10_000 + written).await;
                    written += 1;
                }
                written
            })
        })
        .collect();
    let key = Identity::generate();
    let mut backups = Vec::new();
    for number in 0..5 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let file = file.with_extension(number.to_string());
        let holding = backed_up(&file, &key, &mut care(&data, snapshot(&data).await)).await;
        backups.push((file, holding));
    }
    stop.store(true, Ordering::Relaxed);
    let mut written = 0;
    for writer in writers {
        written += writer.await.expect("ended");
    }
    let mut before = 0;
    for (file, holding) in backups {
        let new = tempfile::tempdir().expect("a folder");
        let (_, filling) =
            restored(&file, &key, Place::Folder(new.path()), new.path()).await.expect("restored");
        filling.expect("a database").keep().await.expect("kept");
        let mut again = Snapshot::of_folder(new.path()).await.expect("a snapshot");
        // Each change wrote a row and its line in the log: no backup has one without the other.
        let sql = "SELECT (SELECT COUNT(*) FROM practice) * 1000000 + (SELECT COUNT(*) FROM audit) AS n";
        let both = again.session().count(sql, vec![]).await.expect("counted");
        let (practices, acts) = (both / 1_000_000, both % 1_000_000);
        assert_eq!(practices, acts);
        assert!(before <= practices && practices <= i64::try_from(written).expect("few"), "{practices}");
        before = practices;
        let followed = follow(again.session(), &[]).await.expect("followed");
        assert_eq!(followed.faults, []);
        assert_eq!(digest_of(&mut care(new.path(), again)).await.expect("a digest"), holding);
    }
    assert!(before > 0, "nobody wrote");
}

#[tokio::test]
async fn only_its_key_opens_a_backup_and_nothing_of_it_can_be_read() {
    let made = Made::new().await;
    let said = refusal(&made.file(), &Identity::generate()).await;
    assert!(said.contains("the key does not open this backup; name the one"), "{said}");
    let bytes = fs::read(made.file()).expect("read");
    for word in ["practice", "P00007", "tester"] {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
    }
}

#[tokio::test]
async fn a_backup_that_was_cut_short_or_changed_anywhere_is_refused() {
    let made = Made::new().await;
    let whole = fs::read(made.file()).expect("read");
    let broken = made.folder.path().join("broken");
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    for kept in [0, 1, 20, 100, 200, whole.len() / 2, whole.len() - 1] {
        cases.push((format!("{kept} bytes"), whole[..kept].to_vec()));
    }
    cases.push(("a byte more".to_owned(), [&whole[..], b"x"].concat()));
    // Spread over all of it, the header densely.
    let places = (0..220).step_by(3).chain((0..200).map(|n| n * 7919 % whole.len()));
    for (number, place) in places.enumerate() {
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << (number % 8);
        cases.push((format!("byte {place}"), flipped));
    }
    for (what, bytes) in cases {
        fs::write(&broken, bytes).expect("written");
        let said = refusal(&broken, &made.key).await;
        assert!(said.contains("damaged") || said.contains("does not open"), "{what}: {said}");
    }
}

/// A backup by somebody who knows the recipient and is not Meres.
fn forged(file: &Path, key: &Identity, (part, steps): (Part, Vec<i64>), frames: &[(u8, &[u8])]) {
    let header = Header { format: 1, part, meres: "9".to_owned(), made_at: String::new(), steps };
    let sealed = seal(fs::File::create(file).expect("a file"), &[key.recipient()]).expect("sealed");
    let mut to = FrameWriter::new(sealed, &header).expect("begun");
    for (letter, bytes) in frames {
        to.frame(*letter, bytes).expect("written");
        match *letter {
            FILE => to.holding.files += 1,
            DATA => to.holding.bytes += bytes.len() as u64,
            ROW => to.holding.rows += 1,
            TABLE => to.holding.tables += 1,
            _ => {}
        }
    }
    to.finish().expect("ended").0.finish().expect("sealed");
}

#[tokio::test]
async fn a_backup_that_meres_did_not_make_leads_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, key) = (folder.path().join("b"), Identity::generate());
    let said = async |head, frames: &[(u8, &[u8])]| {
        forged(&file, &key, head, frames);
        refusal(&file, &key).await
    };
    let population = || (Part::Population, vec![]);
    for path in ["../escaped", "/tmp/escaped", "population/../../escaped", "meres.db", "directory.toml"] {
        let said = said(population(), &[(FILE, path.as_bytes()), (DATA, b"x"), (END, b"")]).await;
        assert!(said.contains("does not belong"), "{path}: {said}");
    }
    let two: [(u8, &[u8]); 4] = [(FILE, b"population/a"), (END, b""), (FILE, b"population/a"), (END, b"")];
    assert!(said(population(), &two).await.contains("population/a"), "the same file twice");
    let table = br#"{"name":"area","columns":[]}"#;
    assert!(said(population(), &[(TABLE, table), (END, b"")]).await.contains("damaged"), "no tables there");
    assert!(said(population(), &[(ROW, b"")]).await.contains("damaged"), "a row of no table");
    assert!(
        said(population(), &[(FILE, b"population/a")]).await.contains("damaged"),
        "a file without an end"
    );

    let care = |steps: &[i64]| (Part::Care, steps.to_vec());
    assert!(said(care(&[1]), &[]).await.contains("damaged"), "no table");
    let other = br#"{"name":"audit\" (x","columns":[["actor","text"]]}"#;
    assert!(said(care(&[1]), &[(TABLE, other), (END, b"")]).await.contains("not those of the Meres"));
    for steps in [&[][..], &[2], &[1, 99], &[99]] {
        assert!(said(care(steps), &[]).await.contains("a newer Meres made it"), "{steps:?}");
    }
    let columns =
        ["action", "actor", "at", "chain", "detail", "hash", "object", "previous", "purpose", "seq"];
    let kind = |name: &str| if ["chain", "seq"].contains(&name) { "whole" } else { "text" };
    let columns: Vec<_> = columns.iter().map(|name| format!("[{name:?},{:?}]", kind(name))).collect();
    let audit = format!("{{\"name\":\"audit\",\"columns\":[{}]}}", columns.join(","));
    let row = said(care(&[1]), &[(TABLE, audit.as_bytes()), (ROW, b"NNNN"), (END, b"")]).await;
    assert!(row.contains("damaged"), "{row}");
}

#[tokio::test]
async fn a_backup_of_an_older_meres_is_brought_up_to_date() {
    let old = tempfile::tempdir().expect("a folder");
    let filling = Filling::begin(Place::Folder(old.path()), &[1, 2]).await.expect("made");
    assert_eq!(filling.tables().len(), 4);
    filling.keep().await.expect("kept");
    let (file, key) = (old.path().join("b"), Identity::generate());
    let snapshot = Snapshot::of_folder(old.path()).await.expect("read as it is");
    backed_up(&file, &key, &mut care(old.path(), snapshot)).await;
    let new = tempfile::tempdir().expect("a folder");
    let (_, filling) = restored(&file, &key, Place::Folder(new.path()), new.path()).await.expect("restored");
    filling.expect("a database").keep_up_to_date(&actor(), act(), noon).await.expect("kept");
    let database = Database::open(new.path(), noon).await.expect("opened");
    let sql = "SELECT COUNT(*) AS n FROM resource";
    assert_eq!(database.read().await.expect("read").count(sql, vec![]).await.expect("a newer table"), 0);
    // The old one was not touched.
    let snapshot = Snapshot::of_folder(old.path()).await.expect("read as it is");
    assert_eq!(snapshot.steps, [1, 2]);
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).expect("read"))).collect()
}

#[tokio::test]
async fn the_folder_is_left_as_it_is() {
    // About the file of the embedded database.
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::open(folder.path(), noon).await.expect("opened");
    add(&database, 1).await;
    let stopped = tempfile::tempdir().expect("a folder");
    for (path, bytes) in contents(folder.path()) {
        fs::write(stopped.path().join(path.file_name().expect("a name")), bytes).expect("copied");
    }
    database.close().await.expect("closed");
    for folder in [folder.path(), stopped.path()] {
        let before = contents(folder);
        let mut source = care(folder, Snapshot::of_folder(folder).await.expect("a snapshot"));
        assert_eq!(digest_of(&mut source).await.expect("a digest").rows, 2);
        source.snapshot.expect("there").close().await.expect("closed");
        let mut after = contents(folder);
        // Who reads which part of the log: no more than a lock.
        after.retain(|path, bytes| before.get(path) == Some(bytes) || !path.ends_with("meres.db-shm"));
        let mut before = before;
        before.retain(|path, _| after.contains_key(path) || !path.ends_with("meres.db-shm"));
        assert!(before == after, "{:?} {:?}", before.keys(), after.keys());
    }
    assert!(stopped.path().join("meres.db-wal").metadata().expect("there").len() > 0);
}

#[tokio::test]
async fn where_there_is_no_database_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = Snapshot::of_folder(folder.path()).await.expect_err("refused").to_string();
    assert!(said.contains("there is no database"), "{said}");
    assert_eq!(contents(folder.path()).len(), 0);
    for text in ["", "hello, this is no database at all, and long enough to be taken for a header"] {
        fs::write(folder.path().join("meres.db"), text).expect("written");
        let said = Snapshot::of_folder(folder.path()).await.expect_err("refused").to_string();
        assert!(said.contains("this is no database of Meres"), "{said}");
        assert_eq!(contents(folder.path()).len(), 1);
    }
}

#[tokio::test]
async fn files_come_back_as_they_were_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let files: [(&str, Vec<u8>); 4] = [
        ("population/d1/part-0", vec![7; (1 << 20) + 1]),
        ("population/d1/_kept.json", b"{}".to_vec()),
        ("crosstab/d2/empty", Vec::new()),
        ("crosstab/d2/whole", vec![1; 1 << 20]),
    ];
    for (path, bytes) in &files {
        let place = data.join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::write(place, bytes).expect("written");
    }
    fs::write(data.join("population/.lock"), "").expect("written");
    let (file, key) = (folder.path().join("b"), Identity::generate());
    let mut source = Source { part: Part::Population, snapshot: None, tree: tree(Part::Population, &data) };
    let holding = backed_up(&file, &key, &mut source).await;
    assert_eq!((holding.files, holding.bytes), (4, (2 << 20) + 3));
    let new = tempfile::tempdir().expect("a folder");
    let (held, _) = restored(&file, &key, Place::Folder(new.path()), new.path()).await.expect("restored");
    assert_eq!(held, holding);
    for (path, bytes) in &files {
        let place = new.path().join(path);
        assert!(fs::read(&place).expect("there") == *bytes, "{path}");
        assert_eq!(place.metadata().expect("there").permissions().mode() & 0o777, 0o600);
    }
    assert!(!new.path().join("population/.lock").exists());
    let tree = tree(Part::Population, new.path());
    assert_eq!(tree.taken(), Some(new.path().join("population")));
}

proptest! {
    #[test]
    fn whatever_is_no_backup_is_refused_and_nothing_else_happens(bytes: Vec<u8>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b");
        fs::write(&file, bytes).expect("written");
        prop_assert!(Restoring::open(&file, &[Identity::generate()]).is_err());
    }

    #[test]
    fn whatever_is_in_a_backup_breaks_nothing(bytes: Vec<u8>) {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, key) = (folder.path().join("b"), Identity::generate());
        let mut sealed = seal(fs::File::create(&file).expect("a file"), &[key.recipient()]).expect("sealed");
        std::io::Write::write_all(&mut sealed, &bytes).expect("written");
        sealed.finish().expect("ended");
        prop_assert!(Restoring::open(&file, &[key]).is_err());
    }
}
