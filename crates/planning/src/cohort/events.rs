//! Evidence beside the extract: coded events, and lists of pseudonyms that came from elsewhere.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use ground::files::{FileError, Problem, digest};
use vocabulary::{Day, one_form};

use super::Cohort;
use crate::extract::{Allowance, EventColumns, ImportError, each_event, each_on_list};
use crate::population::kept::{each_kept_event, list_of};
use crate::population::{Population, Stamp};

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
    /// Events of systems that no code list is of.
    pub other_systems: u64,
    /// Events with a code of a list, by code list.
    pub events: Vec<u64>,
    pub problems: Vec<Problem>,
    /// SHA-256 of the bytes that were read, hexadecimal.
    pub digest: String,
}

/// By code in the one form, the lists that have it and from which day on.
type Codes<'c> = BTreeMap<Cow<'c, str>, Vec<(usize, Day)>>;

/// The codes of a cohort's lists, by system.
struct Wanted<'c>(BTreeMap<&'c str, Codes<'c>>);

impl<'c> Wanted<'c> {
    fn of(cohort: &'c Cohort, index_date: Day) -> Self {
        let mut by_code: BTreeMap<&str, Codes<'_>> = BTreeMap::new();
        for (index, list) in cohort.code_lists.iter().enumerate() {
            let from =
                list.look_back_years.map_or(Day::from_days(i32::MIN), |years| index_date.years_before(years));
            for code in &list.codes {
                let codes = by_code.entry(&list.system).or_default();
                codes.entry(one_form(&list.system, code)).or_default().push((index, from));
            }
        }
        Self(by_code)
    }

    /// The lists that have a code; nothing where none has, and an error where no list is of the system.
    fn lists(&self, system: &str, code: &str) -> Result<Option<&[(usize, Day)]>, OtherSystem> {
        let codes = self.0.get(system).ok_or(OtherSystem)?;
        Ok(codes.get(one_form(system, code).as_ref()).map(Vec::as_slice))
    }
}

/// No code list is of the system.
struct OtherSystem;

/// Where coded events are.
#[derive(Clone, Copy, Debug)]
pub struct EventsFile<'a> {
    pub path: &'a Path,
    /// Kept with the population, so that it lies as [`each_kept_event`] reads it.
    pub kept: bool,
}

/// Reads an events file, marks who has a code of each list, and settles the conditions that the lists define: a person
/// without a code does not have it, unless the extract itself says so.
pub fn read_events(
    EventsFile { path, kept }: EventsFile<'_>,
    columns: &EventColumns,
    cohort: &Cohort,
    population: &mut Population,
    evidence: &mut Evidence,
    index_date: Day,
    allowance: Allowance,
) -> Result<EventCounts, ImportError> {
    let wanted = Wanted::of(cohort, index_date);
    let before = Stamp::of(path)?;
    let digest = digest(&[path])?;
    let events = vec![0; cohort.code_lists.len()];
    let mut counts = EventCounts { events, digest, ..EventCounts::default() };
    let mut mark = |counts: &mut EventCounts, person: u32, lists: &[(usize, Day)], day: Option<Day>| {
        for (list, from) in lists {
            counts.events[*list] += 1;
            // A date that is not known is within no look-back, and within "ever".
            let ever = from.days() == i32::MIN;
            if day.map_or(ever, |day| day >= *from && day <= index_date) {
                evidence.code_lists[*list][person as usize] = true;
            }
        }
    };
    if kept {
        let (mut others, mut strangers) = (0, 0);
        counts.rows_read = each_kept_event(
            path,
            |system, code, events| {
                wanted.lists(system, code).unwrap_or_else(|OtherSystem| {
                    others += events;
                    None
                })
            },
            |pid, day, lists| match population.pseudonyms.row(pid) {
                Some(person) => mark(&mut counts, person, lists, day),
                None => strangers += 1,
            },
        )?;
        (counts.other_systems, counts.strangers) = (others, strangers);
    } else {
        let rows = each_event(path, columns, allowance, |event| {
            match (population.pseudonyms.row(event.pid), wanted.lists(event.system, event.code)) {
                (None, _) => counts.strangers += 1,
                (_, Err(OtherSystem)) => counts.other_systems += 1,
                (Some(person), Ok(lists)) => mark(&mut counts, person, lists.unwrap_or_default(), event.day),
            }
            Ok(())
        })?;
        (counts.rows_read, counts.rows_left_out, counts.problems) = (rows.read, rows.left_out, rows.problems);
    }
    before.check(path)?;
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

/// An external list that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRead {
    pub name: String,
    /// Of the file.
    pub digest: String,
}

/// Reads the external lists of a cohort. `kept` says where the lists of a kept population are.
pub fn read_lists(
    cohort: &Cohort,
    population: &Population,
    evidence: &mut Evidence,
    kept: Option<&Path>,
) -> Result<Vec<ListRead>, ImportError> {
    let mut read = Vec::new();
    for (list, holders) in cohort.lists.iter().zip(&mut evidence.lists) {
        let file = match (&list.file, kept) {
            (Some(file), _) => file.clone(),
            (None, Some(folder)) => list_of(folder, &list.name)?,
            (None, None) => {
                let why = format!(
                    "the list \"{}\" names no file, so it needs a kept population that has a list of this name",
                    list.name
                );
                return Err(FileError::refused(Path::new("cohort"), why).into());
            }
        };
        let before = Stamp::of(&file)?;
        let mut strangers = 0;
        each_on_list(&file, &list.column, |pid| match population.pseudonyms.row(pid) {
            Some(row) => holders[row as usize] = true,
            None => strangers += 1,
        })?;
        evidence.strangers_on_lists += strangers;
        read.push(ListRead { name: list.name.clone(), digest: digest(&[&file])? });
        // What was read must be what the digest is of.
        before.check(&file)?;
    }
    Ok(read)
}
