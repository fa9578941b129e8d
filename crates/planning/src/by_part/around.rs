//! Who lives around a hub: asked of the parts in which anybody may.

use matching::{Invitation, People};

use super::{Stage, Whole};
use crate::extract::{ImportError, Mapping};

impl Whole<'_> {
    /// The people of the cohort who live around a hub, in the order of the extract. Parts in which somebody may are read
    /// again; no more of them is in memory than one, and those who were found.
    pub fn around(&self, hub: &Invitation) -> Result<People, ImportError> {
        let mut found = People::default();
        let reach = u64::from(hub.radius.unsigned_abs());
        for (number, path) in self.asked.parts.iter().enumerate() {
            let record = self.unfinished.record(number)?;
            if !record.is_some_and(|record| record.tallies.may_reach(hub.venue, hub.radius)) {
                continue;
            }
            (self.asked.said)(Stage::Again { name: &Mapping::name_of(path) });
            let part = self.asked.choose(&self.files.part(number), &self.settled)?;
            let people = &part.read.population.people;
            for row in &part.selected.rows {
                let row = *row as usize;
                let place = people.place(row);
                if place.is_some_and(|place| place.squared_distance(hub.venue) <= reach * reach) {
                    found.push(&people.get(row));
                }
            }
            (self.asked.said)(Stage::Finished { rows: part.read.population.rows_read });
        }
        Ok(found)
    }
}
