//! What is wrong with somebody's feed, in plain words, before anybody imports it.

mod look;
mod pages;
mod store;

use ground::jobs::Job;
use offers::directory::import::LookedAt;
use vocabulary::Id;

pub(super) use look::{LOOK, look};
pub(super) use pages::routes;

/// A feed that somebody had looked at.
#[derive(Clone, Debug)]
struct Validation {
    id: Id<Self>,
    /// The whole address, until it was read.
    address: Option<String>,
    /// Without its query.
    shown: String,
    job: Option<Id<Job>>,
    /// Nothing while it is being looked at.
    found: Option<LookedAt>,
    made_at: String,
}
