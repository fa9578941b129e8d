//! What was on offer when a run was made, as its own services file has it: names, to choose from.

use std::collections::BTreeMap;
use std::path::Path;

use ground::files::{Cell, FileError, Table};

/// Names by identifier.
pub(super) type Names = BTreeMap<String, String>;

/// The names that stand beside each identifier, the first row of each: several with commas between, the identifier where there is
/// none.
pub(super) fn named(services: &Path, id: &str, names: &[&str]) -> Result<Names, FileError> {
    let table = Table::open(services)?;
    let Some(id) = table.position(id) else { return Ok(Names::new()) };
    let names = names.iter().filter_map(|name| table.position(name));
    let columns: Vec<usize> = std::iter::once(id).chain(names).collect();
    let mut all = Names::new();
    let text = |cell: Cell<'_>| match cell {
        Cell::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Cell::Whole(number) => number.to_string(),
        _ => String::new(),
    };
    for part in table.parts() {
        part.read::<FileError>(
            &columns,
            |batch| {
                let mut ids = vec![String::new(); batch.rows()];
                let mut names = vec![Vec::new(); batch.rows()];
                batch.each_cell(0, |row, cell| ids[row] = text(cell));
                for column in 1..columns.len() {
                    batch.each_cell(column, |row, cell| names[row].push(text(cell)));
                }
                for (id, mut names) in ids.into_iter().zip(names).filter(|(id, _)| !id.is_empty()) {
                    names.retain(|name| !name.is_empty());
                    let name = if names.is_empty() { id.clone() } else { names.join(", ") };
                    all.entry(id).or_insert(name);
                }
                Ok(())
            },
            |_| Ok(()),
        )?;
    }
    Ok(all)
}
