//! Who is in the cohort, and why the others are not.

use askama::Template;
use charts::{Chart, Funnel, FunnelStep, Heading, Mark};
use disclosure::{Shown, with_commas};
use planning::match_run::Findings;

use super::page::Section;
use super::words;

#[derive(Template)]
#[template(path = "report/who.html")]
struct Who<'a> {
    people: &'a str,
    chart: Chart,
    not_known: bool,
}

pub(super) fn section(findings: &Findings) -> Result<Section, askama::Error> {
    let not_known = findings.attrition.iter().any(|s| s.not_known != Shown::Count(0));
    let html = Who { people: &findings.who, chart: funnel(findings), not_known }.render()?;
    Ok(Section::new("who", "Who this report is about", html))
}

fn funnel(findings: &Findings) -> Chart {
    let read = findings.inputs.population.rows_used;
    let start = FunnelStep {
        label: "People in the file".to_owned(),
        left: Mark::count(read, with_commas(read)),
        removed: None,
        not_known: None,
    };
    let step = |step: &planning::match_run::AttritionStep| FunnelStep {
        label: words::capital(&step.name),
        left: words::mark(step.remaining),
        removed: Some(words::mark(step.removed)),
        not_known: Some(words::mark(step.not_known)),
    };
    let title = format!(
        "Of {} in the file, {} in the cohort",
        words::count_of(read, "person", "people"),
        match findings.cohort {
            Shown::Count(0) => "nobody is".to_owned(),
            other => format!("{} are", words::people(other)),
        }
    );
    let description =
        "Each bar is the people still in after a step, from zero. The pale part is whom the step left out.";
    Funnel {
        heading: Heading::new("who", title, description),
        steps: std::iter::once(start).chain(findings.attrition.iter().map(step)).collect(),
    }
    .draw()
}
