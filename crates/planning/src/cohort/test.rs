//! One test of a person: yes, no or not known.

use matching::{Mobility, Sex};
use vocabulary::{Condition, ConditionSet, Day};

use super::CriterionKind;
use crate::population::Population;

/// A range of whole numbers; an end that is not given is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range<T> {
    pub from: Option<T>,
    pub to: Option<T>,
}

impl<T: PartialOrd + Copy> Range<T> {
    fn holds(self, value: T) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }
}

/// What is asked of a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
    /// Left in by every one of these, as by those of a cohort: always yes or no.
    Criteria(Vec<(CriterionKind, Self)>),
    /// Any of these conditions.
    Conditions(ConditionSet),
    BirthYear(Range<i32>),
    Age(Range<i32>),
    Sex(Sex),
    Imd(Range<i32>),
    Waiting(bool),
    WaitingWeeks(Range<i32>),
    OtherLanguage(bool),
    Mobility(Vec<Mobility>),
    HasCar(bool),
    Internet(bool),
    LastActivity(Range<Day>),
    PlaceKnown,
    County(Vec<i32>),
    Area(Vec<i32>),
    /// Any of these practices, or small areas, by code.
    Practice(Vec<String>),
    Lsoa(Vec<String>),
    /// Has a code of the list of this index within its look-back.
    CodeList(usize),
    /// Stands on the external list of this index.
    List(usize),
}

/// What a test may look at.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) population: &'a Population,
    /// The year of the index date.
    pub(super) index_year: i32,
    pub(super) evidence: &'a super::Evidence,
}

impl<'a> Asked<'a> {
    pub(super) const fn subject(&self, row: usize) -> Subject<'a> {
        Subject { population: self.population, row, index_year: self.index_year, evidence: self.evidence }
    }
}

/// What a test may look at: of a row of the population, only the columns that it asks for.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) population: &'a Population,
    pub(super) row: usize,
    /// The year of the index date.
    pub(super) index_year: i32,
    pub(super) evidence: &'a super::Evidence,
}

fn is(value: Option<bool>, wanted: bool) -> Option<bool> {
    value.map(|v| v == wanted)
}

fn any_of(set: ConditionSet, held: ConditionSet, not_known: ConditionSet) -> Option<bool> {
    if held.shares_with(set) {
        Some(true)
    } else if not_known.shares_with(set) {
        None
    } else {
        Some(false)
    }
}

fn one_of<T: PartialEq>(value: Option<T>, list: &[T]) -> Option<bool> {
    value.map(|v| list.contains(&v))
}

