//! A conversation with the database: statements in, rows out.

use std::borrow::Borrow;

use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use tokio::sync::OwnedMutexGuard;
use vocabulary::{Scope, Sight};

use super::connection::Connection;
use super::value::Sql;
use super::writer::Writer;
use super::{DatabaseError, Param, Row, wall};

/// Reads; a [`super::Change`] is one too, so that whoever writes can read what was written.
#[derive(Debug)]
pub struct Session {
    held: Held,
    /// On whose behalf.
    sight: Sight,
}

/// The connection that a session holds.
#[derive(Debug)]
pub(super) enum Held {
    Reader(Connection),
    Writer(OwnedMutexGuard<Writer>),
}

impl Session {
    /// Over a connection that was told on whose behalf it is.
    pub(super) const fn new(held: Held, sight: Sight) -> Self {
        Self { held, sight }
    }

    pub(super) const fn held(&mut self) -> &mut Held {
        &mut self.held
    }

    pub(super) fn into_held(self) -> Held {
        self.held
    }

    pub(super) fn connection(&mut self) -> Result<&mut Connection, DatabaseError> {
        self.held.connection()
    }
}

impl Held {
    fn connection(&mut self) -> Result<&mut Connection, DatabaseError> {
        match self {
            Self::Reader(connection) => Ok(connection),
            Self::Writer(writer) => writer.connection(),
        }
    }
}

/// Values that one statement binds. Both databases take many more, but SQLite looks each one's name up in a list of all
/// of them: the time for a row grows with the statement, and is least here.
pub(super) const MOST_PARAMS: usize = 400;

impl Session {
    /// All rows of an answer.
    pub async fn rows(&mut self, sql: Sql, params: Vec<Param>) -> Result<Vec<Row>, DatabaseError> {
        self.connection()?.rows(sql.into_sql_str(), params).await
    }

    /// All rows of an answer to a statement that says `{within COLUMN}` where it asks whether the organisation in this
    /// column is in the scope.
    pub async fn rows_within(
        &mut self,
        sql: Sql,
        params: Vec<Param>,
        scope: &Scope,
    ) -> Result<Vec<Row>, DatabaseError> {
        let (sql, params) = wall::within(sql, params, scope);
        // Made of a text of the program and of `$n`.
        self.connection()?.rows(AssertSqlSafe(sql).into_sql_str(), params).await
    }

    /// The first row of an answer, if there is one.
    pub async fn row(&mut self, sql: Sql, params: Vec<Param>) -> Result<Option<Row>, DatabaseError> {
        self.connection()?.row(sql.into_sql_str(), params).await
    }

    /// A number: the first row's column `n`.
    pub async fn count(&mut self, sql: Sql, params: Vec<Param>) -> Result<i64, DatabaseError> {
        self.row(sql, params).await?.map_or(Ok(0), |row| row.whole("n"))
    }

    /// A number over all rows, whoever may see them: what somebody may do can hang on what they may not see. Nothing but
    /// the number comes back; `{within COLUMN}` as in [`Session::rows_within`].
    pub async fn count_of_all(
        &mut self,
        sql: Sql,
        params: Vec<Param>,
        scope: &Scope,
    ) -> Result<i64, DatabaseError> {
        wall::show(self.connection()?, &Sight::Meres).await?;
        let counted = self.rows_within(sql, params, scope).await;
        let back = wall::show(self.held.connection()?, &self.sight).await;
        let counted = counted?;
        back?;
        counted.first().map_or(Ok(0), |row| row.whole("n"))
    }

    /// Runs a statement that changes rows; says how many.
    pub(super) async fn run(&mut self, sql: Sql, params: Vec<Param>) -> Result<u64, DatabaseError> {
        self.connection()?.run(sql.into_sql_str(), params, true).await
    }

    /// Writes rows into a table, many a statement. `ending` comes behind the values (`ON CONFLICT …`).
    pub(super) async fn insert_rows(
        &mut self,
        table: Sql,
        columns: &[Sql],
        ending: Sql,
        rows: impl IntoIterator<Item = Vec<Param>>,
    ) -> Result<u64, DatabaseError> {
        let rows_at_once = (MOST_PARAMS / columns.len().max(1)).max(1);
        let mut rows = rows.into_iter();
        let mut written = 0;
        let full = insert_statement(table, columns, ending, rows_at_once);
        loop {
            let part: Vec<Vec<Param>> = rows.by_ref().take(rows_at_once).collect();
            if part.is_empty() {
                return Ok(written);
            }
            let whole = part.len() == rows_at_once;
            let sql = if whole { full.clone() } else { insert_statement(table, columns, ending, part.len()) };
            // The text is made of names from the program and of `$n`.
            let sql = AssertSqlSafe(sql).into_sql_str();
            let params = part.into_iter().flatten().collect();
            written += self.connection()?.run(sql, params, whole).await?;
        }
    }
}

/// A statement that writes so many rows.
pub(super) fn insert_statement(
    table: &str,
    columns: &[impl Borrow<str>],
    ending: &str,
    rows: usize,
) -> String {
    use std::fmt::Write as _;
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    let mut number = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            number += 1;
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = write!(sql, "{comma}${number}");
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(ending);
    sql
}
