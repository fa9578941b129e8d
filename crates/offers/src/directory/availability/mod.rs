//! Whether a service has room, as its provider last said: shown before anybody is sent there.

pub mod store;

use vocabulary::Day;

/// What a provider said of the room that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    pub room: Room,
    /// RFC 3339, UTC.
    pub said_at: String,
}

impl Availability {
    /// For anybody, with the day on which it was said: what is old is not known to be wrong, and is not known to be right.
    pub fn in_words(&self) -> String {
        let said = self.room.in_words();
        match self.said_at.get(..10).and_then(|day| Day::parse(day).ok()) {
            Some(day) => format!("{said} (they said so on {})", day.in_words()),
            None => said,
        }
    }
}

/// Whether there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// So many places now, where they said how many.
    Open {
        places: Option<u32>,
    },
    /// A waiting list, of so many weeks where they said.
    Waiting {
        weeks: Option<u32>,
    },
    Full,
}

impl Room {
    /// The word by which it is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Waiting { .. } => "waiting",
            Self::Full => "full",
        }
    }

    /// For anybody.
    pub fn in_words(self) -> String {
        match self {
            Self::Open { places: Some(1) } => "1 place free".to_owned(),
            Self::Open { places: Some(places) } => format!("{places} places free"),
            Self::Open { places: None } => "Has places".to_owned(),
            Self::Waiting { weeks: Some(1) } => "Waiting list of about 1 week".to_owned(),
            Self::Waiting { weeks: Some(weeks) } => format!("Waiting list of about {weeks} weeks"),
            Self::Waiting { weeks: None } => "Has a waiting list".to_owned(),
            Self::Full => "Full at the moment".to_owned(),
        }
    }
}
