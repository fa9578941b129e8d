//! Days and times: rows that people fill in, and the schedules that they mean. A schedule that no row can say (every other
//! week, the last Friday of the month) stays as it is.

use offers::directory::{LocalTime, Schedule, Service};
use vocabulary::WEEK;
use web::{Errors, Form};

const ROWS: usize = 7;

/// Where a service keeps its times: with itself, or with the only one of its places that has any.
fn kept(record: &Service) -> &[Schedule] {
    match place(record) {
        Some(at) => &record.sites[at].schedules,
        None => &record.schedules,
    }
}

fn place(record: &Service) -> Option<usize> {
    if !record.schedules.is_empty() {
        return None;
    }
    let mut with = record.sites.iter().enumerate().filter(|(_, site)| !site.schedules.is_empty());
    let first = with.next()?.0;
    if with.next().is_none() { Some(first) } else { None }
}

/// The rows that say a schedule; nothing where rows cannot. What else it says (from which day on, how one takes part)
/// stays with it.
fn rows_of(schedule: &Schedule) -> Option<Vec<[String; 4]>> {
    let weekly = schedule.freq.as_deref().is_some_and(|freq| freq.eq_ignore_ascii_case("weekly"));
    let every_week = schedule.interval.is_none_or(|every| every == 1) && schedule.bymonthday.is_none();
    // Rules of the calendar that have no field here stand among what came besides.
    let other_rule = schedule.more.keys().any(|key| OTHER_RULES.contains(&key.as_str()));
    let known = |day: &String| WEEK.iter().any(|(code, _)| code == day);
    let days = !schedule.byday.is_empty() && schedule.byday.iter().all(known);
    if !weekly || !every_week || other_rule || !days {
        return None;
    }
    let time = |time: Option<LocalTime>| time.map(|time| time.to_string()).unwrap_or_default();
    let words = schedule.description.clone().unwrap_or_default().replace(['\n', '\t'], " ");
    let row = |day: &String| [day.clone(), time(schedule.opens_at), time(schedule.closes_at), words.clone()];
    Some(schedule.byday.iter().map(row).collect())
}

/// What says of a schedule that it is not every week, for ever.
const OTHER_RULES: [&str; 6] = ["byweekno", "bymonth", "bysetpos", "byyearday", "count", "until"];

/// A row of the form, and the schedule that it comes from.
type Row<'a> = ([String; 4], &'a Schedule);

/// What the rows show, and the schedules that none of them shows.
fn split(record: &Service) -> (Vec<Row<'_>>, Vec<&Schedule>) {
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    for schedule in kept(record) {
        match rows_of(schedule) {
            Some(these) if rows.len() + these.len() <= ROWS => {
                rows.extend(these.into_iter().map(|row| (row, schedule)));
            }
            _ => others.push(schedule),
        }
    }
    (rows, others)
}

/// The rows as a field of a form holds them.
pub(super) fn value(record: &Service) -> String {
    split(record).0.iter().map(|(row, _)| row.join("\t")).collect::<Vec<_>>().join("\n")
}

/// What the rows do not show, in words.
pub(super) fn others_in_words(record: &Service) -> Vec<String> {
    split(record).1.into_iter().filter_map(offers::catalogue::schedule_in_words).collect()
}

/// The record with the rows that were typed; where they are as before, all stays as it is.
pub(super) fn answered(typed: &Form, record: &mut Service, errors: &mut Errors) {
    let rows: Vec<[&str; 4]> =
        typed.times("times").into_iter().filter(|row| row.iter().any(|part| !part.is_empty())).collect();
    let (before, others) = split(record);
    if rows.iter().map(|row| row.map(str::to_owned)).eq(before.iter().map(|(row, _)| row.clone())) {
        return;
    }
    let mut schedules: Vec<Schedule> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        // A row that stands where it stood keeps what its schedule says besides.
        let from = before.get(at).map(|(_, schedule)| *schedule);
        match schedule(*row, from) {
            Ok(schedule) => match schedules.last_mut() {
                Some(last) if Schedule { byday: last.byday.clone(), ..schedule.clone() } == *last => {
                    last.byday.extend(schedule.byday);
                }
                _ => schedules.push(schedule),
            },
            Err(why) => {
                errors.add("times", why);
                return;
            }
        }
    }
    schedules.extend(others.into_iter().cloned());
    match place(record) {
        Some(at) => record.sites[at].schedules = schedules,
        None => record.schedules = schedules,
    }
}

