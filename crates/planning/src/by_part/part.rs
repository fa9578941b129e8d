//! One part: read, selected, matched, written, counted.

use std::path::PathBuf;

use crate::cohort::{Evidence, Selected, select};
use crate::extract::{ImportError, Mapping};
use crate::match_run::{Counting, MatchRun, ReadCounts, Tallies, write_rows_to};
use crate::population::across::{Settled, put_aside};
use crate::population::{Completed, PartRead, Population, import_part, read_backgrounds};

use super::record::{Done, Record, digest_of};
use super::unfinished::Unfinished;
use super::{ByPart, Part, Stage};

impl ByPart<'_> {
    /// Does a part and puts down what came of it. Rows first: a record says that they are there.
    pub(super) fn do_part(
        &self,
        unfinished: &Unfinished,
        part: &Part<'_>,
        settled: &Settled,
    ) -> Result<Done, ImportError> {
        let number = part.number;
        let name = Mapping::name_of(&self.parts[number]);
        (self.said)(Stage::Part { number, of: self.parts.len(), name: &name });
        let chosen = self.choose(part, settled)?;
        if !self.one_row_each {
            put_aside(&chosen.read, &unfinished.aside(number))?;
        }
        let population = &chosen.read.population;
        let mut backgrounds = self
            .fairness
            .then(|| {
                let year = self.import.index_date.year();
                let path: [PathBuf; 1] = [self.parts[number].clone()];
                read_backgrounds(&path, self.import.mapping, population, year)
            })
            .transpose()?;
        if let (Some(backgrounds), Some(networks)) = (&mut backgrounds, self.networks) {
            backgrounds.networks = networks(population);
        }
        part.stamp.check(&self.parts[number])?;

        let run = MatchRun::by(self.plan.clone(), &population.people, &chosen.selected, &|_| {});
        let mut bytes_of_rows = None;
        if let Some(format) = self.rows {
            let place = unfinished.rows(number, format);
            write_rows_to(&run, population, format, &place)?;
            bytes_of_rows =
                Some(std::fs::metadata(&place).map_err(ground::files::FileError::system(&place))?.len());
        }
        let counting = Counting {
            small_areas: self.small_areas,
            backgrounds: backgrounds.as_ref(),
            for_report: self.for_report,
        };
        let record = Record {
            part: name,
            digest: part.digest.to_owned(),
            dropped: digest_of(settled, number),
            bytes_of_rows,
            read: ReadCounts::of(population, self.plan.rules(), chosen.completed),
            problems: Record::listed(&population.problems),
            tallies: Tallies::of(&run, population, &chosen.selected, &counting),
        };
        unfinished.keep(number, &record)?;
        (self.said)(Stage::Finished { rows: population.rows_read });
        Ok(record.done())
    }

    /// Reads a part and selects its people.
    pub(super) fn choose(&self, part: &Part<'_>, settled: &Settled) -> Result<Chosen, ImportError> {
        let path = &self.parts[part.number];
        let mut read = import_part(path, &self.import, &settled.of_part(part.number))?;
        part.stamp.check(path)?;
        let completed = self.complete.map(|complete| complete(&mut read.population));
        let selected = self.select(&read.population);
        Ok(Chosen { read, completed, selected })
    }

    fn select(&self, population: &Population) -> Selected {
        let evidence = Evidence::none(self.cohort, population);
        select(self.cohort, population, &evidence, self.import.index_date)
    }
}

/// A part's people, and who of them is in the cohort.
pub(super) struct Chosen {
    pub(super) read: PartRead,
    completed: Option<Completed>,
    pub(super) selected: Selected,
}
