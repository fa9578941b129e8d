//! The ground that every slice stands on and that knows no slice: files and the database.

pub mod database;
pub mod files;
