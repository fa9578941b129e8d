//! A person as an extract knows them, one at a time and as columns.

use vocabulary::{ConditionSet, Day, GridPoint};

/// Sex as recorded (NHS data dictionary, person stated gender code 1 and 2; 0 and 9 are not known).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    Male = 1,
    Female = 2,
}

/// How a person gets about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mobility {
    NoDifficulty,
    WalksWithAid,
    Wheelchair,
    Housebound,
}

/// One person. `None` is "not known", which never adds and never subtracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub birth_year: Option<i32>,
    pub sex: Option<Sex>,
    /// The postcode's or small area's centre.
    pub place: Option<GridPoint>,
    pub county: Option<i32>,
    /// Area within the county, 0 to 55.
    pub area: Option<i32>,
    /// Deprivation decile, 1 the most deprived.
    pub imd: Option<i32>,
    pub conditions: ConditionSet,
    /// Conditions of which it is not known whether the person has them; shares none with `conditions`.
    pub conditions_not_known: ConditionSet,
    pub waiting: Option<bool>,
    pub waiting_weeks: Option<i32>,
    /// 0 English, 1 to 7 another preferred language.
    pub language: i32,
    pub mobility: Option<Mobility>,
    pub has_car: Option<bool>,
    pub internet: Option<bool>,
    /// Last contact with any service.
    pub last_activity: Option<Day>,
}

/// Many people as a file has them, in columns of equal length; `None` is "not known".
#[derive(Clone, Copy, Debug)]
pub struct PeopleColumns<'a> {
    pub birth_year: &'a [Option<i32>],
    /// As recorded: 1 male, 2 female, anything else not known.
    pub sex: &'a [Option<i32>],
    /// A place is known where both of its numbers are.
    pub easting: &'a [Option<i32>],
    pub northing: &'a [Option<i32>],
    pub county: &'a [Option<i32>],
    pub area: &'a [Option<i32>],
    pub imd: &'a [Option<i32>],
    /// Bits of a [`ConditionSet`] each.
    pub conditions: &'a [u32],
    pub conditions_not_known: &'a [u32],
    /// This and the other answers: 1 yes, 0 no.
    pub waiting: &'a [Option<i32>],
    pub waiting_weeks: &'a [Option<i32>],
    pub language: &'a [Option<i32>],
    /// The place in the order of [`Mobility`], from 0.
    pub mobility: &'a [Option<i32>],
    pub has_car: &'a [Option<i32>],
    pub internet: &'a [Option<i32>],
    /// Days since 1 January 1970.
    pub last_activity: &'a [Option<i32>],
}

/// Many people as columns of equal length; row `i` of every column is the same person.
/// A value that is not known is a number that no person can have, hidden behind [`People::get`].
#[derive(Clone, Debug, Default)]
pub struct People {
    birth_year: Vec<i16>,
    sex: Vec<u8>,
    place: Vec<GridPoint>,
    county: Vec<i16>,
    area: Vec<i8>,
    imd: Vec<u8>,
    conditions: Vec<u32>,
    conditions_not_known: Vec<u32>,
    flags: Vec<u8>,
    waiting_weeks: Vec<i16>,
    language: Vec<u8>,
    mobility: Vec<u8>,
    last_activity: Vec<i32>,
}

const NO_YEAR: i16 = i16::MIN;
const NO_PLACE: GridPoint = GridPoint { easting: i32::MIN, northing: i32::MIN };
const NO_DAY: i32 = i32::MIN;
const NOT_KNOWN: u8 = u8::MAX;

/// Two bits a yes-or-no answer: the answer, and above it whether it is not known.
#[derive(Clone, Copy)]
enum Flag {
    Waiting = 0,
    Car = 2,
    Internet = 4,
}

fn flag_bits(flag: Flag, answer: Option<i32>) -> u8 {
    let two_bits = match answer {
        Some(1) => 0b01,
        Some(_) => 0b00,
        None => 0b10,
    };
    two_bits << flag as u8
}

fn flag_answer(flags: u8, flag: Flag) -> Option<bool> {
    match flags >> flag as u8 & 0b11 {
        0b00 => Some(false),
        0b01 => Some(true),
        _ => None,
    }
}

/// A number into its narrow column; what does not fit is not known. The edge lets nothing by that does not fit.
fn narrow<N: TryFrom<i32>>(value: Option<i32>, not_known: N) -> N {
    value.and_then(|v| N::try_from(v).ok()).unwrap_or(not_known)
}

/// What is known of a small area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaFacts {
    pub centre: Option<GridPoint>,
    /// Deprivation decile, 1 the most deprived.
    pub imd: Option<i32>,
    /// The county's number, and the area's within it.
    pub county_and_area: Option<(i32, i32)>,
}

/// What was filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub place: bool,
    pub imd: bool,
    pub area: bool,
}

