//! The import room: feeds and files that come into the directory, looked at before they change anything; where they come
//! from, and again when; what is the same twice; what their words mean; and what is wrong with somebody's feed.

mod duplicates;
mod imports;
mod room;
mod terms;
mod validator;
mod words;

pub use room::room;
pub use words::{counts, digest_of, in_words, name_of_address, title};
