//! What an extract leaves open and the tables of places know: the middle of a small area, its deprivation, its
//! district. Only what is not known is filled in, and how often is said.

use matching::AreaFacts;
use serde::{Deserialize, Serialize};

use super::Population;

/// How many rows were completed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Completed {
    pub place: u64,
    pub imd: u64,
    pub area: u64,
    /// They name a small area of which nothing is known here: of an older list, say, or of another county.
    pub strangers: u64,
    /// The extract had numbers of areas of its own, and they were replaced.
    pub own_areas: bool,
    pub areas_replaced: bool,
}

impl Completed {
    /// Adds what was completed of other rows.
    pub const fn add(&mut self, other: Self) {
        self.place += other.place;
        self.imd += other.imd;
        self.area += other.area;
        self.strangers += other.strangers;
        self.own_areas |= other.own_areas;
        self.areas_replaced |= other.areas_replaced;
    }
}

/// Whose numbers of areas count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaNumbers {
    /// The extract's, where it has any: the services file is numbered like it.
    Extract,
    /// Those of our districts: the services come from our directory.
    Ours,
}

impl Population {
    /// Completes the rows from what is known of their small areas. Numbers of areas mean what one list says: those of the
    /// extract are left as they are, or, where the services are numbered by our districts, all replaced.
    pub fn complete(&mut self, areas: AreaNumbers, facts: impl Fn(&str) -> Option<AreaFacts>) -> Completed {
        let known: Vec<Option<AreaFacts>> =
            std::iter::once(None).chain(self.lsoas.names().iter().map(|lsoa| facts(lsoa))).collect();
        let own_areas = (0..self.people.len()).any(|row| self.people.area(row).is_some());
        let ours = areas == AreaNumbers::Ours || !own_areas;
        if ours && own_areas {
            self.people.forget_areas();
        }
        let mut completed =
            Completed { own_areas, areas_replaced: ours && own_areas, ..Completed::default() };
        for (row, lsoa) in self.lsoa.iter().enumerate() {
            let Some(mut facts) = known[*lsoa as usize] else {
                completed.strangers += u64::from(*lsoa != 0);
                continue;
            };
            if !ours {
                facts.county_and_area = None;
            }
            let filled = self.people.complete(row, &facts);
            completed.place += u64::from(filled.place);
            completed.imd += u64::from(filled.imd);
            completed.area += u64::from(filled.area);
        }
        completed
    }
}
