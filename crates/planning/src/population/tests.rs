//! Extracts, good and dirty.
