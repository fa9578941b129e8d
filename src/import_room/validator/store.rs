//! Feeds that somebody had looked at.

use ground::database::{Change, DatabaseError, Row, Session};
use ground::jobs::Job;
use offers::directory::import::LookedAt;
use vocabulary::Id;

use super::Validation;

pub(super) async fn add(change: &mut Change, new: &Validation, actor: &str) -> Result<(), DatabaseError> {
    let columns = ["id", "address", "shown", "job", "actor", "made_at"];
    let row = vec![
        new.id.into(),
        new.address.clone().into(),
        new.shown.clone().into(),
        new.job.into(),
        actor.into(),
        new.made_at.clone().into(),
    ];
    change.insert("directory_validation", &columns, "", [row]).await?;
    Ok(())
}

/// Says which job looks at it.
pub(super) async fn looked_at_by(
    change: &mut Change,
    id: Id<Validation>,
    job: Id<Job>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE directory_validation SET job = $1 WHERE id = $2";
    change.run(sql, vec![job.into(), id.into()]).await?;
    Ok(())
}

/// Keeps what was found.
pub(super) async fn found(
    change: &mut Change,
    id: Id<Validation>,
    found: &LookedAt,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE directory_validation SET address = NULL, verdict = $1, ended_at = $2 WHERE id = $3";
    // Texts, numbers and lists of these can always be written.
    let text = serde_json::to_string(found).unwrap_or_default();
    let at = change.at();
    change.run(sql, vec![text.into(), at.into(), id.into()]).await?;
    Ok(())
}

pub(super) async fn find(
    session: &mut Session,
    id: Id<Validation>,
) -> Result<Option<Validation>, DatabaseError> {
    let sql = "SELECT id, address, shown, job, verdict, made_at FROM directory_validation WHERE id = $1";
    session.row(sql, vec![id.into()]).await?.map(|row| validation(&row)).transpose()
}

/// The latest, the newest first.
pub(super) async fn newest(session: &mut Session, most: i64) -> Result<Vec<Validation>, DatabaseError> {
    let sql = "SELECT id, address, shown, job, verdict, made_at FROM directory_validation \
               ORDER BY made_at DESC, id DESC LIMIT $1";
    session.rows(sql, vec![most.into()]).await?.iter().map(validation).collect()
}

fn validation(row: &Row) -> Result<Validation, DatabaseError> {
    let found = row.maybe_text("verdict")?.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Validation {
        id: row.id("id")?,
        address: row.maybe_text("address")?,
        shown: row.text("shown")?,
        job: row.maybe_id("job")?,
        found: found.map_err(|_| DatabaseError::Column("directory_validation.verdict".into()))?,
        made_at: row.text("made_at")?,
    })
}
