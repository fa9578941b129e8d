//! The edition of all that is on offer: a number that every change of places, directory and resources raises, so that
//! whoever keeps them in memory knows when to read them again.

pub mod store;
