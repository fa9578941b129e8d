//! Who is in the cohort, and why the others are not.

use askama::Template;
use charts::{Chart, Funnel, FunnelStep, Heading, Mark};
use disclosure::{Shown, with_commas};
use planning::cohort::AttritionStep;
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
    let not_known = findings.attrition.iter().any(|s| s.not_known.rounded() != Some(0));
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
    let step = |(i, step): (usize, &AttritionStep)| {
        // A first step that removes nobody says who was looked at.
        let removes = i > 0 || step.removed != Shown::Count(0);
        FunnelStep {
            label: words::capital(&step.name),
            left: words::mark(step.remaining),
            removed: removes.then(|| words::mark(step.removed)),
            not_known: step.not_known.rounded().filter(|n| *n > 0).map(|_| words::mark(step.not_known)),
        }
    };
    let mut steps: Vec<FunnelStep> = findings.attrition.iter().enumerate().map(step).collect();
    if steps.first().is_none_or(|s| s.removed.is_some()) {
        steps.insert(0, start);
    }
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
    Funnel { heading: Heading::new("who", title, description), steps }.draw()
}
