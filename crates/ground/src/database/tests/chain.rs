//! The audit log's chain.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Database, add, open};

/// One row as it was hashed, worked out here by hand.
fn hash(fields: &[(&str, &str)]) -> String {
    let text =
        fields.iter().map(|(n, v)| format!("{}:{n},{}:{v},", n.len(), v.len())).collect::<Vec<_>>().concat();
    Sha256::digest(text).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The chains, each with its rows' (previous, hash) in order.
async fn chains(database: &Database) -> BTreeMap<i64, Vec<(i64, String, String)>> {
    let sql = "SELECT chain, seq, previous, hash FROM audit ORDER BY chain, seq";
    let rows = database.read().await.expect("read").rows(sql, Vec::new()).await.expect("rows");
    let mut chains: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    for row in rows {
        let text = |column| row.text(column).expect("a text");
        let number = |column| row.whole(column).expect("a number");
        chains.entry(number("chain")).or_default().push((number("seq"), text("previous"), text("hash")));
    }
    chains
}

fn assert_unbroken(chains: &BTreeMap<i64, Vec<(i64, String, String)>>) {
    for rows in chains.values() {
        let mut last = (0, "0".repeat(64));
        for (seq, previous, hash) in rows {
            assert_eq!((*seq, previous), (last.0 + 1, &last.1));
            last = (*seq, hash.clone());
        }
    }
}

#[tokio::test]
async fn a_row_is_hashed_with_the_one_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = open(folder.path()).await;
    add(&database, "C83001").await.expect("written");
    add(&database, "C83002").await.expect("written");
    let rows = chains(&database).await.remove(&1).expect("the first chain");
    let first = [
        ("chain", "1"),
        ("seq", "1"),
        ("at", "2026-11-22T12:00:00.000000Z"),
        ("actor", "cli:tester"),
        ("action", "test.write"),
        ("object", "a"),
        ("detail", ""),
        ("previous", &"0".repeat(64)),
    ];
    assert_eq!(rows[0].2, hash(&first));
    assert_eq!(rows[1].1, rows[0].2);
    assert_ne!(rows[1].2, rows[0].2);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_write_there_is_no_gap_and_no_fork() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two that write to the same database, as two processes do.
    let (one, two) = (open(folder.path()).await, open(folder.path()).await);
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let database = if number % 2 == 0 { one.clone() } else { two.clone() };
            // Every tenth has a key that is taken: it is refused, and leaves no row and no gap.
            let ods = format!("P{:05}", if number % 10 == 9 { 0 } else { number });
            tokio::spawn(async move { add(&database, &ods).await.is_ok() })
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        written += usize::from(task.await.expect("ended"));
    }
    let chains = chains(&one).await;
    assert_unbroken(&chains);
    assert_eq!(chains.values().map(Vec::len).sum::<usize>(), written);
    assert_eq!(written, 180);
}
