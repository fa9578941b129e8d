//! `meres cohort`: whom a definition is about, and whom it leaves out. Nothing is matched.

use std::path::PathBuf;

use clap::Args;
use ground::files::write_whole;
use planning::fairness::{Answer, answer, answer_json};

use super::asked::InputArgs;
use super::failure::Failure;
use super::inputs::start_threads;
use super::outputs;

/// Show whom a cohort is about, and whom it leaves out
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres demo --people 20000 --out demo --no-serve\n  \
                        meres cohort --population demo/population.parquet --out result")]
pub(super) struct CohortArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// Folder for the answer, `cohort.json`
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn run(args: &CohortArgs) -> Result<(), Failure> {
    let inputs = args.inputs.to_choose(&args.out)?;
    let definitions = inputs.definitions()?;
    if definitions.mapping.crosstab.is_some() {
        return Err(Failure::Usage("a crosstab knows no people to choose from".to_owned()));
    }
    start_threads(inputs.threads)?;
    let mut problems = Vec::new();
    let chosen = inputs.choose(&definitions, &mut problems);
    outputs::folder(&args.out)?;
    outputs::problems(&args.out, &problems)?;
    let chosen = chosen?;
    let backgrounds = chosen.backgrounds.unwrap_or_default();
    let index_date = definitions.rules.index_date();
    let answer = answer(
        &definitions.cohort,
        &chosen.population,
        &backgrounds,
        &chosen.selected,
        (index_date, &inputs.gate),
    );
    let about = inputs.about(&definitions, chosen.population.made_up.as_deref());
    let text = answer_json(&answer, &about, chosen.population.made_up.is_some());
    write_whole(&args.out.join("cohort.json"), text.as_bytes())?;
    said(&answer);
    tell!("The answer is in {}.", args.out.display());
    Ok(())
}

fn said(answer: &Answer) {
    tell!("{}", answer.name);
    tell!("  {:<60} {:>10} {:>10}", "criterion", "left out", "left");
    tell!("  {:<60} {:>10} {:>10}", "everybody", "", answer.funnel.start.to_string());
    for step in &answer.funnel.steps {
        tell!("  {:<60} {:>10} {:>10}", step.name, step.removed.to_string(), step.remaining.to_string());
    }
    for view in &answer.fairness {
        tell!("\n  {:<60} {:>10} {:>10}", view.title, "everybody", "cohort");
        for group in &view.groups {
            tell!(
                "  {:<60} {:>10} {:>10}",
                group.label,
                group.everybody.to_string(),
                group.cohort.to_string()
            );
        }
    }
}
