//! Made-up people run through the same rules, so that a reader sees what a match is.

use askama::Template;
use planning::match_run::{Findings, WorkedPerson};

use super::page::Section;

#[derive(Template)]
#[template(path = "report/worked.html")]
struct Worked<'a> {
    people: &'a [WorkedPerson],
}

pub(super) fn section(findings: &Findings) -> Result<Section, askama::Error> {
    let html = Worked { people: &findings.worked }.render()?;
    Ok(Section::new("worked", "What a match looks like", html))
}
