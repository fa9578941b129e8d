//! Records that may be the same: suggested with reasons, decided by a person, and taken back.

mod pages;
mod store;

pub(super) use pages::routes;
