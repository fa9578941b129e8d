//! `meres invite`: which providers to ask to a hub.

use std::path::{Path, PathBuf};

use clap::Args;
use matching::Invitation;
use planning::supply::read_costs;
use vocabulary::Topic;

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
    /// What it costs to have a provider there: provider (name or identifier) and pence (CSV or Parquet)
    #[arg(long, value_name = "FILE")]
    costs: Option<PathBuf>,
    /// The most that all of them may cost, in pounds; a provider whose cost is not known is then left out
    #[arg(long, value_name = "POUNDS", requires = "costs", value_parser = pounds)]
    budget: Option<u64>,
    /// At least so many providers who offer a topic, with commas between: `falls_prevention=2,money=1`
    #[arg(long, value_name = "TOPIC=N", value_delimiter = ',', value_parser = at_least)]
    at_least: Vec<(Topic, usize)>,
    /// Folder for the results
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// "2500", "£2,500" or "2500.50", in pence.
fn pounds(text: &str) -> Result<u64, String> {
    let expected = || "expected pounds, as in 2500 or 2500.50".to_owned();
    let number = text.trim().trim_start_matches('£').replace(',', "");
    let (whole, rest) = number.split_once('.').unwrap_or((&number, "00"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(rest) || rest.len() != 2 {
        return Err(expected());
    }
    let whole: u64 = whole.parse().map_err(|_| expected())?;
    let pence: u64 = rest.parse().map_err(|_| expected())?;
    whole.checked_mul(100).and_then(|all| all.checked_add(pence)).ok_or_else(expected)
}

/// `falls_prevention=2`: at least two who offer it.
fn at_least(text: &str) -> Result<(Topic, usize), String> {
    let expected = "expected TOPIC=N, as in falls_prevention=2";
    let (topic, least) = text.split_once('=').ok_or(expected)?;
    let Some(topic) = Topic::from_key(topic.trim()) else {
        let known: Vec<&str> = Topic::ALL.into_iter().map(Topic::key).collect();
        return Err(format!("no topic is called {}; there are {}", topic.trim(), known.join(", ")));
    };
    let least: u16 = least.trim().parse().ok().filter(|n| (1..=1000).contains(n)).ok_or(expected)?;
    Ok((topic, least.into()))
}

pub(super) fn run(args: &InviteArgs) -> Result<(), Failure> {
    if let Some(costs) = &args.costs {
        outputs::folder_apart(&args.out, [costs.as_path()])?;
    }
    let costs = args
        .costs
        .as_deref()
        .map_or(Ok(Vec::new()), |path: &Path| read_costs(path).map_err(Failure::reading))?;
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
        force_in: names(&args.force_in),
        force_out: names(&args.force_out),
        costs,
        budget: args.budget,
        at_least: args.at_least.clone(),
        ..Invitation::to(venue, args.radius, args.stands.into())
    };
    let findings = flow::findings(&definitions, &matched, Wanted::All(Some(asked)))?;
    for stale in ["matches.parquet", "matches.csv"] {
        outputs::remove_stale(&args.out, stale)?;
    }
    outputs::remove_stale_parts(&args.out)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_minimums_are_read() {
        assert_eq!(pounds("2500"), Ok(250_000));
        assert_eq!(pounds("£2,500.05"), Ok(250_005));
        for wrong in ["", "-1", "2.5", "1e3", "12.345", "£", "99999999999999999999"] {
            assert!(pounds(wrong).is_err(), "{wrong}");
        }
        assert_eq!(at_least("falls_prevention=2"), Ok((Topic::FallsPrevention, 2)));
        for wrong in ["falls_prevention", "money=0", "money=x", "knees=1"] {
            assert!(at_least(wrong).is_err(), "{wrong}");
        }
    }
}
