//! The population zone: pseudonymous extracts, cohorts and match runs.

pub mod made_up_county;
pub mod match_run;
