//! The one way a count about people becomes showable.

mod shown;

pub use shown::{Shown, with_commas};
