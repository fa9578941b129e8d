//! What Meres exists for: need × offers → ranked, reasoned matches, whom to invite to a hub, and
//! who gets which place.
//!
//! Pure: column slices in, rows out. The same input gives the same rows whatever the thread count, the chunking
//! or the order of the rows, and nothing in here can fail: what could be wrong was turned away at the edge.
//!
//! Read in this order:
//! 1. [`Person`] and [`Service`]: what is known of each, with *not known* as a value of its own;
//! 2. [`RuleSet`]: the rule as data, [`RuleSet::version_1`] the default; [`Measure`]: metres, or minutes from a table;
//! 3. [`judge`]: the rule for one person and one service, written to be read: the manual of this crate;
//! 4. [`Plan`] and [`match_cohort`]: the same rule for a county at once, written to be fast, and held against
//!    [`judge`] by property tests;
//! 5. [`Invitation`]: which providers to ask to a hub, and [`coverage`]: how the best are found, and proven to be;
//! 6. [`allocation`]: who gets which place.
//!
//! ```
//! use matching::{Person, RuleSet, Service, judge};
//! use vocabulary::{Condition, GridPoint, Topic};
//!
//! let rules = RuleSet::version_1();
//! let margaret = Person {
//!     birth_year: Some(1955),
//!     place: Some(GridPoint { easting: 500_000, northing: 350_000 }),
//!     conditions: [Condition::Osteoarthritis].into_iter().collect(),
//!     ..Person::default()
//! };
//! let class = Service {
//!     place: Some(GridPoint { easting: 503_000, northing: 354_000 }),
//!     radius: 10_000,
//!     offers: [Topic::Strength, Topic::Pain].into_iter().collect(),
//!     cost: Some(0),
//!     ..Service::default()
//! };
//! let found = judge(&rules, &margaret, &class).expect("she may go");
//! assert_eq!(found.distance, Some(5_000));
//! assert_eq!(found.score, 250 * 8 + (1000 - 500)); // two topics of weight 4, halfway to the edge
//! ```

pub mod allocation;
mod atlas;
mod best;
mod ceilings;
mod circles;
mod cohort_match;
mod eight;
mod invitation;
mod judge;
mod lanes;
mod levels;
mod measure;
mod minutes_match;
mod person;
mod place;
mod plan;
mod reaches;
mod rows;
mod rules;
mod scored;
mod service;
mod tile;
mod words;

#[cfg(test)]
mod tests;

pub use cohort_match::match_cohort;
pub use invitation::{
    Around, Chosen, Invitation, InvitationProblem, Outcome, around, coverage, invite, pounds,
};
pub use judge::{Found, Reasons, Refusal, judge, may_be_helped_by};
pub use measure::{Measure, Minutes, MinutesRow, MinutesTable};
pub use person::{AreaFacts, Filled, Mobility, People, PeopleColumns, Person, Sex};
pub use plan::Plan;
pub use rows::{Match, PersonOutcome, Rows};
pub use rules::{
    Clause, CostPenalty, Decay, EdgeDecay, Eligibility, FreeBonus, LinearDecay, Loss, MOST_CLAUSES,
    NeedsWhen, PersonTest, RuleSet, ServiceTest, TravelPenalty,
};
pub use service::{Catchment, Route, Service};
pub use words::{reasons_in_words, what_would_change};
