//! The table of how records stood. Rows are added and never changed.

use ground::database::{Change, DatabaseError, Row, Session};
use ground::jobs::{self, NewJob};
use serde_json::json;
use vocabulary::Id;

use super::super::{Entry, Kind};
use super::{Ended, How, Past, TELL};

/// Writes down how records stood until now, and has those told who watch them.
pub async fn note(
    change: &mut Change,
    ended: Vec<Ended>,
    how: How,
    actor: &str,
) -> Result<(), DatabaseError> {
    if ended.is_empty() {
        return Ok(());
    }
    let at = change.at();
    let mut rows = Vec::new();
    for one in ended {
        let id: Id<Past> = change.new_id();
        rows.push(vec![
            id.into(),
            one.kind.word().into(),
            one.entry.into(),
            one.record.into(),
            at.clone().into(),
            how.word().into(),
            actor.into(),
        ]);
    }
    let columns = ["id", "kind", "entry", "record", "until", "how", "actor"];
    change.insert("directory_past", &columns, "", rows).await?;
    // One letter a change, however many records it was about.
    let dedupe_key = Some(format!("{TELL}.{at}"));
    let job = NewJob { dedupe_key, ..NewJob::new(TELL, "directory", json!({"at": at})) };
    jobs::queue(change, &job).await?;
    Ok(())
}

/// How one record stood, the latest first.
pub async fn of(session: &mut Session, entry: Id<Entry>) -> Result<Vec<Past>, DatabaseError> {
    let sql = "SELECT id, kind, entry, record, until, how, actor FROM directory_past WHERE entry = $1 \
               ORDER BY until DESC, id DESC";
    session.rows(sql, vec![entry.into()]).await?.iter().map(past).collect()
}

/// What one change ended, known by its moment.
pub async fn at(session: &mut Session, at: &str) -> Result<Vec<Past>, DatabaseError> {
    let sql =
        "SELECT id, kind, entry, record, until, how, actor FROM directory_past WHERE until = $1 ORDER BY id";
    session.rows(sql, vec![at.into()]).await?.iter().map(past).collect()
}

fn past(row: &Row) -> Result<Past, DatabaseError> {
    let wrong = |column: &str| DatabaseError::Column(format!("directory_past.{column}"));
    Ok(Past {
        id: row.id("id")?,
        kind: Kind::parse(&row.text("kind")?).ok_or_else(|| wrong("kind"))?,
        entry: row.id("entry")?,
        record: row.text("record")?,
        until: row.text("until")?,
        how: How::parse(&row.text("how")?).ok_or_else(|| wrong("how"))?,
        actor: row.text("actor")?,
    })
}
