//! A database that is made anew from the rows of another: in a folder that has none, or on a PostgreSQL that holds no
//! table. All of it is one transaction; dropped before its end, it has not happened.

use std::path::Path;

use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use vocabulary::{Actor, Sight};

use super::super::chain::Head;
use super::super::change::{Act, entry};
use super::super::connection::Connection;
use super::super::session::{MOST_PARAMS, insert_statement};
use super::super::{Clock, DatabaseError, Param, embedded, migrations, server, wall};
use super::tables::{Table, quoted, tables};

/// Where a database is to be made.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// In this folder, which must be there and hold none. Nobody else may look at the folder yet: until the end the
    /// file is not safe from a power cut.
    Folder(&'a Path),
    /// On this PostgreSQL, as the owner of its tables, for the role that Meres will connect as.
    Server { owner_url: &'a str, role: &'a str },
}

/// A database that is being filled.
#[derive(Debug)]
pub struct Filling {
    connection: Connection,
    tables: Vec<Table>,
    /// Rows of one table that wait for a full statement.
    waiting: (usize, Vec<Vec<Param>>),
    links: Vec<Link>,
    role: Option<String>,
}

/// A foreign key of a PostgreSQL, taken off while rows come in.
#[derive(Debug)]
struct Link {
    table: String,
    name: String,
    definition: String,
}

impl Filling {
    /// Makes the tables as they were after these steps.
    pub async fn begin(place: Place<'_>, steps: &[i64]) -> Result<Self, DatabaseError> {
        let (mut connection, role) = match place {
            Place::Folder(folder) => (Connection::Embedded(embedded::to_be_filled(folder).await?), None),
            Place::Server { owner_url, role } => {
                let connection = server::to_be_filled(owner_url, role).await?;
                (Connection::Server(connection), Some(role.to_owned()))
            }
        };
        connection.begin_nesting().await?;
        wall::show(&mut connection, &Sight::Meres).await?;
        connection.take_steps(steps).await?;
        let tables = tables(&mut connection).await?;
        let mut filling = Self { connection, tables, waiting: (0, Vec::new()), links: Vec::new(), role };
        filling.take_off_links().await?;
        Ok(filling)
    }

    /// The tables that were made.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Adds a row to a table, told by its number in [`Filling::tables`]; values in the order of the table's columns.
    pub async fn add(&mut self, table: usize, row: Vec<Param>) -> Result<(), DatabaseError> {
        if self.waiting.0 != table {
            self.write().await?;
        }
        self.waiting.0 = table;
        self.waiting.1.push(row);
        if self.waiting.1.len() == rows_at_once(&self.tables[table]) {
            self.write().await?;
        }
        Ok(())
    }

    /// Writes what waits.
    async fn write(&mut self) -> Result<(), DatabaseError> {
        let (table, rows) = (&self.tables[self.waiting.0], std::mem::take(&mut self.waiting.1));
        if rows.is_empty() {
            return Ok(());
        }
        let whole = rows.len() == rows_at_once(table);
        // Names that the database gave, quoted.
        let sql = insert_statement(&quoted(&table.name), &table.quoted_columns(), "", rows.len());
        let params = rows.into_iter().flatten().collect();
        self.connection.run(AssertSqlSafe(sql).into_sql_str(), params, whole).await?;
        Ok(())
    }

    /// Ends with the tables as they were when the rows were read out.
    pub async fn keep(mut self) -> Result<(), DatabaseError> {
        self.write().await?;
        self.put_on_links().await?;
        self.connection.tell("COMMIT").await?;
        self.connection.end().await
    }

    /// Brings the tables up to date, writes down in the audit log what was done, and ends.
    pub async fn keep_up_to_date(
        mut self,
        actor: &Actor,
        act: Act,
        clock: Clock,
    ) -> Result<(), DatabaseError> {
        self.write().await?;
        self.put_on_links().await?;
        self.connection.take_steps(&migrations::all()).await?;
        let head = Head::take(&mut self.connection).await?;
        head.add(&mut self.connection, entry(clock(), actor, act)).await?;
        if let Some(role) = &self.role {
            self.connection.script(server::rights(role)).await?;
        }
        self.connection.tell("COMMIT").await?;
        self.connection.end().await
    }

    /// Rows come table by table, and may name rows that come later: they are held to that at the end, all of them.
    async fn take_off_links(&mut self) -> Result<(), DatabaseError> {
        if let Connection::Embedded(_) = self.connection {
            return self.connection.tell("PRAGMA defer_foreign_keys = ON").await;
        }
        let sql = "SELECT CAST(c.relname AS TEXT) AS place, CAST(k.conname AS TEXT) AS name, \
                   pg_get_constraintdef(k.oid) AS definition FROM pg_constraint AS k \
                   JOIN pg_class AS c ON c.oid = k.conrelid \
                   JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public' \
                   WHERE k.contype = 'f' ORDER BY place, name";
        for row in self.connection.rows(sql.into_sql_str(), Vec::new()).await? {
            let (table, name) = (quoted(&row.text("place")?), quoted(&row.text("name")?));
            self.connection.script(format!("ALTER TABLE {table} DROP CONSTRAINT {name}")).await?;
            self.links.push(Link { table, name, definition: row.text("definition")? });
        }
        Ok(())
    }

    async fn put_on_links(&mut self) -> Result<(), DatabaseError> {
        for Link { table, name, definition } in std::mem::take(&mut self.links) {
            let sql = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
            self.connection.script(sql).await?;
        }
        Ok(())
    }
}

/// Writes down in the audit log of a PostgreSQL what its owner did beside it.
pub async fn note_on_server(
    owner_url: &str,
    actor: &Actor,
    act: Act,
    clock: Clock,
) -> Result<(), DatabaseError> {
    let mut connection = Connection::Server(server::as_it_stands(owner_url).await?);
    connection.tell("BEGIN").await?;
    wall::show(&mut connection, &Sight::Meres).await?;
    let head = Head::take(&mut connection).await?;
    head.add(&mut connection, entry(clock(), actor, act)).await?;
    connection.tell("COMMIT").await?;
    connection.end().await
}

fn rows_at_once(table: &Table) -> usize {
    (MOST_PARAMS / table.columns.len().max(1)).max(1)
}
