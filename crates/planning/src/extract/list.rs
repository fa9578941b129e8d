//! A list of people: pseudonyms in one column of a file.

use std::path::Path;

use ground::files::{FileError, Table};

use super::{ColumnKind, Heading, ImportError, Mapping, Source, column};

/// Hands on every pseudonym of a file. What else stands in a row is not our business: a list is a list of names. A row with
/// another number of fields refuses the file: its pseudonym may be anywhere in it, and nobody is to be left out in silence.
pub fn each_on_list(path: &Path, called: &str, mut take: impl FnMut(&str)) -> Result<(), ImportError> {
    let table = Table::open(path)?;
    let wanted = [column("pid", ColumnKind::Text(128), "a pseudonym")];
    let mut mapping = Mapping::default();
    mapping.columns.insert("pid".to_owned(), Source::named(called));
    let heading = Heading::find(&table, &mapping, &wanted, &[])?;
    let expected = heading.expected(0, &wanted[0], 0);
    for part in table.parts() {
        part.read::<FileError>(
            &heading.positions,
            |batch| {
                batch.each_cell(0, |_, cell| {
                    if let Some(pid) = expected.text(cell) {
                        take(&pid);
                    }
                });
                Ok(())
            },
            |row| {
                let (line, expected, found) = (row.line, row.expected, row.found);
                Err(FileError::refused(
                    path,
                    format!("line {line}: expected {expected} fields, found {found}"),
                ))
            },
        )?;
    }
    Ok(())
}
