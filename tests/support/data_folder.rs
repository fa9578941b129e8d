//! What a data folder holds, seen past the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ground::database::{Act, Database, Row};
use time::OffsetDateTime;
use vocabulary::Actor;

fn wait_for<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work)
}

async fn open(data: &Path) -> Database {
    let clock = OffsetDateTime::now_utc;
    let opened = match testbed::url(data) {
        Some(url) => Database::connect(&url, clock).await,
        None => Database::open(data, clock).await,
    };
    opened.expect("a sound database")
}

/// The rows that a statement gives, each made into something.
pub(crate) fn rows<T>(data: &Path, sql: &'static str, each: impl Fn(&Row) -> T) -> Vec<T> {
    wait_for(async {
        let database = open(data).await;
        let rows = database.read().await.expect("read").rows(sql, Vec::new()).await.expect("rows");
        database.close().await.expect("closed");
        rows.iter().map(each).collect()
    })
}

/// The first row's `n`.
pub(crate) fn count(data: &Path, sql: &'static str) -> i64 {
    let found = rows(data, sql, |row| row.whole("n").expect("a number"));
    *found.first().expect("a row")
}

/// How many acts the audit log holds.
pub(crate) fn acts(data: &Path) -> i64 {
    count(data, "SELECT COUNT(*) AS n FROM audit")
}

/// Changes the database behind the program's back.
pub(crate) fn meddle(data: &Path, sql: &'static str) {
    wait_for(async {
        let database = open(data).await;
        let mut change =
            database.change(&Actor::CommandLine("tester".to_owned())).await.expect("a change is begun");
        change.run(sql, Vec::new()).await.expect("changed");
        let act = Act { action: "test.meddle", object: String::new(), purpose: None, detail: String::new() };
        change.commit(act).await.expect("committed");
        database.close().await.expect("closed");
    });
}

/// Every file below a folder, by its path there, with its bytes.
pub(crate) fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_owned();
                found.insert(name, std::fs::read(&path).expect("read"));
            }
        }
    }
    found
}
