//! What is on offer and where: no people. Places (postcodes, small areas, practices), the directory of organisations
//! and services, and the library of resources.

pub mod catalogue;
pub mod directory;
pub mod edition;
pub mod finder;
pub mod place;
pub mod resource;
pub mod wording;

#[cfg(test)]
mod test_data;
