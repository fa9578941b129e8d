//! One-time links.

use ground::database::{Change, DatabaseError, Session};
use vocabulary::{Account, Id};

use super::{Link, Purpose};

pub(super) async fn add(
    change: &mut Change,
    token: &str,
    purpose: Purpose,
    account: Option<Id<Account>>,
    ends_at: &str,
) -> Result<(), DatabaseError> {
    let (id, at) = (change.new_id::<Link>(), change.at());
    let sql = "INSERT INTO one_time_link (id, token, purpose, account, made_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let account = account.map(|account| account.to_string());
    let params =
        vec![id.into(), token.into(), purpose.word().into(), account.into(), at.into(), ends_at.into()];
    change.run(sql, params).await.map(drop)
}

/// Those for the same purpose and account that were made before no longer work.
pub(super) async fn void(
    change: &mut Change,
    purpose: Purpose,
    account: Option<Id<Account>>,
) -> Result<(), DatabaseError> {
    let at = change.at();
    let account = account.map_or(String::new(), |account| account.to_string());
    let sql = "UPDATE one_time_link SET used_at = $1 WHERE purpose = $2 AND COALESCE(account, '') = $3 \
               AND used_at IS NULL";
    change.run(sql, vec![at.into(), purpose.word().into(), account.into()]).await.map(drop)
}

/// Those of an account no longer work, whatever they were for.
pub(super) async fn void_all(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let at = change.at();
    let sql = "UPDATE one_time_link SET used_at = $1 WHERE account = $2 AND used_at IS NULL";
    change.run(sql, vec![at.into(), account.into()]).await.map(drop)
}

pub(super) async fn remove_all(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let sql = "DELETE FROM one_time_link WHERE account = $1";
    change.run(sql, vec![account.into()]).await.map(drop)
}

/// The link of this token that can still be used, by somebody whose account is not disabled.
pub(super) async fn find(
    session: &mut Session,
    token: &str,
    now: &str,
) -> Result<Option<Link>, DatabaseError> {
    let sql = "SELECT id, purpose, account FROM one_time_link WHERE token = $1 AND used_at IS NULL AND ends_at > $2 \
               AND NOT EXISTS (SELECT 1 FROM account WHERE account.id = one_time_link.account \
               AND account.disabled_at IS NOT NULL)";
    let Some(row) = session.row(sql, vec![token.into(), now.into()]).await? else { return Ok(None) };
    let purpose = Purpose::parse(&row.text("purpose")?);
    let purpose = purpose.ok_or_else(|| DatabaseError::Column("purpose".to_owned()))?;
    Ok(Some(Link { id: row.text("id")?, purpose, account: row.maybe_id("account")? }))
}

/// Whether it was still there to be used: of many at once, for one alone.
pub(super) async fn take(change: &mut Change, id: &str) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE one_time_link SET used_at = $1 WHERE id = $2 AND used_at IS NULL AND NOT EXISTS \
               (SELECT 1 FROM account WHERE account.id = one_time_link.account AND account.disabled_at IS NOT NULL)";
    Ok(change.run(sql, vec![at.into(), id.into()]).await? == 1)
}
