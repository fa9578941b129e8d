//! `meres invite`: which providers to ask to a hub.

use std::path::PathBuf;

use clap::Args;
use matching::Invitation;
use vocabulary::GridPoint;

use super::failure::Failure;
use super::flow::{self, Wanted};
use super::inputs::{InputArgs, grid_point};
use super::{outputs, said};

/// Choose which providers to invite to a hub
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres demo --people 20000 --out demo\n  \
                        meres invite --population demo/population.parquet --services demo/services.csv \
                        --venue 580000,545000 --radius 10000 --stands 12 --out hub")]
pub(super) struct InviteArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// Where the hub is to be, in metres of the British National Grid
    #[arg(long, value_name = "EASTING,NORTHING", value_parser = grid_point)]
    venue: GridPoint,
    /// Metres around the venue
    #[arg(long, value_name = "METRES", value_parser = clap::value_parser!(i32).range(1..=1_000_000))]
    radius: i32,
    /// Providers that the venue has room for
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1000))]
    stands: u16,
    /// Providers that come in any case, with commas between
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    force_in: Vec<String>,
    /// Providers that do not come, with commas between
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    force_out: Vec<String>,
    /// Folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn run(args: &InviteArgs) -> Result<(), Failure> {
    let definitions = args.inputs.definitions()?;
    if definitions.mapping.crosstab.is_some() {
        return Err(Failure::Usage("a crosstab knows no people to invite for; use meres match".to_owned()));
    }
    args.inputs.start_threads()?;
    let matched = flow::run(&args.inputs, &definitions, &args.out)?;
    let names =
        |list: &[String]| list.iter().map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let asked = Invitation {
        venue: args.venue,
        radius: args.radius,
        stands: args.stands.into(),
        force_in: names(&args.force_in),
        force_out: names(&args.force_out),
    };
    let findings = flow::findings(&definitions, &matched, Wanted::All(Some(asked)))?;
    for stale in ["matches.parquet", "matches.csv"] {
        outputs::remove_stale(&args.out, stale)?;
    }
    if let Some(shortlist) = &findings.shortlist {
        outputs::shortlist(&args.out, shortlist)?;
    }
    outputs::problems(&args.out, &matched.problems)?;
    outputs::summary(&args.out, &findings)?;
    outputs::report(&args.out, &findings, None)?;
    tell!("{}", said::answer(&findings));
    tell!("Results are in {}.", args.out.display());
    Ok(())
}
