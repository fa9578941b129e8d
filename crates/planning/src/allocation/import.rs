//! Reads the files. Every row must be usable; what is wrong is said by line and column, never by value.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use foldhash::fast::FixedState;
use ground::files::{Batch, FileError, Problem, Ragged, Table};
use hashbrown::HashMap;
use matching::allocation::{Demand, DemandProblem, MOST_PEOPLE, MOST_SESSIONS, Wish};

use super::columns::LONGEST;
use super::{AllocationError, Oddities, PERSON_COLUMNS, SCORE_COLUMNS, SESSION_COLUMNS, Wishes};
use crate::extract::{Column, ColumnKind, Expected, Mapping, WholeCell, column, each_whole, text_fits};

/// Problems of one file that are listed.
const MOST_LISTED: u64 = 10_000;

/// Deciles of the most deprived fifth.
const DEPRIVED: std::ops::RangeInclusive<i32> = 1..=2;

/// Reads scores, sessions and, where there are any, people.
pub fn read_wishes(scores: &Path, sessions: &Path, people: Option<&Path>) -> Result<Wishes, AllocationError> {
    let places = read_sessions(sessions)?;
    let places = places.into_iter().map(|(sid, (_, capacity))| (sid, capacity)).collect();
    wishes(scores, (sessions, &places, &SCORE_COLUMNS[2]), people)
}

/// Reads the matches of a run: its services are the sessions, with their weekly places for so many weeks, and its points are
/// the scores. A match without points gives nobody a reason to go there, and is counted and left out.
pub fn read_matches(
    matches: &Path,
    services: &Path,
    places: &BTreeMap<i32, u32>,
    people: Option<&Path>,
) -> Result<Wishes, AllocationError> {
    wishes(matches, (services, places, &POINTS), people)
}

/// The scores of a run's rules may be anything.
const POINTS: Column = column("score", ColumnKind::Whole(i32::MIN, i32::MAX), "a whole number");

fn wishes(
    scores: &Path,
    (sessions, places, score): (&Path, &BTreeMap<i32, u32>, &Column),
    people: Option<&Path>,
) -> Result<Wishes, AllocationError> {
    let mut oddities = Oddities {
        capacity_zero: places.values().filter(|capacity| **capacity == 0).count() as u64,
        ..Oddities::default()
    };
    let numbers: BTreeMap<i32, u32> = (0..).zip(places.keys()).map(|(number, sid)| (*sid, number)).collect();

    let mut known = People::default();
    let file = read_scores(scores, sessions, (&numbers, score), &mut known)?;
    oddities.without_points = file.without_points;
    let with_score = known.pids.len();
    let facts = people.map(|people| read_people(people, &mut known)).transpose()?;

    // From here on people are numbered in the order of their pseudonyms, and nothing knows in which order rows came.
    let (pids, new) = known.in_order();
    let mut wishes = file.wishes;
    wishes.iter_mut().for_each(|wish| wish.person = new[wish.person as usize]);
    let capacities = places.values().copied().collect();
    let mut demand = Demand::new(pids.len(), capacities, wishes).map_err(|problem| {
        // Only what is too large is left: everything else was looked for row by row.
        FileError::refused(scores, format!("{problem}"))
    })?;
    let mut deprived = None;
    if let Some(facts) = facts {
        oddities.strangers =
            (0..with_score).filter(|old| !facts.rows.contains_key(&number(*old))).count() as u64;
        let mut counts = vec![false; pids.len()];
        let mut group = vec![None; pids.len()];
        for (old, fact) in &facts.rows {
            let person = new[*old as usize] as usize;
            counts[person] = fact.imd.is_some_and(|imd| DEPRIVED.contains(&imd));
            group[person] = fact.group;
            oddities.imd_not_known += u64::from(facts.has_imd && fact.imd.is_none());
        }
        demand = demand.with_groups(&group);
        deprived = facts.has_imd.then_some(counts);
    }
    Ok(Wishes { pids, sids: places.keys().copied().collect(), demand, deprived, oddities })
}

