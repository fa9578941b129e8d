//! Which column of a file is probably which of ours: by its name, as extracts of the health service call them.

use vocabulary::Condition;
use web::capital;

/// Other names of a column, in small letters and without signs.
const OTHER_NAMES: [(&str, &[&str]); 22] = [
    ("pid", &["pseudonym", "pseudonymisedid", "pseudoid", "personid", "patientid", "id", "pseudonhsnumber"]),
    ("birth_year", &["yearofbirth", "yob", "birthdate", "dateofbirth", "dob", "age"]),
    ("sex", &["gender", "stategender", "personstatedgendercode", "sexcode"]),
    ("lsoa", &["lsoa21cd", "lsoa11cd", "lsoa21", "lsoa11", "lsoacode", "lsoa2021", "lsoaofresidence"]),
    ("easting", &["oseast1m", "eastings", "gridx", "x"]),
    ("northing", &["osnrth1m", "northings", "gridy", "y"]),
    ("practice", &["gppractice", "practicecode", "gppracticecode", "odscode", "registeredpractice"]),
    ("imd", &["imddecile", "indexofmultipledeprivationdecile", "deprivationdecile"]),
    ("c_oa", &["osteoarthritis", "oa"]),
    ("c_back", &["backpain", "lowbackpain"]),
    ("c_ra", &["rheumatoidarthritis", "ra"]),
    ("c_osteop", &["osteoporosis"]),
    ("c_diab", &["diabetes", "diabetesmellitus"]),
    ("c_htn", &["hypertension"]),
    ("c_depr", &["depression"]),
    ("c_obese", &["obesity"]),
    ("wl", &["waitinglist", "onwaitinglist", "waiting"]),
    ("wl_weeks", &["weekswaiting", "weekswaited", "waitweeks"]),
    ("lang", &["language", "preferredlanguage"]),
    ("last_activity", &["lastcontact", "lastcontactdate", "lastseen", "lastactivitydate"]),
    ("ethnicity", &["ethniccategory", "ethnicgroup", "ethniccode", "ethniccategorycode"]),
    ("rural", &["isrural", "ruralflag"]),
];

/// The same for coded events.
const OTHER_NAMES_OF_EVENTS: [(&str, &[&str]); 3] = [
    ("system", &["codesystem", "codingsystem", "codescheme"]),
    ("code", &["snomedcode", "snomed", "snomedctcode", "conceptid", "icd10code", "icd10", "diagnosiscode"]),
    ("date", &["eventdate", "daterecorded", "recordeddate", "consultationdate", "start", "startdate"]),
];

/// What a column of ours is called in words.
const LABELS: [(&str, &str); 22] = [
    ("pid", "Pseudonym"),
    ("birth_year", "Year of birth"),
    ("sex", "Sex"),
    ("lsoa", "Small area (LSOA)"),
    ("easting", "Metres east"),
    ("northing", "Metres north"),
    ("county", "Number of the county"),
    ("area", "Number of the area"),
    ("practice", "GP practice"),
    ("imd", "Deprivation decile"),
    ("wl", "On a waiting list"),
    ("wl_weeks", "Weeks on a waiting list"),
    ("lang", "Preferred language"),
    ("mobility", "How they get about"),
    ("has_car", "Has a car"),
    ("internet", "Uses the internet"),
    ("last_activity", "Last contact with a service"),
    ("ethnicity", "Ethnic category"),
    ("rural", "Lives in the country"),
    ("system", "Code system"),
    ("code", "Code"),
    ("date", "Day of the event"),
];

/// The words of a column: of a condition, the condition's own.
pub(super) fn label(name: &str) -> String {
    let condition = name.strip_prefix("c_").and_then(Condition::from_key).map(Condition::words);
    let words = LABELS.iter().find(|(ours, _)| *ours == name).map(|(_, words)| *words).or(condition);
    capital(words.unwrap_or(name))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The column of the file that is probably meant; nothing where none is.
pub(super) fn column<'f>(wanted: &str, of_file: &'f [String]) -> Option<&'f String> {
    known_as(wanted, &OTHER_NAMES, of_file)
}

/// The same in a file of coded events.
pub(super) fn event_column<'f>(wanted: &str, of_file: &'f [String]) -> Option<&'f String> {
    let names = if wanted == "pid" { &OTHER_NAMES[..] } else { &OTHER_NAMES_OF_EVENTS };
    known_as(wanted, names, of_file)
}

fn known_as<'f>(wanted: &str, names: &[(&str, &[&str])], of_file: &'f [String]) -> Option<&'f String> {
    let same = |name: &str| of_file.iter().find(|column| plain(column) == name);
    let others = names.iter().find(|(ours, _)| *ours == wanted).map_or(&[][..], |(_, others)| others);
    of_file
        .iter()
        .find(|column| *column == wanted)
        .or_else(|| same(&plain(wanted)))
        .or_else(|| others.iter().find_map(|name| same(name)))
}

#[cfg(test)]
mod tests {
    use planning::population::{OPTIONAL_COLUMNS, PEOPLE_COLUMNS};

    use super::{OTHER_NAMES, column, label, plain};

    #[test]
    fn columns_are_found_by_the_names_that_extracts_give_them() {
        let file = ["Person_ID", "Year of Birth", "LSOA21CD", "GP Practice", "C_OA"].map(str::to_owned);
        let found = ["pid", "birth_year", "lsoa", "practice", "c_oa", "imd"].map(|name| column(name, &file));
        let names = found.map(|name| name.map_or("", String::as_str));
        assert_eq!(names, ["Person_ID", "Year of Birth", "LSOA21CD", "GP Practice", "C_OA", ""]);
    }

    #[test]
    fn every_column_has_words() {
        for column in PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS) {
            let known = label(column.name);
            assert!(known != column.name && !known.contains('_'), "{known}");
        }
    }

    #[test]
    fn other_names_are_of_columns_that_there_are_and_are_plain() {
        for (ours, others) in OTHER_NAMES {
            let known = PEOPLE_COLUMNS.iter().chain(&OPTIONAL_COLUMNS).any(|column| column.name == ours);
            assert!(known, "{ours}");
            assert!(others.iter().all(|name| plain(name) == *name), "{ours}");
        }
    }
}
