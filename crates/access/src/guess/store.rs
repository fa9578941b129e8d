//! Counts of guesses.

use ground::database::{Change, DatabaseError, Session};

/// One more, and how many there are since; what is older than `since` is forgotten.
pub(super) async fn add(change: &mut Change, what: &str, since: &str) -> Result<i64, DatabaseError> {
    let now = change.at();
    let sql = "INSERT INTO guess (what, count, since) VALUES ($1, 1, $2) ON CONFLICT (what) DO UPDATE SET \
               count = CASE WHEN guess.since < $3 THEN 1 ELSE guess.count + 1 END, \
               since = CASE WHEN guess.since < $3 THEN $2 ELSE guess.since END";
    change.run(sql, vec![what.into(), now.into(), since.into()]).await?;
    change.count("SELECT count AS n FROM guess WHERE what = $1", vec![what.into()]).await
}

/// Whether there were so many since.
pub(super) async fn reached(
    session: &mut Session,
    what: &str,
    since: &str,
    most: i64,
) -> Result<bool, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM guess WHERE what = $1 AND since >= $2 AND count >= $3";
    Ok(session.count(sql, vec![what.into(), since.into(), most.into()]).await? > 0)
}

/// Forgets what began before this.
pub(super) async fn prune(change: &mut Change, before: &str) -> Result<(), DatabaseError> {
    change.run("DELETE FROM guess WHERE since < $1", vec![before.into()]).await.map(drop)
}

pub(super) async fn forget(change: &mut Change, what: &str) -> Result<(), DatabaseError> {
    change.run("DELETE FROM guess WHERE what = $1", vec![what.into()]).await.map(drop)
}
