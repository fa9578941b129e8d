//! Journeys through the product, in the words of care.
mod allocation;
mod area_view;
mod backup;
mod database;
mod directory_editing;
mod directory_imports;
mod directory_sources;
mod employers_account;
mod feed_out;
mod feeds;
mod finder;
mod hostile_imports;
mod identity;
mod kill;
mod later_work;
mod main_job;
mod no_harm;
mod open_referral_api;
mod planning_rooms;
mod power_cut;
mod real_county;
mod refusals;
mod schema;
mod site;
mod synthea;

pub(crate) use area_view::example_report;
pub(crate) use real_county::county_report;
