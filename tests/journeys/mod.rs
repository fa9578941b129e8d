//! Journeys through the product, in the words of care.
mod area_view;
mod identity;
mod main_job;
mod refusals;
mod synthea;

pub(crate) use area_view::example_report;
