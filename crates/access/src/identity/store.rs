//! Identities.

use ground::database::{Change, DatabaseError, Session};
use vocabulary::{Account, Id};

use super::{Identity, Line};

/// Who has it, if their account is not disabled.
pub(super) async fn find(
    session: &mut Session,
    issuer: &str,
    subject: &str,
) -> Result<Option<Identity>, DatabaseError> {
    let sql = "SELECT identity.id, identity.account, identity.own_factor FROM identity \
               JOIN account ON account.id = identity.account \
               WHERE identity.issuer = $1 AND identity.subject = $2 AND identity.removed_at IS NULL \
               AND account.disabled_at IS NULL";
    let Some(row) = session.row(sql, vec![issuer.into(), subject.into()]).await? else { return Ok(None) };
    Ok(Some(Identity {
        id: row.text("id")?,
        account: row.id("account")?,
        own_factor: row.yes("own_factor")?,
    }))
}

/// Whether it was nobody's: of many at once, for one alone.
pub(super) async fn link(
    change: &mut Change,
    account: Id<Account>,
    issuer: &str,
    subject: &str,
    own_factor: bool,
) -> Result<bool, DatabaseError> {
    let (id, at) = (change.new_id::<Identity>(), change.at());
    let sql = "INSERT INTO identity (id, account, issuer, subject, linked_at, own_factor) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT DO NOTHING";
    let params = vec![
        id.into(),
        account.into(),
        issuer.into(),
        subject.into(),
        at.into(),
        i64::from(own_factor).into(),
    ];
    Ok(change.run(sql, params).await? == 1)
}

pub(super) async fn note_factor(change: &mut Change, id: &str) -> Result<(), DatabaseError> {
    let sql = "UPDATE identity SET own_factor = 1 WHERE id = $1";
    change.run(sql, vec![id.into()]).await.map(drop)
}

pub(super) async fn with_factor(session: &mut Session, account: Id<Account>) -> Result<i64, DatabaseError> {
    let sql =
        "SELECT COUNT(*) AS n FROM identity WHERE account = $1 AND removed_at IS NULL AND own_factor = 1";
    session.count(sql, vec![account.into()]).await
}

pub(super) async fn of_account(
    session: &mut Session,
    account: Id<Account>,
) -> Result<Vec<Line>, DatabaseError> {
    let sql =
        "SELECT id, issuer, linked_at FROM identity WHERE account = $1 AND removed_at IS NULL ORDER BY id";
    let rows = session.rows(sql, vec![account.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Line { id: row.text("id")?, issuer: row.text("issuer")?, linked_at: row.text("linked_at")? })
        })
        .collect()
}

pub(super) async fn remove(
    change: &mut Change,
    account: Id<Account>,
    id: &str,
) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE identity SET removed_at = $1 WHERE id = $2 AND account = $3 AND removed_at IS NULL";
    Ok(change.run(sql, vec![at.into(), id.into(), account.into()]).await? == 1)
}

pub(super) async fn remove_all(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let at = change.at();
    let sql = "UPDATE identity SET removed_at = $1 WHERE account = $2 AND removed_at IS NULL";
    change.run(sql, vec![at.into(), account.into()]).await.map(drop)
}
