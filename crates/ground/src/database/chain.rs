//! The audit log as a chain: each row names the one before it, so that none can be changed, left out or put in later
//! without every row behind it being made anew. [`crate::audit`] follows the chains and shares nothing with this writer.

use sqlx::SqlSafeStr as _;

use super::connection::Connection;
use super::value::Sql;
use super::{DatabaseError, Param};
use crate::files::digest_text;

/// The last row of a chain; before the first, number nought and a hash of noughts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    chain: i64,
    seq: i64,
    hash: String,
}

/// A row to come.
pub(super) struct Entry {
    pub(super) at: String,
    pub(super) actor: String,
    pub(super) action: Sql,
    pub(super) object: String,
    pub(super) purpose: Option<String>,
    pub(super) detail: String,
}

const INSERT: Sql = "INSERT INTO audit (chain, seq, at, actor, action, object, purpose, detail, previous, hash) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const FREE: Sql = "SELECT CAST(chain AS BIGINT) AS n FROM generate_series(1, 10000) AS chain \
                   WHERE pg_try_advisory_xact_lock(1298494053, chain) LIMIT 1";
const LAST: Sql = "SELECT seq, hash FROM audit WHERE chain = $1 ORDER BY seq DESC LIMIT 1";

impl Head {
    /// The end of a chain that nobody else adds to while this transaction lasts. SQLite has one writer and one chain; on
    /// PostgreSQL each process that writes takes the first chain that is free, so that none waits for another.
    pub(super) async fn take(connection: &mut Connection) -> Result<Self, DatabaseError> {
        let chain = match connection {
            Connection::Embedded(_) => 1,
            Connection::Server(_) => {
                let free = connection.row(FREE.into_sql_str(), Vec::new()).await?;
                free.map_or(Ok(1), |row| row.whole("n"))?
            }
        };
        // Not in one statement with the lock: it must see what the chain's last holder wrote.
        match connection.row(LAST.into_sql_str(), vec![chain.into()]).await? {
            Some(row) => Ok(Self { chain, seq: row.whole("seq")?, hash: row.text("hash")? }),
            None => Ok(Self { chain, seq: 0, hash: "0".repeat(64) }),
        }
    }

    /// Writes the row behind this one, and gives the new end.
    pub(super) async fn add(&self, connection: &mut Connection, row: Entry) -> Result<Self, DatabaseError> {
        let seq = self.seq + 1;
        let texts = [
            Some(self.chain.to_string()),
            Some(seq.to_string()),
            Some(row.at),
            Some(row.actor),
            Some(row.action.to_owned()),
            Some(row.object),
            row.purpose,
            Some(row.detail),
            Some(self.hash.clone()),
        ];
        // What is hashed is what is kept: a text loses its NULs on the way in.
        let texts = texts.map(|text| text.map(|text| text.replace('\0', "")));
        let hash = digest(&texts);
        let mut params = vec![self.chain.into(), seq.into()];
        params.extend(texts.into_iter().skip(2).map(Param::from));
        params.push(hash.as_str().into());
        connection.run(INSERT.into_sql_str(), params, true).await?;
        Ok(Self { chain: self.chain, seq, hash })
    }
}

const COLUMNS: [&str; 9] =
    ["chain", "seq", "at", "actor", "action", "object", "purpose", "detail", "previous"];

/// SHA-256 over the name and the text of each column that holds one, each with its length before it, so that no two
/// rows are written alike: `5:chain,1:1,3:seq,1:1,…`. A column that comes later leaves the old rows as they are.
fn digest(texts: &[Option<String>; COLUMNS.len()]) -> String {
    let there = COLUMNS.iter().zip(texts).filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let written = there.map(|(name, text)| format!("{}:{name},{}:{text},", name.len(), text.len()));
    digest_text(&written.collect::<String>())
}
