//! The one way a count about people becomes showable.
//!
//! A raw count is a [`Working`]: it can be added up, and nothing else. A [`Release`] turns it into a [`Shown`], the
//! only kind of count that a report, an export or a page accepts. In between stand two things:
//!
//! 1. **The rule** for one figure ([`Policy`], [`Cells`]): small counts become a symbol, all others are rounded to 5,
//!    totals too, each from its own true value.
//! 2. **The proof** for figures that hang together. A reader can add and subtract, so a symbol alone hides little:
//!    "10 men, * women, 10 together" leaves at most four women. For each such group of figures the release works out
//!    what a reader could, and withholds further figures until every small one has two possible values at least
//!    5 apart. Except for [`Release::two_way`] this holds even against a reader who knows these rules by
//!    heart and asks of each withheld figure why it was withheld.
//!
//! ```
//! use disclosure::{Cells, Release, Working};
//!
//! let release = Release::default();
//! let count = |n: u64| Working::from(n);
//!
//! // Standing alone: small counts merge, the rest is rounded.
//! assert_eq!(release.count(Cells::WithHealthAttribute, count(3)).to_string(), "≤7");
//! assert_eq!(release.count(Cells::Other, count(3)).to_string(), "*");
//! assert_eq!(release.count(Cells::Other, count(1_234)).to_string(), "1,235");
//!
//! // 9 and 2 with their total: "10, *, 10" would leave at most 4, so the total is withheld …
//! let table = release.table(Cells::Other, &[count(9), count(2)]);
//! assert_eq!(table.total.to_string(), "hidden");
//! // … or, where the total is printed anyway, the other cell.
//! let table = release.breakdown(Cells::Other, &[count(90), count(2)]);
//! assert_eq!(table.cells[0].to_string(), "hidden");
//!
//! // A part, where the rest is a group too: 998 of 1,000 would give the other two away.
//! let met = release.part_of(Cells::WithHealthAttribute, count(1_000), count(998));
//! assert_eq!((met.part.to_string(), met.rest.to_string()), ("hidden".into(), "≤7".into()));
//!
//! // Percentages come from what is shown.
//! let part = release.part_of(Cells::WithHealthAttribute, count(1_000), count(341));
//! assert_eq!(release.share(part.part, part.whole).to_string(), "34 %");
//! ```
//!
//! What the proof does not know: figures released by another call. Two tables of the same people, or the same table
//! for two overlapping areas, can be compared by a reader; release what belongs together in one call, and print one
//! released figure everywhere rather than releasing it twice.

mod funnel;
mod one_sum;
mod policy;
mod proof;
mod release;
mod share;
mod shown;
mod two_way;
mod working;

#[cfg(test)]
mod attacker;

pub use funnel::{Funnel, Step};
pub use policy::{Cells, Policy};
pub use release::{PartOf, Release, Table};
pub use share::{Mean, Share};
pub use shown::{Shown, with_commas};
pub use two_way::TwoWay;
pub use working::Working;
