//! Passkeys, and what they were asked.

use ground::database::{Change, DatabaseError, Row, Session};
use vocabulary::{Account, Id};

use super::Line;

/// A passkey as it is kept.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) account: Id<Account>,
    /// Sealed.
    pub(super) credential: String,
}

pub(super) async fn lines(session: &mut Session, account: Id<Account>) -> Result<Vec<Line>, DatabaseError> {
    let sql = "SELECT id, name, made_at, used_at FROM passkey WHERE account = $1 AND removed_at IS NULL ORDER BY id";
    let rows = session.rows(sql, vec![account.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Line {
                id: row.text("id")?,
                name: row.text("name")?,
                made_at: row.text("made_at")?,
                used_at: row.maybe_text("used_at")?,
            })
        })
        .collect()
}

pub(super) async fn kept(session: &mut Session, account: Id<Account>) -> Result<Vec<Kept>, DatabaseError> {
    let sql =
        "SELECT id, account, credential FROM passkey WHERE account = $1 AND removed_at IS NULL ORDER BY id";
    session.rows(sql, vec![account.into()]).await?.iter().map(kept_in).collect()
}

/// The one of this number, unless it was removed or its account disabled.
pub(super) async fn find(session: &mut Session, number: &str) -> Result<Option<Kept>, DatabaseError> {
    let sql = "SELECT passkey.id, passkey.account, passkey.credential FROM passkey \
               JOIN account ON account.id = passkey.account \
               WHERE passkey.number = $1 AND passkey.removed_at IS NULL AND account.disabled_at IS NULL";
    session.row(sql, vec![number.into()]).await?.map(|row| kept_in(&row)).transpose()
}

fn kept_in(row: &Row) -> Result<Kept, DatabaseError> {
    Ok(Kept { id: row.text("id")?, account: row.id("account")?, credential: row.text("credential")? })
}

/// Whether no account has it.
pub(super) async fn add(
    change: &mut Change,
    kept: &Kept,
    name: &str,
    number: &str,
) -> Result<bool, DatabaseError> {
    let sql = "INSERT INTO passkey (id, account, name, number, credential, counter, made_at) \
               VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING";
    let at = change.at();
    let params = vec![
        kept.id.as_str().into(),
        kept.account.into(),
        name.into(),
        number.into(),
        kept.credential.as_str().into(),
        at.into(),
    ];
    Ok(change.run(sql, params).await? == 1)
}

/// Notes that it was used; whether its counter went on, or stands still at nought as that of a device which does not count.
pub(super) async fn used(change: &mut Change, kept: &Kept, counter: i64) -> Result<bool, DatabaseError> {
    let sql = "UPDATE passkey SET credential = $1, counter = $2, used_at = $3 WHERE id = $4 AND removed_at IS NULL \
               AND (counter < $2 OR (counter = 0 AND $2 = 0))";
    let at = change.at();
    let params = vec![kept.credential.as_str().into(), counter.into(), at.into(), kept.id.as_str().into()];
    Ok(change.run(sql, params).await? == 1)
}

pub(super) async fn rename(
    change: &mut Change,
    account: Id<Account>,
    id: &str,
    name: &str,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE passkey SET name = $1 WHERE id = $2 AND account = $3 AND removed_at IS NULL";
    Ok(change.run(sql, vec![name.into(), id.into(), account.into()]).await? == 1)
}

/// Whoever else would change one of them waits until this change is in.
pub(super) async fn hold(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let sql = "UPDATE passkey SET name = name WHERE account = $1 AND removed_at IS NULL";
    change.run(sql, vec![account.into()]).await.map(drop)
}

/// The key of what counts no longer is not kept.
pub(super) async fn remove(
    change: &mut Change,
    account: Id<Account>,
    id: &str,
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE passkey SET removed_at = $1, credential = '' WHERE id = $2 AND account = $3 AND removed_at IS NULL";
    let at = change.at();
    Ok(change.run(sql, vec![at.into(), id.into(), account.into()]).await? == 1)
}

pub(super) async fn remove_all(change: &mut Change, account: Id<Account>) -> Result<(), DatabaseError> {
    let sql = "UPDATE passkey SET removed_at = $1, credential = '' WHERE account = $2 AND removed_at IS NULL";
    let at = change.at();
    change.run(sql, vec![at.into(), account.into()]).await.map(drop)
}

pub(super) async fn begin(
    change: &mut Change,
    id: &str,
    kind: &str,
    asker: &str,
    state: &str,
) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO ceremony (id, kind, asker, state, made_at) VALUES ($1, $2, $3, $4, $5)";
    let at = change.at();
    change.run(sql, vec![id.into(), kind.into(), asker.into(), state.into(), at.into()]).await.map(drop)
}

/// Forgets what was never answered.
pub(super) async fn sweep(change: &mut Change, before: &str) -> Result<(), DatabaseError> {
    change.run("DELETE FROM ceremony WHERE made_at <= $1", vec![before.into()]).await.map(drop)
}

/// What was asked, once: of many that answer at the same time one alone is given it.
pub(super) async fn take(
    change: &mut Change,
    id: &str,
    kind: &str,
    asker: &str,
    before: &str,
) -> Result<Option<String>, DatabaseError> {
    let sql = "SELECT state FROM ceremony WHERE id = $1 AND kind = $2 AND asker = $3 AND made_at > $4";
    let Some(row) = change.row(sql, vec![id.into(), kind.into(), asker.into(), before.into()]).await? else {
        return Ok(None);
    };
    let taken = change.run("DELETE FROM ceremony WHERE id = $1", vec![id.into()]).await?;
    Ok(if taken == 1 { Some(row.text("state")?) } else { None })
}
