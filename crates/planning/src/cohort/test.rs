//! One test of a person: yes, no or not known.

use matching::{Mobility, Person, Sex};
use vocabulary::{Condition, ConditionSet, Day};

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
pub(super) struct Subject<'a> {
    pub(super) person: Person,
    pub(super) row: usize,
    pub(super) index_date: Day,
    pub(super) practice: Option<&'a str>,
    pub(super) lsoa: Option<&'a str>,
    pub(super) evidence: &'a super::Evidence,
}

fn is(value: Option<bool>, wanted: bool) -> Option<bool> {
    value.map(|v| v == wanted)
}

fn one_of<T: PartialEq>(value: Option<T>, list: &[T]) -> Option<bool> {
    value.map(|v| list.contains(&v))
}

impl Test {
    /// Yes, no, or `None`: not known.
    pub(super) fn ask(&self, subject: &Subject<'_>) -> Option<bool> {
        let person = &subject.person;
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
            Self::Conditions(set) => {
                if person.conditions.shares_with(*set) {
                    Some(true)
                } else if person.conditions_not_known.shares_with(*set) {
                    None
                } else {
                    Some(false)
                }
            }
            Self::BirthYear(range) => person.birth_year.map(|y| range.holds(y)),
            Self::Age(range) => person.birth_year.map(|y| range.holds(subject.index_date.year() - y)),
            Self::Sex(sex) => person.sex.map(|s| s == *sex),
            Self::Imd(range) => person.imd.map(|i| range.holds(i)),
            Self::Waiting(wanted) => is(person.waiting, *wanted),
            Self::WaitingWeeks(range) => person.waiting_weeks.map(|w| range.holds(w)),
            Self::OtherLanguage(wanted) => Some((person.language != 0) == *wanted),
            Self::Mobility(list) => one_of(person.mobility, list),
            Self::HasCar(wanted) => is(person.has_car, *wanted),
            Self::Internet(wanted) => is(person.internet, *wanted),
            Self::LastActivity(range) => person.last_activity.map(|d| range.holds(d)),
            Self::PlaceKnown => Some(person.place.is_some()),
            Self::County(list) => one_of(person.county, list),
            Self::Area(list) => one_of(person.area, list),
            Self::Practice(list) => subject.practice.map(|p| list.iter().any(|l| l == p)),
            Self::Lsoa(list) => subject.lsoa.map(|l| list.iter().any(|one| one == l)),
            Self::CodeList(index) => Some(subject.evidence.code_lists[*index][subject.row]),
            Self::List(index) => Some(subject.evidence.lists[*index][subject.row]),
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
            other => other,
        }
    }

    /// One condition.
    pub(super) fn condition(condition: Condition) -> Self {
        Self::Conditions(ConditionSet::EMPTY.with(condition))
    }

    /// Whether the test asks for a practice or a small area.
    pub(super) fn asks_codes(&self) -> bool {
        match self {
            Self::Any(tests) | Self::All(tests) => tests.iter().any(Self::asks_codes),
            Self::Not(test) => test.asks_codes(),
            Self::Practice(_) | Self::Lsoa(_) => true,
            _ => false,
        }
    }

    /// Whether the test asks nothing about anybody's health: that it leaves out nobody at all may be said.
    pub(super) fn is_not_about_health(&self) -> bool {
        match self {
            Self::Any(tests) | Self::All(tests) => tests.iter().all(Self::is_not_about_health),
            Self::Not(test) => test.is_not_about_health(),
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
