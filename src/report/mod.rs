//! The report of a match run: one HTML file that opens from disk, prints on A4 and needs no network and no script.
//!
//! It is made from [`Findings`] and from nothing else, so it can say no more about people than has been released.
//! Each section is a file with its template beside it; [`answer`] says what stands above them and [`page`] puts them together.

mod answer;
mod area_view;
mod areas;
mod distances;
mod maps;
mod method;
mod missing;
mod page;
mod places;
mod shortlist;
mod topics;
mod who;
mod words;
mod worked;

use planning::match_run::{Backdrop, Findings};

pub use area_view::render_area_view;
pub use page::Section;

/// The whole report as HTML. Fails only if a template does.
pub fn render(findings: &Findings, backdrop: Option<&Backdrop>) -> Result<String, askama::Error> {
    let places = places::Places::new(backdrop);
    let mut sections = vec![
        who::section(findings)?,
        maps::section(findings, &places)?,
        distances::section(findings)?,
        topics::section(findings)?,
        missing::section(findings, &places)?,
    ];
    if !findings.areas.is_empty() {
        sections.push(areas::section(findings)?);
    }
    sections.push(shortlist::section(findings, &places)?);
    if !findings.worked.is_empty() {
        sections.push(worked::section(findings)?);
    }
    sections.push(method::section(findings)?);
    answer::render(findings, sections)
}
