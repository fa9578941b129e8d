//! What every chart has: words, two drawings and a table.

use crate::table::{Column, Table};

/// The words of a chart.
#[derive(Clone, Debug)]
pub struct Heading {
    /// Unique on its page; letters, digits and hyphens.
    pub id: String,
    /// The finding, as a sentence.
    pub title: String,
    /// What is drawn and how to read it.
    pub description: String,
}

impl Heading {
    pub fn new(id: &str, title: impl Into<String>, description: impl Into<String>) -> Self {
        Self { id: id.to_owned(), title: title.into(), description: description.into() }
    }

    /// The id with anything that does not belong in one replaced.
    pub(crate) fn safe_id(&self) -> String {
        let safe: String = self.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("c-{safe}")
    }
}

/// A finished chart: three ways to read the same marks. The drawings are whole `<svg>` elements and may stand in a
/// page or in a file of their own.
#[derive(Clone, Debug)]
pub struct Chart {
    pub heading: Heading,
    /// For a desk and for paper.
    pub wide: String,
    /// For a phone; none where the wide one is narrow enough to serve.
    pub narrow: Option<String>,
    pub table: Table,
}

impl Chart {
    /// What is drawn wide and narrow, with a table of its marks.
    pub(crate) fn of(
        heading: &Heading,
        columns: Vec<Column>,
        rows: Vec<Vec<String>>,
        drawn: [String; 2],
    ) -> Self {
        Self::beside(heading, Table { caption: heading.title.clone(), columns, rows }, drawn)
    }

    /// The same beside a table of the caller's.
    pub(crate) fn beside(heading: &Heading, table: Table, [wide, narrow]: [String; 2]) -> Self {
        Self { heading: heading.clone(), wide, narrow: Some(narrow), table }
    }
}
