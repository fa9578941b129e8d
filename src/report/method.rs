//! How it was worked out, what it rests on, and what it does not say.

use askama::Template;
use charts::{Column, Table};
use disclosure::with_commas;
use planning::match_run::{CodeListUse, Findings, InputFile};

use super::page::{Section, day_in_words};

#[derive(Template)]
#[template(path = "report/method.html")]
struct Method<'a> {
    findings: &'a Findings,
    index_date: String,
    files: Table,
    code_lists: Option<Table>,
    digests: Vec<(&'a str, &'a str)>,
}

pub(super) fn section(findings: &Findings) -> Result<Section, askama::Error> {
    let inputs = &findings.inputs;
    let mut files = vec![("People", &inputs.population), ("Services", &inputs.services)];
    files.extend(inputs.events.as_ref().map(|events| ("Events", events)));
    files.extend(inputs.minutes.as_ref().map(|minutes| ("Minutes", minutes)));
    let mut digests: Vec<(&str, &str)> = files.iter().map(|(what, f)| (*what, f.digest.as_str())).collect();
    digests.extend(inputs.lists.iter().map(|list| (list.name.as_str(), list.digest.as_str())));
    digests.extend([("Rules", inputs.rules_digest.as_str()), ("Cohort", inputs.cohort_digest.as_str())]);
    let html = Method {
        findings,
        index_date: day_in_words(&inputs.index_date),
        files: files_read(&files),
        code_lists: (!inputs.code_lists.is_empty()).then(|| code_lists(&inputs.code_lists)),
        digests,
    }
    .render()?;
    Ok(Section::new("method", "How this was worked out, and what it does not say", html))
}

/// The files that were read and what became of their rows.
pub(super) fn files_read(files: &[(&str, &InputFile)]) -> Table {
    let row = |(what, file): &(&str, &InputFile)| {
        vec![
            (*what).to_owned(),
            file.name.clone(),
            with_commas(file.rows_read),
            with_commas(file.rows_used),
            with_commas(file.problems),
        ]
    };
    Table {
        caption: "Files that were read; these are counts of rows and are exact".to_owned(),
        columns: vec![
            Column::text("What"),
            Column::text("File"),
            Column::number("Rows read"),
            Column::number("Rows used"),
            Column::number("Listed in problems.csv"),
        ],
        rows: files.iter().map(row).collect(),
    }
}

fn code_lists(lists: &[CodeListUse]) -> Table {
    let row = |list: &CodeListUse| {
        vec![
            list.name.clone(),
            list.system.clone(),
            list.source.clone(),
            list.licence.clone(),
            with_commas(list.codes),
            list.events.to_string(),
        ]
    };
    Table {
        caption: "Code lists that were looked for among the events".to_owned(),
        columns: vec![
            Column::text("Code list"),
            Column::text("System"),
            Column::text("Source"),
            Column::text("Licence"),
            Column::number("Codes"),
            Column::number("Events found"),
        ],
        rows: lists.iter().map(row).collect(),
    }
}