fn schedule(
    [day, from, until, words]: [&str; 4],
    before: Option<&Schedule>,
) -> Result<Schedule, &'static str> {
    let time = |text: &str| {
        if text.is_empty() {
            return Ok(None);
        }
        read(text).map(Some).ok_or("Enter times like 10:30, 2pm or 14:00")
    };
    let (opens_at, closes_at) = (time(from)?, time(until)?);
    if opens_at.zip(closes_at).is_some_and(|(from, until)| until <= from) {
        return Err("Each time must end after it begins");
    }
    let known = WEEK.iter().any(|(code, _)| *code == day);
    if !known {
        return Err("Choose the day in each row that says something");
    }
    if words.chars().count() > 200 {
        return Err("The words of a row must be 200 characters or fewer");
    }
    Ok(Schedule {
        freq: Some("WEEKLY".to_owned()),
        byday: vec![day.to_owned()],
        opens_at,
        closes_at,
        description: Some(words.to_owned()).filter(|words| !words.is_empty()),
        ..before.cloned().unwrap_or_default()
    })
}

/// "10:30", "10.30", "2pm", "2:15 pm". A 2 alone may be either half of the day.
fn read(text: &str) -> Option<LocalTime> {
    let text = text.to_lowercase().replace('.', ":").replace(' ', "");
    let (digits, half) = if let Some(rest) = text.strip_suffix("am") {
        (rest, Some(0))
    } else if let Some(rest) = text.strip_suffix("pm") {
        (rest, Some(12))
    } else {
        (text.as_str(), None)
    };
    let parted = digits.split_once(':');
    let (hour, minute) = parted.unwrap_or((digits, "00"));
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    if parted.is_none() && half.is_none() && hour <= 12 {
        return None;
    }
    match half {
        // 12am is midnight, and 12pm is noon.
        Some(half) if (1..=12).contains(&hour) => LocalTime::new(hour % 12 + half, minute),
        Some(_) => None,
        None => LocalTime::new(hour, minute),
    }
}

#[cfg(test)]
mod tests {
    use super::{answered, others_in_words, read, value};
    use offers::directory::{LocalTime, Schedule, Service};
    use web::{Errors, Form};

    fn weekly(days: &[&str], from: &str) -> Schedule {
        Schedule {
            freq: Some("WEEKLY".into()),
            byday: days.iter().map(|&day| day.to_owned()).collect(),
            opens_at: LocalTime::parse(from),
            ..Schedule::default()
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let cases = [
            ("10:30", Some("10:30")),
            ("10.30", Some("10:30")),
            ("2pm", Some("14:00")),
            ("2:15 PM", Some("14:15")),
            ("12pm", Some("12:00")),
            ("12am", Some("00:00")),
            ("14", Some("14:00")),
            ("2", None),
            ("13pm", None),
            ("soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_a_schedule_says_besides_stays_with_its_rows() {
        let besides = Schedule { starts_on: Some("2026-01-05".into()), ..weekly(&["MO", "TH"], "10:30") };
        let mut record = Service { schedules: vec![besides.clone()], ..Service::default() };
        assert_eq!(value(&record), "MO\t10:30\t\t\nTH\t10:30\t\t");
        let typed = "times-day-1=MO&times-from-1=11am&times-day-2=TH&times-from-2=11am&times-day-3=SA&times-from-3=9am";
        answered(&Form::parse(typed.as_bytes()).expect("a form"), &mut record, &mut Errors::default());
        let later = Schedule { opens_at: LocalTime::parse("11:00"), ..besides };
        assert_eq!(record.schedules, [later, weekly(&["SA"], "09:00")]);
    }

    #[test]
    fn rows_that_are_as_before_change_nothing_and_what_no_row_can_say_stays() {
        let fortnightly = Schedule { interval: Some(2), ..weekly(&["FR"], "14:00") };
        let schedules = vec![weekly(&["MO", "WE"], "10:30"), fortnightly.clone()];
        let record = Service { schedules, ..Service::default() };
        assert_eq!(value(&record), "MO\t10:30\t\t\nWE\t10:30\t\t");
        assert_eq!(others_in_words(&record), ["Fridays, every other week, from 2pm"]);
        let after = |typed: &str| {
            let (mut record, mut errors) = (record.clone(), Errors::default());
            answered(&Form::parse(typed.as_bytes()).expect("a form"), &mut record, &mut errors);
            (record, errors.of("times").map(str::to_owned))
        };
        let same = "times-day-1=MO&times-from-1=10:30&times-day-2=WE&times-from-2=10:30";
        assert_eq!(after(same).0, record);
        let (changed, wrong) = after("times-day-1=TU&times-from-1=2pm&times-until-1=3pm");
        assert_eq!((changed.schedules.len(), &changed.schedules[1], wrong), (2, &fortnightly, None));
        assert_eq!(changed.schedules[0].byday, ["TU"]);
        assert!(after("times-from-1=2pm").1.expect("said").contains("Choose the day"));
        assert!(after("times-day-1=TU&times-from-1=3pm&times-until-1=2pm").1.is_some());
    }
}