impl People {
    /// How many people there are.
    pub fn len(&self) -> usize {
        self.birth_year.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.birth_year.is_empty()
    }

    /// Makes room for so many more, so that no column is copied while it grows.
    pub fn reserve(&mut self, more: usize) {
        self.birth_year.reserve(more);
        self.sex.reserve(more);
        self.place.reserve(more);
        self.county.reserve(more);
        self.area.reserve(more);
        self.imd.reserve(more);
        self.conditions.reserve(more);
        self.conditions_not_known.reserve(more);
        self.flags.reserve(more);
        self.waiting_weeks.reserve(more);
        self.language.reserve(more);
        self.mobility.reserve(more);
        self.last_activity.reserve(more);
    }

    /// Adds people behind these, column by column: that is many times as fast as person by person.
    pub fn extend(&mut self, more: &PeopleColumns<'_>) {
        fn extend<N: TryFrom<i32> + Copy>(column: &mut Vec<N>, values: &[Option<i32>], not_known: N) {
            column.extend(values.iter().map(|value| narrow(*value, not_known)));
        }
        extend(&mut self.birth_year, more.birth_year, NO_YEAR);
        extend(&mut self.sex, more.sex, 0);
        let places = more.easting.iter().zip(more.northing).map(|point| match point {
            (Some(easting), Some(northing)) => GridPoint { easting: *easting, northing: *northing },
            _ => NO_PLACE,
        });
        self.place.extend(places);
        extend(&mut self.county, more.county, -1);
        extend(&mut self.area, more.area, -1);
        extend(&mut self.imd, more.imd, 0);
        self.conditions.extend_from_slice(more.conditions);
        self.conditions_not_known.extend_from_slice(more.conditions_not_known);
        let flags = more.waiting.iter().zip(more.has_car).zip(more.internet);
        self.flags.extend(flags.map(|((waiting, has_car), internet)| {
            flag_bits(Flag::Waiting, *waiting)
                | flag_bits(Flag::Car, *has_car)
                | flag_bits(Flag::Internet, *internet)
        }));
        extend(&mut self.waiting_weeks, more.waiting_weeks, -1);
        extend(&mut self.language, more.language, 0);
        extend(&mut self.mobility, more.mobility, NOT_KNOWN);
        extend(&mut self.last_activity, more.last_activity, NO_DAY);
    }

    /// Adds one person.
    pub fn push(&mut self, person: &Person) {
        let answer = |answer: Option<bool>| answer.map(i32::from);
        self.extend(&PeopleColumns {
            birth_year: &[person.birth_year],
            sex: &[person.sex.map(|sex| sex as i32)],
            easting: &[person.place.map(|place| place.easting)],
            northing: &[person.place.map(|place| place.northing)],
            county: &[person.county],
            area: &[person.area],
            imd: &[person.imd],
            conditions: &[person.conditions.bits()],
            conditions_not_known: &[person.conditions_not_known.bits()],
            waiting: &[answer(person.waiting)],
            waiting_weeks: &[person.waiting_weeks],
            language: &[Some(person.language)],
            mobility: &[person.mobility.map(|mobility| mobility as i32)],
            has_car: &[answer(person.has_car)],
            internet: &[answer(person.internet)],
            last_activity: &[person.last_activity.map(Day::days)],
        });
    }

    /// Adds all people of another set behind these.
    pub fn append(&mut self, mut other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        self.birth_year.append(&mut other.birth_year);
        self.sex.append(&mut other.sex);
        self.place.append(&mut other.place);
        self.county.append(&mut other.county);
        self.area.append(&mut other.area);
        self.imd.append(&mut other.imd);
        self.conditions.append(&mut other.conditions);
        self.conditions_not_known.append(&mut other.conditions_not_known);
        self.flags.append(&mut other.flags);
        self.waiting_weeks.append(&mut other.waiting_weeks);
        self.language.append(&mut other.language);
        self.mobility.append(&mut other.mobility);
        self.last_activity.append(&mut other.last_activity);
    }

    /// Forgets county and area of everybody: they were numbered by another list.
    pub fn forget_areas(&mut self) {
        self.county.fill(-1);
        self.area.fill(-1);
    }

    /// Fills in what is not known of the person of a row and is known of their small area.
    pub fn complete(&mut self, row: usize, area: &AreaFacts) -> Filled {
        let mut filled = Filled::default();
        if let (NO_PLACE, Some(centre)) = (self.place[row], area.centre) {
            self.place[row] = centre;
            filled.place = true;
        }
        if self.imd(row).is_none() && area.imd.is_some() {
            self.imd[row] = narrow(area.imd, 0);
            filled.imd = true;
        }
        if let (None, None, Some((county, number))) = (self.county(row), self.area(row), area.county_and_area)
        {
            self.county[row] = narrow(Some(county), -1);
            self.area[row] = narrow(Some(number), -1);
            filled.area = true;
        }
        filled
    }

