//! Days and moments as people say them. Kept in UTC, shown as the clocks in Europe/London go.

use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset, Weekday};
use vocabulary::Day;

use crate::form::MONTHS;

/// "Thursday 11 January 2024", from `2024-01-11` or from a moment; a text that is neither stays as it is.
pub fn day_in_words(text: &str) -> String {
    let local = if text.len() > 10 { moment(text).map(|at| in_london(at).date()) } else { day(text) };
    local.map_or_else(|| text.to_owned(), words)
}

/// "11 January 2024, 10:30", as the clock in London went; a text that is none stays as it is.
pub fn moment_in_words(text: &str) -> String {
    let Some(at) = moment(text).map(in_london) else { return text.to_owned() };
    let month = MONTHS[usize::from(u8::from(at.month())) - 1];
    format!("{} {month} {}, {:02}:{:02}", at.day(), at.year(), at.hour(), at.minute())
}

/// The day that it then is in London.
pub fn day_of(at: OffsetDateTime) -> Day {
    Day::from_days(in_london(at).date().to_julian_day() - OffsetDateTime::UNIX_EPOCH.to_julian_day())
}

/// The moment, as tables keep it, at which a day like `2026-11-22` begins in London, or one so many days later.
pub fn day_begins(text: &str, later: i64) -> Option<String> {
    let midnight = OffsetDateTime::new_utc(day(text)? + Duration::days(later), Time::MIDNIGHT);
    Some(ground::database::utc(
        midnight - Duration::seconds(in_london(midnight).offset().whole_seconds().into()),
    ))
}

fn words(day: Date) -> String {
    let month = MONTHS[usize::from(u8::from(day.month())) - 1];
    format!("{} {} {month} {}", day.weekday(), day.day(), day.year())
}

fn day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    Date::from_calendar_date(year, Month::try_from(month).ok()?, parts.next()?.parse().ok()?).ok()
}

fn moment(text: &str) -> Option<OffsetDateTime> {
    let (date, clock) = text.split_once('T')?;
    let mut parts = clock.split([':', '.', 'Z']).map(str::parse);
    let time = Time::from_hms(parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?).ok()?;
    Some(OffsetDateTime::new_utc(day(date)?, time))
}

/// British Summer Time holds from 01:00 UTC on the last Sunday of March to the same on the last Sunday of October.
fn in_london(at: OffsetDateTime) -> OffsetDateTime {
    let turn = |month| {
        let last = Date::from_calendar_date(at.year(), month, 31).unwrap_or(Date::MIN);
        let back = i64::from(last.weekday().number_days_from_sunday());
        debug_assert_eq!((last - Duration::days(back)).weekday(), Weekday::Sunday, "a Sunday");
        OffsetDateTime::new_utc(last - Duration::days(back), Time::MIDNIGHT + Duration::hours(1))
    };
    let summer = turn(Month::March) <= at && at < turn(Month::October);
    let offset = if summer { UtcOffset::from_hms(1, 0, 0).unwrap_or(UtcOffset::UTC) } else { UtcOffset::UTC };
    at.to_offset(offset)
}
