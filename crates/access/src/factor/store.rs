//! Authenticators and recovery codes.

use ground::database::{Change, DatabaseError, Session};
use vocabulary::{Account, Id};

/// Identifiers and sealed secrets of those that count.
pub(super) async fn counting(
    session: &mut Session,
    account: Id<Account>,
) -> Result<Vec<(String, String)>, DatabaseError> {
    let sql = "SELECT id, secret FROM authenticator WHERE account = $1 AND removed_at IS NULL ORDER BY id";
    let rows = session.rows(sql, vec![account.into()]).await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.text("secret")?))).collect()
}

/// One that has shown the code of this step.
pub(super) async fn add(
    change: &mut Change,
    id: &str,
    account: Id<Account>,
    sealed: &str,
    step: i64,
) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO authenticator (id, account, secret, confirmed_at, last_step) VALUES ($1, $2, $3, $4, $5)";
    let at = change.at();
    change.run(sql, vec![id.into(), account.into(), sealed.into(), at.into(), step.into()]).await.map(drop)
}

/// Whether this step is later than any that was taken.
pub(super) async fn take_step(change: &mut Change, id: &str, step: i64) -> Result<bool, DatabaseError> {
    let sql = "UPDATE authenticator SET last_step = $1 WHERE id = $2 AND last_step < $1";
    Ok(change.run(sql, vec![step.into(), id.into()]).await? == 1)
}

/// None counts any more. The secret of what counts no longer is not kept.
pub(super) async fn remove(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let sql =
        "UPDATE authenticator SET removed_at = $1, secret = '' WHERE account = $2 AND removed_at IS NULL";
    let at = change.at();
    change.run(sql, vec![at.into(), account.into()]).await.map(drop)
}

pub(super) async fn paper_left(session: &mut Session, account: Id<Account>) -> Result<i64, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM recovery_code WHERE account = $1 AND used_at IS NULL AND removed_at IS NULL";
    session.count(sql, vec![account.into()]).await
}

pub(super) async fn add_paper(
    change: &mut Change,
    account: Id<Account>,
    hash: &str,
) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO recovery_code (id, account, code, made_at) VALUES ($1, $2, $3, $4)";
    let (id, at) = (change.new_id::<Account>(), change.at());
    change.run(sql, vec![id.into(), account.into(), hash.into(), at.into()]).await.map(drop)
}

/// Whether there was such a code that had not been used.
pub(super) async fn take_paper(
    change: &mut Change,
    account: Id<Account>,
    hash: &str,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE recovery_code SET used_at = $1 WHERE account = $2 AND code = $3 AND used_at IS NULL \
               AND removed_at IS NULL";
    let at = change.at();
    Ok(change.run(sql, vec![at.into(), account.into(), hash.into()]).await? == 1)
}

pub(super) async fn remove_paper(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let sql = "UPDATE recovery_code SET removed_at = $1 WHERE account = $2 AND removed_at IS NULL AND used_at IS NULL";
    let at = change.at();
    change.run(sql, vec![at.into(), account.into()]).await.map(drop)
}
