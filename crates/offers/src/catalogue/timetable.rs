//! When a service is: for people in words, for a search in days and parts of the day.

use vocabulary::{Day, WEEK, and_list};

use crate::directory::{LocalTime, Schedule};

/// Parts of the day, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts;

impl Parts {
    /// Before noon.
    pub const MORNING: u8 = 1;
    /// From noon to five.
    pub const AFTERNOON: u8 = 2;
    /// From five.
    pub const EVENING: u8 = 4;
}

/// What is known of when a service is. Nothing said is nothing known: it may be at any time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    /// A bit a day, Monday first.
    pub days: u8,
    /// A bit a part of the day.
    pub parts: u8,
}

impl Timetable {
    pub fn of(schedules: &[Schedule], today: Day) -> Self {
        let running = |schedule: &&Schedule| !is_over(schedule, today);
        schedules.iter().filter(running).map(of_one).fold(Self::default(), Self::and)
    }

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { days: self.days | other.days, parts: self.parts | other.parts }
    }

    pub const fn is_empty(self) -> bool {
        self.days == 0 && self.parts == 0
    }
}

/// Whether its last day has been.
pub(super) fn is_over(schedule: &Schedule, today: Day) -> bool {
    let ends = schedule.valid_to.as_deref().and_then(|text| Day::parse(text).ok());
    ends.is_some_and(|ends| ends < today)
}

fn of_one(schedule: &Schedule) -> Timetable {
    let day = |code: &String| WEEK.iter().position(|(known, _)| code.to_uppercase().ends_with(known));
    let mut days = schedule.byday.iter().filter_map(day).fold(0, |mask, at| mask | 1 << at);
    let freq = schedule.freq.as_deref().unwrap_or_default();
    if days == 0 && freq.eq_ignore_ascii_case("DAILY") {
        days = 0x7f;
    }
    if days == 0
        && let Some(first) = schedule.starts_on.as_deref().and_then(|text| Day::parse(text).ok())
        && freq.eq_ignore_ascii_case("WEEKLY")
    {
        days = 1 << weekday(first);
    }
    let parts = match (schedule.opens_at, schedule.closes_at) {
        (None, _) => 0,
        (Some(from), until) => parts(from, until.unwrap_or(from)),
    };
    Timetable { days, parts }
}

/// 1 January 1970 was a Thursday.
fn weekday(day: Day) -> u8 {
    u8::try_from((day.days() + 3).rem_euclid(7)).unwrap_or(0)
}

fn parts(from: LocalTime, until: LocalTime) -> u8 {
    let time = |hour| LocalTime::new(hour, 0).unwrap_or(from);
    let until = until.max(from);
    let spans = [
        (Parts::MORNING, time(0), time(12)),
        (Parts::AFTERNOON, time(12), time(17)),
        (Parts::EVENING, time(17), time(24)),
    ];
    // A class from 11 to 12 is none of the afternoon's.
    let touches = |begins, ends| from < ends && (until > begins || from >= begins);
    spans
        .into_iter()
        .filter(|(_, begins, ends)| touches(*begins, *ends))
        .fold(0, |all, (part, ..)| all | part)
}

/// "Tuesdays and Thursdays, 10:30am to 11:30am"; nothing where it says neither a day nor a time nor anything else.
pub fn schedule_in_words(schedule: &Schedule) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(days_in_words(schedule));
    match (schedule.opens_at, schedule.closes_at) {
        (Some(from), Some(until)) if until > from => {
            parts.push(format!("{} to {}", from.in_words(), until.in_words()));
        }
        (Some(from), _) => parts.push(format!("from {}", from.in_words())),
        (None, Some(until)) => parts.push(format!("until {}", until.in_words())),
        (None, None) => {}
    }
    let day = |text: &Option<String>| text.as_deref().and_then(|text| Day::parse(text).ok());
    if let Some(until) = day(&schedule.valid_to) {
        parts.push(format!("until {}", until.in_words()));
    }
    let mut words = parts.join(", ");
    let said = [&schedule.description, &schedule.notes];
    for text in said.into_iter().flatten().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if !words.is_empty() {
            words.push_str(". ");
        }
        words.push_str(text);
    }
    Some(words).filter(|words| !words.is_empty())
}

fn days_in_words(schedule: &Schedule) -> Option<String> {
    let freq = schedule.freq.as_deref().unwrap_or_default().to_uppercase();
    let monthly = freq == "MONTHLY";
    let every = schedule.interval.filter(|every| *every > 1);
    let named: Vec<String> = schedule.byday.iter().filter_map(|code| day_in_words(code, monthly)).collect();
    if named.is_empty() {
        return match (freq.as_str(), schedule.bymonthday.as_deref()) {
            ("DAILY", _) => Some("Every day".to_owned()),
            ("MONTHLY", Some(day)) => Some(format!("Every month on day {day}")),
            _ => None,
        };
    }
    let days = joined(&named);
    let ending = match (monthly, every) {
        (true, Some(every)) => format!(" every {every} months"),
        (true, None) => " of the month".to_owned(),
        (false, Some(2)) => ", every other week".to_owned(),
        (false, Some(every)) => format!(", every {every} weeks"),
        (false, None) => String::new(),
    };
    Some(format!("{days}{ending}"))
}

fn day_in_words(code: &str, monthly: bool) -> Option<String> {
    let code = code.trim().to_uppercase();
    let (_, name) = WEEK.iter().find(|(known, _)| code.ends_with(known))?;
    let which = match code.trim_end_matches(char::is_alphabetic).trim_start_matches('+') {
        "1" => "First ",
        "2" => "Second ",
        "3" => "Third ",
        "4" => "Fourth ",
        "5" => "Fifth ",
        "-1" => "Last ",
        _ if monthly => "Every ",
        _ => "",
    };
    Some(if which.is_empty() { format!("{name}s") } else { format!("{which}{name}") })
}

/// "Mondays, Tuesdays and Fridays"; behind the first, small letters.
fn joined(names: &[String]) -> String {
    let later = |name: &String| match name.split_once(' ') {
        Some((which, day)) => format!("{} {day}", which.to_lowercase()),
        None => name.clone(),
    };
    let names: Vec<String> =
        names.iter().enumerate().map(|(at, name)| if at == 0 { name.clone() } else { later(name) }).collect();
    and_list(&names)
}
