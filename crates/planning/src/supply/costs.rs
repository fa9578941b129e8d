//! What it costs to have a provider at a hub: a file that a planner keeps.

use std::collections::BTreeMap;
use std::path::Path;

use ground::files::{Batch, Cell, FileError, Table};

/// The columns.
const COLUMNS: [&str; 2] = ["provider", "pence"];

const EXPECTED: [&str; 2] = [
    "the name of a provider or its identifier in the services file",
    "pence, a whole number from 0 to 4294967295",
];

/// The first thing that is wrong with the file, and how much more there is.
struct Wrong<'p> {
    path: &'p Path,
    first: Option<String>,
    found: u64,
}

impl Wrong<'_> {
    fn say(&mut self, line: u64, what: &str) {
        self.found += 1;
        self.first.get_or_insert_with(|| format!("line {line}: {what}"));
    }

    fn settle(self) -> Result<(), FileError> {
        let Some(first) = self.first else { return Ok(()) };
        let why = match self.found - 1 {
            0 => first,
            more => format!("{first} (and {more} more)"),
        };
        Err(FileError::refused(self.path, why))
    }
}

/// Reads providers and their costs in pence, in the order of the file. Everything must be there, and each provider once.
pub fn read_costs(path: &Path) -> Result<Vec<(String, u32)>, FileError> {
    let table = Table::open(path)?;
    let positions: Vec<usize> = COLUMNS.iter().filter_map(|name| table.position(name)).collect();
    if positions.len() < COLUMNS.len() {
        return Err(FileError::refused(path, "a file of costs needs the columns provider and pence"));
    }
    let mut costs = Vec::new();
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let wrong = std::cell::RefCell::new(Wrong { path, first: None, found: 0 });
    for part in table.parts() {
        part.read::<FileError>(
            &positions,
            |batch| {
                rows(batch, &mut costs, &mut lines, &mut wrong.borrow_mut());
                Ok(())
            },
            |row| {
                let what = format!("expected {} fields, found {}", row.expected, row.found);
                wrong.borrow_mut().say(row.line, &what);
                Ok(())
            },
        )?;
    }
    wrong.into_inner().settle()?;
    Ok(costs)
}

fn rows(
    batch: &Batch<'_>,
    costs: &mut Vec<(String, u32)>,
    lines: &mut BTreeMap<String, u64>,
    wrong: &mut Wrong<'_>,
) {
    let mut providers: Vec<Option<String>> = vec![None; batch.rows()];
    batch.each_cell(0, |row, cell| {
        providers[row] = match cell {
            Cell::Whole(number) => Some(number.to_string()),
            other => other.as_text().map(str::to_owned),
        };
    });
    let mut pence: Vec<Option<u32>> = vec![None; batch.rows()];
    batch.each_cell(1, |row, cell| {
        pence[row] = match cell {
            Cell::Whole(number) => u32::try_from(number).ok(),
            other => other.as_text().and_then(|text| text.parse().ok()),
        };
    });
    for (row, pair) in providers.into_iter().zip(pence).enumerate() {
        let line = batch.line(row);
        match pair {
            (None, _) => wrong.say(line, &format!("column provider: expected {}", EXPECTED[0])),
            (_, None) => wrong.say(line, &format!("column pence: expected {}", EXPECTED[1])),
            (Some(provider), Some(pence)) => {
                if let Some(before) = lines.insert(provider.clone(), line) {
                    wrong.say(line, &format!("one row for each provider; line {before} has the same"));
                }
                costs.push((provider, pence));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, u32)>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("costs.csv");
        std::fs::write(&path, text).expect("written");
        read_costs(&path).map_err(|error| error.to_string().replace(&path.display().to_string(), "costs.csv"))
    }

    #[test]
    fn costs_are_read_and_what_is_wrong_is_said_by_line() {
        let costs = read("note,pence,provider\nold,1250,Steady On\n,0,17\n");
        assert_eq!(costs, Ok(vec![("Steady On".to_owned(), 1250), ("17".to_owned(), 0)]));
        for (text, wrong) in [
            ("provider,pounds\nA,1\n", "needs the columns provider and pence"),
            ("provider,pence\nA,12.50\n", "line 2: column pence: expected pence, a whole number"),
            ("provider,pence\nA,1\nB,\nC,-1\n", "line 3: column pence"),
            ("provider,pence\nA,1\nB,\nC,-1\n", "(and 1 more)"),
            ("provider,pence\n,1\n", "line 2: column provider: expected the name"),
            ("provider,pence\nA,1\nB,2\nA,3\n", "line 4: one row for each provider; line 2 has the same"),
            ("provider,pence\nA,1\nB\n", "line 3: expected 2 fields, found 1"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(wrong), "{error}");
        }
    }
}
