//! The population zone: pseudonymous extracts, cohorts and match runs.

pub mod match_run;
