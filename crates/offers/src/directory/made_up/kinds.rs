//! The kinds of service and the organisations, as the files beside this one have them.

use ground::files::parse_definition;
use serde::Deserialize;
use serde::de::DeserializeOwned;

const KINDS: [(&str, &str); 3] = [
    ("moving.toml", include_str!("moving.toml")),
    ("living.toml", include_str!("living.toml")),
    ("helping.toml", include_str!("helping.toml")),
];
const ORGANISATIONS: &str = include_str!("organisations.toml");

/// A kind of service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    pub(super) key: String,
    pub(super) names: Vec<String>,
    pub(super) terms: Vec<String>,
    /// Families of organisations that run such things.
    pub(super) by: Vec<String>,
    pub(super) rooms: Vec<Room>,
    /// How common it is beside the others.
    pub(super) common: u32,
    /// One sentence of each list; an empty one is none.
    pub(super) says: Vec<Vec<String>>,
    pub(super) cost: Vec<Cost>,
    #[serde(default)]
    pub(super) minimum_age: Vec<i32>,
    pub(super) maximum_age: Option<i32>,
    #[serde(default)]
    pub(super) eligibility: Vec<String>,
    #[serde(default)]
    pub(super) referral: Vec<WayIn>,
    pub(super) when: When,
    pub(super) minutes: u16,
    #[serde(default)]
    pub(super) online: bool,
    /// How many in a hundred come to one's home, and bring people.
    #[serde(default)]
    pub(super) home: u32,
    #[serde(default)]
    pub(super) transport: u32,
    /// Given in many languages.
    #[serde(default)]
    pub(super) tongues: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub(super) enum Room {
    Leisure,
    Clinic,
    Library,
    Hall,
    Faith,
    Park,
    Office,
    /// By telephone, online, on the road or at home.
    None,
}

/// Pence, or words.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Cost {
    Pence(i64),
    Words(String),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WayIn {
    Open,
    Professional,
    WaitingList,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum When {
    /// Once a week in the day; in the day or in the evening.
    Day,
    Any,
    /// Every working day, or some of them.
    Office,
    Monthly,
}

/// An organisation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    pub(super) name: String,
    pub(super) family: Vec<String>,
    /// Its town, counted from the largest; nothing where it works everywhere.
    pub(super) town: Option<usize>,
    pub(super) mail: String,
    pub(super) about: String,
    /// Listed by the second source.
    #[serde(default)]
    pub(super) second: bool,
    /// A business of its owners.
    #[serde(default)]
    pub(super) private: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bodies {
    organisation: Vec<Body>,
}

pub(super) fn kinds() -> Vec<Kind> {
    KINDS.iter().flat_map(|(file, text)| read::<Kinds>(file, text).kind).collect()
}

pub(super) fn organisations() -> Vec<Body> {
    read::<Bodies>("organisations.toml", ORGANISATIONS).organisation
}

fn read<T: DeserializeOwned>(file: &str, text: &str) -> T {
    parse_definition(file, text).unwrap_or_else(|error| unreachable!("what ships is read by a test: {error}"))
}
