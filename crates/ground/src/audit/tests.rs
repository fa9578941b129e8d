use std::path::Path;

use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use time::macros::datetime;
use vocabulary::Actor;

use super::{Checkpoint, CheckpointError, Fault, PublicKey, SigningKey, ends, follow, read_checkpoints};
use crate::database::{Act, Database};

async fn open(folder: &Path) -> Database {
    let noon = || datetime!(2026-11-22 12:00 UTC);
    let opened = match testbed::url(folder) {
        Some(url) => Database::connect(&url, noon).await,
        None => Database::open(folder, noon).await,
    };
    opened.expect("opened")
}

async fn act(database: &Database, object: &str) {
    let change = database.change(&Actor::CommandLine("tester".to_owned())).await.expect("begun");
    let purpose = Some("care".to_owned());
    let act = Act { action: "test.act", object: object.to_owned(), purpose, detail: "one, two".to_owned() };
    change.commit(act).await.expect("committed");
}

/// Changes the log behind the program's back, as whoever owns the file or the server can.
async fn meddle(folder: &Path, sql: &'static str) {
    if let Some(postgres) = testbed::database(folder) {
        return postgres.run(&format!("SET session_replication_role = replica; {sql}"));
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("meres.db"));
    let mut connection = options.connect().await.expect("connected");
    for trigger in
        ["DROP TRIGGER IF EXISTS audit_is_not_edited", "DROP TRIGGER IF EXISTS audit_is_not_shortened", sql]
    {
        connection.execute(trigger).await.expect("done");
    }
    connection.close().await.expect("closed");
}

async fn faults(database: &Database, seen: &[Checkpoint]) -> Vec<Fault> {
    follow(&mut database.read().await.expect("read"), seen).await.expect("followed").faults
}

async fn checkpoint(database: &Database) -> Checkpoint {
    let ends = ends(&mut database.read().await.expect("read")).await.expect("ends");
    Checkpoint { at: "2026-11-22T12:00:00.000000Z".to_owned(), ends }
}

/// A log of five rows, meddled with, and the faults that are found in it.
async fn found(sql: &'static str) -> Vec<Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    for object in ["a", "b", "c", "d", "e"] {
        act(&database, object).await;
    }
    let seen = checkpoint(&database).await;
    assert_eq!(faults(&database, std::slice::from_ref(&seen)).await, []);
    meddle(folder.path(), sql).await;
    faults(&database, &[seen]).await
}

#[tokio::test]
async fn whatever_is_done_to_the_log_is_found_and_the_first_row_named() {
    let at = || "2026-11-22T12:00:00.000000Z".to_owned();
    let changed = |seq| Fault::Changed { chain: 1, seq };
    let missing = |expected| Fault::Missing { chain: 1, expected, found: expected + 1 };
    let cases: [(&str, Vec<Fault>); 8] = [
        ("UPDATE audit SET actor = 'cli:another' WHERE seq = 3", vec![changed(3)]),
        ("UPDATE audit SET purpose = NULL WHERE seq = 2", vec![changed(2)]),
        // A text moved from one column to the next.
        ("UPDATE audit SET object = 'bo', detail = 'ne, two' WHERE seq = 2", vec![changed(2)]),
        ("DELETE FROM audit WHERE seq = 3", vec![missing(3)]),
        ("DELETE FROM audit WHERE seq = 1", vec![missing(1)]),
        ("DELETE FROM audit WHERE seq >= 4", vec![Fault::Cut { chain: 1, seq: 5, at: at() }]),
        (
            "UPDATE audit SET object = CASE object WHEN 'b' THEN 'c' ELSE 'b' END WHERE seq IN (2, 3)",
            vec![changed(2)],
        ),
        (
            "INSERT INTO audit SELECT chain, 6, at, actor, action, object, purpose, detail, previous, hash \
             FROM audit WHERE seq = 5",
            vec![Fault::Unlinked { chain: 1, seq: 6 }],
        ),
    ];
    for (sql, expected) in cases {
        assert_eq!(found(sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn a_chain_that_was_written_anew_is_sound_in_itself_and_not_what_the_checkpoint_saw() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let (true_one, forged) = (open(folders[0].path()).await, open(folders[1].path()).await);
    for object in ["a", "b", "c"] {
        act(&true_one, object).await;
        act(&forged, if object == "b" { "x" } else { object }).await;
    }
    let seen = checkpoint(&true_one).await;
    assert_eq!(faults(&forged, &[]).await, []);
    let at = seen.at.clone();
    assert_eq!(faults(&forged, &[seen]).await, [Fault::Rewritten { chain: 1, seq: 3, at }]);
}

#[tokio::test]
async fn a_long_log_is_followed_in_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    act(&database, "a").await;
    meddle(
        folder.path(),
        "INSERT INTO audit WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) \
         SELECT 2, i, 'at', 'actor', 'action', 'object', NULL, 'detail', 'previous', 'hash' FROM n",
    )
    .await;
    let followed = follow(&mut database.read().await.expect("read"), &[]).await.expect("followed");
    assert_eq!(followed.rows, 12_001);
    assert_eq!(
        followed.ends.iter().map(|end| (end.chain, end.seq)).collect::<Vec<_>>(),
        [(1, 1), (2, 12_000)]
    );
    // One fault a chain: the first.
    assert_eq!(followed.faults, [Fault::Unlinked { chain: 2, seq: 1 }]);
}

#[tokio::test]
async fn a_checkpoint_is_believed_only_as_it_was_signed() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    act(&database, "a").await;
    let (key, old) = (SigningKey::from_random([7; 32]), SigningKey::from_random([8; 32]));
    let seen = checkpoint(&database).await;
    let text = format!("{}{}", seen.signed(&key), seen.signed(&key));
    assert_eq!(read_checkpoints(&text, &key.public()), Ok(vec![seen.clone(), seen.clone()]));
    assert_eq!(read_checkpoints("", &key.public()), Ok(vec![]));
    let changed = text.replacen("chain 1 1", "chain 1 2", 1);
    assert_eq!(read_checkpoints(&changed, &key.public()), Err(CheckpointError::Unsigned(1)));
    assert_eq!(read_checkpoints(&seen.signed(&old), &key.public()), Err(CheckpointError::Unsigned(1)));
    let second = format!("{}{}", seen.signed(&key), seen.signed(&old));
    let line = seen.signed(&key).lines().count() + 1;
    assert_eq!(read_checkpoints(&second, &key.public()), Err(CheckpointError::Unsigned(line)));
    let cut = &text[..text.len() - 140];
    assert_eq!(read_checkpoints(cut, &key.public()), Err(CheckpointError::Unreadable(line)));
}

#[test]
fn a_key_is_its_owner_s_alone_and_comes_back_from_its_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit-key");
    let key = SigningKey::from_random([9; 32]);
    key.write_new(&file).expect("written");
    key.write_new(&file).expect_err("never written over");
    assert_eq!(SigningKey::read(&file).expect("read").public(), key.public());
    assert_eq!(PublicKey::read(&key.public().to_string()).expect("read"), key.public());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("set");
    assert!(SigningKey::read(&file).is_err());
    for text in ["", "12", &"g".repeat(64), &"+1".repeat(32)] {
        assert!(PublicKey::read(text).is_err(), "{text}");
    }
}
