//! `--explain`: how each column was understood, from the heading and the first rows. Nothing is written.

use ground::files::{FileError, Table, shown};
use planning::extract::{Column, ColumnKind, Found, Heading, Mapping, WholeCell, text_fits, whole_cell};
use planning::population::{self, OPTIONAL_COLUMNS, PEOPLE_COLUMNS};
use planning::supply::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS};

use super::failure::Failure;
use super::inputs::{Definitions, InputFiles};

/// Rows that are looked at.
const ROWS: usize = 10_000;

pub(super) fn run(inputs: &InputFiles, definitions: &Definitions) -> Result<(), Failure> {
    let index_year = definitions.rules.index_date.year();
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

/// What the first rows of one column held.
#[derive(Default)]
struct Seen {
    rows: usize,
    known: usize,
    wrong: usize,
    first_wrong: Option<u64>,
}

fn explain(
    table: &Table,
    mapping: &Mapping,
    required: &[Column],
    optional: &[Column],
    index_year: i32,
) -> Result<(), Failure> {
    let heading = Heading::find(table, mapping, required, optional).map_err(Failure::reading)?;
    let columns: Vec<&Column> = required.iter().chain(optional).collect();
    let mut seen: Vec<Seen> = columns.iter().map(|_| Seen::default()).collect();
    let mut ragged = 0;
    'parts: for part in table.parts() {
        let mut done = false;
        let ended = part.read::<Ended>(
            &heading.positions,
            |batch| {
                for (index, column) in columns.iter().enumerate() {
                    let Found::Read(position) = heading.found[index] else { continue };
                    let expected = heading.expected(index, column, index_year);
                    let seen = &mut seen[index];
                    batch.each_cell(position, |row, cell| {
                        let understood = match column.kind {
                            ColumnKind::Text(longest) => match expected.text(cell) {
                                None => WholeCell::NotKnown,
                                Some(text) if !text_fits(&text, longest) => WholeCell::Wrong,
                                Some(_) => WholeCell::Value(0),
                            },
                            ColumnKind::Large(most) => match expected.large(cell, most) {
                                Some(None) => WholeCell::NotKnown,
                                Some(Some(_)) => WholeCell::Value(0),
                                None => WholeCell::Wrong,
                            },
                            _ => whole_cell(&expected, cell),
                        };
                        seen.rows += 1;
                        seen.known += usize::from(matches!(understood, WholeCell::Value(_)));
                        if understood == WholeCell::Wrong {
                            seen.wrong += 1;
                            seen.first_wrong.get_or_insert(batch.line(row));
                        }
                    });
                }
                done = seen.iter().any(|s| s.rows >= ROWS);
                if done { Err(Ended::Enough) } else { Ok(()) }
            },
            |_| {
                ragged += 1;
                Ok(())
            },
        );
        match ended {
            Ok(()) => {}
            Err(Ended::Enough) => break 'parts,
            Err(Ended::File(error)) => return Err(Failure::reading(error)),
        }
    }
    print_columns(&heading, &columns, required.len(), &seen);
    if ragged > 0 {
        tell!("  {ragged} of the first rows have too few or too many fields");
    }
    let unread: Vec<String> = table
        .columns()
        .iter()
        .enumerate()
        .filter(|(at, _)| !heading.positions.contains(at))
        .map(|(_, name)| shown(name))
        .take(20)
        .collect();
    if !unread.is_empty() {
        tell!("  Not read: {}{}", unread.join(", "), if unread.len() == 20 { ", …" } else { "" });
    }
    Ok(())
}

fn print_columns(heading: &Heading, columns: &[&Column], required: usize, seen: &[Seen]) {
    tell!("  {:<16} {:<24} {:>8} {:>10} {:>12}", "means", "taken from", "known", "not known", "not expected");
    for (index, column) in columns.iter().enumerate() {
        let from = match &heading.found[index] {
            Found::Read(_) => format!("column {}", shown(&heading.names[index])),
            Found::Fixed(_) => "the mapping's value".to_owned(),
            Found::Absent if index >= required => continue,
            Found::Absent => "absent: not known".to_owned(),
        };
        let seen = &seen[index];
        let (known, not_known, wrong) = match heading.found[index] {
            Found::Read(_) => {
                let not_known = seen.rows - seen.known - seen.wrong;
                (seen.known.to_string(), not_known.to_string(), seen.wrong.to_string())
            }
            _ => (String::new(), String::new(), String::new()),
        };
        tell!("  {:<16} {from:<24} {known:>8} {not_known:>10} {wrong:>12}", column.name);
        if let Some(line) = seen.first_wrong {
            tell!("  {:<16} line {line}: expected {}", "", column.expected);
        }
    }
}

/// Why the reading ended before the end.
enum Ended {
    Enough,
    File(FileError),
}

impl From<FileError> for Ended {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
