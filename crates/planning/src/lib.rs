//! The population zone: pseudonymous extracts, cohorts, match runs and allocations.

pub mod allocation;
pub mod by_part;
pub mod cohort;
pub mod crosstab;
mod definition;
pub mod extract;
pub mod fairness;
pub mod made_up_county;
pub mod match_run;
pub mod population;
pub mod rules;
pub mod supply;
pub mod worklist;
