//! The table of extracts that were sent.

use ground::database::{Change, DatabaseError, Row, Session};
use ground::jobs::Job;
use planning::population::Entry;
use vocabulary::{Day, Id};

use super::{State, Upload};

const COLUMNS: [&str; 10] =
    ["id", "name", "purpose", "agreement", "keep_until", "files", "events", "mapping", "state", "made_at"];

pub(super) async fn add(change: &mut Change, upload: &Upload) -> Result<(), DatabaseError> {
    let row = vec![
        upload.id.into(),
        upload.name.as_str().into(),
        upload.purpose.as_str().into(),
        upload.agreement.clone().into(),
        upload.keep_until.map(|day| day.to_string()).into(),
        serde_json::Value::from(upload.files.clone()).to_string().into(),
        serde_json::Value::from(upload.events.clone()).to_string().into(),
        upload.mapping.as_str().into(),
        upload.state.word().into(),
        upload.made_at.as_str().into(),
    ];
    change.insert("population_upload", &COLUMNS, "", [row]).await?;
    Ok(())
}

/// Says which job reads it.
pub(super) async fn read_by(
    change: &mut Change,
    upload: Id<Upload>,
    job: Id<Job>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE population_upload SET job = $1 WHERE id = $2";
    change.run(sql, vec![job.into(), upload.into()]).await.map(drop)
}

/// It is kept: as this population.
pub(super) async fn kept(
    change: &mut Change,
    upload: Id<Upload>,
    population: Id<Entry>,
) -> Result<(), DatabaseError> {
    let sql = "UPDATE population_upload SET state = 'kept', population = $1, ended_at = $2 WHERE id = $3";
    let at = change.at();
    change.run(sql, vec![population.into(), at.into(), upload.into()]).await.map(drop)
}

/// It is not kept, for this reason.
pub(super) async fn refused(
    change: &mut Change,
    upload: Id<Upload>,
    (why, problems): (&str, Option<String>),
) -> Result<(), DatabaseError> {
    let sql = "UPDATE population_upload SET state = 'refused', why = $1, problems = $2, ended_at = $3 WHERE id = $4";
    let at = change.at();
    change.run(sql, vec![why.into(), problems.into(), at.into(), upload.into()]).await.map(drop)
}

pub(super) async fn find(session: &mut Session, id: Id<Upload>) -> Result<Option<Upload>, DatabaseError> {
    let sql = "SELECT id, name, purpose, agreement, keep_until, files, events, mapping, job, state, why, problems, population, \
               made_at FROM population_upload WHERE id = $1";
    session.row(sql, vec![id.into()]).await?.as_ref().map(upload).transpose()
}

/// Those that are being read, and those that were refused since a moment: the latest first.
pub(super) async fn open(session: &mut Session, since: &str) -> Result<Vec<Upload>, DatabaseError> {
    let sql = "SELECT id, name, purpose, agreement, keep_until, files, events, mapping, job, state, why, NULL AS problems, \
               population, made_at FROM population_upload \
               WHERE state = 'reading' OR state = 'columns' OR (state = 'refused' AND made_at >= $1) ORDER BY made_at DESC, id DESC";
    session.rows(sql, vec![since.into()]).await?.iter().map(upload).collect()
}

/// Those of which somebody has to say which column is what.
pub(super) async fn without_columns(session: &mut Session) -> Result<Vec<Upload>, DatabaseError> {
    let sql = "SELECT id, name, purpose, agreement, keep_until, files, events, mapping, job, state, why, NULL AS problems, \
               population, made_at FROM population_upload WHERE state = 'columns' ORDER BY made_at, id";
    session.rows(sql, vec![]).await?.iter().map(upload).collect()
}

/// Which column is what was said: it can be read. Nothing where somebody else did so meanwhile.
pub(super) async fn mapped(
    change: &mut Change,
    upload: Id<Upload>,
    mapping: &str,
) -> Result<bool, DatabaseError> {
    let sql =
        "UPDATE population_upload SET state = 'reading', mapping = $1 WHERE id = $2 AND state = 'columns'";
    Ok(change.run(sql, vec![mapping.into(), upload.into()]).await? == 1)
}

fn upload(row: &Row) -> Result<Upload, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("population_upload.{column}"));
    let day = |text: String| Day::parse(&text).map_err(|_| wrong("keep_until"));
    Ok(Upload {
        id: row.id("id")?,
        name: row.text("name")?,
        purpose: row.text("purpose")?,
        agreement: row.maybe_text("agreement")?,
        keep_until: row.maybe_text("keep_until")?.map(day).transpose()?,
        files: serde_json::from_str(&row.text("files")?).map_err(|_| wrong("files"))?,
        events: serde_json::from_str(&row.text("events")?).map_err(|_| wrong("events"))?,
        mapping: row.text("mapping")?,
        job: row.maybe_id("job")?,
        state: State::from_word(&row.text("state")?).ok_or_else(|| wrong("state"))?,
        why: row.maybe_text("why")?,
        problems: row.maybe_text("problems")?,
        population: row.maybe_id("population")?,
        made_at: row.text("made_at")?,
    })
}
