//! The shell around every page, and the components of the NHS design system that pages are made of, as values.

mod apology;
mod dialog;
mod field;
mod figure;
mod list;
mod moment;
mod progress;
mod shell;
mod summary;
mod table;

pub(crate) use apology::of_problem;
pub use dialog::Dialog;
pub use field::{Also, Choice, Field, FieldKind, FormView};
pub use figure::Figure;
pub use list::{Listing, Paging, id_of};
pub use moment::{day_begins, day_in_words, day_of, moment_in_words};
pub use progress::Progress;
pub use shell::Page;
pub use summary::Summary;
pub use table::{Cell, Column, Row, Table};

use askama::Template;
use qrcode::QrCode;
use qrcode::render::svg;

use crate::problem::Problem;

/// A piece of a page. It can only be made by a template, which escapes what it is given.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    pub fn of(template: &impl Template) -> Result<Self, askama::Error> {
        template.render().map(Self)
    }

    /// A text for a camera, with words for those who see no picture.
    pub fn qr_code(text: &str, label: &'static str) -> Result<Self, Problem> {
        let code = QrCode::new(text).map_err(Problem::broken)?;
        let svg = code.render::<svg::Color<'_>>().quiet_zone(true).min_dimensions(200, 200).build();
        // Without its first line, which is for files.
        let svg = svg.split_once("?>").map_or(svg.as_str(), |(_, svg)| svg);
        Ok(Self(svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{label}\" "), 1)))
    }

    /// Nothing is in it.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A drawing that we made ourselves.
    pub fn drawing(svg: String) -> Self {
        Self(svg)
    }
}

impl std::fmt::Display for Html {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

#[cfg(test)]
mod tests;
