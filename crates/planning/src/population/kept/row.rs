//! What must be the same for two rows to say the same of a person.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use matching::{Mobility, Person, Sex};
use sha2::{Digest, Sha256};
use vocabulary::Day;

const NOT_KNOWN: i32 = i32::MIN;

/// 128 bits of SHA-256: nobody can make two pseudonyms that we would take for one person.
pub(in crate::population) fn hash_of_pseudonym(pseudonym: &str) -> u128 {
    let digest = Sha256::digest(pseudonym.as_bytes());
    digest.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

/// 64 bits of everything that a row says; only rows of one pseudonym are ever compared by it.
pub(in crate::population) fn hash_of_content(
    person: &Person,
    practice: &str,
    lsoa: &str,
    bytes: &mut Vec<u8>,
) -> u64 {
    // Taken apart, so that what a person gains is not forgotten here.
    let Person {
        birth_year,
        sex,
        place,
        county,
        area,
        imd,
        conditions,
        conditions_not_known,
        waiting,
        waiting_weeks,
        language,
        mobility,
        has_car,
        internet,
        last_activity,
    } = *person;
    let number = |value: Option<i32>| value.unwrap_or(NOT_KNOWN);
    let answer = |value: Option<bool>| value.map_or(NOT_KNOWN, i32::from);
    let numbers = [
        number(birth_year),
        sex.map_or(NOT_KNOWN, |sex| if sex == Sex::Male { 1 } else { 2 }),
        place.map_or(NOT_KNOWN, |place| place.easting),
        place.map_or(NOT_KNOWN, |place| place.northing),
        number(county),
        number(area),
        number(imd),
        conditions.bits().cast_signed(),
        conditions_not_known.bits().cast_signed(),
        answer(waiting),
        number(waiting_weeks),
        language,
        mobility.map_or(NOT_KNOWN, code_of_mobility),
        answer(has_car),
        answer(internet),
        last_activity.map_or(NOT_KNOWN, Day::days),
        i32::try_from(practice.len()).unwrap_or(i32::MAX),
    ];
    bytes.clear();
    numbers.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    bytes.extend_from_slice(practice.as_bytes());
    bytes.extend_from_slice(lsoa.as_bytes());
    FixedState::with_seed(0x4D65_7265_7332).hash_one(bytes.as_slice())
}

/// How an extract says it.
pub(in crate::population) const fn code_of_mobility(mobility: Mobility) -> i32 {
    match mobility {
        Mobility::NoDifficulty => 0,
        Mobility::WalksWithAid => 1,
        Mobility::Wheelchair => 2,
        Mobility::Housebound => 3,
    }
}
