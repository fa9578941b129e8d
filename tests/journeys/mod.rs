//! Journeys through the product, in the words of care.
mod identity;
mod main_job;
mod refusals;
mod synthea;
