//! Practices of the populations that are attacked, and the networks that they make up.

use std::path::Path;

use super::populations::{MadeUp, Somebody, write};
use crate::support::chance::Chance;
use crate::support::meres::done;

/// The data folder that knows the networks.
const FOLDER: &str = "of_networks";

/// Practice, network, its name, since when and until when. On the day of the rules (1 September 2026) the north has two
/// practices, the south one, the east one with few people; one has left its network, one joins it later, one has none.
pub(crate) const NETWORKS: [(&str, &str, &str, &str, &str); 6] = [
    ("Z99001", "U99001", "North", "", ""),
    ("Z99002", "U99001", "North", "2019-07-01", ""),
    ("Z99003", "U99002", "South", "", ""),
    ("Z99004", "U99002", "South", "", "2025-12-31"),
    ("Z99004", "U99003", "East", "2026-01-01", ""),
    ("Z99005", "U99003", "East", "2027-01-01", ""),
];
pub(super) const PRACTICES: [&str; 6] = ["Z99001", "Z99002", "Z99003", "Z99004", "Z99005", "Z99006"];

/// What a practice's network is called on the day of the rules, worked out by hand.
pub(super) fn network_of(practice: &str) -> Option<&'static str> {
    match practice {
        "Z99001" | "Z99002" => Some("North"),
        "Z99003" => Some("South"),
        "Z99004" => Some("East"),
        _ => None,
    }
}

/// Gives everybody a practice, and some none: most are with the first, few with that of the east.
pub(crate) fn with_practices(mut people: Vec<Somebody>, seed: u64) -> Vec<Somebody> {
    let mut chance = Chance(seed * 104_729 + 7);
    // What a hundred people are parted by.
    let parts =
        *chance.one_of(&[[40, 65, 85, 88, 93, 97], [25, 45, 70, 72, 90, 100], [60, 80, 90, 95, 96, 97]]);
    for one in &mut people {
        let at = chance.below(100);
        one.practice = parts.iter().position(|end| at < *end).map_or("", |place| PRACTICES[place]);
    }
    people
}

/// An extract of these people, beside a data folder that knows the networks of their practices.
pub(crate) fn write_with_networks(folder: &Path, name: &str, people: &[Somebody]) -> MadeUp {
    if !folder.join(FOLDER).exists() {
        let lines = NETWORKS.map(|(practice, network, name, joined, left)| {
            format!("{practice},{network},{name},{joined},{left}\n")
        });
        let table = format!("practice,network,network_name,joined_on,left_on\n{}", lines.concat());
        std::fs::write(folder.join("networks.csv"), table).expect("written");
        // A county is known where some postcode of it is.
        std::fs::write(folder.join("postcodes.csv"), "postcode,easting,northing\nNG31 7AA,601000,451000\n")
            .expect("written");
        done(folder, &format!("import place postcodes.csv networks.csv --data {FOLDER}"));
    }
    MadeUp { networks: Some(FOLDER), ..write(folder, name, people) }
}
