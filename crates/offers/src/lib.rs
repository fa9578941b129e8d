//! What is on offer and where: no people. Places (postcodes, small areas, practices), the directory of organisations
//! and services, and the library of resources.

pub mod directory;
pub mod finder;
pub mod place;
pub mod resource;

#[cfg(test)]
mod test_data;
