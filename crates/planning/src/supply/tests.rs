//! Services files, good and dirty.
