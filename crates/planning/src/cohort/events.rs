//! Evidence beside the extract: coded events, and lists of pseudonyms that came from elsewhere.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ground::files::{Batch, FileError, Problem, Table};
use vocabulary::Day;

use super::{Cohort, ExternalList};
use crate::extract::{
    Allowance, Column, ColumnKind, EventColumns, Found, Heading, ImportError, Mapping, Source, WholeCell,
    column, whole_cell,
};
use crate::population::Population;

/// For each code list and each external list: whether the person of a row is on it.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    pub code_lists: Vec<Vec<bool>>,
    pub lists: Vec<Vec<bool>>,
    /// External pseudonyms that are not in the extract.
    pub strangers_on_lists: u64,
}

impl Evidence {
    /// No evidence of anything.
    pub fn none(cohort: &Cohort, population: &Population) -> Self {
        let nobody = vec![false; population.people.len()];
        Self {
            code_lists: vec![nobody.clone(); cohort.code_lists.len()],
            lists: vec![nobody; cohort.lists.len()],
            strangers_on_lists: 0,
        }
    }
}

/// What an events file held.
#[derive(Debug, Default)]
pub struct EventCounts {
    pub rows_read: u64,
    pub rows_left_out: u64,
    /// Events of people who are not in the extract.
    pub strangers: u64,
    /// Events with a code of a list, by code list.
    pub events: Vec<u64>,
    pub problems: Vec<Problem>,
}

const EVENT_COLUMNS: [Column; 4] = [
    column("pid", ColumnKind::Text(128), "a pseudonym of 1 to 128 letters"),
    column("system", ColumnKind::Text(256), "a code system"),
    column("code", ColumnKind::Text(64), "a code of 1 to 64 letters"),
    column("date", ColumnKind::Day, "a date such as 2026-09-01"),
];

/// Reads an events file, marks who has a code of each list, and settles the conditions that the lists define: a person
/// without a code does not have it, unless the extract itself says so.
pub fn read_events(
    path: &Path,
    columns: &EventColumns,
    cohort: &Cohort,
    population: &mut Population,
    evidence: &mut Evidence,
    index_date: Day,
    allowance: Allowance,
) -> Result<EventCounts, ImportError> {
    let table = Table::open(path)?;
    let mut mapping = Mapping::default();
    for (name, source) in
        [("pid", &columns.pid), ("system", &columns.system), ("code", &columns.code), ("date", &columns.date)]
    {
        mapping.columns.insert(name.to_owned(), source.clone());
    }
    let heading = Heading::find(&table, &mapping, &EVENT_COLUMNS, &[])?;
    let mut by_code: BTreeMap<(&str, &str), Vec<(usize, Day)>> = BTreeMap::new();
    for (index, list) in cohort.code_lists.iter().enumerate() {
        let from =
            list.look_back_years.map_or(Day::from_days(i32::MIN), |years| index_date.years_before(years));
        for code in &list.codes {
            by_code.entry((&list.system, code)).or_default().push((index, from));
        }
    }
    let file: Arc<str> = Mapping::name_of(path).into();
    let counts = EventCounts { events: vec![0; cohort.code_lists.len()], ..EventCounts::default() };
    let reader = Reader { heading: &heading, file, by_code, index_date, counts };
    let reader = std::cell::RefCell::new(reader);
    for part in table.parts() {
        part.read::<FileError>(
            &heading.positions,
            |batch| {
                reader.borrow_mut().take(batch, population, evidence);
                reader.borrow().check_length(path)
            },
            |row| {
                let mut reader = reader.borrow_mut();
                reader.counts.rows_read += 1;
                reader.problem(row.line, "".into(), &format!("{} fields, found {}", row.expected, row.found));
                reader.check_length(path)
            },
        )?;
    }
    let counts = reader.into_inner().counts;
    if allowance.is_passed(counts.rows_left_out, counts.rows_read) {
        return Err(ImportError::TooManyProblems {
            file: Mapping::name_of(path),
            left_out: counts.rows_left_out,
            rows: counts.rows_read,
            so_far: "",
            allowed: allowance.percent,
            problems: counts.problems,
        });
    }
    for (list, holders) in cohort.code_lists.iter().zip(&evidence.code_lists) {
        let Some(condition) = list.condition else { continue };
        for (row, holds) in holders.iter().enumerate() {
            let not_known = population.people.get(row).conditions_not_known.holds(condition);
            if *holds || not_known {
                population.people.settle(row, condition, *holds);
            }
        }
    }
    Ok(counts)
}

struct Reader<'a> {
    heading: &'a Heading,
    file: Arc<str>,
    /// Lists in which a code of a system stands, and from when it counts.
    by_code: BTreeMap<(&'a str, &'a str), Vec<(usize, Day)>>,
    index_date: Day,
    counts: EventCounts,
}

