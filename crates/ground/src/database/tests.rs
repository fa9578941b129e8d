use std::path::Path;

use time::OffsetDateTime;
use time::macros::datetime;
use vocabulary::{Actor, Id};

use super::{Act, Database, DatabaseError, Param};

fn noon() -> OffsetDateTime {
    datetime!(2026-11-22 12:00 UTC)
}

fn actor() -> Actor {
    Actor::CommandLine("tester".to_owned())
}

fn act() -> Act {
    Act { action: "test.write", object: "a".into(), purpose: None, detail: String::new() }
}

async fn open(folder: &Path) -> Database {
    Database::open(folder, noon).await.expect("opened")
}

async fn add(database: &Database, ods: &str) -> Result<(), DatabaseError> {
    let mut change = database.change(&actor()).await?;
    let row: Vec<Param> = vec![ods.into(), "A practice".into(), "[]".into()];
    change.insert("practice", &["ods", "name", "address"], "", [row]).await?;
    change.commit(act()).await
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    database.read().await.expect("read").count(sql, Vec::new()).await.expect("counted")
}

const PRACTICES: &str = "SELECT COUNT(*) AS n FROM practice";
const AUDIT: &str = "SELECT COUNT(*) AS n FROM audit";

#[tokio::test]
async fn a_change_and_its_audit_row_come_together_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    let mut dropped = database.change(&actor()).await.expect("begun");
    dropped.run("DELETE FROM practice", Vec::new()).await.expect("deleted");
    drop(dropped);
    assert_eq!((count(&database, PRACTICES).await, count(&database, AUDIT).await), (1, 1));
    // A change that is refused takes nothing with it, and the next goes in.
    add(&database, "C83001").await.expect_err("the same key again");
    add(&database, "C83002").await.expect("written");
    assert_eq!((count(&database, PRACTICES).await, count(&database, AUDIT).await), (2, 2));
    let row = database
        .read()
        .await
        .expect("read")
        .row("SELECT id, at, actor FROM audit ORDER BY id", vec![])
        .await
        .expect("a row")
        .expect("one");
    assert_eq!(row.text("actor").expect("text"), "cli:tester");
    assert_eq!(row.text("at").expect("text"), "2026-11-22T12:00:00.000000Z");
    assert!(row.id::<()>("id").is_ok());
}

#[tokio::test]
async fn changes_that_wait_together_are_committed_together_and_one_refusal_spoils_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let mut tasks = Vec::new();
    for number in 0..200 {
        let database = database.clone();
        // Every tenth has a key that is taken.
        let ods = format!("P{:05}", if number % 10 == 9 { 0 } else { number });
        tasks.push(tokio::spawn(async move { add(&database, &ods).await.is_ok() }));
    }
    let mut written = 0;
    for task in tasks {
        written += i64::from(task.await.expect("ended"));
    }
    assert_eq!(written, 180);
    assert_eq!((count(&database, PRACTICES).await, count(&database, AUDIT).await), (180, 180));
}

#[tokio::test]
async fn a_change_whose_task_is_stopped_in_the_middle_has_not_happened() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let other = database.clone();
    let stopped = tokio::spawn(async move {
        let mut change = other.change(&actor()).await.expect("begun");
        let row: Vec<Param> = vec!["C83001".into(), "A practice".into(), "[]".into()];
        change.insert("practice", &["ods", "name", "address"], "", [row]).await.expect("written");
        std::future::pending::<()>().await;
    });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    stopped.abort();
    stopped.await.expect_err("stopped");
    add(&database, "C83002").await.expect("written");
    assert_eq!((count(&database, PRACTICES).await, count(&database, AUDIT).await), (1, 1));
}

