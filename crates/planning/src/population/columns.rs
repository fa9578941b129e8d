//! The columns of an extract and what may stand in each (`matching.md` section 1 is their source; the user guide
//! prints this table).

use crate::extract::{Column, ColumnKind, column};

/// Coordinates further out than this are no metres of any grid.
pub(crate) const FAR: i32 = 10_000_000;

pub(crate) const METRES: &str = "whole metres on the British National Grid";
pub(crate) const YES_NO: &str = "0, 1, true or false";

/// Places of the columns in [`PEOPLE_COLUMNS`].
pub(super) mod at {
    // In the order of the table below.
    pub(crate) const PID: usize = 0;
    pub(crate) const BIRTH_YEAR: usize = 1;
    pub(crate) const SEX: usize = 2;
    pub(crate) const LSOA: usize = 3;
    pub(crate) const EASTING: usize = 4;
    pub(crate) const NORTHING: usize = 5;
    pub(crate) const COUNTY: usize = 6;
    pub(crate) const AREA: usize = 7;
    pub(crate) const PRACTICE: usize = 8;
    pub(crate) const IMD: usize = 9;
    pub(crate) const CONDITIONS: usize = 10;
    pub(crate) const WL: usize = 30;
    pub(crate) const WL_WEEKS: usize = 31;
    pub(crate) const LANG: usize = 32;
    pub(crate) const MOBILITY: usize = 33;
    pub(crate) const HAS_CAR: usize = 34;
    pub(crate) const INTERNET: usize = 35;
    pub(crate) const LAST_ACTIVITY: usize = 36;
}

/// The columns that an extract must have.
pub const PEOPLE_COLUMNS: [Column; 37] = {
    use ColumnKind::{Day, Text, Whole, YesNo};
    let mut all = [column("", YesNo, YES_NO); 37];
    all[at::PID] = column("pid", Text(128), "a pseudonym of 1 to 128 letters");
    all[at::BIRTH_YEAR] = column("birth_year", Whole(1880, i32::MAX), "a year from 1880 to the index date's");
    all[at::SEX] = column("sex", Whole(0, 9), "1 male, 2 female, 0 not known or 9 not specified");
    all[at::LSOA] = column("lsoa", Text(32), "an LSOA code such as E01026317");
    all[at::EASTING] = column("easting", Whole(-FAR, FAR), METRES);
    all[at::NORTHING] = column("northing", Whole(-FAR, FAR), METRES);
    all[at::COUNTY] = column("county", Whole(0, 32_000), "the county's number, from 0");
    all[at::AREA] = column("area", Whole(0, 55), "an area's number from 0 to 55");
    all[at::PRACTICE] = column("practice", Text(64), "an ODS code of at most 64 letters");
    all[at::IMD] = column("imd", Whole(1, 10), "a deprivation decile from 1 to 10");
    let names = [
        "c_oa",
        "c_back",
        "c_ra",
        "c_osteop",
        "c_gout",
        "c_fibro",
        "c_diab",
        "c_copd",
        "c_asthma",
        "c_chd",
        "c_htn",
        "c_stroke",
        "c_depr",
        "c_obese",
        "c_frail",
        "c_falls",
        "c_cancer",
        "c_ckd",
        "c_dementia",
        "c_palliative",
    ];
    let mut i = 0;
    while i < names.len() {
        all[at::CONDITIONS + i] = column(names[i], YesNo, YES_NO);
        i += 1;
    }
    all[at::WL] = column("wl", YesNo, YES_NO);
    all[at::WL_WEEKS] = column("wl_weeks", Whole(0, 5_000), "whole weeks from 0");
    all[at::LANG] = column("lang", Whole(0, 7), "0 English, 1 to 7 another preferred language");
    all[at::MOBILITY] =
        column("mobility", Whole(0, 3), "0 no difficulty, 1 walks with an aid, 2 wheelchair or 3 housebound");
    all[at::HAS_CAR] = column("has_car", YesNo, YES_NO);
    all[at::INTERNET] = column("internet", YesNo, YES_NO);
    all[at::LAST_ACTIVITY] = column("last_activity", Day, "a date such as 2026-09-01");
    all
};

/// Columns that an extract may have; the equity views read them.
pub const OPTIONAL_COLUMNS: [Column; 2] = [
    column("ethnicity", ColumnKind::Text(8), "an NHS data dictionary code"),
    column("rural", ColumnKind::YesNo, YES_NO),
];

#[cfg(test)]
mod tests {
    use vocabulary::Condition;

    use super::*;

    #[test]
    fn every_column_has_a_name_and_conditions_stand_at_their_bits() {
        for condition in Condition::ALL {
            assert_eq!(
                PEOPLE_COLUMNS[at::CONDITIONS + condition as usize].name,
                format!("c_{}", condition.key())
            );
        }
        for (i, one) in PEOPLE_COLUMNS.iter().enumerate() {
            assert!(!one.name.is_empty());
            assert!(PEOPLE_COLUMNS[..i].iter().all(|other| other.name != one.name));
        }
    }
}
