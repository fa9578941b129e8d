//! When a service is, to the minute, for whoever asks by day and time.

use vocabulary::Day;

use super::timetable::{Timetable, is_over};
use crate::directory::{LocalTime, Schedule};

/// One schedule that is not over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// A bit a day, Monday first; none where it does not say.
    pub days: u8,
    pub opens: Option<LocalTime>,
    pub closes: Option<LocalTime>,
}

impl Hours {
    pub fn of(schedules: &[Schedule], today: Day) -> Vec<Self> {
        let hours = |schedule: &Schedule| Self {
            days: Timetable::of(std::slice::from_ref(schedule), today).days,
            opens: schedule.opens_at,
            closes: schedule.closes_at,
        };
        schedules.iter().filter(|schedule| !is_over(schedule, today)).map(hours).collect()
    }

    /// Whether it is on one of these days, begins no earlier and ends no later. What it does not say is not so.
    pub fn is_within(self, days: Option<u8>, from: Option<LocalTime>, until: Option<LocalTime>) -> bool {
        days.is_none_or(|days| self.days & days != 0)
            && from.is_none_or(|from| self.opens.is_some_and(|opens| opens >= from))
            && until.is_none_or(|until| self.closes.is_some_and(|closes| closes <= until))
    }
}
