//! What a match run found, as a reader may see it: every count about people in here has been through the gate.
//! The report and `summary.json` are made from this and from nothing else.

use disclosure::{Policy, Shown};
use offers::place::AreaOutline;
use serde::Serialize;
use vocabulary::Topic;

use crate::cohort::AttritionStep;
use crate::fairness::View;

/// Everything that a report says.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Whose people: "the county of Wendry (invented)", or the file's name.
    pub about: String,
    /// True for the demo: the whole county is invented, and every page must say so.
    pub made_up: bool,
    /// What went in, so that the run can be repeated.
    pub inputs: Inputs,
    /// The cohort, criterion by criterion, in order.
    pub attrition: Vec<AttritionStep>,
    /// The people of the cohort as the cohort file names them, a plural that can begin or end a sentence:
    /// "adults living with joint or back pain".
    pub who: String,
    /// People in the cohort.
    pub cohort: Shown,
    /// People in the cohort with at least one matched offer, and with none.
    pub matched: Shown,
    pub unmatched: Shown,
    /// People in the cohort with at least one need that no offer they could use meets. `unmatched` are the part of
    /// them who have no offer at all; `squares`, `topics` and `areas` say where and for what.
    pub unmet: Shown,
    /// Whether the extract says where people live. If not there are no maps, and the report says "place not known".
    pub place_known: bool,
    /// Squares of the map with anyone in them; empty where place is not known, and where there are small areas: two
    /// maps of one county could be laid over each other.
    pub squares: Vec<Square>,
    /// The small areas of official statistics, where the run knows their outlines.
    pub small_areas: Vec<SmallArea>,
    /// Side of a square in metres.
    pub square_side: i32,
    /// How people travel, where distances are minutes from a table: "by bus". Else they are metres in a straight line.
    pub minutes_by: Option<String>,
    /// Where matched offers are: how far the nearest matched offer of each person is.
    pub distances: Vec<Band>,
    /// How people could get there: no car, housebound, … (label, people).
    pub travel: Vec<Band>,
    /// One line a topic, in the order of [`Topic::ALL`].
    pub topics: Vec<TopicLine>,
    /// One line an area of the extract's own areas (county, area); empty if the extract has none.
    pub areas: Vec<AreaLine>,
    /// Who is in the cohort and who goes without, by deprivation, age, sex and what else the extract has; empty where nobody
    /// asked.
    pub fairness: Vec<View>,
    /// Offers that do not exist and would help most people, best first.
    pub missing: Vec<MissingOffer>,
    /// Whom to invite to a hub. None where place is not known and no venue was named.
    pub shortlist: Option<Shortlist>,
    /// Made-up people run through the same rules and the same offers.
    pub worked: Vec<WorkedPerson>,
    /// Warnings about the input that were counted, not refused: "3 services that nobody can reach".
    pub warnings: Vec<String>,
    /// By which every count was released.
    pub policy: Policy,
}

/// What went into a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Inputs {
    pub population: InputFile,
    pub services: InputFile,
    pub events: Option<InputFile>,
    pub rules: String,
    pub rules_digest: String,
    /// The table of minutes, where the rules go by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<InputFile>,
    pub cohort: String,
    pub cohort_digest: String,
    /// Code lists that were looked for among the events.
    pub code_lists: Vec<CodeListUse>,
    /// Lists of people that the cohort asks for.
    pub lists: Vec<ListUse>,
    /// ISO date that ages and look-backs count from.
    pub index_date: String,
    /// Version of Meres.
    pub program: String,
}

/// A code list of the cohort, and how often a code of it came.
#[derive(Clone, Debug, Serialize)]
pub struct CodeListUse {
    pub name: String,
    pub system: String,
    pub source: String,
    pub licence: String,
    pub codes: u64,
    /// Events with a code of the list: as telling as a count of people, so it goes through the gate.
    pub events: Shown,
}

/// A list of people, by the digest of its file: how many are on it is said nowhere.
#[derive(Clone, Debug, Serialize)]
pub struct ListUse {
    pub name: String,
    pub digest: String,
}

/// A file or folder that was read. Its counts are of rows and exact.
#[derive(Clone, Debug, Default, Serialize)]
pub struct InputFile {
    /// The last part of its path.
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal; of all parts in order of name for a folder.
    pub digest: String,
    pub rows_read: u64,
    pub rows_used: u64,
    /// Rows listed in `problems.csv`.
    pub problems: u64,
}

/// A square of the map: the south-west corner in metres of the British National Grid.
#[derive(Clone, Debug, Serialize)]
pub struct Square {
    pub easting: i32,
    pub northing: i32,
    /// People of the cohort who live in it.
    pub people: Shown,
    /// Of those, people with a need that no offer they could use meets.
    pub unmet: Shown,
}

/// A small area of official statistics (LSOA).
#[derive(Clone, Debug, Serialize)]
pub struct SmallArea {
    pub lsoa: String,
    pub name: String,
    /// People of the cohort who live in it.
    pub people: Shown,
    /// Of those, people with a need that no offer they could use meets.
    pub unmet: Shown,
}

/// A labelled count: "1 to 2 miles".
#[derive(Clone, Debug, Serialize)]
pub struct Band {
    pub label: String,
    pub people: Shown,
}

