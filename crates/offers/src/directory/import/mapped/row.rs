//! One row under a part of a mapping: fields taken out, and what was not understood.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::mapping::{Origin, Part, Source};
use crate::directory::import::gathering::{Gathering, Place};
use crate::directory::import::rows::{TextRow, TextTable};
use crate::directory::settings::folded;
use crate::directory::{More, Outcome};

/// Fields that are one line, as they are in a feed.
const ONE_LINE: [&str; 5] = ["name", "phone", "identifiers", "terms", "postcode"];

/// A row of a table, and which of its columns have been used.
pub(super) struct Row<'r> {
    pub(super) table: &'r TextTable,
    cells: &'r TextRow,
    used: RefCell<BTreeSet<usize>>,
}

impl<'r> Row<'r> {
    pub(super) fn new(table: &'r TextTable, row: &'r TextRow) -> Self {
        Self { table, cells: row, used: RefCell::default() }
    }

    pub(super) fn place(&self) -> &'r Place {
        &self.cells.place
    }

    /// All values of a field, with the source that each comes from.
    pub(super) fn values<'p>(&self, part: &'p Part, field: &str) -> Vec<(&'p Source, String)> {
        let mut values = Vec::new();
        for source in part.get(field).into_iter().flatten() {
            let text = match &source.from {
                Origin::Value(value) => Some(value.as_str()),
                Origin::Column(name) => self.table.column(name).and_then(|column| {
                    self.used.borrow_mut().insert(column);
                    self.cells.get(column)
                }),
            };
            let Some(text) = text else { continue };
            let parts: Vec<&str> = match &source.separator {
                Some(separator) => text.split(separator.as_str()).collect(),
                None => vec![text],
            };
            for part in parts {
                let part = part.trim();
                let meant = source.recode.get(&folded(part)).map_or(part, |meant| meant.as_str().trim());
                // A control character in a cell is a slip of some program; nobody can have meant it.
                let parted =
                    if ONE_LINE.contains(&field) { meant.replace('\n', " ") } else { meant.to_owned() };
                let meant: String = parted.chars().filter(|c| !c.is_control() || *c == '\n').collect();
                let meant = meant.trim();
                if !meant.is_empty() {
                    values.push((source, meant.to_owned()));
                }
            }
        }
        values
    }

    /// The texts of a field.
    pub(super) fn texts(&self, part: &Part, field: &str) -> Vec<String> {
        self.values(part, field).into_iter().map(|(_, text)| text).collect()
    }

    /// The first text of a field.
    pub(super) fn text(&self, part: &Part, field: &str) -> Option<String> {
        self.values(part, field).into_iter().next().map(|(_, text)| text)
    }

    /// A field that has to be understood; where it is not, it is listed and its columns are kept as they came.
    pub(super) fn read<T>(
        &self,
        part: &Part,
        field: &str,
        expected: &str,
        all: &mut Gathering,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let (source, text) = self.values(part, field).into_iter().next()?;
        let understood = read(&text);
        if understood.is_none() {
            self.not_used(source, field, expected, all);
        }
        understood
    }

    pub(super) fn not_used(&self, source: &Source, field: &str, expected: &str, all: &mut Gathering) {
        all.problem(self.place(), Self::called(source, field), expected, Outcome::FieldNotUsed);
        self.keep(source);
    }

    /// Keeps a cell as it came, although it was looked at.
    pub(super) fn keep(&self, source: &Source) {
        if let Origin::Column(name) = &source.from
            && let Some(column) = self.table.column(name)
        {
            self.used.borrow_mut().remove(&column);
        }
    }

    /// The column that a problem is about.
    pub(super) fn called<'p>(source: &'p Source, field: &'p str) -> &'p str {
        match &source.from {
            Origin::Column(name) => name,
            Origin::Value(_) => field,
        }
    }

    /// The column from which a field comes first.
    pub(super) fn column_of<'p>(part: &'p Part, field: &'p str) -> &'p str {
        let mut columns = part.get(field).into_iter().flatten();
        columns
            .find_map(|s| if let Origin::Column(name) = &s.from { Some(name.as_str()) } else { None })
            .unwrap_or(field)
    }

    /// Cells of columns that nothing used.
    pub(super) fn rest(&self) -> More {
        let used = self.used.borrow();
        let left = self.cells.cells().filter(|(column, _)| !used.contains(column));
        left.map(|(column, text)| {
            let name = &self.table.heading[column];
            let name = if name.is_empty() { format!("column {}", column + 1) } else { name.clone() };
            (name, Value::String(text.to_owned()))
        })
        .collect()
    }
}