/// Problems after which a file is given up.
const MOST_LISTED: usize = 1_000_000;

impl Reader<'_> {
    /// Gives a file up whose list of problems would fill the memory.
    fn check_length(&self, path: &Path) -> Result<(), FileError> {
        if self.counts.problems.len() < MOST_LISTED {
            return Ok(());
        }
        Err(FileError::refused(path, format!("more than {MOST_LISTED} rows cannot be used")))
    }

    fn problem(&mut self, line: u64, column: Arc<str>, expected: &str) {
        self.counts.rows_left_out += 1;
        let (file, expected) = (self.file.clone(), expected.into());
        self.counts.problems.push(Problem { file, line, column, expected });
    }

    fn texts(&self, batch: &Batch<'_>, index: usize) -> Vec<Option<String>> {
        let expected = self.heading.expected(index, &EVENT_COLUMNS[index], 0);
        match &self.heading.found[index] {
            Found::Absent => vec![None; batch.rows()],
            Found::Fixed(text) => vec![Some(text.clone()); batch.rows()],
            Found::Read(position) => {
                let mut texts = Vec::with_capacity(batch.rows());
                batch.each_cell(*position, |_, cell| {
                    texts.push(expected.text(cell).map(std::borrow::Cow::into_owned));
                });
                texts
            }
        }
    }

    fn take(&mut self, batch: &Batch<'_>, population: &Population, evidence: &mut Evidence) {
        let (pids, systems, codes) = (self.texts(batch, 0), self.texts(batch, 1), self.texts(batch, 2));
        let mut days = vec![WholeCell::NotKnown; batch.rows()];
        if let Found::Read(position) = self.heading.found[3] {
            let expected = self.heading.expected(3, &EVENT_COLUMNS[3], 0);
            batch.each_cell(position, |row, cell| days[row] = whole_cell(&expected, cell));
        }
        for row in 0..batch.rows() {
            self.counts.rows_read += 1;
            let line = batch.line(row);
            let (pid, code, day) = match (&pids[row], &codes[row], days[row]) {
                (None, ..) => {
                    self.problem(line, self.heading.names[0].clone(), EVENT_COLUMNS[0].expected);
                    continue;
                }
                (_, None, _) => {
                    self.problem(line, self.heading.names[2].clone(), EVENT_COLUMNS[2].expected);
                    continue;
                }
                (.., WholeCell::Wrong) => {
                    self.problem(line, self.heading.names[3].clone(), EVENT_COLUMNS[3].expected);
                    continue;
                }
                (Some(pid), Some(code), WholeCell::Value(day)) => (pid, code, Some(Day::from_days(day))),
                (Some(pid), Some(code), WholeCell::NotKnown) => (pid, code, None),
            };
            let Some(person) = population.pseudonyms.row(pid) else {
                self.counts.strangers += 1;
                continue;
            };
            let system = systems[row].as_deref().unwrap_or_default();
            let Some(lists) = self.by_code.get(&(system, code.as_str())) else { continue };
            for (list, from) in lists {
                self.counts.events[*list] += 1;
                // A date that is not known is within no look-back, and within "ever".
                let ever = from.days() == i32::MIN;
                if day.map_or(ever, |day| day >= *from && day <= self.index_date) {
                    evidence.code_lists[*list][person as usize] = true;
                }
            }
        }
    }
}

/// Reads the external lists of a cohort.
pub fn read_lists(
    cohort: &Cohort,
    population: &Population,
    evidence: &mut Evidence,
) -> Result<(), ImportError> {
    for (list, holders) in cohort.lists.iter().zip(&mut evidence.lists) {
        evidence.strangers_on_lists += read_list(list, population, holders)?;
    }
    Ok(())
}

fn read_list(list: &ExternalList, population: &Population, holders: &mut [bool]) -> Result<u64, ImportError> {
    let table = Table::open(&list.file)?;
    let column = [column("pid", ColumnKind::Text(128), "a pseudonym")];
    let mut mapping = Mapping::default();
    mapping.columns.insert("pid".to_owned(), Source::named(&list.column));
    let heading = Heading::find(&table, &mapping, &column, &[])?;
    let expected = heading.expected(0, &column[0], 0);
    let mut strangers = 0;
    for part in table.parts() {
        part.read::<FileError>(
            &heading.positions,
            |batch| {
                batch.each_cell(0, |_, cell| {
                    let Some(pid) = expected.text(cell) else { return };
                    match population.pseudonyms.row(&pid) {
                        Some(row) => holders[row as usize] = true,
                        None => strangers += 1,
                    }
                });
                Ok(())
            },
            // A list is a list of names: what else stands in a row, or does not, is not our business.
            |_| Ok(()),
        )?;
    }
    Ok(strangers)
}
