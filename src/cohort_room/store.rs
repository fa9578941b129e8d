//! Versions of definitions. Rows are added and never changed.

use ground::database::{Change, DatabaseError, Row, Session};
use planning::cohort::Cohort;
use vocabulary::Id;

use super::Version;

macro_rules! versions {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.cohort, v.number, v.text, v.note, v.made_at, v.actor FROM cohort_version v ",
            $rest
        )
    };
}

pub(super) async fn add(change: &mut Change, version: &Version) -> Result<(), DatabaseError> {
    let columns = ["id", "cohort", "number", "text", "note", "made_at", "actor"];
    let row = vec![
        version.id.into(),
        version.cohort.into(),
        version.number.into(),
        version.text.as_str().into(),
        version.note.as_str().into(),
        version.made_at.as_str().into(),
        version.actor.as_str().into(),
    ];
    change.insert("cohort_version", &columns, "", [row]).await?;
    Ok(())
}

pub(super) async fn newest(session: &mut Session) -> Result<Vec<Version>, DatabaseError> {
    let sql = versions!(
        "WHERE v.number = (SELECT MAX(w.number) FROM cohort_version w WHERE w.cohort = v.cohort) ORDER BY v.made_at DESC, v.id"
    );
    session.rows(sql, vec![]).await?.iter().map(version).collect()
}

pub(super) async fn find(session: &mut Session, id: Id<Version>) -> Result<Option<Version>, DatabaseError> {
    session.row(versions!("WHERE v.id = $1"), vec![id.into()]).await?.as_ref().map(version).transpose()
}

/// Every version of a definition, the newest first.
pub(super) async fn of(session: &mut Session, cohort: Id<Cohort>) -> Result<Vec<Version>, DatabaseError> {
    let sql = versions!("WHERE v.cohort = $1 ORDER BY v.number DESC");
    session.rows(sql, vec![cohort.into()]).await?.iter().map(version).collect()
}

fn version(row: &Row) -> Result<Version, DatabaseError> {
    Ok(Version {
        id: row.id("id")?,
        cohort: row.id("cohort")?,
        number: row.whole("number")?,
        text: row.text("text")?,
        note: row.text("note")?,
        made_at: row.text("made_at")?,
        actor: row.text("actor")?,
    })
}
