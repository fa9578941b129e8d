//! Who is told when a service changes. A table of its own: it is about people, each of whom sees their own rows.

pub mod store;
