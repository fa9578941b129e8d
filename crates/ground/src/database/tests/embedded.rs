//! What is true of the file in the data folder.

use std::path::Path;

use super::{Database, PRACTICES, add, count, drop_a_change, noon};

async fn open(folder: &Path) -> Database {
    Database::open(folder, noon).await.expect("opened")
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
async fn a_commit_waits_for_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    let mut change = database.change(&vocabulary::Actor::Meres).await.expect("begun");
    let row = change.row("PRAGMA synchronous", Vec::new()).await.expect("asked").expect("a row");
    // FULL: with less, a power cut may take back what was acknowledged, and killing the program does not show it.
    assert_eq!(row.whole("synchronous").expect("a number"), 2);
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
    drop_a_change(&database).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_new_folder_that_many_come_to_at_once_is_made_ready_once() {
    for _ in 0..20 {
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
