//! The table of looks.

use std::collections::{BTreeMap, BTreeSet};

use ground::database::{Change, DatabaseError, Row, Session};
use vocabulary::{Day, Id};

use super::super::{Service, store};
use super::{Against, Check, Looked, Reminder, Stage};

/// The latest look at each service at which anybody looked.
pub async fn latest(session: &mut Session) -> Result<BTreeMap<Id<Service>, Check>, DatabaseError> {
    let mut latest = BTreeMap::new();
    // The last of a service is the one that stays.
    let sql = "SELECT service, checked_on, against FROM directory_check ORDER BY checked_on, id";
    for row in session.rows(sql, vec![]).await? {
        let wrong = |column: &str| DatabaseError::Column(format!("directory_check.{column}"));
        let on = Day::parse(&row.text("checked_on")?).map_err(|_| wrong("checked_on"))?;
        let against = Against::parse(&row.text("against")?).ok_or_else(|| wrong("against"))?;
        latest.insert(row.id("service")?, Check { on, against });
    }
    Ok(latest)
}

/// Every look at one service, the latest first.
pub async fn of(session: &mut Session, service: Id<Service>) -> Result<Vec<Looked>, DatabaseError> {
    let sql = "SELECT checked_on, against, actor, note FROM directory_check WHERE service = $1 \
               ORDER BY checked_on DESC, id DESC";
    let looked = |row: &Row| {
        let wrong = |column: &str| DatabaseError::Column(format!("directory_check.{column}"));
        let on = Day::parse(&row.text("checked_on")?).map_err(|_| wrong("checked_on"))?;
        let against = Against::parse(&row.text("against")?).ok_or_else(|| wrong("against"))?;
        Ok(Looked { check: Check { on, against }, actor: row.text("actor")?, note: row.maybe_text("note")? })
    };
    session.rows(sql, vec![service.into()]).await?.iter().map(looked).collect()
}

/// Writes down that somebody looked: from now on it is vouched for.
pub async fn looked(change: &mut Change, service: Id<Service>, looked: &Looked) -> Result<(), DatabaseError> {
    let (id, at): (Id<Check>, _) = (change.new_id(), change.at());
    let columns = ["id", "service", "checked_on", "against", "actor", "note", "at"];
    let row = vec![
        id.into(),
        service.into(),
        looked.check.on.to_string().into(),
        looked.check.against.word().into(),
        looked.actor.clone().into(),
        looked.note.clone().into(),
        at.into(),
    ];
    change.insert("directory_check", &columns, "", [row]).await?;
    store::turned(change).await
}

/// Every reminder of the present round that went out: service, stage and the day that it was about.
pub async fn reminded(session: &mut Session) -> Result<BTreeSet<(Id<Service>, Stage, Day)>, DatabaseError> {
    let rows = session.rows("SELECT service, stage, due_on FROM directory_reminder", vec![]).await?;
    let one = |row: &Row| {
        let wrong = |column: &str| DatabaseError::Column(format!("directory_reminder.{column}"));
        let stage = Stage::parse(&row.text("stage")?).ok_or_else(|| wrong("stage"))?;
        let due = Day::parse(&row.text("due_on")?).map_err(|_| wrong("due_on"))?;
        Ok((row.id("service")?, stage, due))
    };
    rows.iter().map(one).collect()
}

/// Notes a reminder, with the hash of its link; whether it is the first of its stage.
pub async fn remind(
    change: &mut Change,
    id: Id<Reminder>,
    (service, stage, due): (Id<Service>, Stage, Day),
    (hash, ends_at): (&str, &str),
) -> Result<bool, DatabaseError> {
    let columns = ["id", "token", "service", "stage", "due_on", "made_at", "ends_at"];
    let at = change.at();
    let row = vec![
        id.into(),
        hash.into(),
        service.into(),
        stage.word().into(),
        due.to_string().into(),
        at.into(),
        ends_at.into(),
    ];
    let once = "ON CONFLICT (service, stage, due_on) DO NOTHING";
    Ok(change.insert("directory_reminder", &columns, once, [row]).await? > 0)
}

/// The reminder of this identifier.
pub async fn reminder(
    session: &mut Session,
    id: Id<Reminder>,
) -> Result<Option<(Id<Service>, Stage, String)>, DatabaseError> {
    let sql = "SELECT service, stage, due_on FROM directory_reminder WHERE id = $1";
    let Some(row) = session.row(sql, vec![id.into()]).await? else { return Ok(None) };
    let stage = Stage::parse(&row.text("stage")?)
        .ok_or_else(|| DatabaseError::Column("directory_reminder.stage".into()))?;
    Ok(Some((row.id("service")?, stage, row.text("due_on")?)))
}

/// The service whose link this is, while it works.
pub async fn opened(
    session: &mut Session,
    hash: &str,
    now: &str,
) -> Result<Option<(Id<Reminder>, Id<Service>)>, DatabaseError> {
    let sql =
        "SELECT id, service FROM directory_reminder WHERE token = $1 AND used_at IS NULL AND ends_at > $2";
    let row = session.row(sql, vec![hash.into(), now.into()]).await?;
    row.map(|row| Ok((row.id("id")?, row.id("service")?))).transpose()
}

/// Uses a link up; of many at once one alone succeeds.
pub async fn take(change: &mut Change, id: Id<Reminder>) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE directory_reminder SET used_at = $1 WHERE id = $2 AND used_at IS NULL";
    Ok(change.run(sql, vec![at.into(), id.into()]).await? == 1)
}