#[tokio::test]
async fn a_change_that_nobody_waits_for_any_more_leaves_the_writer_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    // Stopped after every number of steps that it can be stopped after: before, between and after each statement.
    for steps in 0..40 {
        let mut work = Box::pin(async { add(&database, &format!("S{steps:05}")).await });
        for _ in 0..steps {
            if tokio::time::timeout(std::time::Duration::from_micros(50), &mut work).await.is_ok() {
                break;
            }
        }
        drop(work);
        add(&database, &format!("C{steps:05}")).await.expect("the next goes in");
    }
    let (practices, acts) = (count(&database, PRACTICES).await, count(&database, AUDIT).await);
    assert_eq!(practices, acts);
    assert!((40..=80).contains(&practices), "{practices}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_folder_that_many_come_to_at_once_is_made_ready_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().expect("a folder");
        let comers: Vec<_> = (0..8)
            .map(|number| {
                let path = folder.path().to_owned();
                tokio::spawn(async move { add(&open(&path).await, &format!("P{number:05}")).await })
            })
            .collect();
        for comer in comers {
            comer.await.expect("ended").expect("written");
        }
        assert_eq!(count(&open(folder.path()).await, PRACTICES).await, 8);
    }
}

#[tokio::test]
async fn what_a_new_folder_holds_is_its_owner_s_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    for file in ["meres.db", "meres.db-wal", "meres.db-shm"] {
        let about = std::fs::metadata(folder.path().join(file)).expect("there");
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_reader_sees_one_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let mut before = database.read().await.expect("read");
    assert_eq!(before.count(PRACTICES, vec![]).await.expect("counted"), 0);
    add(&database, "C83001").await.expect("written");
    assert_eq!(before.count(PRACTICES, vec![]).await.expect("counted"), 0);
    drop(before);
    assert_eq!(count(&database, PRACTICES).await, 1);
}

#[tokio::test]
async fn the_audit_log_is_neither_edited_nor_shortened() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    for sql in ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"] {
        let mut change = database.change(&actor()).await.expect("begun");
        change.run(sql, vec![]).await.expect_err("refused");
    }
    assert_eq!(count(&database, AUDIT).await, 1);
}

#[tokio::test]
async fn many_rows_go_in_by_few_statements_and_keep_their_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let mut change = database.change(&actor()).await.expect("begun");
    let rows = (0..5_001).map(|n| -> Vec<Param> {
        vec![format!("P{n:05}").into(), "Zażółć \u{1F9B4}\0".into(), "[]".into()]
    });
    let written = change.insert("practice", &["ods", "name", "address"], "", rows).await.expect("written");
    assert_eq!(written, 5_001);
    change.commit(act()).await.expect("committed");
    let mut session = database.read().await.expect("read");
    let named = "SELECT COUNT(*) AS n FROM practice WHERE name = $1";
    assert_eq!(session.count(named, vec!["Zażółć \u{1F9B4}".into()]).await.expect("counted"), 5_001);
}

#[tokio::test]
async fn what_was_written_is_there_after_a_clean_end_and_after_an_unclean_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    database.close().await.expect("closed");
    assert!(!folder.path().join("meres.db-wal").exists());
    let database = open(folder.path()).await;
    add(&database, "C83002").await.expect("written");
    // A second opening while the first still has its log open reads the file through, and both see everything.
    let second = open(folder.path()).await;
    assert_eq!(count(&second, PRACTICES).await, 2);
}

#[tokio::test]
async fn a_change_that_was_dropped_does_not_stand_in_the_way_of_a_clean_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    let mut dropped = database.change(&actor()).await.expect("begun");
    dropped.run("DELETE FROM practice", Vec::new()).await.expect("deleted");
    drop(dropped);
    database.close().await.expect("closed");
    assert!(!folder.path().join("meres.db-wal").exists());
}

#[tokio::test]
async fn opening_and_reading_leave_the_file_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    database.close().await.expect("closed");
    let bytes = || std::fs::read(folder.path().join("meres.db")).expect("read");
    let before = bytes();
    let database = open(folder.path()).await;
    assert_eq!(count(&database, PRACTICES).await, 1);
    database.close().await.expect("closed");
    assert!(before == bytes(), "the file was written");
}

#[tokio::test]
async fn a_file_of_somebody_else_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("meres.db"), vec![b'x'; 8_192]).expect("written");
    let error = Database::open(folder.path(), noon).await.expect_err("refused");
    assert!(error.to_string().contains("no SQLite file"), "{error}");
}

#[tokio::test]
async fn identifiers_ascend() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let change = database.change(&actor()).await.expect("begun");
    let ids: Vec<Id<()>> = (0..100).map(|_| change.new_id()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
}
