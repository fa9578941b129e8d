//! Puts together what several files say, so that every key stands once.

use std::collections::BTreeMap;

use vocabulary::Postcode;

use super::brought::{Brought, PostcodeRow};
use super::columns::replace;
use super::feed::{AreaFacts, Membership, MembershipKey, PlaceFeed, PostcodePlace};

/// Two points of one postcode that are no farther apart say the same: the ways to a grid reference differ by metres.
pub const SAME_PLACE_METRES: u64 = 20;

const TWICE: &str = "one row for each postcode; other rows say something else, and the last counts";

/// Puts everything together. Files of a later kind win; of one kind, the file that was named later.
pub(super) fn merge(mut all: Vec<Brought>) -> PlaceFeed {
    all.sort_by_key(|brought| brought.source.kind);
    let mut feed = PlaceFeed { postcodes: postcodes(&mut all), ..PlaceFeed::default() };
    let mut areas: BTreeMap<_, AreaFacts> = BTreeMap::new();
    let (mut outlines, mut practices) = (BTreeMap::new(), BTreeMap::new());
    let mut memberships: BTreeMap<MembershipKey, Membership> = BTreeMap::new();
    let mut partners: BTreeMap<String, String> = BTreeMap::new();
    for brought in &mut all {
        let mut differing = 0;
        for (lsoa, facts) in std::mem::take(&mut brought.areas) {
            let have = areas.entry(lsoa).or_insert_with(|| AreaFacts::unknown(lsoa));
            let mut differs = replace(&mut have.imd_decile, facts.imd_decile);
            differs |= replace(&mut have.imd_rank, facts.imd_rank);
            // Two files may spell a name differently, or know a district by its old code.
            replace(&mut have.name, facts.name);
            replace(&mut have.district, facts.district);
            replace(&mut have.rural, facts.rural);
            differing += u64::from(differs);
        }
        if differing > 0 {
            let expected = "the same deprivation as in the other files";
            brought.problem(1, "", &format!("{expected}; {differing} areas differ, and this file counts"));
        }
        let mut repeats = 0;
        let (mut twice, mut at_once) = (Vec::new(), Vec::new());
        for (line, outline) in std::mem::take(&mut brought.outlines) {
            let key = outline.lsoa;
            if let Some((from, old)) = outlines.insert(key, (brought.source.digest.clone(), outline)) {
                repeats += u64::from(from == brought.source.digest);
                let differs = outlines.get(&key).is_some_and(|(_, new)| *new != old);
                twice.extend(
                    (differs && from == brought.source.digest).then_some((line, "one outline for each area")),
                );
            }
        }
        for (line, practice) in std::mem::take(&mut brought.practices) {
            let key = practice.ods.clone();
            if let Some((from, old)) =
                practices.insert(key.clone(), (brought.source.digest.clone(), practice))
            {
                repeats += u64::from(from == brought.source.digest);
                let differs = practices.get(&key).is_some_and(|(_, new)| *new != old);
                twice.extend(
                    (differs && from == brought.source.digest).then_some((line, "one row for each practice")),
                );
            }
        }
        for (line, membership) in std::mem::take(&mut brought.memberships) {
            // Two networks at once is a mistake of the list; where a practice was before is history.
            if membership.left.is_none()
                && partners
                    .insert(membership.practice.clone(), membership.network.clone())
                    .is_some_and(|before| before != membership.network)
            {
                at_once.push(line);
            }
            memberships.insert(membership.key(), membership);
        }
        brought.source.repeats += repeats;
        for (line, expected) in twice {
            brought.problem(line, "", &format!("{expected}; an earlier one differs, and the last counts"));
        }
        for line in at_once {
            brought.problem(
                line,
                "",
                "one network for each practice; of two at once, the one that it joined last counts",
            );
        }
    }
    feed.areas = areas.into_values().collect();
    feed.outlines = outlines.into_values().map(|(_, outline)| outline).collect();
    feed.memberships = memberships.into_values().collect();
    feed.practices = practices.into_values().map(|(_, practice)| practice).collect();
    for mut brought in all {
        brought.problems.sort_by_key(|problem| problem.line);
        feed.problems.append(&mut brought.problems);
        feed.sources.push(brought.source);
    }
    feed
}

/// All postcodes, each once, in their order.
fn postcodes(all: &mut [Brought]) -> Vec<PostcodePlace> {
    let mut rows: Vec<(Postcode, usize, PostcodeRow)> = Vec::new();
    for (file, brought) in all.iter_mut().enumerate() {
        rows.extend(std::mem::take(&mut brought.postcodes).into_iter().map(|row| (row.postcode, file, row)));
    }
    // Stable: what is later in a file, and in the order of the files, stays behind.
    rows.sort_by_key(|(postcode, ..)| *postcode);
    let mut places: Vec<PostcodePlace> = Vec::with_capacity(rows.len());
    let mut last: Option<(usize, PostcodeRow)> = None;
    for (_, file, mut row) in rows {
        let before = last.filter(|(_, before)| before.postcode == row.postcode);
        if let Some((before_file, before)) = before {
            all[file].source.repeats += u64::from(before_file == file);
            if !agree(&before, &row) {
                all[file].problem(row.line, "", TWICE);
            }
            // Code-Point Open knows no small area: what a directory said stays.
            row.lsoa = row.lsoa.or(before.lsoa);
            row.terminated = row.terminated.or(before.terminated);
            places.pop();
        }
        places.push(PostcodePlace {
            postcode: row.postcode,
            point: row.point,
            lsoa: row.lsoa,
            terminated: row.terminated == Some(true),
        });
        last = Some((file, row));
    }
    places
}

fn agree(a: &PostcodeRow, b: &PostcodeRow) -> bool {
    fn same<T: PartialEq + Copy>(a: Option<T>, b: Option<T>) -> bool {
        a.is_none() || b.is_none() || a == b
    }
    same(a.lsoa, b.lsoa)
        && same(a.terminated, b.terminated)
        && a.point.squared_distance(b.point) <= SAME_PLACE_METRES * SAME_PLACE_METRES
}
