//! A chart or a map on a page: drawn for a desk and for a phone, with the table of what it shows for whoever would rather
//! read, or cannot see.

use askama::Template;
use charts::{Chart, Column};

use super::Html;

/// A drawing and its table.
#[derive(Clone, Debug, Template)]
#[template(path = "page/figure.html")]
pub struct Figure {
    title: String,
    description: String,
    wide: Html,
    narrow: Option<Html>,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Figure {
    pub fn of(chart: &Chart) -> Self {
        Self {
            title: chart.heading.title.clone(),
            description: chart.heading.description.clone(),
            wide: Html::drawing(chart.wide.clone()),
            narrow: chart.narrow.clone().map(Html::drawing),
            columns: chart.table.columns.clone(),
            rows: chart.table.rows.clone(),
        }
    }

    /// A drawing whose table is the page itself.
    pub fn without_table(chart: &Chart) -> Self {
        Self { columns: Vec::new(), rows: Vec::new(), ..Self::of(chart) }
    }

    pub fn html(&self) -> Result<Html, askama::Error> {
        Html::of(self)
    }
}
