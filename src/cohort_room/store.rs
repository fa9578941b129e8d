//! Versions of definitions. Rows are added and never changed.

use ground::database::{Change, DatabaseError, Row, Session};
use planning::cohort::Cohort;
use vocabulary::{Condition, Id};

use super::{KeptCodes, Version};

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

pub(super) async fn add_code_list(change: &mut Change, list: &KeptCodes) -> Result<(), DatabaseError> {
    let columns = ["id", "name", "system", "source", "licence", "condition", "codes", "made_at", "actor"];
    let row = vec![
        list.id.into(),
        list.name.as_str().into(),
        list.system.as_str().into(),
        list.source.as_str().into(),
        list.licence.as_str().into(),
        list.condition.map(|condition| condition.key().to_owned()).into(),
        serde_json::json!(list.codes).to_string().into(),
        list.made_at.as_str().into(),
        list.actor.as_str().into(),
    ];
    change.insert("code_list", &columns, "", [row]).await?;
    Ok(())
}

macro_rules! code_lists {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, system, source, licence, condition, codes, made_at, actor, ended_at FROM code_list ",
            $rest
        )
    };
}

/// Those that are offered, by name.
pub(super) async fn code_lists(session: &mut Session) -> Result<Vec<KeptCodes>, DatabaseError> {
    let sql = code_lists!("WHERE ended_at IS NULL ORDER BY name, id");
    session.rows(sql, vec![]).await?.iter().map(kept_codes).collect()
}

/// Identifier and name of those that are offered.
pub(super) async fn names_of_code_lists(
    session: &mut Session,
) -> Result<Vec<(Id<KeptCodes>, String)>, DatabaseError> {
    let sql = "SELECT id, name FROM code_list WHERE ended_at IS NULL ORDER BY name, id";
    session.rows(sql, vec![]).await?.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

pub(super) async fn code_list(
    session: &mut Session,
    id: Id<KeptCodes>,
) -> Result<Option<KeptCodes>, DatabaseError> {
    let row = session.row(code_lists!("WHERE id = $1"), vec![id.into()]).await?;
    row.as_ref().map(kept_codes).transpose()
}

/// Offers it no more; says whether it was offered.
pub(super) async fn end_code_list(change: &mut Change, id: Id<KeptCodes>) -> Result<bool, DatabaseError> {
    let at = change.at();
    let sql = "UPDATE code_list SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
    Ok(change.run(sql, vec![at.into(), id.into()]).await? == 1)
}

fn kept_codes(row: &Row) -> Result<KeptCodes, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("code_list.{column}"));
    let condition = row.maybe_text("condition")?;
    let condition = condition.map(|key| Condition::from_key(&key).ok_or_else(|| wrong("condition")));
    Ok(KeptCodes {
        id: row.id("id")?,
        name: row.text("name")?,
        system: row.text("system")?,
        source: row.text("source")?,
        licence: row.text("licence")?,
        condition: condition.transpose()?,
        codes: serde_json::from_str(&row.text("codes")?).map_err(|_| wrong("codes"))?,
        made_at: row.text("made_at")?,
        actor: row.text("actor")?,
        ended: row.maybe_text("ended_at")?.is_some(),
    })
}
