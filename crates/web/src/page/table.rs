//! Tables that sort and page by links.

use askama::Template;

use super::{Html, Listing, Paging};

/// A table as a page shows it.
#[derive(Clone, Debug)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub listing: Listing,
    pub paging: Option<Paging>,
    /// What to say, and do, while there is nothing in it.
    pub empty: &'static str,
}

/// A column. The list can be sorted by every one that says so.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub title: &'static str,
    pub sorts: bool,
}

/// A line of it.
pub type Row = Vec<Cell>;

/// What stands in a table.
#[derive(Clone, Debug)]
pub enum Cell {
    Text(String),
    Link {
        path: String,
        text: String,
    },
    Number(i64),
    /// A word in a coloured box: one of the design system's colours.
    Tag {
        text: &'static str,
        colour: &'static str,
    },
    Html(Html),
}

#[derive(Template)]
#[template(path = "page/table.html")]
struct Drawn<'a> {
    table: &'a Table,
    headings: Vec<Heading>,
}

struct Heading {
    title: &'static str,
    /// Where a press on it leads.
    path: Option<String>,
    /// As `aria-sort` says it, and as an arrow.
    sorted: &'static str,
    arrow: &'static str,
    /// Numbers stand below it, set to the right.
    number: bool,
}

impl Table {
    pub fn html(&self) -> Result<Html, askama::Error> {
        let headings =
            self.columns.iter().enumerate().map(|(at, column)| self.heading(at, *column)).collect();
        Html::of(&Drawn { table: self, headings })
    }

    fn heading(&self, at: usize, column: Column) -> Heading {
        let (sorted, arrow) = match (column.sorts && at == self.listing.sort, self.listing.descending) {
            (false, _) => ("none", ""),
            (true, false) => ("ascending", "▲"),
            (true, true) => ("descending", "▼"),
        };
        let path = column.sorts.then(|| self.listing.sorted_by(at));
        let number = matches!(self.rows.first().and_then(|row| row.get(at)), Some(Cell::Number(_)));
        Heading { title: column.title, path, sorted, arrow, number }
    }

    /// Columns that a list can be sorted by, in the order of `titles`.
    pub fn sorted_columns(titles: &[&'static str]) -> Vec<Column> {
        titles.iter().map(|&title| Column { title, sorts: true }).collect()
    }

    /// Columns in the order in which they came.
    pub fn plain_columns(titles: &[&'static str]) -> Vec<Column> {
        titles.iter().map(|&title| Column { title, sorts: false }).collect()
    }
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn link(path: String, text: impl Into<String>) -> Self {
        Self::Link { path, text: text.into() }
    }
}