impl Wishes {
    /// Says who lives in which deprivation decile, where a population knows it and not a file of people.
    pub fn know_deciles(&mut self, decile: impl Fn(&str) -> Option<i32>) {
        let deciles: Vec<Option<i32>> = self.pids.iter().map(|pid| decile(pid)).collect();
        self.oddities.imd_not_known = deciles.iter().filter(|decile| decile.is_none()).count() as u64;
        let counts = |decile: &Option<i32>| decile.is_some_and(|decile| DEPRIVED.contains(&decile));
        self.deprived = deciles.iter().any(Option::is_some).then(|| deciles.iter().map(counts).collect());
    }
}

/// What is wrong with a file, as it is found.
struct Problems<'p> {
    path: &'p Path,
    file: Arc<str>,
    listed: Vec<Problem>,
    found: u64,
}

impl<'p> Problems<'p> {
    fn of(path: &'p Path) -> Self {
        Self { path, file: Mapping::name_of(path).into(), listed: Vec::new(), found: 0 }
    }

    fn say(&mut self, line: u64, column: &str, expected: &str) {
        self.found += 1;
        if self.found <= MOST_LISTED {
            let (file, column, expected) = (self.file.clone(), column.into(), expected.into());
            self.listed.push(Problem { file, line, column, expected });
        }
    }

    fn ragged(&mut self, row: Ragged) {
        self.say(row.line, "", &format!("{} fields, found {}", row.expected, row.found));
    }

    /// Refuses the file if anything was wrong.
    fn settle(mut self) -> Result<(), AllocationError> {
        self.listed.sort_by_key(|problem| problem.line);
        let Some(first) = self.listed.first() else { return Ok(()) };
        let column =
            if first.column.is_empty() { String::new() } else { format!(", column {}", first.column) };
        let first =
            format!("{}, line {}{column}: expected {}", self.path.display(), first.line, first.expected);
        Err(AllocationError::Problems { first, found: self.found, problems: self.listed })
    }
}

