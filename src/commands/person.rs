//! `meres person`: what one person of an extract is offered, and why.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use ground::files::write_whole;
use matching::Plan;
use planning::match_run::{OnePerson, one_person};

use super::asked::InputArgs;
use super::failure::Failure;
use super::inputs::{start_threads, text_of};
use super::outputs;

/// Show what one person of an extract is offered, and why
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  meres demo --people 20000 --out demo --no-serve\n  echo P0000001 > who\n  \
                        meres person --population demo/population.parquet --services demo/services.csv --pid-file who --out one"
)]
pub(super) struct PersonArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// A file with one pseudonym, or - for the standard input: no list of programs shows it there
    #[arg(long, value_name = "FILE")]
    pid_file: PathBuf,
    /// Folder for the answer, `person.json`
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Letters of a pseudonym's file that are read.
const MOST: u64 = 1_000;

fn pseudonym(file: &Path) -> Result<String, Failure> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().take(MOST).read_to_string(&mut text);
        read.map_err(|_| Failure::Usage("--pid-file: the standard input is not text".to_owned()))?;
        text
    } else {
        text_of(file)?
    };
    let text = text.trim();
    if text.is_empty() || text.lines().count() > 1 {
        return Err(Failure::Usage("--pid-file: expected one pseudonym".to_owned()));
    }
    Ok(text.to_owned())
}

pub(super) fn run(args: &PersonArgs) -> Result<(), Failure> {
    let pid = pseudonym(&args.pid_file)?;
    let mut inputs = args.inputs.made_out(&args.out)?;
    inputs.fairness = false;
    let definitions = inputs.definitions()?;
    if definitions.mapping.crosstab.is_some() {
        return Err(Failure::Usage("a crosstab knows no people".to_owned()));
    }
    start_threads(inputs.threads)?;
    let mut problems = Vec::new();
    let services = inputs.services(&definitions, &mut problems);
    let chosen = services.and_then(|services| {
        let (rules, _) = inputs.rules(&definitions, &services, &mut problems)?;
        Ok((services, rules, inputs.choose(&definitions, &mut problems)?))
    });
    outputs::folder(&args.out)?;
    let (services, rules, chosen) = chosen?;
    let row = chosen.population.pseudonyms.row(&pid).filter(|row| chosen.population.usable.contains(row));
    let Some(row) = row else {
        return Err(Failure::Refused("nobody in the population has this pseudonym".to_owned()));
    };
    let index_date = rules.index_date;
    let plan = Plan::new(rules, services.services);
    let cohort = (&definitions.cohort, &chosen.evidence);
    let one = one_person(&plan, &chosen.population, cohort, row, index_date);
    let text = serde_json::to_string_pretty(&one).map_err(|error| Failure::Other(error.to_string()))?;
    write_whole(&args.out.join("person.json"), format!("{text}\n").as_bytes())?;
    said(&one);
    Ok(())
}

fn said(one: &OnePerson) {
    if let Some(criterion) = &one.left_out_by {
        tell!("Not in the cohort, by the criterion: {criterion}");
    }
    tell!("Needs: {}", if one.needs.is_empty() { "nothing".to_owned() } else { one.needs.join(", ") });
    if !one.without.is_empty() {
        tell!("Nothing was found for: {}", one.without.join(", "));
    }
    for found in &one.matches {
        tell!("{}. {} ({}): {}", found.rank, found.service, found.provider, found.reasons);
    }
}
