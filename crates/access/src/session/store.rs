//! Sessions.

use ground::database::{Change, DatabaseError, Session};
use vocabulary::{Account, Id};
use web::Confirmed;

use super::{Found, Line};

/// Moments before which something is too long ago.
pub(super) struct Limits {
    pub(super) idle: String,
    pub(super) whole_day: String,
    pub(super) half: String,
    pub(super) confirmed: String,
    pub(super) confirmed_before: String,
    pub(super) noted: String,
}

pub(super) async fn begin(
    change: &mut Change,
    account: Id<Account>,
    (token, confirmed_at): (&str, &str),
    whole: bool,
    device: &str,
) -> Result<(), DatabaseError> {
    let (id, at) = (change.new_id::<()>(), change.at());
    let sql = "INSERT INTO session (id, account, token, stage, device, began_at, seen_at, confirmed_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
    let stage = if whole { "whole" } else { "password" };
    let params = vec![
        id.into(),
        account.into(),
        token.into(),
        stage.into(),
        device.into(),
        at.into(),
        confirmed_at.into(),
    ];
    change.run(sql, params).await.map(drop)
}

/// The session of this token, unless it ended, by its own act or by itself, or its account was disabled.
pub(super) async fn find(
    session: &mut Session,
    token: &str,
    limits: &Limits,
) -> Result<Option<Found>, DatabaseError> {
    let sql = "SELECT session.id, session.account, session.stage, session.seen_at, session.confirmed_at, account.name \
               FROM session JOIN account ON account.id = session.account \
               WHERE session.token = $1 AND session.ended_at IS NULL AND account.disabled_at IS NULL \
               AND session.seen_at > $2 AND session.began_at > $3 \
               AND (session.stage = 'whole' OR session.began_at > $4)";
    let params = vec![
        token.into(),
        limits.idle.as_str().into(),
        limits.whole_day.as_str().into(),
        limits.half.as_str().into(),
    ];
    let Some(row) = session.row(sql, params).await? else { return Ok(None) };
    Ok(Some(Found {
        id: row.id("id")?,
        account: row.id("account")?,
        name: row.text("name")?,
        whole: row.text("stage")? == "whole",
        confirmed: match row.text("confirmed_at")? {
            at if at > limits.confirmed => Confirmed::Lately,
            at if at > limits.confirmed_before => Confirmed::ForForms,
            _ => Confirmed::LongAgo,
        },
        seen_long_ago: row.text("seen_at")? < limits.noted,
    }))
}

pub(super) async fn note(change: &mut Change, id: Id<()>, long_ago: &str) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE session SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND seen_at < $3";
    Ok(change.run(sql, vec![at.into(), id.into(), long_ago.into()]).await? == 1)
}

pub(super) async fn runs(session: &mut Session, id: Id<()>) -> Result<bool, DatabaseError> {
    let sql = "SELECT COUNT(*) AS n FROM session JOIN account ON account.id = session.account \
               WHERE session.id = $1 AND session.ended_at IS NULL AND account.disabled_at IS NULL";
    Ok(session.count(sql, vec![id.into()]).await? == 1)
}

pub(super) async fn confirm(change: &mut Change, id: Id<()>, token: &str) -> Result<(), DatabaseError> {
    let at = change.at();
    let sql =
        "UPDATE session SET token = $1, confirmed_at = $2, seen_at = $2 WHERE id = $3 AND ended_at IS NULL";
    change.run(sql, vec![token.into(), at.into(), id.into()]).await.map(drop)
}

pub(super) async fn end(change: &mut Change, id: &str) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE session SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
    Ok(change.run(sql, vec![at.into(), id.into()]).await? == 1)
}

pub(super) async fn end_of(
    change: &mut Change,
    account: Id<Account>,
    id: &str,
) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE session SET ended_at = $1 WHERE id = $2 AND account = $3 AND ended_at IS NULL";
    Ok(change.run(sql, vec![at.into(), id.into(), account.into()]).await? == 1)
}

pub(super) async fn end_all(
    change: &mut Change,
    account: Id<Account>,
    but: Option<Id<()>>,
) -> Result<u64, DatabaseError> {
    let at = change.at();
    let but = but.map_or(String::new(), |id| id.to_string());
    let sql = "UPDATE session SET ended_at = $1 WHERE account = $2 AND id <> $3 AND ended_at IS NULL";
    change.run(sql, vec![at.into(), account.into(), but.into()]).await
}

pub(super) async fn running(
    session: &mut Session,
    account: Id<Account>,
    idle: &str,
    whole_day: &str,
) -> Result<Vec<Line>, DatabaseError> {
    let sql = "SELECT id, device, began_at, seen_at FROM session WHERE account = $1 AND ended_at IS NULL \
               AND stage = 'whole' AND seen_at > $2 AND began_at > $3 ORDER BY id DESC";
    let rows = session.rows(sql, vec![account.into(), idle.into(), whole_day.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Line {
                id: row.text("id")?,
                device: row.text("device")?,
                began_at: row.text("began_at")?,
                seen_at: row.text("seen_at")?,
            })
        })
        .collect()
}
