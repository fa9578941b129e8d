//! Where people live, as the matching needs it: many share one.

use vocabulary::GridPoint;

use crate::Person;

/// Where people of one place live and which areas claim them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) point: Option<GridPoint>,
    pub(crate) county: Option<i32>,
    pub(crate) area: Option<i32>,
}

impl Place {
    pub(crate) const fn of(person: &Person) -> Self {
        Self { point: person.place, county: person.county, area: person.area }
    }
}
