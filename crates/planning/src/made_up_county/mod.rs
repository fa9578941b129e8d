//! An invented county for `meres demo`: people who were never born, services that nobody runs, towns on no map.
//!
//! Everything follows from a seed, so that the same numbers give the same bytes on any machine: whole numbers only,
//! no clock, and a person depends on the seed and the row alone, however rows are shared out among threads.
//! Whatever could be taken for real cannot be: the county lies in the North Sea, its LSOA codes (E01999001 on) and
//! practice codes (Z99001 on) were never given out, its postcodes begin with ZZ, and its names were found in no gazetteer.
//! It is shaped like an English county so that a reader can judge the product by it: the coast is short of falls
//! prevention and bone health, the country is far from things, and a few values are not known, as everywhere.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "every number is drawn below a bound that fits; see each draw"
)]

mod archetypes;
mod audience;
mod events_file;
mod geography;
mod names;
mod organisations;
mod outline;
mod people;
mod places;
mod population_file;
mod prevalence;
mod random;
mod services;
mod services_file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use ground::files::FileError;
use offers::place::PlaceFeed;
use vocabulary::Day;

use crate::match_run::Backdrop;
use geography::Geography;
use names::{COUNTY, TOWNS};
pub use places::MadeUpTown;
use services::Supply;

/// How large a county, and which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub people: u32,
    /// A fifth as many organisations run them, at least one.
    pub services: u32,
    pub seed: u64,
}

impl Default for Spec {
    /// About the size of Lincolnshire's registered population and its directory.
    fn default() -> Self {
        Self { people: 824_000, services: 1_500, seed: 2_026 }
    }
}

/// A county that was written.
#[derive(Clone, Debug)]
pub struct MadeUp {
    pub population: PathBuf,
    pub services: PathBuf,
    pub backdrop: Backdrop,
    /// The county's name; no real county, district or town has it.
    pub name: String,
    /// Its postcodes and small areas.
    pub places: PlaceFeed,
    /// Towns and villages with a hall, the largest first.
    pub towns: Vec<MadeUpTown>,
}

/// Writes coded events of the people of a county that was written: pid, system, code and date, as CSV.
pub fn write_events(county: &MadeUp, seed: u64, index_date: Day, place: &Path) -> Result<(), FileError> {
    events_file::write(&county.population, seed, index_date, place)
}

/// Writes `population.parquet` and `services.csv` into a folder that is there. `progress` hears what is being done
/// and how much of all the work is done, from 0 to 1.
pub fn write(spec: &Spec, folder: &Path, progress: &mut dyn FnMut(&str, f64)) -> Result<MadeUp, FileError> {
    progress("Drawing the county", 0.0);
    let county = Geography::of(spec.seed);
    progress("Opening services", 0.05);
    let services = folder.join("services.csv");
    let organisations = organisations::organisations((spec.services / 5).max(1), &county, spec.seed);
    let venues = organisations::venues(&county, spec.seed);
    let supply = Supply { county: &county, organisations: &organisations, venues: &venues };
    services_file::write(&supply.services(spec.services, spec.seed), &organisations, &services)?;
    let population = folder.join("population.parquet");
    progress("Inventing people", 0.1);
    population_file::write(spec.people, spec.seed, &county, &population, &mut |done| {
        progress("Inventing people", 0.1 + 0.9 * done);
    })?;
    let towns = county.places.iter().take(TOWNS.len()).map(|p| (p.name.to_owned(), p.at.0, p.at.1)).collect();
    let (places, named) = (places::places(&county), places::towns(&county));
    let backdrop = Backdrop { outline: vec![county.outline.ring], towns, ..Backdrop::default() };
    Ok(MadeUp { population, services, backdrop, name: COUNTY.to_owned(), places, towns: named })
}
