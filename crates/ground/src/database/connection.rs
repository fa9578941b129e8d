//! A connection to either database, and where connections come from.

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, Postgres};
use sqlx::sqlite::{Sqlite, SqlitePool};
use sqlx::{Executor as _, SqlStr};

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
        let (mut connection, begin) = match self {
            Self::Embedded { reading, .. } => (Connection::Embedded(reading.acquire().await?), "BEGIN"),
            Self::Server { reading, .. } => {
                let connection = Connection::Server(reading.acquire().await?);
                (connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
        };
        connection.tell(begin).await?;
        Ok(connection)
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

    /// Does not give the connection back: nobody may use what is left in it.
    pub(super) fn discard(self) {
        match self {
            Self::Embedded(mut connection) => connection.close_on_drop(),
            Self::Server(mut connection) => connection.close_on_drop(),
        }
    }
}
