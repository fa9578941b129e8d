//! `meres invite`: which providers to ask to a hub.

use std::path::PathBuf;

use clap::Args;
use matching::Invitation;

use super::asked::{InputArgs, Venue, venue};
use super::failure::Failure;
use super::flow::{self, Wanted};
use super::inputs::start_threads;
use super::{outputs, said};

/// Choose which providers to invite to a hub
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres demo --people 20000 --out demo --no-serve\n  \
                        meres invite --population demo/population.parquet --services demo/services.csv \
                        --venue 580000,545000 --radius 10000 --stands 12 --out hub")]
pub(super) struct InviteArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// Where the hub is to be: metres of the British National Grid, or with --data a postcode
    #[arg(long, value_name = "POSTCODE|EASTING,NORTHING", value_parser = venue)]
    venue: Venue,
    /// Metres around the venue
    #[arg(long, value_name = "METRES", value_parser = clap::value_parser!(i32).range(1..=1_000_000))]
    radius: i32,
    /// Providers that the venue has room for
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1000))]
    stands: u16,
    /// Providers that come in any case: names, or identifiers of the services file, with commas between
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    force_in: Vec<String>,
    /// Providers that do not come, likewise
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    force_out: Vec<String>,
    /// Folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn run(args: &InviteArgs) -> Result<(), Failure> {
    let inputs = args.inputs.made_out(&args.out)?;
    let definitions = inputs.definitions()?;
    if definitions.mapping.crosstab.is_some() {
        return Err(Failure::Usage("a crosstab knows no people to invite for; use meres match".to_owned()));
    }
    start_threads(inputs.threads)?;
    let venue = args.venue.point(&inputs)?;
    let matched = flow::run(&inputs, &definitions, &args.out, &|_| Ok(()))?;
    let names =
        |list: &[String]| list.iter().map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    let asked = Invitation {
        venue,
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
    outputs::report(&args.out, &findings, inputs.backdrop().as_ref())?;
    tell!("{}", said::answer(&findings));
    tell!("Results are in {}.", args.out.display());
    Ok(())
}
