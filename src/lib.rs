//! Meres: who needs what, what is near, what is missing, whom to invite.

pub mod report;
