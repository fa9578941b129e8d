//! Meres: who needs what, what is near, what is missing, whom to invite.

pub mod about;
pub mod app;
pub mod audit_room;
pub mod components;
pub mod home;
pub mod import_room;
pub mod jobs_room;
pub mod report;
pub mod search;