/// Where the columns stand that must be there.
fn positions(table: &Table, columns: &[Column], what: &str) -> Result<Vec<usize>, FileError> {
    let missing: Vec<&str> =
        columns.iter().map(|column| column.name).filter(|name| table.position(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(columns.iter().filter_map(|column| table.position(column.name)).collect());
    }
    let columns = columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    let are = if missing.len() == 1 { "column is" } else { "columns are" };
    let why = format!("{what} needs the columns {columns}; this {are} missing: {}", missing.join(", "));
    let why = if missing.len() == 1 { why } else { why.replace("this columns", "these columns") };
    Err(FileError::refused(table.path(), why))
}

/// Whole numbers of a column that must all be there, or with `may_be_empty` not all.
fn numbers(
    batch: &Batch<'_>,
    at: usize,
    column: &Column,
    may_be_empty: bool,
    problems: &mut Problems<'_>,
) -> Vec<Option<i32>> {
    let mut found = vec![None; batch.rows()];
    each_whole(&Expected::new(column.kind, None, 0), batch, at, |row, cell| match cell {
        WholeCell::Value(value) => found[row] = Some(value),
        WholeCell::NotKnown if may_be_empty => {}
        _ => problems.say(batch.line(row), column.name, column.expected),
    });
    found
}

/// Every sid with its line and its capacity.
fn read_sessions(path: &Path) -> Result<BTreeMap<i32, (u64, u32)>, AllocationError> {
    let table = Table::open(path)?;
    let columns = positions(&table, &SESSION_COLUMNS, "a file of sessions")?;
    let mut sessions: BTreeMap<i32, (u64, u32)> = BTreeMap::new();
    let problems = std::cell::RefCell::new(Problems::of(path));
    for part in table.parts() {
        part.read::<FileError>(
            &columns,
            |batch| {
                let problems = &mut *problems.borrow_mut();
                let sids = numbers(batch, 0, &SESSION_COLUMNS[0], false, problems);
                let capacities = numbers(batch, 1, &SESSION_COLUMNS[1], false, problems);
                for (row, (sid, capacity)) in sids.into_iter().zip(capacities).enumerate() {
                    let (Some(sid), Some(capacity)) = (sid, capacity) else { continue };
                    let line = batch.line(row);
                    if let Some((before, _)) = sessions.get(&sid) {
                        problems.say(
                            line,
                            "sid",
                            &format!("one row for each sid; line {before} has the same"),
                        );
                        continue;
                    }
                    sessions.insert(sid, (line, capacity.unsigned_abs()));
                }
                if sessions.len() > MOST_SESSIONS {
                    let why = format!("there are more than {MOST_SESSIONS} sessions; this is no such file");
                    return Err(FileError::refused(path, why));
                }
                Ok(())
            },
            |row| {
                problems.borrow_mut().ragged(row);
                Ok(())
            },
        )?;
    }
    problems.into_inner().settle()?;
    Ok(sessions)
}

/// Pseudonyms and the numbers that they get as they come.
#[derive(Default)]
struct People {
    number: HashMap<Box<str>, u32, FixedState>,
    pids: Vec<Box<str>>,
}

impl People {
    fn number_of(&mut self, pid: &str) -> u32 {
        if let Some(known) = self.number.get(pid) {
            return *known;
        }
        let new = number(self.pids.len());
        self.pids.push(pid.into());
        self.number.insert(pid.into(), new);
        new
    }

    /// The pseudonyms in order, and for each old number the new one.
    fn in_order(self) -> (Vec<String>, Vec<u32>) {
        let mut order: Vec<u32> = (0..number(self.pids.len())).collect();
        order.sort_unstable_by_key(|old| &self.pids[*old as usize]);
        let mut new = vec![0; order.len()];
        (0..).zip(&order).for_each(|(at, old)| new[*old as usize] = at);
        (order.iter().map(|old| self.pids[*old as usize].to_string()).collect(), new)
    }

    /// The people of a column of pseudonyms, by row.
    fn of_column(
        &mut self,
        batch: &Batch<'_>,
        at: usize,
        column: &Column,
        problems: &mut Problems<'_>,
    ) -> Vec<Option<u32>> {
        let expected = Expected::new(ColumnKind::Text(LONGEST), None, 0);
        let mut found = vec![None; batch.rows()];
        // The rows of one person mostly follow each other.
        let mut before: Option<u32> = None;
        batch.each_cell(at, |row, cell| {
            let text = expected.text(cell).filter(|text| text_fits(text, LONGEST));
            let Some(text) = text else {
                problems.say(batch.line(row), column.name, column.expected);
                return;
            };
            let same = before.filter(|before| *self.pids[*before as usize] == *text);
            before = Some(same.unwrap_or_else(|| self.number_of(&text)));
            found[row] = before;
        });
        found
    }
}

struct Scores {
    wishes: Vec<Wish>,
    /// By wish.
    lines: Vec<u64>,
    /// Rows left out, with a score below 1.
    without_points: u64,
}

fn read_scores(
    path: &Path,
    sessions: &Path,
    (numbers_of, score_column): (&BTreeMap<i32, u32>, &Column),
    people: &mut People,
) -> Result<Scores, AllocationError> {
    let table = Table::open(path)?;
    let columns = positions(&table, &SCORE_COLUMNS, "a file of scores")?;
    let mut read = Scores { wishes: Vec::new(), lines: Vec::new(), without_points: 0 };
    let unknown = format!("the number of a session that is in {}", Mapping::name_of(sessions));
    let problems = std::cell::RefCell::new(Problems::of(path));
    for part in table.parts() {
        part.read::<FileError>(
            &columns,
            |batch| {
                let problems = &mut *problems.borrow_mut();
                let persons = people.of_column(batch, 0, &SCORE_COLUMNS[0], problems);
                let sids = numbers(batch, 1, &SCORE_COLUMNS[1], false, problems);
                let scores = numbers(batch, 2, score_column, false, problems);
                for (row, ((person, sid), score)) in persons.into_iter().zip(sids).zip(scores).enumerate() {
                    let session = sid.map(|sid| numbers_of.get(&sid).copied());
                    if session == Some(None) {
                        problems.say(batch.line(row), "sid", &unknown);
                    }
                    if let (Some(person), Some(Some(session)), Some(score)) = (person, session, score) {
                        if score < 1 {
                            read.without_points += 1;
                            continue;
                        }
                        read.wishes.push(Wish { person, session, score });
                        read.lines.push(batch.line(row));
                    }
                }
                if people.pids.len() > MOST_PEOPLE || u32::try_from(read.wishes.len()).is_err() {
                    return Err(FileError::refused(path, DemandProblem::TooLarge.to_string()));
                }
                Ok(())
            },
            |row| {
                problems.borrow_mut().ragged(row);
                Ok(())
            },
        )?;
    }
    let mut problems = problems.into_inner();
    say_repeats(&read, &mut problems);
    problems.settle()?;
    Ok(read)
}

/// Rows of the same person and session.
fn say_repeats(read: &Scores, problems: &mut Problems<'_>) {
    let key = |row: &u32| {
        let wish = &read.wishes[*row as usize];
        (wish.person, wish.session)
    };
    let mut rows: Vec<u32> = (0..number(read.wishes.len())).collect();
    if rows.is_sorted_by(|a, b| key(a) < key(b)) {
        return;
    }
    rows.sort_unstable_by_key(|row| (key(row), *row));
    for same in rows.chunk_by(|a, b| key(a) == key(b)).filter(|same| same.len() > 1) {
        let first = read.lines[same[0] as usize];
        for row in &same[1..] {
            let why = format!("one row for each pid and sid; line {first} has the same");
            problems.say(read.lines[*row as usize], "sid", &why);
        }
    }
}

/// What the file of people says.
struct Facts {
    has_imd: bool,
    /// By the number that a person got as they came.
    rows: BTreeMap<u32, Fact>,
}

struct Fact {
    line: u64,
    imd: Option<i32>,
    group: Option<u32>,
}

fn read_people(path: &Path, people: &mut People) -> Result<Facts, AllocationError> {
    let [pid, imd, group] = PERSON_COLUMNS;
    let table = Table::open(path)?;
    let mut columns = positions(&table, &[pid], "a file of people")?;
    let mut place_of = |column: &Column| {
        let position = table.position(column.name)?;
        columns.push(position);
        Some(columns.len() - 1)
    };
    let (imd_at, group_at) = (place_of(&imd), place_of(&group));
    if imd_at.is_none() && group_at.is_none() {
        let why = "a file of people needs the column imd or the column group; neither is there";
        return Err(FileError::refused(path, why).into());
    }
    let mut facts = Facts { has_imd: imd_at.is_some(), rows: BTreeMap::new() };
    // Names of groups and the numbers that they get.
    let mut groups = People::default();
    let problems = std::cell::RefCell::new(Problems::of(path));
    for part in table.parts() {
        part.read::<FileError>(
            &columns,
            |batch| {
                let problems = &mut *problems.borrow_mut();
                let persons = people.of_column(batch, 0, &pid, problems);
                let nothing = || vec![None; batch.rows()];
                let deciles = imd_at.map_or_else(nothing, |at| numbers(batch, at, &imd, true, problems));
                let mut in_group = vec![None; batch.rows()];
                let expected = Expected::new(group.kind, None, 0);
                batch_groups(batch, group_at, &expected, |row, name| match name {
                    Some(name) if text_fits(name, LONGEST) => in_group[row] = Some(groups.number_of(name)),
                    Some(_) => problems.say(batch.line(row), group.name, group.expected),
                    None => {}
                });
                for (row, person) in persons.into_iter().enumerate() {
                    let (Some(person), line) = (person, batch.line(row)) else { continue };
                    if let Some(before) = facts.rows.get(&person) {
                        let why = format!("one row for each person; line {} has the same pid", before.line);
                        problems.say(line, pid.name, &why);
                        continue;
                    }
                    facts.rows.insert(person, Fact { line, imd: deciles[row], group: in_group[row] });
                }
                if people.pids.len() > MOST_PEOPLE {
                    return Err(FileError::refused(path, DemandProblem::TooLarge.to_string()));
                }
                Ok(())
            },
            |row| {
                problems.borrow_mut().ragged(row);
                Ok(())
            },
        )?;
    }
    problems.into_inner().settle()?;
    Ok(facts)
}

/// Visits the names of groups, where the file has any.
fn batch_groups(
    batch: &Batch<'_>,
    at: Option<usize>,
    expected: &Expected<'_>,
    mut each: impl FnMut(usize, Option<&str>),
) {
    if let Some(at) = at {
        batch.each_cell(at, |row, cell| each(row, expected.text(cell).as_deref()));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 rows are taken, and fewer people")]
fn number(of: usize) -> u32 {
    of as u32
}
