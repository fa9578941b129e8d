//! One state of a database, to be read out as a whole. Nothing is written where it stands: no table is brought up to
//! date, and no database is made.

use std::path::Path;

use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use vocabulary::Sight;

use super::super::connection::Connection;
use super::super::session::{Held, Session};
use super::super::{DatabaseError, Param, embedded, migrations, server, wall};
use super::tables::{Table, tables};

/// A database as it was at one moment, whatever is written meanwhile.
#[derive(Debug)]
pub struct Snapshot {
    session: Session,
    /// The numbers of the steps that made its tables.
    pub steps: Vec<i64>,
    pub tables: Vec<Table>,
}

impl Snapshot {
    /// Of the database in this folder, which must be there.
    pub async fn of_folder(folder: &Path) -> Result<Self, DatabaseError> {
        Self::of(Connection::Embedded(embedded::as_it_stands(folder).await?)).await
    }

    /// Of a PostgreSQL, as a role that may read every table; it may own them, since nothing is written. Refused where a
    /// policy would hide rows from it.
    pub async fn of_server(url: &str) -> Result<Self, DatabaseError> {
        Self::of(Connection::Server(server::as_it_stands(url).await?)).await
    }

    async fn of(mut connection: Connection) -> Result<Self, DatabaseError> {
        match &connection {
            Connection::Embedded(_) => connection.tell("BEGIN").await?,
            Connection::Server(_) => {
                connection.tell("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                wall::show_all(&mut connection).await?;
            }
        }
        let steps = match &mut connection {
            Connection::Embedded(connection) => {
                migrations::taken(&mut **connection, &migrations::embedded()).await?
            }
            Connection::Server(connection) => {
                migrations::taken(&mut **connection, &migrations::server()).await?
            }
        };
        let tables = tables(&mut connection).await?;
        let session = Session::new(Held::Reader(connection), Sight::Meres);
        Ok(Self { session, steps, tables })
    }

    /// To be asked like any other state.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Hands over every row of a table, its values in the order of the table's columns. The rows come one by one: a long
    /// table takes no more memory than a short one.
    pub async fn each_row<E: From<DatabaseError>>(
        &mut self,
        table: &Table,
        mut take: impl FnMut(&[Param]) -> Result<(), E>,
    ) -> Result<(), E> {
        // Names that the database gave, quoted.
        let sql = AssertSqlSafe(table.select()).into_sql_str();
        let mut values = Vec::with_capacity(table.columns.len());
        self.session
            .connection()?
            .each(sql, |row| {
                values.clear();
                for column in &table.columns {
                    values.push(row.param(&column.name, column.kind)?);
                }
                take(&values)
            })
            .await
    }

    /// Lets go of it.
    pub async fn close(self) -> Result<(), DatabaseError> {
        let Held::Reader(connection) = self.session.into_held() else { return Ok(()) };
        connection.end().await
    }
}
