//! Reading the audit log.

use super::End;
use crate::database::{DatabaseError, Session};

/// A row as it stands in the log: `texts` are its columns from `at` to `previous`.
pub(super) struct Entry {
    pub(super) chain: i64,
    pub(super) seq: i64,
    pub(super) texts: [Option<String>; 7],
    pub(super) hash: String,
}

/// Rows that are looked at together, so that a long log takes little memory.
const PAGE: i64 = 5_000;

/// The rows behind this one, in the order of their chains; none: that was all.
pub(super) async fn behind(
    session: &mut Session,
    (chain, seq): (i64, i64),
) -> Result<Vec<Entry>, DatabaseError> {
    let sql = "SELECT chain, seq, at, actor, action, object, purpose, detail, previous, hash FROM audit \
               WHERE chain > $1 OR (chain = $1 AND seq > $2) ORDER BY chain, seq LIMIT $3";
    let rows = session.rows(sql, vec![chain.into(), seq.into(), PAGE.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                chain: row.whole("chain")?,
                seq: row.whole("seq")?,
                texts: [
                    Some(row.text("at")?),
                    Some(row.text("actor")?),
                    Some(row.text("action")?),
                    Some(row.text("object")?),
                    row.maybe_text("purpose")?,
                    Some(row.text("detail")?),
                    Some(row.text("previous")?),
                ],
                hash: row.text("hash")?,
            })
        })
        .collect()
}

/// The last row of each chain.
pub(super) async fn ends(session: &mut Session) -> Result<Vec<End>, DatabaseError> {
    let sql = "SELECT audit.chain, audit.seq, audit.hash FROM audit \
               JOIN (SELECT chain, MAX(seq) AS seq FROM audit GROUP BY chain) AS ends \
               ON ends.chain = audit.chain AND ends.seq = audit.seq ORDER BY audit.chain";
    let rows = session.rows(sql, Vec::new()).await?;
    let end = |row: &crate::database::Row| {
        Ok(End { chain: row.whole("chain")?, seq: row.whole("seq")?, hash: row.text("hash")? })
    };
    rows.iter().map(end).collect()
}

/// The hash of one row, if it is there.
pub(super) async fn hash(
    session: &mut Session,
    chain: i64,
    seq: i64,
) -> Result<Option<String>, DatabaseError> {
    let sql = "SELECT hash FROM audit WHERE chain = $1 AND seq = $2";
    session.row(sql, vec![chain.into(), seq.into()]).await?.map(|row| row.text("hash")).transpose()
}

/// What a reader of the log asks for; an empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// `account:…` or `cli:…`, whole.
    pub actor: String,
    /// How the action begins: `account.` finds all of that word.
    pub action: String,
    /// What it was done to, whole.
    pub object: String,
    /// From this moment on.
    pub from: String,
    /// Before this moment.
    pub before: String,
}

/// A line of the log, as it is read.
#[derive(Clone, Debug)]
pub struct Line {
    pub chain: i64,
    pub seq: i64,
    pub at: String,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub purpose: Option<String>,
    pub detail: String,
}

/// The lines that are asked for, the latest first, behind so many.
pub(super) async fn lines(
    session: &mut Session,
    asked: &Asked,
    behind: i64,
    most: i64,
) -> Result<Vec<Line>, DatabaseError> {
    // What was done to one thing is asked for often, and has an index.
    let mut plain = asked.clone();
    let object = std::mem::take(&mut plain.object);
    if plain == Asked::default() && !object.is_empty() {
        let sql = "SELECT chain, seq, at, actor, action, object, purpose, detail FROM audit WHERE object = $1 \
                   ORDER BY at DESC, chain DESC, seq DESC LIMIT $2 OFFSET $3";
        let rows = session.rows(sql, vec![object.into(), most.into(), behind.into()]).await?;
        return rows.iter().map(line).collect();
    }
    let sql = "SELECT chain, seq, at, actor, action, object, purpose, detail FROM audit \
               WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR SUBSTR(action, 1, LENGTH($2)) = $2) \
               AND ($3 = '' OR object = $3) AND ($4 = '' OR at >= $4) AND ($5 = '' OR at < $5) \
               ORDER BY at DESC, chain DESC, seq DESC LIMIT $6 OFFSET $7";
    let params = vec![
        asked.actor.as_str().into(),
        asked.action.as_str().into(),
        asked.object.as_str().into(),
        asked.from.as_str().into(),
        asked.before.as_str().into(),
        most.into(),
        behind.into(),
    ];
    let rows = session.rows(sql, params).await?;
    rows.iter().map(line).collect()
}

fn line(row: &crate::database::Row) -> Result<Line, DatabaseError> {
    Ok(Line {
        chain: row.whole("chain")?,
        seq: row.whole("seq")?,
        at: row.text("at")?,
        actor: row.text("actor")?,
        action: row.text("action")?,
        object: row.text("object")?,
        purpose: row.maybe_text("purpose")?,
        detail: row.text("detail")?,
    })
}
