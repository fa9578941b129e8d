//! The ground that every slice stands on and that knows no slice: so far, files.

pub mod files;
