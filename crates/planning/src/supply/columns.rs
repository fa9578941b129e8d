//! The columns of a services file and what may stand in each (`matching.md` section 1).

use crate::extract::ColumnKind::{Large, Text, Whole, YesNo};
use crate::extract::{Column, column};
use crate::population::{FAR, METRES, YES_NO};

/// Places of the columns in [`SERVICE_COLUMNS`].
pub(super) mod at {
    pub(crate) const SID: usize = 0;
    pub(crate) const PROVIDER: usize = 1;
    pub(crate) const KIND: usize = 2;
    pub(crate) const EASTING: usize = 3;
    pub(crate) const NORTHING: usize = 4;
    pub(crate) const COUNTY: usize = 5;
    pub(crate) const RADIUS: usize = 6;
    pub(crate) const OFFERS: usize = 8;
    pub(crate) const MIN_AGE: usize = 9;
    pub(crate) const MAX_AGE: usize = 10;
    pub(crate) const SEX_REQ: usize = 11;
    pub(crate) const REQ_ANY: usize = 12;
    pub(crate) const EXCL: usize = 13;
    pub(crate) const ROUTE: usize = 14;
    pub(crate) const COST: usize = 15;
    pub(crate) const STEP_FREE: usize = 16;
    pub(crate) const TRANSPORT: usize = 17;
    pub(crate) const HOME_VISIT: usize = 18;
    pub(crate) const LANGS: usize = 19;
    pub(crate) const WEEKLY_SESSIONS: usize = 20;
    pub(crate) const CAPACITY: usize = 21;
}

const CONDITION_BITS: &str = "the bits of conditions 0 to 19";

/// The columns that a services file must have, in the order of [`at`].
pub const SERVICE_COLUMNS: [Column; 22] = [
    column("sid", Whole(0, i32::MAX), "a whole number; for an identifier of letters use service_id"),
    column("provider", Text(128), "the provider's number or name"),
    column("kind", Whole(0, 3), "0 radius, 1 areas, 2 county-wide or 3 online"),
    column("easting", Whole(-FAR, FAR), METRES),
    column("northing", Whole(-FAR, FAR), METRES),
    column("county", Whole(0, 32_000), "the county's number, from 0"),
    column("radius", Whole(0, FAR), "whole metres, at least 1 for kind 0"),
    column("area_mask", Large((1 << 56) - 1), "the bits of areas 0 to 55"),
    column("offers", Whole(0, 0xFFFF), "the bits of topics 0 to 15"),
    column("min_age", Whole(0, 200), "an age in years"),
    column("max_age", Whole(0, 200), "an age in years"),
    column("sex_req", Whole(0, 2), "0 any, 1 male or 2 female"),
    column("req_any", Whole(0, 0xF_FFFF), CONDITION_BITS),
    column("excl", Whole(0, 0xF_FFFF), CONDITION_BITS),
    column("route", Whole(0, 2), "0 open, 1 recent contact or 2 waiting list"),
    column("cost", Whole(0, 1_000_000), "whole pence from 0 to 1000000"),
    column("step_free", YesNo, YES_NO),
    column("transport", YesNo, YES_NO),
    column("home_visit", YesNo, YES_NO),
    column("langs", Whole(0, 0xFF), "the bits of languages 0 to 7 as in the extract; 1 is English only"),
    column("weekly_sessions", Whole(0, i32::MAX), "a whole number from 0"),
    column("capacity", Whole(0, i32::MAX), "a whole number from 0"),
];

/// Columns for words; a services file may have them.
pub const OPTIONAL_SERVICE_COLUMNS: [Column; 6] = [
    column("service_id", Text(256), "an identifier"),
    column("name", Text(1_000), "a name of at most 1000 letters"),
    column("provider_name", Text(1_000), "a name of at most 1000 letters"),
    column("venue", Text(1_000), "a name of at most 1000 letters"),
    column("postcode", Text(32), "a postcode"),
    column("eligibility", Text(10_000), "for whom it is, in words; it excludes nobody"),
];

/// Columns whose being unknown makes a row useless; the others have a meaning for "not known".
pub(super) const MUST_BE_KNOWN: [usize; 9] =
    [at::SID, at::KIND, at::OFFERS, at::MIN_AGE, at::MAX_AGE, at::SEX_REQ, at::REQ_ANY, at::EXCL, at::ROUTE];
