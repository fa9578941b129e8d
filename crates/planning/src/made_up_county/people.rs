//! One invented person: who they are, where they live, what they live with, and what is not known about them.

use vocabulary::{Condition, ConditionSet, Day};

use super::geography::Geography;
use super::names::Setting;
use super::prevalence::{AGES, About, Prevalence, on_a_line};
use super::random::{Purpose, Random};

/// A row of the population extract. `None` is "not known".
#[derive(Debug)]
pub(super) struct Person {
    /// Written as 16 hexadecimal digits; no two people share one.
    pub(super) pseudonym: u64,
    pub(super) birth_year: i16,
    /// 1 male, 2 female, 0 not known, 9 not specified.
    pub(super) sex: i8,
    /// Index of the postcode.
    pub(super) home: Option<u16>,
    pub(super) practice: u8,
    pub(super) decile: Option<i8>,
    pub(super) conditions: ConditionSet,
    /// Weeks on a waiting list, for those who wait.
    pub(super) waiting: Option<i16>,
    pub(super) language: i8,
    /// 0 none, 1 walks with an aid, 2 wheelchair, 3 housebound.
    pub(super) mobility: Option<i8>,
    pub(super) has_car: Option<bool>,
    pub(super) internet: Option<bool>,
    pub(super) last_activity: Option<i32>,
    /// A letter of the NHS data dictionary.
    pub(super) ethnicity: Option<u8>,
    pub(super) rural: Option<bool>,
}

/// The year that ages count from.
const INDEX_YEAR: i16 = 2026;

/// People in each band of five years from 0–4, beside each other, by setting: the city is young, the seaside is old.
const PYRAMIDS: [[u32; 20]; 4] = [
    [56, 59, 60, 66, 92, 84, 80, 73, 66, 60, 58, 56, 50, 41, 34, 30, 19, 11, 5, 2],
    [54, 59, 61, 57, 54, 61, 67, 68, 65, 63, 68, 70, 62, 53, 47, 42, 27, 16, 7, 2],
    [42, 46, 49, 46, 41, 46, 50, 52, 53, 55, 66, 77, 80, 76, 72, 65, 43, 27, 11, 3],
    [46, 53, 58, 53, 43, 47, 54, 59, 61, 65, 76, 81, 73, 63, 56, 49, 31, 19, 8, 2],
];
/// Women among a hundred people of an age.
const WOMEN: ([i32; 6], [i32; 6]) = ([0, 20, 50, 75, 85, 100], [49, 49, 51, 53, 60, 75]);

/// Days since the last contact, at every sixteenth of the people: half of them within six months.
const DAYS_SINCE: [i32; 17] =
    [1, 17, 35, 54, 75, 97, 122, 150, 180, 215, 255, 303, 360, 435, 541, 721, 2_400];
/// Weeks on the waiting list, the same way; the longest wait two years.
const WEEKS_WAITING: [i32; 17] = [0, 1, 2, 4, 5, 7, 8, 10, 12, 15, 18, 21, 25, 30, 37, 50, 104];

/// Ethnic categories in a thousand: the city, elsewhere, and those who speak languages 1–4, 5–6 and 7.
const ETHNICITIES: [&[(u8, u32)]; 5] = [
    &[
        (b'A', 835),
        (b'B', 9),
        (b'C', 28),
        (b'D', 9),
        (b'F', 7),
        (b'G', 9),
        (b'H', 22),
        (b'J', 13),
        (b'K', 6),
        (b'L', 12),
        (b'M', 9),
        (b'N', 16),
        (b'P', 3),
        (b'R', 8),
        (b'S', 14),
    ],
    &[
        (b'A', 945),
        (b'B', 6),
        (b'C', 18),
        (b'D', 3),
        (b'F', 3),
        (b'G', 4),
        (b'H', 5),
        (b'L', 4),
        (b'N', 4),
        (b'R', 4),
        (b'S', 4),
    ],
    &[(b'C', 960), (b'S', 20), (b'G', 20)],
    &[(b'H', 310), (b'J', 290), (b'K', 130), (b'L', 150), (b'R', 120)],
    &[(b'N', 380), (b'M', 120), (b'S', 300), (b'L', 200)],
];
/// How the other languages, 1 to 7, share those who speak one.
const LANGUAGES: [u32; 7] = [32, 18, 15, 11, 10, 8, 6];

/// Draws the people of a county.
pub(super) struct People<'a> {
    county: &'a Geography,
    prevalence: Prevalence,
    lives: Random,
    pseudonyms: Random,
    today: i32,
}

impl<'a> People<'a> {
    pub(super) fn of(county: &'a Geography, seed: u64) -> Self {
        let today = Day::of(i32::from(INDEX_YEAR), 9, 1).map_or(0, Day::days);
        let (lives, pseudonyms) = (Random::of(seed, Purpose::People), Random::of(seed, Purpose::Pseudonyms));
        Self { county, prevalence: Prevalence::new(), lives, pseudonyms, today }
    }

