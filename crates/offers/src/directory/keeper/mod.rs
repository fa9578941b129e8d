//! Keepers: which organisation of the directory is looked after by which organisation that takes part.

pub mod store;

use vocabulary::{Id, Partner};

use super::Organisation;

/// A line of who keeps what, today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeper {
    pub id: Id<Self>,
    pub organisation: Id<Organisation>,
    pub partner: Id<Partner>,
    pub partner_name: String,
    /// RFC 3339, UTC.
    pub since: String,
}
