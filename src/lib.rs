//! Meres: who needs what, what is near, what is missing, whom to invite.

pub mod about;
mod actors;
pub mod app;
pub mod audit_room;
pub mod cohort_room;
pub mod components;
pub mod data_path;
pub mod directory_room;
mod fairness;
pub mod figures_room;
pub mod finder;
mod for_scripts;
pub mod home;
pub mod import_room;
pub mod invitation_room;
pub mod jobs_room;
pub mod match_room;
pub mod open_referral_api;
pub mod population_room;
pub mod report;
pub mod search;
mod toml_text;
pub mod trying;
mod workbook;
pub mod worklist_room;
