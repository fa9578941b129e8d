//! Times of the day, as sources write them.

use serde::{Deserialize, Serialize};

/// A time of the day where the service is, to the minute: `09:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime {
    minutes: u16,
}

impl LocalTime {
    pub const fn new(hour: u16, minute: u16) -> Option<Self> {
        // 24:00 is how a source says that it closes at midnight.
        if hour > 24 || minute > 59 || (hour == 24 && minute > 0) {
            return None;
        }
        Some(Self { minutes: hour * 60 + minute })
    }

    /// Reads `9:30`, `09:30`, `09:30:00`; a zone behind it (`Z`, `+01:00`) is passed over, since schedules are local.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('Z');
        let text = text.split_once('+').map_or(text, |(time, _)| time);
        let mut parts = text.split(':');
        let number = |part: Option<&str>| {
            let part = part?;
            let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse().ok() } else { None }
        };
        let (hour, minute) = (number(parts.next())?, number(parts.next())?);
        match (parts.next(), parts.next()) {
            (None, None) => Self::new(hour, minute),
            (Some(seconds), None) => {
                let whole = seconds.split('.').next();
                number(whole).filter(|s| *s < 60).and_then(|_| Self::new(hour, minute))
            }
            _ => None,
        }
    }

    /// "10:30am", "2pm", "midday", "midnight".
    pub fn in_words(self) -> String {
        let (hour, minute) = (self.minutes / 60, self.minutes % 60);
        match (hour, minute) {
            (12, 0) => "midday".to_owned(),
            (0 | 24, 0) => "midnight".to_owned(),
            _ => {
                let half = if hour < 12 { "am" } else { "pm" };
                let hour = (hour + 11) % 12 + 1;
                if minute == 0 { format!("{hour}{half}") } else { format!("{hour}:{minute:02}{half}") }
            }
        }
    }
}

impl std::fmt::Display for LocalTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for LocalTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected a time of the day such as 09:30")
    }
}

#[cfg(test)]
mod tests {
    use super::LocalTime;

    #[test]
    fn times_are_read_as_sources_write_them() {
        for (text, time) in [
            ("9:30", Some("09:30")),
            ("09:30", Some("09:30")),
            ("18:00:00", Some("18:00")),
            ("18:00:00.000Z", Some("18:00")),
            ("24:00", Some("24:00")),
            ("24:01", None),
            ("25:00", None),
            ("noon", None),
            ("9", None),
            ("", None),
            ("1e:30", None),
        ] {
            assert_eq!(LocalTime::parse(text).map(|t| t.to_string()).as_deref(), time, "{text}");
        }
    }
}
