//! Later work: what was queued, what runs, what failed; stopped, or done again.

mod pages;

pub use pages::room;