/// A topic: who needs it, what is offered.
#[derive(Clone, Debug, Serialize)]
pub struct TopicLine {
    #[serde(serialize_with = "topic_key")]
    pub topic: Topic,
    /// People of the cohort with this need.
    pub need: Shown,
    /// Of those, people with no offer for it that they could use.
    pub unmet: Shown,
    /// Services and providers that offer it (exact: they are not people).
    pub services: u64,
    pub providers: u64,
    /// Places a week over the services whose capacity is known.
    pub weekly_places: u64,
    /// Services whose capacity is not known.
    pub capacity_not_known: u64,
}

/// An area of the extract.
#[derive(Clone, Debug, Serialize)]
pub struct AreaLine {
    pub county: i32,
    pub area: i32,
    /// What it is called, where the run knows.
    pub name: Option<String>,
    pub people: Shown,
    /// People with a need for each topic, and those of them whom no offer reaches; in the order of [`Topic::ALL`].
    pub need: Vec<Shown>,
    pub unmet: Vec<Shown>,
}

/// An offer that is missing.
#[derive(Clone, Debug, Serialize)]
pub struct MissingOffer {
    #[serde(serialize_with = "topic_key")]
    pub topic: Topic,
    /// Where it would stand: the middle of a square.
    pub easting: i32,
    pub northing: i32,
    /// How far it would reach, in metres.
    pub radius: i32,
    /// People with the need and no offer whom it would reach.
    pub people: Shown,
}

/// Whom to invite to a hub.
#[derive(Clone, Debug, Serialize)]
pub struct Shortlist {
    pub easting: i32,
    pub northing: i32,
    pub radius: i32,
    pub stands: usize,
    /// True if Meres chose the place (most of the cohort within 10 km) because none was named.
    pub place_chosen: bool,
    /// People of the cohort within the radius.
    pub people: Shown,
    /// In the order chosen.
    pub invited: Vec<Invited>,
    /// Needs within the radius that stay uncovered, in the order of [`Topic::ALL`], the twelve that a hub can meet.
    pub uncovered: Vec<UncoveredNeed>,
    /// Weight covered, of all the weight there is, and the most that any choice of so many stands could cover, in steps of
    /// ten per cent: at least so much, at most so much.
    pub covered_percent: Option<u64>,
    pub bound_percent: Option<u64>,
    /// No other choice within the limits covers more: proven.
    pub best_possible: bool,
    /// The most that all who are invited may cost, and what they do, in pence; nothing where no costs were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// Providers that could not be chosen because there is a budget and nobody says what they cost.
    #[serde(skip_serializing_if = "is_zero")]
    pub cost_not_known: u64,
    /// At least so many providers for these topics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_least: Vec<AtLeast>,
    /// Who is left out: by deprivation, age and area.
    pub left_out: Vec<LeftOut>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// At least so many of those invited offer the topic.
#[derive(Clone, Debug, Serialize)]
pub struct AtLeast {
    #[serde(serialize_with = "topic_key")]
    pub topic: Topic,
    pub providers: u64,
}

/// People around a hub in groups, and those with a need that nobody who is invited covers.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    pub by: LeftOutBy,
    pub groups: Vec<LeftOutGroup>,
}

/// What the groups differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutBy {
    Deprivation,
    Age,
    Area,
}

/// A group of people around a hub.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOutGroup {
    pub label: String,
    pub people: Shown,
    /// Of those, people with at least one need that a hub can meet and that nobody who is invited covers.
    pub uncovered: Shown,
}

/// A provider on the shortlist.
#[derive(Clone, Debug, Serialize)]
pub struct Invited {
    pub provider: String,
    pub name: String,
    pub services: u64,
    /// True if the planner forced it in.
    pub forced: bool,
    /// What it costs to have it there, in pence, where that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<u32>,
    /// Weight that it adds to what those before it cover, from released counts.
    pub gain: Shown,
    /// What it adds, most first: a topic and the people with that need whom nobody before it covers.
    pub adds: Vec<(String, Shown)>,
    /// The same as one sentence.
    pub words: String,
}

/// A need that a shortlist leaves.
#[derive(Clone, Debug, Serialize)]
pub struct UncoveredNeed {
    #[serde(serialize_with = "topic_key")]
    pub topic: Topic,
    pub people: Shown,
    pub uncovered: Shown,
}

/// A made-up person and what the rules found.
#[derive(Clone, Debug)]
pub struct WorkedPerson {
    /// "Margaret, 71 (made up)".
    pub name: String,
    /// Two or three plain sentences.
    pub about: String,
    pub matches: Vec<WorkedMatch>,
}

/// One match of a person.
#[derive(Clone, Debug, Serialize)]
pub struct WorkedMatch {
    pub rank: usize,
    pub service: String,
    /// As the directory knows it.
    pub service_id: Option<String>,
    pub provider: String,
    pub venue: Option<String>,
    /// "About 3 miles away, free, helps with strength and pain."
    pub reasons: String,
    /// "It would come first if it were free."
    pub would_change: Vec<String>,
    pub score: i32,
}

/// What the maps show behind their counts: an invented county's, or the real one's from the geography tables.
#[derive(Clone, Debug, Default)]
pub struct Backdrop {
    /// Rings of grid points in metres.
    pub outline: Vec<Vec<(i32, i32)>>,
    /// `(name, easting, northing)`, the largest first.
    pub towns: Vec<(String, i32, i32)>,
    /// The small areas, where their outlines are known.
    pub small_areas: Vec<DrawnArea>,
}

/// A small area as it is drawn.
#[derive(Clone, Debug)]
pub struct DrawnArea {
    pub name: String,
    pub outline: AreaOutline,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn topic_key<S: serde::Serializer>(topic: &Topic, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(topic.key())
}
