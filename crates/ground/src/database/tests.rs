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
    let opened = match testbed::url(folder) {
        Some(url) => Database::connect(&url, noon).await,
        None => Database::open(folder, noon).await,
    };
    opened.expect("opened")
}

async fn add(database: &Database, ods: &str) -> Result<(), DatabaseError> {
    let mut change = database.change(&actor()).await?;
    let row: Vec<Param> = vec![ods.into(), "A practice".into(), "[]".into()];
    change.insert("practice", &["ods", "name", "address"], "", [row]).await?;
    change.commit(act()).await
}

/// Deletes everything, and thinks better of it.
async fn drop_a_change(database: &Database) {
    let mut dropped = database.change(&actor()).await.expect("begun");
    dropped.run("DELETE FROM practice", Vec::new()).await.expect("deleted");
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    database.read().await.expect("read").count(sql, Vec::new()).await.expect("counted")
}

mod chain;
mod embedded;
mod server;
mod walls;

const PRACTICES: &str = "SELECT COUNT(*) AS n FROM practice";
const AUDIT: &str = "SELECT COUNT(*) AS n FROM audit";

#[tokio::test]
async fn a_change_and_its_audit_row_come_together_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    drop_a_change(&database).await;
    assert_eq!((count(&database, PRACTICES).await, count(&database, AUDIT).await), (1, 1));
    // A change that is refused takes nothing with it, and the next goes in.
    add(&database, "C83001").await.expect_err("the same key again");
    add(&database, "C83002").await.expect("written");
    assert_eq!((count(&database, PRACTICES).await, count(&database, AUDIT).await), (2, 2));
    let row = database
        .read()
        .await
        .expect("read")
        .row("SELECT at, actor FROM audit ORDER BY seq", vec![])
        .await
        .expect("a row")
        .expect("one");
    assert_eq!(row.text("actor").expect("text"), "cli:tester");
    assert_eq!(row.text("at").expect("text"), "2026-11-22T12:00:00.000000Z");
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
async fn identifiers_ascend() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let change = database.change(&actor()).await.expect("begun");
    let ids: Vec<Id<()>> = (0..100).map(|_| change.new_id()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
}
