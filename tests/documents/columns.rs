//! The columns of the files that come in.

use std::fmt::Write as _;

use offers::resource::RESOURCE_COLUMNS;
use planning::allocation::{PERSON_COLUMNS, SCORE_COLUMNS, SESSION_COLUMNS};
use planning::extract::{Column, ColumnKind};
use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use planning::rules::MINUTES_COLUMNS;
use planning::supply::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS};
use vocabulary::{Condition, Topic};

fn table(text: &mut String, columns: &[Column]) {
    text.push_str("| column | kind | what may stand there |\n|---|---|---|\n");
    for column in columns {
        let kind = match column.kind {
            ColumnKind::Whole(..) | ColumnKind::Large(_) => "whole number",
            ColumnKind::YesNo => "yes or no",
            ColumnKind::Day => "date",
            ColumnKind::Text(_) => "text",
        };
        writeln!(text, "| `{}` | {kind} | {} |", column.name, column.expected).expect("written");
    }
}

#[test]
fn generated_document_columns() {
    let mut text = "# Columns of the files that come in\n\n\
        *Made from the code by `cargo xtask docs`; do not edit.*\n\n\
        CSV (UTF-8, commas) or Parquet, told apart by content. Empty, `NA` and `NULL` are *not known*, never zero. If your\n\
        file has other names or codes, a [mapping](../guide/extract.md) says so.\n\n\
        ## Population extract: one row a person\n\nThese must be there, or be declared absent in a mapping:\n\n"
        .to_owned();
    table(&mut text, &PEOPLE_COLUMNS);
    text.push_str("\nThese may be there; the equity views will read them:\n\n");
    table(&mut text, &OPTIONAL_COLUMNS);
    text.push_str(
        "\n## Services file: one row a service at a site\n\nThese must be there, or be declared absent:\n\n",
    );
    table(&mut text, &SERVICE_COLUMNS);
    text.push_str("\nThese may be there and are used for words only:\n\n");
    table(&mut text, &OPTIONAL_SERVICE_COLUMNS);
    text.push_str(
        "\n## A table of minutes: one row a place and a service\n\nA [rule set that goes by \
         minutes](../guide/rules.md#minutes-instead-of-miles) names it; no mapping is used.\n\n",
    );
    table(&mut text, &MINUTES_COLUMNS);
    text.push_str(
        "\n## An allocation: scores, sessions and people\n\n`meres allocate` reads these by their names; no mapping is \
         used. Scores, one row for each person and session that suits them:\n\n",
    );
    table(&mut text, &SCORE_COLUMNS);
    text.push_str("\nSessions, one row each:\n\n");
    table(&mut text, &SESSION_COLUMNS);
    text.push_str("\nPeople, one row each; `imd` for a floor, `group` for those who go together:\n\n");
    table(&mut text, &PERSON_COLUMNS);
    text.push_str("\n## Topics: the bits of `offers`\n\n| bit | value | key | topic |\n|---|---|---|---|\n");
    for topic in Topic::ALL {
        let bit = topic as usize;
        writeln!(text, "| {bit} | {} | `{}` | {} |", 1 << bit, topic.key(), topic.title()).expect("written");
    }
    text.push_str("\n## Conditions: the bits of `req_any` and `excl`\n\n| bit | value | key | condition |\n|---|---|---|---|\n");
    for condition in Condition::ALL {
        let bit = condition as usize;
        writeln!(text, "| {bit} | {} | `{}` | {} |", 1 << bit, condition.key(), condition.words())
            .expect("written");
    }
    text.push_str(
        "\n## Resources: one row a resource, or one for each of its notes on good practice\n\n\
         `meres import resources` reads these; those marked *must* have to be there and filled.\n\n\
         | column | | what may stand there |\n|---|---|---|\n",
    );
    for column in RESOURCE_COLUMNS {
        let must = if column.must { "must" } else { "" };
        writeln!(text, "| `{}` | {must} | {} |", column.name, column.expected).expect("written");
    }
    super::check("docs/reference/columns.md", &text);
}
