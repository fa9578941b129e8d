//! What an extract leaves open and the tables of places know: the middle of a small area, its deprivation, its
//! district. Only what is not known is filled in, and how often is said.

use matching::AreaFacts;

use super::Population;

/// How many rows were completed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completed {
    pub place: u64,
    pub imd: u64,
    pub area: u64,
}

impl Population {
    /// Completes the rows from what is known of their small areas. The numbers of areas are filled in only where the
    /// extract has none at all: another numbering of its own must not be mixed with ours.
    pub fn complete(&mut self, facts: impl Fn(&str) -> Option<AreaFacts>) -> Completed {
        let known: Vec<Option<AreaFacts>> =
            std::iter::once(None).chain(self.lsoas.names().iter().map(|lsoa| facts(lsoa))).collect();
        let own_areas = (0..self.people.len()).any(|row| self.people.area(row).is_some());
        let mut completed = Completed::default();
        for (row, lsoa) in self.lsoa.iter().enumerate() {
            let Some(mut facts) = known[*lsoa as usize] else { continue };
            if own_areas {
                facts.county_and_area = None;
            }
            let filled = self.people.complete(row, &facts);
            completed.place += u64::from(filled.place);
            completed.imd += u64::from(filled.imd);
            completed.area += u64::from(filled.area);
        }
        self.has_place |= completed.place > 0;
        completed
    }
}
