//! A services file: one row a service at a site, frozen for a run and pinned by its digest.

mod columns;
mod costs;
mod import;
mod write;

#[cfg(test)]
mod tests;

use ground::files::Problem;
use matching::Service;

pub use columns::{OPTIONAL_SERVICE_COLUMNS, SERVICE_COLUMNS};
pub use costs::read_costs;
pub use import::import_services;
pub use write::{ServicesFormat, write_services};

/// The services of a file.
#[derive(Debug, Default)]
pub struct Services {
    pub services: Vec<Service>,
    pub rows_read: u64,
    /// Rows left out and listed, repeats not counted.
    pub rows_left_out: u64,
    pub problems: Vec<Problem>,
    pub warnings: ServiceWarnings,
    /// SHA-256 of the bytes that were read, hexadecimal.
    pub digest: String,
}

/// What was counted and not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceWarnings {
    pub outside_great_britain: u64,
    /// No place for a radius, no area, no county, or an age range that holds nobody.
    pub nobody_can_reach: u64,
    pub capacity_zero: u64,
    pub repeats: u64,
}
