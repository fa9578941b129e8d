//! The audit log, to be searched, verified and taken away; and vouched for while the site runs.

mod pages;
mod vouching;

pub use pages::room;
pub use vouching::{CHECKPOINT, Vouching, begin_to_vouch, vouch};
