//! Crosstabs, good and dirty.
