//! The area view as a reader may see it: every count about people in here has been through the gate, and every range
//! is made of released counts. The report and `summary.json` are made from this and from nothing else.

use std::fmt;

use disclosure::{Policy, Shown, with_commas};
use vocabulary::{Condition, Topic};

use crate::match_run::InputFile;

/// Everything that the report of a crosstab says.
#[derive(Clone, Debug)]
pub struct AreaView {
    /// Whose counts: "the county of Wendry (invented)", or the file's name.
    pub about: String,
    pub made_up: bool,
    /// ISO date of the counts, where the mapping says it.
    pub as_at: Option<String>,
    /// What the segments are, in the plural: "practices".
    pub segments_are: String,
    pub inputs: AreaInputs,
    /// By which every count was released.
    pub policy: Policy,
    /// Everybody.
    pub people: Figure,
    pub segments: Vec<SegmentView>,
    /// For the whole population: the topics that some condition of the file asks for, most people first.
    pub topics: Vec<TopicView>,
    /// Topics that no condition of the file asks for, so that nothing can be said about them.
    pub cannot_say: Vec<Topic>,
    pub metrics: Vec<MetricView>,
    pub not_read: Vec<String>,
    pub not_read_in_all: u64,
    /// What was odd about the input and did not stop the run.
    pub warnings: Vec<String>,
}

/// What went in.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AreaInputs {
    pub population: InputFile,
    pub services: InputFile,
    pub mapping: String,
    pub mapping_digest: String,
    pub rules: String,
    pub rules_digest: String,
    /// Version of Meres.
    pub program: String,
}

/// A count of the file: as it is shown, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Shown(Shown),
    NotKnown,
    /// Hidden by those who made the file.
    Suppressed,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(shown) => shown.fmt(f),
            Self::NotKnown => f.write_str("not known"),
            Self::Suppressed => f.write_str("hidden at source"),
        }
    }
}

/// How many people have a need, as far as counts of conditions can say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// From so many to so many; where one condition alone asks for the topic the two are the same.
    Between(u64, u64),
    /// At least so many: a count that would give the upper end is hidden or not known.
    AtLeast(u64),
    /// Nobody to so many: every count is small.
    UpTo(u64),
    /// Every count that would say it is hidden, here or at source.
    Hidden,
    NotKnown,
}

impl Demand {
    /// The low end, where it is more than nobody.
    pub const fn low(self) -> Option<u64> {
        match self {
            Self::Between(low, _) | Self::AtLeast(low) if low > 0 => Some(low),
            _ => None,
        }
    }

    /// The high end, where there is one.
    pub const fn high(self) -> Option<u64> {
        match self {
            Self::Between(_, high) | Self::UpTo(high) => Some(high),
            _ => None,
        }
    }
}

impl fmt::Display for Demand {
    /// "1,200–1,900", "1,200", "1,200 or more", "≤7", "hidden" or "not known".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(low, high) if low == high => f.write_str(&with_commas(*low)),
            Self::Between(low, high) => write!(f, "{}–{}", with_commas(*low), with_commas(*high)),
            Self::AtLeast(low) => write!(f, "{} or more", with_commas(*low)),
            Self::UpTo(most) => write!(f, "≤{most}"),
            Self::Hidden => f.write_str("hidden"),
            Self::NotKnown => f.write_str("not known"),
        }
    }
}

/// What is offered for a topic. Services are not people: these counts are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Supply {
    /// Services that reach people where they are.
    pub services: u64,
    /// Services online, for whoever has the internet.
    pub online: u64,
    /// Services of which it cannot be said, because the mapping does not place the segment.
    pub reach_not_known: u64,
    /// Places a week of those that reach, where known, and how many of them do not say.
    pub weekly_places: u64,
    pub places_not_known: u64,
}

/// Whether something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// A service reaches these people, or nobody is known to need one.
    None,
    /// Only online.
    OnlineOnly,
    /// People need it and nothing reaches them.
    Nothing,
    /// It cannot be said, because the place is not known.
    NotKnown,
}

/// A topic for some people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicView {
    pub topic: Topic,
    pub demand: Demand,
    pub supply: Supply,
    pub gap: Gap,
    /// People for each place a week: the low and the high end of the need. None where no place is known.
    pub people_per_place: Option<(u64, Option<u64>)>,
    /// Conditions of the file that ask for the topic, and those that the file does not count.
    pub counted: Vec<Condition>,
    pub not_counted: Vec<Condition>,
}

/// A segment.
#[derive(Clone, Debug)]
pub struct SegmentView {
    pub group: Option<String>,
    pub called: String,
    pub people: Figure,
    /// Whether the mapping says where it is.
    pub place: PlaceKnown,
    /// The same topics as of the whole population, in the same order.
    pub topics: Vec<TopicView>,
}

/// How much of a segment's place the mapping says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKnown {
    /// Its point, county and area.
    Known,
    Partly,
    NotKnown,
}

/// A metric that was read.
#[derive(Clone, Debug)]
pub struct MetricView {
    pub name: String,
    /// None: the number of people.
    pub condition: Option<Condition>,
    pub whole: Figure,
    /// Cells of segments without a count.
    pub not_known: u64,
    pub suppressed: u64,
}
