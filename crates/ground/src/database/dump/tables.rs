//! The tables of a database, as the database itself describes them.

use std::collections::BTreeMap;

use sqlx::SqlSafeStr as _;

use super::super::connection::Connection;
use super::super::value::{Kind, Sql};
use super::super::{DatabaseError, Row};

/// A table. Its columns stand in the order of their names, which is the same on both databases.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// The columns of its primary key, in their order: the rows come by them.
    pub(super) key: Vec<String>,
}

/// A column of a table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

const EMBEDDED: Sql = "SELECT sqlite_schema.name AS place, columns.name AS name, LOWER(columns.type) AS kind, \
                       CAST(columns.pk AS BIGINT) AS key_at \
                       FROM sqlite_schema JOIN pragma_table_info(sqlite_schema.name) AS columns \
                       WHERE sqlite_schema.type = 'table' AND sqlite_schema.name NOT LIKE 'sqlite_%' \
                       AND sqlite_schema.name <> '_sqlx_migrations'";

/// Not of `information_schema`, which leaves out what the role may not read: that must be an error, not a gap.
const SERVER: Sql = "SELECT CAST(c.relname AS TEXT) AS place, CAST(a.attname AS TEXT) AS name, \
                     LOWER(format_type(a.atttypid, NULL)) AS kind, CAST(COALESCE(array_position( \
                         string_to_array(CAST(i.indkey AS TEXT), ' '), CAST(a.attnum AS TEXT)), 0) AS BIGINT) AS key_at \
                     FROM pg_class AS c \
                     JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public' \
                     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                     LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary \
                     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '_sqlx_migrations'";

/// All tables that hold something of ours, in the order of their names.
pub(super) async fn tables(connection: &mut Connection) -> Result<Vec<Table>, DatabaseError> {
    let sql = match connection {
        Connection::Embedded(_) => EMBEDDED,
        Connection::Server(_) => SERVER,
    };
    let mut found: BTreeMap<String, Vec<(Column, i64)>> = BTreeMap::new();
    for row in &connection.rows(sql.into_sql_str(), Vec::new()).await? {
        let (table, column, key_at) = described(row)?;
        found.entry(table).or_default().push((column, key_at));
    }
    Ok(found.into_iter().map(|(name, columns)| Table::new(name, columns)).collect())
}

fn described(row: &Row) -> Result<(String, Column, i64), DatabaseError> {
    let (table, name, kind) = (row.text("place")?, row.text("name")?, row.text("kind")?);
    let kind = match kind.as_str() {
        "text" => Kind::Text,
        "bigint" => Kind::Whole,
        "double precision" => Kind::Real,
        "bytea" => Kind::Bytes,
        _ => return Err(DatabaseError::Column(format!("{table}.{name}"))),
    };
    Ok((table, Column { name, kind }, row.whole("key_at")?))
}

impl Table {
    fn new(name: String, mut columns: Vec<(Column, i64)>) -> Self {
        columns.sort_by_key(|(_, key_at)| *key_at);
        let key = columns.iter().filter(|(_, at)| *at > 0).map(|(column, _)| column.name.clone()).collect();
        columns.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        Self { name, columns: columns.into_iter().map(|(column, _)| column).collect(), key }
    }

    /// Its columns, as they stand in a statement.
    pub(super) fn quoted_columns(&self) -> Vec<String> {
        self.columns.iter().map(|column| quoted(&column.name)).collect()
    }

    /// A statement that gives all rows in an order that is the same on both databases.
    pub(super) fn select(&self) -> String {
        let columns = self.quoted_columns();
        let by: Vec<_> = self.key.iter().map(|column| quoted(column)).collect();
        // Without a key, by everything: rows that are alike may then stand either way.
        let by = if by.is_empty() { &columns } else { &by };
        format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), quoted(&self.name), by.join(", "))
    }
}

/// A name as a statement takes it, whatever it holds.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