    /// The person of a row: the same in whatever order rows are asked for. Neighbouring rows have nothing in common.
    pub(super) fn nth(&self, row: u64) -> Person {
        let r = &mut self.lives.nth(row);
        let home = *r.pick(&self.county.doors);
        let postcode = &self.county.postcodes[usize::from(home)];
        let small_area = &self.county.lsoas[usize::from(postcode.lsoa)];
        let setting = postcode.setting();

        let age = age(setting, r);
        let woman = r.below(100) < on_a_line(&WOMEN.0, &WOMEN.1, age) as u32;
        let about = About { age: age as usize, woman, decile: small_area.decile };
        let pain = r.chance(self.prevalence.any(about));
        let conditions = self.conditions(about, pain, r);
        let frail = conditions.holds(Condition::Frailty);

        let speaks_another = r.below(1_000) < postcode.other_languages();
        let language = if speaks_another { 1 + r.weighted(LANGUAGES.iter().copied()) } else { 0 };
        let waits = age >= 16 && r.chance(if pain { 1_070 } else { 435 });
        let waiting = waits.then(|| r.at_quantile(&WEEKS_WAITING) as i16);
        let days = r.at_quantile(&DAYS_SINCE) * if pain || frail { 3 } else { 5 } / 4;
        let mobility = mobility(age, frail, r);
        let car = 60 + 3 * u32::from(small_area.decile) + if small_area.rural { 10 } else { 0 };
        let has_car = r.below(100)
            < if age >= 85 { car / 2 } else { car - if setting == Setting::City { 6 } else { 0 } };
        let internet = r.below(100) < on_a_line(&[60, 70, 80, 90], &[96, 85, 60, 38], age) as u32;
        let ethnicity = ethnicity(setting, language, r);
        let practice = postcode.practices[r.weighted([78, 12, 7, 3].into_iter())];
        let sex = match r.below(4_000) {
            0 => 0,
            1 => 9,
            _ => 1 + i8::from(woman),
        };

        // Real extracts have holes; these are about as large. Where the place is not known, nothing that hangs on it is.
        let mut known = |in_ten_thousand: u32| !r.chance(in_ten_thousand);
        let placed = known(40);
        Person {
            pseudonym: self.pseudonyms.unique(row),
            birth_year: INDEX_YEAR - age as i16,
            sex,
            home: placed.then_some(home),
            practice,
            decile: (placed && known(60)).then_some(small_area.decile as i8),
            conditions,
            waiting,
            language: language as i8,
            mobility: known(400).then_some(mobility),
            has_car: known(600).then_some(has_car),
            internet: known(500).then_some(internet),
            last_activity: known(120).then_some(self.today - days.max(1)),
            ethnicity: known(700).then_some(ethnicity),
            rural: placed.then_some(small_area.rural),
        }
    }

    fn conditions(&self, about: About, pain: bool, r: &mut Random) -> ConditionSet {
        let mut held = ConditionSet::EMPTY;
        if pain {
            let kinds = self.prevalence.kinds(about);
            let all: u32 = kinds.iter().map(|k| k.1).sum();
            held = held.with(kinds[r.weighted(kinds.iter().map(|k| k.1))].0);
            for (condition, share) in kinds {
                // Who has one often has another, most often a common one.
                if r.below(all * 4) < share {
                    held = held.with(condition);
                }
            }
        }
        for (condition, chance) in self.prevalence.others(about, pain) {
            if r.chance(chance) {
                held = held.with(condition);
            }
        }
        held
    }
}

fn age(setting: Setting, r: &mut Random) -> i32 {
    let band = r.weighted(PYRAMIDS[setting as usize].iter().copied()) as i32;
    match band {
        // Few of those past 95 are past 100.
        19 => 95 + r.between(0, 9).min(r.between(0, 9)),
        _ => (band * 5 + r.between(0, 4)).min(AGES as i32 - 1),
    }
}

fn mobility(age: i32, frail: bool, r: &mut Random) -> i8 {
    let draw = r.below(1_000);
    let aid = on_a_line(&[0, 50, 70, 80, 90], &[4, 20, 90, 220, 420], age) as u32;
    match draw {
        0..110 if frail => 3,
        110..260 if frail => 2,
        0..6 => 2,
        _ if draw < 260 + aid && draw >= 260 => 1,
        _ => 0,
    }
}

fn ethnicity(setting: Setting, language: usize, r: &mut Random) -> u8 {
    // Z is "not stated": asked and declined, which is not the same as an empty field.
    if r.below(1_000) < 30 {
        return b'Z';
    }
    let list = match language {
        0 if setting == Setting::City => ETHNICITIES[0],
        0 => ETHNICITIES[1],
        1..=4 => ETHNICITIES[2],
        5..=6 => ETHNICITIES[3],
        _ => ETHNICITIES[4],
    };
    list[r.weighted(list.iter().map(|e| e.1))].0
}
