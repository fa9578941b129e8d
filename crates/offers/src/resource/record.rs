//! What a resource is. It is kept as JSON, so a field's name is a promise.

use serde::{Deserialize, Serialize};
use vocabulary::Day;

/// The form in which it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Web,
    Print,
    EasyRead,
    LargePrint,
    Audio,
    /// British Sign Language.
    Bsl,
    Video,
}

impl Format {
    pub const ALL: [Self; 7] =
        [Self::Web, Self::Print, Self::EasyRead, Self::LargePrint, Self::Audio, Self::Bsl, Self::Video];

    /// The word of the files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Print => "print",
            Self::EasyRead => "easy_read",
            Self::LargePrint => "large_print",
            Self::Audio => "audio",
            Self::Bsl => "bsl",
            Self::Video => "video",
        }
    }

    /// Reads "Easy Read", "easy-read" and "`easy_read`" alike.
    pub fn parse(text: &str) -> Option<Self> {
        let key = text.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|format| format.key() == key)
    }
}

/// A resource in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    pub title: String,
    pub format: Format,
    /// As its owner calls it: "2", "May 2026".
    pub version: String,
    /// ISO 639: two or three small letters.
    pub language: String,
    pub owner: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_region: Option<String>,
    /// When on somebody's way it helps: waiting, before an operation, after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// When its owner looks at it again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "iso_day")]
    pub review_on: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The setting where it may be given out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub where_given: Option<String>,
    /// Printed copies left; nothing: not known.
    #[serde(skip)]
    pub stock: Option<u32>,
    #[serde(skip)]
    pub practice_notes: Vec<PracticeNote>,
}

impl Resource {
    /// Whether both are the same version, whatever the stock and the notes.
    pub fn same_version(&self, other: &Self) -> bool {
        let bare = |one: &Self| Self { stock: None, practice_notes: Vec::new(), ..one.clone() };
        bare(self) == bare(other)
    }
}

/// A good way of using a resource that somebody found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PracticeNote {
    pub text: String,
    /// Where it was seen or read.
    pub source: Option<String>,
    /// Names of organisations.
    pub adopted_by: Vec<String>,
}

/// A day as its ISO text.
mod iso_day {
    use serde::{Deserialize, Deserializer, Serializer};
    use vocabulary::Day;

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands a field on like this"
    )]
    pub(super) fn serialize<S: Serializer>(day: &Option<Day>, to: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => to.collect_str(day),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Day>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.map(|text| Day::parse(&text).map_err(serde::de::Error::custom)).transpose()
    }
}
