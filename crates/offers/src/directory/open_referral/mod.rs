//! The directory as Open Referral UK 3.0: each service with its organisation and its sites in one object, valid
//! against the profile's own schemas.
//!
//! ```text
//! record ─► the profile's words (records) ─► an object that is valid (object, held to profile and forms)
//! ```
//!
//! What the profile has no room for stands beside the rest in the field [`EXTENSION`], which other readers pass over and
//! Meres's own import puts back, so that a directory that is exported and imported again is the same.

mod extension;
mod forms;
mod object;
mod page;
mod pieces;
mod profile;
mod records;
mod taxonomies;

pub(super) use extension::{Extension, is_derived};
pub use page::{Written, write};
pub use pieces::{Pieces, SITES, site_in_list};
pub use records::service;
pub use taxonomies::{Taxonomies, term_ids};

/// What Meres says beside the profile: `as_given` (fields as the record has them, where the profile does not take them
/// so; null where it has none), `more` (what the source said under a word that the profile has), and fields of its own.
pub(super) const EXTENSION: &str = "meres";

/// In it: what the provider last said of the room that there is. It is true of its day, so that an import leaves it out.
pub(super) const ROOM: &str = "room";

/// Lists of a page behind its services: what no service of it names.
pub(super) const OTHER_ORGANISATIONS: &str = "other_organizations";
pub(super) const OTHER_SITES: &str = "other_locations";
