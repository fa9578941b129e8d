//! Tables of HSDS, 1.x and 3.x: each file one table, told by its columns. They are joined into the objects of HSDS and
//! read as those are.

mod join;
mod older;
mod tables;

use serde_json::{Map, Value};

use super::fields::STANDS_AT;
use super::gathering::Gathering;
use super::rows::TextTable;

pub(super) use older::weekday;
pub(super) use tables::{Table, table_of};

/// One row as an object.
pub(super) type Row = Map<String, Value>;

/// The tables that were found, their rows in order.
#[derive(Debug, Default)]
pub(super) struct Tables {
    rows: std::collections::BTreeMap<Table, Vec<Row>>,
}

impl Tables {
    /// Adds the rows of a file.
    pub(super) fn add(&mut self, table: Table, file: &TextTable, all: &mut Gathering) {
        super::rows::list_ragged(file, table.record().as_slice(), all);
        let rows = file.rows.iter().map(|row| {
            let mut map = Row::new();
            for (column, text) in row.cells() {
                let name = &file.heading[column];
                // A column without a name is kept by where it stands.
                let name = if name.is_empty() { format!("column {}", column + 1) } else { name.clone() };
                map.insert(name, Value::String(text.to_owned()));
            }
            let stands = format!("{}\0{}", row.place.file, row.place.at);
            map.insert(STANDS_AT.to_owned(), Value::String(stands));
            map
        });
        let rows: Vec<Row> = rows.collect();
        let (table, rows) = older::as_today(table, &file.file, rows);
        self.rows.entry(table).or_default().extend(rows);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Joins all tables and reads them into the feed.
    pub(super) fn read(self, all: &mut Gathering) {
        all.tables = true;
        join::read(self.rows, all);
        all.tables = false;
    }
}
