//! Times as the tables keep them, by the clock of the house.

use ground::database::utc;
use time::Duration;
use web::House;

/// Now.
pub(crate) fn now(house: &House) -> String {
    utc((house.clock)())
}

/// So long ago; what is older than this text was before that.
pub(crate) fn ago(house: &House, span: Duration) -> String {
    utc((house.clock)() - span)
}

/// In so long.
pub(crate) fn ahead(house: &House, span: Duration) -> String {
    utc((house.clock)() + span)
}

/// Today, as a day.
pub(crate) fn today(house: &House) -> String {
    now(house)[..10].to_owned()
}

/// Seconds since 1970, by which codes are counted.
pub(crate) fn seconds(house: &House) -> u64 {
    u64::try_from((house.clock)().unix_timestamp()).unwrap_or(0)
}
