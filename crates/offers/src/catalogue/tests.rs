use std::sync::Arc;

use vocabulary::{Day, Id};

use super::{Catalogue, Parts, Timetable, Told, schedule_in_words};
use crate::directory::assurance::{Against, Check};
use crate::directory::{Directory, Kept, LocalTime, Schedule, Service, Settings, Status};
use crate::place::Places;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn time(text: &str) -> Option<LocalTime> {
    LocalTime::parse(text)
}

fn weekly(days: &[&str], from: &str, until: &str) -> Schedule {
    Schedule {
        freq: Some("WEEKLY".into()),
        byday: days.iter().map(|&day| day.to_owned()).collect(),
        opens_at: time(from),
        closes_at: time(until),
        ..Schedule::default()
    }
}

#[track_caller]
fn reads(schedule: &Schedule, words: &str) {
    assert_eq!(schedule_in_words(schedule).as_deref().unwrap_or(""), words);
}

#[test]
fn a_schedule_is_said_as_people_say_it() {
    reads(&weekly(&["TU"], "10:30", "11:30"), "Tuesdays, 10:30am to 11:30am");
    reads(&weekly(&["MO", "WE", "FR"], "09:00", "12:00"), "Mondays, Wednesdays and Fridays, 9am to midday");
    let monthly = Schedule { freq: Some("MONTHLY".into()), ..weekly(&["2TU", "-1FR"], "14:00", "16:00") };
    reads(&monthly, "Second Tuesday and last Friday of the month, 2pm to 4pm");
    reads(
        &Schedule { interval: Some(2), ..weekly(&["TH"], "18:00", "") },
        "Thursdays, every other week, from 6pm",
    );
    let daily = Schedule { freq: Some("DAILY".into()), ..Schedule::default() };
    reads(&daily, "Every day");
    reads(&Schedule { description: Some("Ring first".into()), ..daily }, "Every day. Ring first");
    reads(
        &Schedule { valid_to: Some("2026-12-18".into()), ..weekly(&["MO"], "", "") },
        "Mondays, until 18 December 2026",
    );
    reads(&Schedule::default(), "");
}

#[test]
fn days_and_parts_of_the_day_can_be_searched() {
    let today = day("2026-11-22");
    let of = |schedule: Schedule| Timetable::of(&[schedule], today);
    assert_eq!(
        of(weekly(&["MO", "SU"], "11:00", "12:00")),
        Timetable { days: 0b100_0001, parts: Parts::MORNING }
    );
    assert_eq!(of(weekly(&["2TU"], "11:00", "13:00")).parts, Parts::MORNING | Parts::AFTERNOON);
    assert_eq!(of(weekly(&["TU"], "17:00", "")).parts, Parts::EVENING);
    // 1 September 2026 is a Tuesday.
    let first = Schedule { starts_on: Some("2026-09-01".into()), ..weekly(&[], "", "") };
    assert_eq!(of(first).days, 0b10);
    let over = Schedule { valid_to: Some("2026-11-21".into()), ..weekly(&["MO"], "10:00", "11:00") };
    assert!(of(over).is_empty());
}

fn kept(bits: u128, status: Status, assured_on: &str) -> (Id<Service>, Kept<Service>) {
    let record = Service {
        name: format!("Walk {bits}"),
        status,
        assured_on: Some(assured_on.into()),
        ..Service::default()
    };
    let kept = Kept {
        source: Id::from_bits(1),
        key: bits.to_string(),
        merged_into: None,
        gone: false,
        changed_at: "2020-01-01T00:00:00Z".into(),
        record,
    };
    (Id::from_bits(bits), kept)
}

#[test]
fn what_does_not_run_and_what_nobody_vouches_for_is_not_listed() {
    let services = [
        kept(1, Status::Active, "2026-10-01"),
        kept(2, Status::TemporarilyClosed, "2026-10-01"),
        kept(3, Status::Active, "2024-10-01"),
        kept(4, Status::Active, "2024-10-01"),
    ];
    let sources = [(Id::from_bits(1), ("Feed".to_owned(), None))].into();
    let directory = Directory::new(sources, [].into(), services.into(), [].into());
    let look = Check { on: day("2026-11-01"), against: Against::Visit };
    let told = Told { checks: [(Id::from_bits(4), look)].into(), ..Told::default() };
    let places = Arc::new(Places::default());
    let catalogue = Catalogue::new(directory, &told, Settings::default(), places, day("2026-11-22"));
    let names: Vec<&str> = catalogue.services.iter().map(|listed| listed.name.as_str()).collect();
    assert_eq!(names, ["Walk 1", "Walk 4"]);
    assert!(catalogue.service(Id::from_bits(4)).is_some() && catalogue.record(Id::from_bits(3)).is_none());
    assert!(!catalogue.assured[&Id::from_bits(3)].is_shown());
}
