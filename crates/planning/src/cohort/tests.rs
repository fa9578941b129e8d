//! Cohorts of small populations.
