//! A calendar day, kept as the number of days since 1 January 1970 so that comparing is one instruction.

use std::fmt;

use time::Date;
use time::macros::{date, format_description};

const EPOCH: Date = date!(1970 - 01 - 01);

/// Days of the week as RFC 5545 calls them, and as people do; Monday first.
pub const WEEK: [(&str, &str); 7] = [
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
];

/// A calendar day. Text order of its ISO form is its time order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i32);

/// What a day looks like, said when a text does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a date such as 2026-09-01")]
pub struct DayError;

impl Day {
    /// The day this many days after 1 January 1970, as Parquet and Arrow keep dates.
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1 January 1970.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Reads `2026-09-01`. A time behind it (`2026-09-01T10:00:00Z`, `2026-09-01 10:00`) is passed over.
    pub fn parse(text: &str) -> Result<Self, DayError> {
        let bytes = text.as_bytes();
        if bytes.len() < 10 || !(bytes.len() == 10 || matches!(bytes[10], b'T' | b' ')) {
            return Err(DayError);
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0_i32, |n, b| {
                b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')).ok_or(DayError)
            })
        };
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(DayError);
        }
        Self::of(number(0..4)?, number(5..7)?, number(8..10)?)
    }

    /// The day of a year, a month from 1 and a day of the month from 1.
    pub fn of(year: i32, month: i32, day: i32) -> Result<Self, DayError> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let longest = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i32::from(leap),
            _ => return Err(DayError),
        };
        if !(0..=9999).contains(&year) || !(1..=longest).contains(&day) {
            return Err(DayError);
        }
        // Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March.
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted - era * 400;
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Ok(Self(era * 146_097 + day_of_era - 719_468))
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(time::Duration::days(i64::from(self.0)))
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// The day so many years earlier; 29 February becomes 28 February.
    #[must_use]
    pub fn years_before(self, years: i32) -> Self {
        let date = self.date();
        let month = i32::from(u8::from(date.month()));
        Self::of(date.year() - years, month, i32::from(date.day()))
            .or_else(|_| Self::of(date.year() - years, month, 28))
            .unwrap_or(Self(i32::MIN))
    }

    /// In words: "1 September 2026".
    pub fn in_words(self) -> String {
        let words = format_description!("[day padding:none] [month repr:long] [year]");
        self.date().format(words).unwrap_or_else(|_| self.to_string())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_two_centuries_agrees_with_the_calendar() {
        let mut date = date!(1900 - 01 - 01);
        while date < date!(2101 - 01 - 01) {
            let day = Day::of(date.year(), i32::from(u8::from(date.month())), i32::from(date.day()));
            assert_eq!(day.map(super::Day::date), Ok(date));
            assert_eq!(Day::parse(&date.to_string()), day);
            date = date.next_day().expect("in range");
        }
    }

    #[test]
    fn what_is_not_a_day_is_turned_away() {
        for text in
            ["", "2026-9-1", "2026-02-29", "2026-13-01", "01/09/2026", "2026-09-01x", "2026-09-0\u{661}"]
        {
            assert_eq!(Day::parse(text), Err(DayError), "{text}");
        }
        assert_eq!(Day::parse("2026-09-01T10:00:00Z"), Day::of(2026, 9, 1));
    }

    #[test]
    fn years_before_a_leap_day_end_on_the_28th() {
        let leap = Day::parse("2024-02-29").expect("a day");
        assert_eq!(leap.years_before(1).to_string(), "2023-02-28");
        assert_eq!(leap.years_before(4).to_string(), "2020-02-29");
        assert_eq!(leap.in_words(), "29 February 2024");
    }
}
