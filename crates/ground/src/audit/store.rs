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
