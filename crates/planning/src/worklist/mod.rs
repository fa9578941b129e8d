//! Worklists: whom the practices ask, in call order and with reasons. The practice holds the key to its pseudonyms; here
//! nobody does. All of it stays in files of the population zone, and only how many they are comes out, through the gate.
//!
//! ```text
//! match run ─► calls.parquet (everybody with an offer, by practice) ─► list.parquet of a request ─► the practice's own lines
//! ```
//!
//! The call order is the rule's, and no judgement about a person: whose best offer fits best comes first; of those who are
//! alike, whoever lives where deprivation is greater; then as a hash of the pseudonym has it, so that no one is first
//! because of how they are called.

mod calls;
mod lists;
mod table;
mod together;

#[cfg(test)]
mod tests;

pub use calls::{CALLS, write_calls};
pub use lists::{Line, ListMade, Wanted, make, read};
pub use together::{LEAST_LISTS, overlap, together};
