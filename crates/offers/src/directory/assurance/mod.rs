//! How well a service is vouched for: who looked last whether it is as the directory says, and when somebody must look
//! again. What nobody has looked at for too long leaves the finder and the matching by itself, and comes back when
//! somebody confirms it.

pub mod store;

#[cfg(test)]
mod tests;

use vocabulary::Day;

pub use super::settings::Review;
use super::{Kept, Service};

/// Against what somebody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Whoever runs it pressed "still correct" behind a link of ours.
    Link,
    /// Whoever keeps the entry said so, signed in.
    Keeper,
    Telephone,
    Website,
    Visit,
}

impl Against {
    pub const ALL: [Self; 5] = [Self::Link, Self::Keeper, Self::Telephone, Self::Website, Self::Visit];

    /// The word by which it is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Keeper => "keeper",
            Self::Telephone => "telephone",
            Self::Website => "website",
            Self::Visit => "visit",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// Behind "checked".
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Link | Self::Keeper => "with the people who run it",
            Self::Telephone => "by telephone",
            Self::Website => "on its website",
            Self::Visit => "on a visit",
        }
    }
}

/// One look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    pub on: Day,
    pub against: Against,
}

/// A look, with who looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    pub check: Check,
    pub actor: String,
    pub note: Option<String>,
}

/// A letter with a link by which whoever runs a service says that it is still so; only a word for identifiers.
#[derive(Debug)]
pub struct Reminder;

/// Which reminder it is: each goes out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Soon,
    Due,
    Hidden,
}

impl Stage {
    /// The word by which it is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Due => "due",
            Self::Hidden => "hidden",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Soon, Self::Due, Self::Hidden].into_iter().find(|stage| stage.word() == word)
    }
}

/// Who vouches for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// Somebody here looked.
    Here(Against),
    /// Its source says that somebody did.
    Source,
    /// Nobody says so: it came or was changed on that day.
    Came,
}

/// How an entry stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assured {
    pub on: Day,
    pub by: Vouched,
    /// On this day somebody must look again.
    pub due: Day,
    pub state: Freshness,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    Fresh,
    /// The first reminder is out.
    DueSoon,
    Overdue,
    /// Nobody looked in time: it is not shown and not matched.
    Hidden,
}

impl Assured {
    /// The latest that anybody said counts; a day to come, which some sources give, counts as not said.
    pub fn of(kept: &Kept<Service>, check: Option<Check>, review: Review, today: Day) -> Self {
        let until_today = |day: &Day| *day <= today;
        let by_source = kept.record.assured_on.as_deref().and_then(|text| Day::parse(text).ok());
        let came = kept.changed_at.get(..10).and_then(|text| Day::parse(text).ok()).unwrap_or(today);
        let source = by_source.filter(until_today).map_or((came, Vouched::Came), |on| (on, Vouched::Source));
        let here =
            check.filter(|check| check.on <= today).map(|check| (check.on, Vouched::Here(check.against)));
        let (on, by) = here.filter(|here| here.0 >= source.0).unwrap_or(source);
        let due = later(on, review.every);
        let state = if today >= later(due, review.grace) {
            Freshness::Hidden
        } else if today >= due {
            Freshness::Overdue
        } else if today >= later(due, -review.notice) {
            Freshness::DueSoon
        } else {
            Freshness::Fresh
        };
        Self { on, by, due, state }
    }

    /// The reminder that is to go out by now; none while nobody has to look soon.
    pub const fn stage(&self) -> Option<Stage> {
        match self.state {
            Freshness::Fresh => None,
            Freshness::DueSoon => Some(Stage::Soon),
            Freshness::Overdue => Some(Stage::Due),
            Freshness::Hidden => Some(Stage::Hidden),
        }
    }

    pub fn is_shown(&self) -> bool {
        self.state != Freshness::Hidden
    }

    /// The day on which it is hidden if nobody looks.
    pub fn hidden_on(&self, review: Review) -> Day {
        later(self.due, review.grace)
    }
}

fn later(day: Day, days: i32) -> Day {
    Day::from_days(day.days().saturating_add(days))
}
