//! The heading of a file against the columns that it must have.

use ground::files::{FileError, Table};

use super::{Column, Expected, Form, Mapping, Source};

/// Where a column was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// At this position among the columns that are read.
    Read(usize),
    /// The same text on every row.
    Fixed(String),
    /// Not in the file: not known.
    Absent,
}

/// A file's columns as they were understood.
#[derive(Debug)]
pub struct Heading {
    /// For each wanted column, in order.
    pub found: Vec<Found>,
    /// Positions in the file that are read.
    pub positions: Vec<usize>,
    /// What the file calls each wanted column.
    pub names: Vec<std::sync::Arc<str>>,
    sources: Vec<Source>,
}

impl Heading {
    /// Finds the columns; the file is refused if one of `required` is missing. Those of `optional` follow behind.
    pub fn find(
        table: &Table,
        mapping: &Mapping,
        required: &[Column],
        optional: &[Column],
    ) -> Result<Self, FileError> {
        let mut heading =
            Self { found: Vec::new(), positions: Vec::new(), names: Vec::new(), sources: Vec::new() };
        let mut missing = Vec::new();
        for (column, must) in required.iter().map(|c| (c, true)).chain(optional.iter().map(|c| (c, false))) {
            let source = mapping.source(column.name);
            let mut called = column.name.to_owned();
            let found = match &source {
                Source::Absent => Found::Absent,
                Source::Value(text) => Found::Fixed(text.clone()),
                Source::Column { name, .. } => {
                    called.clone_from(name);
                    if let Some(position) = table.position(name) {
                        heading.positions.push(position);
                        Found::Read(heading.positions.len() - 1)
                    } else {
                        // A column that a mapping names must be there even if Meres could do without it.
                        if must || mapping.columns.contains_key(column.name) {
                            missing.push(name.clone());
                        }
                        Found::Absent
                    }
                }
            };
            heading.found.push(found);
            heading.names.push(called.into());
            heading.sources.push(source);
        }
        if missing.is_empty() {
            return Ok(heading);
        }
        let columns = if missing.len() == 1 { "column is" } else { "columns are" };
        let mut why = format!("these {columns} missing: {}", missing.join(", "));
        if missing.len() == 1 {
            why = format!("this {columns} missing: {}", missing[0]);
        }
        why.push_str(if mapping.columns.is_empty() {
            ". If they have other names, or are not in this file, say so in a mapping"
        } else {
            ". The mapping names them, or names nothing else for them; --explain shows how the others were understood"
        });
        Err(FileError::refused(table.path(), why))
    }

    /// What was expected of a cell of the wanted column at `index`, in the form in which the file has it.
    pub fn expected_words(&self, index: usize, column: &Column) -> &'static str {
        match self.sources.get(index) {
            Some(Source::Column { form: Form::Age, .. }) => "an age in whole years",
            Some(Source::Column { form: Form::YearOfDate, .. }) => "a date such as 1950-12-31",
            Some(Source::Column { form: Form::DayMonthYear | Form::YearOfDayMonthYear, .. }) => {
                "a date such as 31/12/1950"
            }
            _ => column.expected,
        }
    }

    /// What the cells of the wanted column at `index` must be.
    pub fn expected(&self, index: usize, column: &Column, index_year: i32) -> Expected<'_> {
        Expected::new(column.kind, self.sources.get(index), index_year)
    }
}