    /// The person of a row. Panics if there is no such row, as a slice does, and so does every column below.
    #[inline]
    pub fn get(&self, row: usize) -> Person {
        Person {
            birth_year: self.birth_year(row),
            sex: self.sex(row),
            place: self.place(row),
            county: self.county(row),
            area: self.area(row),
            imd: self.imd(row),
            conditions: self.conditions(row),
            conditions_not_known: self.conditions_not_known(row),
            waiting: self.waiting(row),
            waiting_weeks: self.waiting_weeks(row),
            language: self.language(row),
            mobility: self.mobility(row),
            has_car: self.has_car(row),
            internet: self.internet(row),
            last_activity: self.last_activity(row),
        }
    }

    #[inline]
    pub fn birth_year(&self, row: usize) -> Option<i32> {
        Some(self.birth_year[row]).filter(|y| *y != NO_YEAR).map(i32::from)
    }

    #[inline]
    pub fn sex(&self, row: usize) -> Option<Sex> {
        match self.sex[row] {
            1 => Some(Sex::Male),
            2 => Some(Sex::Female),
            _ => None,
        }
    }

    /// Where the person of a row lives.
    #[inline]
    pub fn place(&self, row: usize) -> Option<GridPoint> {
        Some(self.place[row]).filter(|p| *p != NO_PLACE)
    }

    #[inline]
    pub fn county(&self, row: usize) -> Option<i32> {
        Some(self.county[row]).filter(|c| *c >= 0).map(i32::from)
    }

    #[inline]
    pub fn area(&self, row: usize) -> Option<i32> {
        Some(self.area[row]).filter(|a| *a >= 0).map(i32::from)
    }

    #[inline]
    pub fn imd(&self, row: usize) -> Option<i32> {
        Some(self.imd[row]).filter(|i| *i > 0).map(i32::from)
    }

    /// The conditions that the person of a row is known to have.
    #[inline]
    pub fn conditions(&self, row: usize) -> ConditionSet {
        ConditionSet::from_bits(self.conditions[row]).unwrap_or_default()
    }

    #[inline]
    pub fn conditions_not_known(&self, row: usize) -> ConditionSet {
        ConditionSet::from_bits(self.conditions_not_known[row]).unwrap_or_default()
    }

    #[inline]
    pub fn waiting(&self, row: usize) -> Option<bool> {
        flag_answer(self.flags[row], Flag::Waiting)
    }

    #[inline]
    pub fn waiting_weeks(&self, row: usize) -> Option<i32> {
        Some(self.waiting_weeks[row]).filter(|w| *w >= 0).map(i32::from)
    }

    #[inline]
    pub fn language(&self, row: usize) -> i32 {
        self.language[row].into()
    }

    #[inline]
    pub fn mobility(&self, row: usize) -> Option<Mobility> {
        match self.mobility[row] {
            0 => Some(Mobility::NoDifficulty),
            1 => Some(Mobility::WalksWithAid),
            2 => Some(Mobility::Wheelchair),
            3 => Some(Mobility::Housebound),
            _ => None,
        }
    }

    #[inline]
    pub fn has_car(&self, row: usize) -> Option<bool> {
        flag_answer(self.flags[row], Flag::Car)
    }

    #[inline]
    pub fn internet(&self, row: usize) -> Option<bool> {
        flag_answer(self.flags[row], Flag::Internet)
    }

    #[inline]
    pub fn last_activity(&self, row: usize) -> Option<Day> {
        Some(self.last_activity[row]).filter(|d| *d != NO_DAY).map(Day::from_days)
    }

    /// Settles a condition of the person of a row: what a code list says of their events.
    pub fn settle(&mut self, row: usize, condition: vocabulary::Condition, holds: bool) {
        let bit = 1_u32 << condition as u8;
        self.conditions_not_known[row] &= !bit;
        if holds {
            self.conditions[row] |= bit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::Condition;

    #[test]
    fn what_goes_into_the_columns_comes_out_again() {
        let known = Person {
            birth_year: Some(1950),
            sex: Some(Sex::Female),
            place: Some(GridPoint { easting: 1, northing: -2 }),
            county: Some(0),
            area: Some(55),
            imd: Some(10),
            conditions: [Condition::Gout, Condition::PalliativeCare].into_iter().collect(),
            conditions_not_known: [Condition::Falls].into_iter().collect(),
            waiting: Some(true),
            waiting_weeks: Some(104),
            language: 7,
            mobility: Some(Mobility::Housebound),
            has_car: Some(false),
            internet: Some(true),
            last_activity: Some(Day::from_days(-1)),
        };
        let mut people = People::default();
        people.push(&known);
        people.push(&Person::default());
        assert_eq!(people.get(0), known);
        assert_eq!(people.get(1), Person::default());
        people.settle(0, Condition::Falls, true);
        assert!(people.get(0).conditions.holds(Condition::Falls));
        assert!(people.get(0).conditions_not_known.is_empty());
    }
}
