//! The table of a chart, as HTML that becomes cards on a phone.

use std::fmt::Write;

use crate::text::escape;

/// A column's heading and whether its cells are numbers (set to the right).
#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    pub number: bool,
}

impl Column {
    pub fn text(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), number: false }
    }

    pub fn number(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), number: true }
    }
}

/// A table whose first column names its rows.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as HTML. Roles are spelt out because a style sheet that turns rows into cards on a phone takes
    /// a table's own meaning away. Tables of two columns stay as they are at any width.
    pub fn html(&self) -> String {
        let class = if self.columns.len() > 2 { "table table-cards" } else { "table" };
        let mut html = format!(
            r#"<table class="{class}" role="table"><caption>{}</caption><thead role="rowgroup"><tr role="row">"#,
            escape(&self.caption)
        );
        for column in &self.columns {
            let class = if column.number { r#" class="number""# } else { "" };
            let _ = write!(
                html,
                r#"<th role="columnheader" scope="col"{class}>{}</th>"#,
                escape(&column.heading)
            );
        }
        html.push_str(r#"</tr></thead><tbody role="rowgroup">"#);
        for row in &self.rows {
            html.push_str(r#"<tr role="row">"#);
            for (i, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                let cell = escape(cell);
                if i == 0 {
                    let _ = write!(html, r#"<th role="rowheader" scope="row">{cell}</th>"#);
                } else {
                    let class = if column.number { r#" class="number""# } else { "" };
                    let heading = escape(&column.heading);
                    let _ = write!(
                        html,
                        r#"<td role="cell"{class}><span class="cell-heading" aria-hidden="true">{heading}</span><span>{cell}</span></td>"#
                    );
                }
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table>");
        html
    }
}
