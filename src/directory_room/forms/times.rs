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

/// The rows that say a schedule; nothing where rows cannot.
fn rows_of(schedule: &Schedule) -> Option<Vec<[String; 4]>> {
    let said = Schedule {
        freq: schedule.freq.clone(),
        byday: schedule.byday.clone(),
        interval: schedule.interval.filter(|every| *every == 1),
        opens_at: schedule.opens_at,
        closes_at: schedule.closes_at,
        description: schedule.description.clone(),
        ..Schedule::default()
    };
    let weekly = schedule.freq.as_deref().is_some_and(|freq| freq.eq_ignore_ascii_case("weekly"));
    let known = |day: &String| WEEK.iter().any(|(code, _)| code == day);
    if said != *schedule || !weekly || schedule.byday.is_empty() || !schedule.byday.iter().all(known) {
        return None;
    }
    let time = |time: Option<LocalTime>| time.map(|time| time.to_string()).unwrap_or_default();
    let words = schedule.description.clone().unwrap_or_default().replace(['\n', '\t'], " ");
    let row = |day: &String| [day.clone(), time(schedule.opens_at), time(schedule.closes_at), words.clone()];
    Some(schedule.byday.iter().map(row).collect())
}

/// What the rows show, and the schedules that none of them shows.
fn split(record: &Service) -> (Vec<[String; 4]>, Vec<&Schedule>) {
    let (mut rows, mut others) = (Vec::new(), Vec::new());
    for schedule in kept(record) {
        match rows_of(schedule) {
            Some(these) if rows.len() + these.len() <= ROWS => rows.extend(these),
            _ => others.push(schedule),
        }
    }
    (rows, others)
}

/// The rows as a field of a form holds them.
pub(super) fn value(record: &Service) -> String {
    split(record).0.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n")
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
    if rows.iter().map(|row| row.map(str::to_owned)).eq(before) {
        return;
    }
    let mut schedules: Vec<Schedule> = others.into_iter().cloned().collect();
    for row in rows {
        match schedule(row) {
            Ok(schedule) => schedules.push(schedule),
            Err(why) => {
                errors.add("times", why);
                return;
            }
        }
    }
    match place(record) {
        Some(at) => record.sites[at].schedules = schedules,
        None => record.schedules = schedules,
    }
}

fn schedule([day, from, until, words]: [&str; 4]) -> Result<Schedule, &'static str> {
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
        ..Schedule::default()
    })
}

/// "10:30", "10.30", "2pm", "2:15 pm".
fn read(text: &str) -> Option<LocalTime> {
    let text = text.to_lowercase().replace('.', ":").replace(' ', "");
    let (digits, half) = if let Some(rest) = text.strip_suffix("am") {
        (rest, Some(0))
    } else if let Some(rest) = text.strip_suffix("pm") {
        (rest, Some(12))
    } else {
        (text.as_str(), None)
    };
    let (hour, minute) = digits.split_once(':').unwrap_or((digits, "00"));
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
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
            ("13pm", None),
            ("soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
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
        assert_eq!((changed.schedules.len(), &changed.schedules[0], wrong), (2, &fortnightly, None));
        assert_eq!(changed.schedules[1].byday, ["TU"]);
        assert!(after("times-from-1=2pm").1.expect("said").contains("Choose the day"));
        assert!(after("times-day-1=TU&times-from-1=3pm&times-until-1=2pm").1.is_some());
    }
}