impl Test {
    /// Yes, no, or `None`: not known.
    pub(super) fn ask(&self, subject: &Subject<'_>) -> Option<bool> {
        let (people, row) = (&subject.population.people, subject.row);
        match self {
            Self::Any(tests) => {
                let mut answer = Some(false);
                for test in tests {
                    match test.ask(subject) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => answer = None,
                    }
                }
                answer
            }
            Self::All(tests) => {
                let mut answer = Some(true);
                for test in tests {
                    match test.ask(subject) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => answer = None,
                    }
                }
                answer
            }
            Self::Not(test) => test.ask(subject).map(|yes| !yes),
            Self::Criteria(all) => Some(!all.iter().any(|(kind, test)| kind.refuses(test.ask(subject)))),
            Self::Conditions(set) => any_of(*set, people.conditions(row), people.conditions_not_known(row)),
            Self::BirthYear(range) => people.birth_year(row).map(|y| range.holds(y)),
            Self::Age(range) => people.birth_year(row).map(|y| range.holds(subject.index_year - y)),
            Self::Sex(sex) => people.sex(row).map(|s| s == *sex),
            Self::Imd(range) => people.imd(row).map(|i| range.holds(i)),
            Self::Waiting(wanted) => is(people.waiting(row), *wanted),
            Self::WaitingWeeks(range) => people.waiting_weeks(row).map(|w| range.holds(w)),
            Self::OtherLanguage(wanted) => Some((people.language(row) != 0) == *wanted),
            Self::Mobility(list) => one_of(people.mobility(row), list),
            Self::HasCar(wanted) => is(people.has_car(row), *wanted),
            Self::Internet(wanted) => is(people.internet(row), *wanted),
            Self::LastActivity(range) => people.last_activity(row).map(|d| range.holds(d)),
            Self::PlaceKnown => Some(people.place(row).is_some()),
            Self::County(list) => one_of(people.county(row), list),
            Self::Area(list) => one_of(people.area(row), list),
            Self::Practice(list) => subject.population.practice_of(row).map(|p| list.iter().any(|l| l == p)),
            Self::Lsoa(list) => subject.population.lsoa_of(row).map(|l| list.iter().any(|one| one == l)),
            Self::CodeList(index) => Some(subject.evidence.code_lists[*index][row]),
            Self::List(index) => Some(subject.evidence.lists[*index][row]),
        }
    }

    /// The same for many rows, test by test: what is asked of one row is asked of the next, so that nothing is decided again
    /// for each.
    pub(super) fn ask_each(&self, of: &Asked<'_>, rows: &[u32]) -> Vec<Option<bool>> {
        fn each(rows: &[u32], of: impl Fn(usize) -> Option<bool>) -> Vec<Option<bool>> {
            rows.iter().map(|row| of(*row as usize)).collect()
        }
        let people = &of.population.people;
        let together = |tests: &[Self], end: bool| {
            let mut answers = vec![Some(!end); rows.len()];
            for test in tests {
                for (answer, more) in answers.iter_mut().zip(test.ask_each(of, rows)) {
                    // One answer settles it; short of that, what is not known stays so.
                    *answer = match (*answer, more) {
                        (Some(one), Some(other)) => Some(if end { one | other } else { one & other }),
                        (Some(known), None) | (None, Some(known)) if known == end => Some(end),
                        _ => None,
                    };
                }
            }
            answers
        };
        match self {
            Self::Any(tests) => together(tests, true),
            Self::All(tests) => together(tests, false),
            Self::Conditions(set) => {
                each(rows, |row| any_of(*set, people.conditions(row), people.conditions_not_known(row)))
            }
            Self::BirthYear(range) => each(rows, |row| people.birth_year(row).map(|y| range.holds(y))),
            Self::Waiting(wanted) => each(rows, |row| is(people.waiting(row), *wanted)),
            Self::WaitingWeeks(range) => each(rows, |row| people.waiting_weeks(row).map(|w| range.holds(w))),
            Self::LastActivity(range) => each(rows, |row| people.last_activity(row).map(|d| range.holds(d))),
            other => each(rows, |row| other.ask(&of.subject(row))),
        }
    }

    /// The same test in fewer steps: conditions that stand beside each other become one look.
    pub(super) fn simplified(self) -> Self {
        match self {
            Self::Any(tests) => {
                let mut conditions = ConditionSet::EMPTY;
                let mut rest = Vec::new();
                for test in tests {
                    match test.simplified() {
                        Self::Conditions(set) => conditions = set.iter().fold(conditions, ConditionSet::with),
                        other => rest.push(other),
                    }
                }
                if !conditions.is_empty() {
                    rest.insert(0, Self::Conditions(conditions));
                }
                if rest.len() == 1 { rest.remove(0) } else { Self::Any(rest) }
            }
            Self::All(tests) => Self::All(tests.into_iter().map(Self::simplified).collect()),
            Self::Not(test) => Self::Not(Box::new(test.simplified())),
            Self::Criteria(all) => {
                Self::Criteria(all.into_iter().map(|(kind, test)| (kind, test.simplified())).collect())
            }
            other => other,
        }
    }

    /// One condition.
    pub(super) fn condition(condition: Condition) -> Self {
        Self::Conditions(ConditionSet::EMPTY.with(condition))
    }

    /// Whether the test asks nothing about anybody's health: that it leaves out nobody at all may be said.
    pub(super) fn is_not_about_health(&self) -> bool {
        match self {
            Self::Any(tests) | Self::All(tests) => tests.iter().all(Self::is_not_about_health),
            Self::Not(test) => test.is_not_about_health(),
            Self::Criteria(all) => all.iter().all(|(_, test)| test.is_not_about_health()),
            Self::PlaceKnown
            | Self::BirthYear(_)
            | Self::Age(_)
            | Self::LastActivity(_)
            | Self::County(_)
            | Self::Area(_)
            | Self::Practice(_)
            | Self::Lsoa(_) => true,
            _ => false,
        }
    }
}
