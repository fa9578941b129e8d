//! Charts as SVG, each with its table: the same on a page and on paper.
//!
//! A chart takes plain labels and [`Mark`]s and knows nothing of people or of disclosure: whoever calls it has
//! already decided what may be shown. Each builder has a `draw` that gives a [`Chart`]: a wide drawing for a desk
//! and for A4, a narrow one for a phone (so that letters keep their size), and the table of the same marks.
//!
//! Pure: no files, no clock, no randomness. The same input gives the same bytes.

mod bars;
mod chart;
mod cumulative;
mod funnel;
mod map;
mod mark;
mod palette;
mod ranges;
mod svg;
mod table;
mod text;

pub use bars::{Bar, Bars, Series};
pub use chart::{Chart, Heading};
pub use cumulative::{CumulativeBars, Gain};
pub use funnel::{Funnel, FunnelStep};
pub use map::{CountMap, Ground, Link, MapCell, Marker, Place, square_ring};
pub use mark::Mark;
pub use palette::Tone;
pub use ranges::{RangeBar, Ranges};
pub use table::{Column, Table};
pub use text::escape;

#[cfg(test)]
mod tests;
