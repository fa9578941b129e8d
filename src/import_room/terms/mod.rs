//! What the terms of the sources mean, of the sixteen topics by which people and services are brought together.

mod pages;
mod store;

pub(super) use pages::routes;
