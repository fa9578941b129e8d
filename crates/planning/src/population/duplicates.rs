//! One person, one row: identical rows of one pseudonym count once, differing rows are all left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use ground::files::Problem;

use super::{MOST_LISTED, Population, hash};

/// Where each row of a population stood.
#[derive(Debug, Default)]
pub(super) struct Origins {
    pub(super) lines: Vec<u32>,
    /// First row of each file, ascending, and what the file calls the column of pseudonyms.
    pub(super) files: Vec<(u32, Arc<str>, Arc<str>)>,
}

impl Origins {
    fn of(&self, row: u32) -> (&Arc<str>, &Arc<str>, u64) {
        let at = self.files.partition_point(|(first, ..)| *first <= row).saturating_sub(1);
        let (_, file, column) = &self.files[at];
        (file, column, u64::from(self.lines[row as usize]))
    }

    fn problem(&self, row: u32, expected: String) -> Problem {
        let (file, column, line) = self.of(row);
        Problem { file: file.clone(), line, column: column.clone(), expected: expected.into() }
    }

    /// "line 7", and of which file if it is another one.
    fn place(&self, row: u32, seen_from: u32) -> String {
        let (file, _, line) = self.of(row);
        if file == self.of(seen_from).0 { format!("line {line}") } else { format!("line {line} of {file}") }
    }
}

/// People of a part who stand in other parts too: what becomes of their rows is settled over all parts, and listed there.
#[derive(Debug, Default)]
pub struct Elsewhere<'a> {
    /// Hashes of their pseudonyms, in order.
    pub(super) hashes: &'a [u64],
    /// Rows of the part that are dropped.
    pub(super) dropped: &'a [u32],
}

impl Elsewhere<'_> {
    fn holds(&self, pseudonym: &str) -> bool {
        !self.hashes.is_empty() && self.hashes.binary_search(&hash(pseudonym.as_bytes())).is_ok()
    }
}

/// Fills `usable`, and lists every row that is a repeat or a contradiction.
pub(super) fn settle(
    population: &mut Population,
    origins: &Origins,
    left_out: &[(String, u64)],
    elsewhere: &Elsewhere<'_>,
) {
    let mut again = population.pseudonyms.repeated();
    again.retain(|(row, _)| !elsewhere.holds(population.pseudonyms.get(*row as usize)));

    // A row that could not be read says something else of the person than the row that could.
    let mut contradicted: BTreeMap<u32, String> = BTreeMap::new();
    for (pseudonym, line) in left_out.iter().filter(|(pseudonym, _)| !elsewhere.holds(pseudonym)) {
        if let Some(first) = population.pseudonyms.row(pseudonym) {
            let why =
                format!("one row for each person; line {line} has the same pseudonym and cannot be read");
            contradicted.insert(first, why);
        }
    }
    for (row, first) in &again {
        if !same_row(population, *row, *first) {
            let why = format!(
                "one row for each person; {} has the same pseudonym and other values",
                origins.place(*row, *first)
            );
            contradicted.entry(*first).or_insert(why);
        }
    }

    let mut out = vec![false; population.people.len()];
    for (first, why) in &contradicted {
        out[*first as usize] = true;
        population.problems.push(origins.problem(*first, why.clone()));
    }
    for (row, first) in again {
        out[row as usize] = true;
        let place = origins.place(first, row);
        let why = if contradicted.contains_key(&first) {
            format!("one row for each person; {place} has the same pseudonym")
        } else {
            population.warnings.repeats += 1;
            format!("one row for each person; this row repeats {place} and was counted once")
        };
        if (population.problems.len() as u64) < MOST_LISTED {
            population.problems.push(origins.problem(row, why));
        }
    }
    let not_used = out.iter().filter(|out| **out).count() as u64;
    elsewhere.dropped.iter().for_each(|row| out[*row as usize] = true);
    population.usable = (0_u32..).zip(&out).filter(|(_, out)| !**out).map(|(row, _)| row).collect();
    population.rows_left_out += not_used - population.warnings.repeats;
}

fn same_row(population: &Population, a: u32, b: u32) -> bool {
    let (a, b) = (a as usize, b as usize);
    population.people.get(a) == population.people.get(b)
        && population.practice[a] == population.practice[b]
        && population.lsoa[a] == population.lsoa[b]
}
