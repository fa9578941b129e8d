//! The ground that every slice stands on and that knows no slice: files, the database and its audit log, the key
//! that seals fields, and what is fetched from web addresses.

pub mod audit;
pub mod backup;
pub mod database;
pub mod fetch;
pub mod files;
pub mod jobs;
pub mod mail;
pub mod vault;
