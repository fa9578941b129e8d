//! A connection to either database, and where connections come from.

use futures_util::TryStreamExt as _;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, Postgres};
use sqlx::sqlite::{Sqlite, SqlitePool};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _, SqlStr};

use super::migrations;
use super::value::{Sql, bound_embedded, bound_server};
use super::{DatabaseError, Param, Row};

/// Where connections come from: one that writes, several that read. A connection that broke is made anew.
#[derive(Clone, Debug)]
pub(super) enum Engine {
    Embedded { writing: SqlitePool, reading: SqlitePool },
    Server { writing: PgPool, reading: PgPool },
}

/// An open connection.
#[derive(Debug)]
pub(super) enum Connection {
    Embedded(PoolConnection<Sqlite>),
    Server(PoolConnection<Postgres>),
}

impl Engine {
    /// A connection that sees one state until it is dropped.
    pub(super) async fn reader(&self) -> Result<Connection, DatabaseError> {
        Ok(match self {
            // It has begun: see `embedded`.
            Self::Embedded { reading, .. } => Connection::Embedded(reading.acquire().await?),
            Self::Server { reading, .. } => {
                let mut connection = Connection::Server(reading.acquire().await?);
                connection.tell("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                connection
            }
        })
    }

    /// The connection that writes, in a transaction.
    pub(super) async fn writer(&self) -> Result<Connection, DatabaseError> {
        let (mut connection, begin) = match self {
            Self::Embedded { writing, .. } => {
                (Connection::Embedded(writing.acquire().await?), "BEGIN IMMEDIATE")
            }
            Self::Server { writing, .. } => (Connection::Server(writing.acquire().await?), "BEGIN"),
        };
        connection.tell(begin).await?;
        Ok(connection)
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Embedded { writing, reading } => {
                reading.close().await;
                writing.close().await;
            }
            Self::Server { writing, reading } => {
                reading.close().await;
                writing.close().await;
            }
        }
    }
}

impl Connection {
    /// A statement without values.
    pub(super) async fn tell(&mut self, sql: Sql) -> Result<(), DatabaseError> {
        match self {
            Self::Embedded(connection) => connection.execute(sql).await.map(|_| ())?,
            Self::Server(connection) => connection.execute(sql).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Statements one after another.
    pub(super) async fn script(&mut self, sql: String) -> Result<(), DatabaseError> {
        // Whoever wrote it made sure of the names that are in it; values are bound.
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Embedded(connection) => sql.execute(&mut **connection).await.map(|_| ())?,
            Self::Server(connection) => sql.execute(&mut **connection).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Runs a statement that changes rows; says how many. A statement that is `kept` is not parsed again.
    pub(super) async fn run(
        &mut self,
        sql: SqlStr,
        params: Vec<Param>,
        kept: bool,
    ) -> Result<u64, DatabaseError> {
        Ok(match self {
            Self::Embedded(connection) => {
                bound_embedded(sql, params).persistent(kept).execute(&mut **connection).await?.rows_affected()
            }
            Self::Server(connection) => {
                bound_server(sql, params).persistent(kept).execute(&mut **connection).await?.rows_affected()
            }
        })
    }

    pub(super) async fn rows(&mut self, sql: SqlStr, params: Vec<Param>) -> Result<Vec<Row>, DatabaseError> {
        Ok(match self {
            Self::Embedded(connection) => {
                let rows = bound_embedded(sql, params).fetch_all(&mut **connection).await?;
                rows.into_iter().map(Row::Embedded).collect()
            }
            Self::Server(connection) => {
                let rows = bound_server(sql, params).fetch_all(&mut **connection).await?;
                rows.into_iter().map(Row::Server).collect()
            }
        })
    }

    pub(super) async fn row(
        &mut self,
        sql: SqlStr,
        params: Vec<Param>,
    ) -> Result<Option<Row>, DatabaseError> {
        Ok(match self {
            Self::Embedded(connection) => {
                bound_embedded(sql, params).fetch_optional(&mut **connection).await?.map(Row::Embedded)
            }
            Self::Server(connection) => {
                bound_server(sql, params).fetch_optional(&mut **connection).await?.map(Row::Server)
            }
        })
    }

    /// The rows that a statement takes for itself; see [`super::Change::claim`].
    pub(super) async fn claim(&mut self, sql: Sql, params: Vec<Param>) -> Result<Vec<Row>, DatabaseError> {
        let (before, rest) = sql.split_once("{unlocked ").unwrap_or((sql, "}"));
        let (name, after) = rest.split_once('}').unwrap_or(("", ""));
        let sql = match self {
            Self::Server(_) if !name.is_empty() => {
                format!("{before}FOR UPDATE OF {name} SKIP LOCKED{after}")
            }
            _ => format!("{before}{after}"),
        };
        // Made of a text of the program.
        self.rows(AssertSqlSafe(sql).into_sql_str(), params).await
    }

    /// Hands over the rows of an answer one by one.
    pub(super) async fn each<E: From<DatabaseError>>(
        &mut self,
        sql: SqlStr,
        mut take: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: sqlx::Error| E::from(error.into());
        match self {
            Self::Embedded(connection) => {
                let mut rows = sqlx::query(sql).persistent(false).fetch(&mut **connection);
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    take(Row::Embedded(row))?;
                }
            }
            Self::Server(connection) => {
                let mut rows = sqlx::query(sql).persistent(false).fetch(&mut **connection);
                while let Some(row) = rows.try_next().await.map_err(failed)? {
                    take(Row::Server(row))?;
                }
            }
        }
        Ok(())
    }

    /// Begins a transaction in which the steps that make tables are savepoints. It ends by `COMMIT`, and the connection
    /// with it ([`Connection::end`]): the count of what is nested is right no longer then.
    pub(super) async fn begin_nesting(&mut self) -> Result<(), DatabaseError> {
        // Dropped, it would be taken back.
        match self {
            Self::Embedded(connection) => std::mem::forget(connection.begin_with("BEGIN IMMEDIATE").await?),
            Self::Server(connection) => std::mem::forget(connection.begin().await?),
        }
        Ok(())
    }

    /// Takes those of these steps that were not taken yet; they must be the first of ours.
    pub(super) async fn take_steps(&mut self, steps: &[i64]) -> Result<(), DatabaseError> {
        let newer = || DatabaseError::Refused("a newer Meres made it; use that one".to_owned());
        if steps.is_empty() || !migrations::all().starts_with(steps) {
            return Err(newer());
        }
        let last = steps.last().copied();
        match self {
            Self::Embedded(connection) => {
                migrations::embedded().run_direct(last, &mut **connection, false).await?;
            }
            Self::Server(connection) => {
                migrations::server().run_direct(last, &mut **connection, false).await?;
            }
        }
        Ok(())
    }

    /// Ends the connection, and waits until it has ended.
    pub(super) async fn end(self) -> Result<(), DatabaseError> {
        match self {
            Self::Embedded(connection) => Ok(connection.close().await?),
            Self::Server(connection) => Ok(connection.close().await?),
        }
    }

    /// Does not give the connection back: nobody may use what is left in it.
    pub(super) fn discard(self) {
        match self {
            Self::Embedded(mut connection) => connection.close_on_drop(),
            Self::Server(mut connection) => connection.close_on_drop(),
        }
    }
}
