//! How it was worked out, what the ranges mean, and what a crosstab cannot say.

use askama::Template;
use charts::{Column, Table};
use disclosure::with_commas;
use planning::crosstab::{AreaView, MetricView};

use super::super::method::files_read;
use super::super::page::Section;

#[derive(Template)]
#[template(path = "report/area_view/method.html")]
struct Method<'a> {
    view: &'a AreaView,
    metrics: Table,
    not_read: String,
    files: Table,
    digests: Vec<(&'static str, &'a str)>,
}

pub(super) fn section(view: &AreaView) -> Result<Section, askama::Error> {
    let inputs = &view.inputs;
    let more = view.not_read_in_all.saturating_sub(view.not_read.len() as u64);
    let more = if more > 0 { format!(" and {} more", with_commas(more)) } else { String::new() };
    let html = Method {
        view,
        metrics: metrics(view),
        not_read: view.not_read.join("; ") + &more,
        files: files(view),
        digests: vec![
            ("Crosstab", &inputs.population.digest),
            ("Services", &inputs.services.digest),
            ("Mapping", &inputs.mapping_digest),
            ("Rules", &inputs.rules_digest),
        ],
    }
    .render()?;
    Ok(Section::new("method", "How this was worked out, and what it does not say", html))
}

fn metrics(view: &AreaView) -> Table {
    let row = |m: &MetricView| {
        vec![
            m.name.clone(),
            m.condition.map_or_else(|| "everybody".to_owned(), |c| c.words().to_owned()),
            m.whole.to_string(),
            with_commas(m.not_known),
            with_commas(m.suppressed),
        ]
    };
    Table {
        caption: "Metrics that were read".to_owned(),
        columns: vec![
            Column::text("Metric in the file"),
            Column::text("Counts people with"),
            Column::number("Whole population"),
            Column::number("Cells not known"),
            Column::number("Cells hidden at source"),
        ],
        rows: view.metrics.iter().map(row).collect(),
    }
}

fn files(view: &AreaView) -> Table {
    files_read(&[("Crosstab", &view.inputs.population), ("Services", &view.inputs.services)])
}
