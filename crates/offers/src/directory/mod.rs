//! The directory: who offers what, where, when and for whom.
//!
//! A record is kept as its source has it, in the words of Open Referral UK and HSDS 3 (what Meres has no word for is
//! kept under `more`), so that an import loses nothing and an export gives it back. A record is known by its source and
//! its key there; Meres gives it an identifier of its own that no later import changes. What matching needs is worked
//! out from the record when services are exported, never written back into it.

mod feed;
mod record;

pub use feed::{Feed, FeedProblem, Outcome};
pub use record::{
    Accessibility, Address, Contact, CostOption, Identifier, Language, LocalTime, More, Organisation, Phone,
    Referral, Schedule, Service, ServiceArea, Site, SiteKind, SiteOfService, Status, Term,
};
