//! `--explain`: how each column was understood, from the heading and the first rows. Nothing is written.

use ground::files::{Table, shown};
use planning::extract::{Column, LookedColumn, Mapping, TakenFrom, look};
use planning::population::{self, OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use planning::supply::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS};

use super::failure::Failure;
use super::inputs::{Definitions, InputFiles};

pub(super) fn run(inputs: &InputFiles, definitions: &Definitions) -> Result<(), Failure> {
    let index_year = definitions.rules.index_date().year();
    if let Some(crosstab) = &definitions.mapping.crosstab {
        super::area_view::explain(&inputs.population, crosstab)?;
    } else {
        let parts =
            population::parts_of(&inputs.population, &definitions.mapping).map_err(Failure::reading)?;
        if let Some(first) = parts.first() {
            let table = Table::open(first).map_err(Failure::reading)?;
            tell!("People: {}{}", Mapping::name_of(first), also(parts.len()));
            explain(&table, &definitions.mapping, &PEOPLE_COLUMNS, &OPTIONAL_COLUMNS, index_year)?;
        }
    }
    if inputs.services.as_os_str().is_empty() {
        tell!("\nServices: those of the data folder's directory.");
    } else {
        let table = Table::open(&inputs.services).map_err(Failure::reading)?;
        tell!("\nServices: {}", Mapping::name_of(&inputs.services));
        let mapping = &definitions.service_mapping;
        explain(&table, mapping, &SERVICE_COLUMNS, &OPTIONAL_SERVICE_COLUMNS, index_year)?;
    }
    tell!("\nNothing was written.");
    Ok(())
}

fn also(parts: usize) -> String {
    if parts > 1 { format!(", the first of {parts} parts") } else { String::new() }
}

fn explain(
    table: &Table,
    mapping: &Mapping,
    required: &[Column],
    optional: &[Column],
    index_year: i32,
) -> Result<(), Failure> {
    let looked = look(table, mapping, (required, optional), index_year).map_err(Failure::reading)?;
    print_columns(&looked.columns);
    if looked.ragged > 0 {
        tell!("  {} of the first rows have too few or too many fields", looked.ragged);
    }
    let unread: Vec<String> = looked.unread.iter().map(|name| shown(name)).take(20).collect();
    if !unread.is_empty() {
        tell!("  Not read: {}{}", unread.join(", "), if unread.len() == 20 { ", …" } else { "" });
    }
    Ok(())
}

fn print_columns(columns: &[LookedColumn]) {
    tell!("  {:<16} {:<24} {:>8} {:>10} {:>12}", "means", "taken from", "known", "not known", "not expected");
    for column in columns {
        let from = match &column.from {
            TakenFrom::Column(name) => format!("column {}", shown(name)),
            TakenFrom::Mapping => "the mapping's value".to_owned(),
            TakenFrom::Nowhere if !column.required => continue,
            TakenFrom::Nowhere => "absent: not known".to_owned(),
        };
        let (known, not_known, wrong) = match column.from {
            TakenFrom::Column(_) => {
                (column.known.to_string(), column.not_known.to_string(), column.wrong.to_string())
            }
            _ => (String::new(), String::new(), String::new()),
        };
        tell!("  {:<16} {from:<24} {known:>8} {not_known:>10} {wrong:>12}", column.name);
        if let Some((line, expected)) = column.first_wrong {
            tell!("  {:<16} line {line}: expected {expected}", "");
        }
    }
}
