//! `meres match`: an extract and a list of support go in; matches, gaps and a report come out.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use matching::Invitation;
use planning::match_run::{RowFormat, write_rows};
use planning::supply::Services;
use planning::worklist::{CALLS, write_calls};

use super::added::AddedArgs;
use super::asked::{InputArgs, Venue, venue};
use super::by_part::{self, AskedByPart};
use super::failure::Failure;
use super::flow::{self, Wanted};
use super::inputs::{InputFiles, start_threads};
use super::progress::Step;
use super::{area_view, explain, outputs, said};

/// Match a population with local support, and show the gaps
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres demo --people 20000 --out demo --no-serve\n  \
                        meres match --population demo/population.parquet --services demo/services.csv --out result")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct MatchArgs {
    #[command(flatten)]
    pub(super) inputs: InputArgs,
    /// Where a hub is to be; the place with most of the cohort within 10 km unless given
    #[arg(long, value_name = "POSTCODE|EASTING,NORTHING", value_parser = venue, requires_all = ["radius", "stands"])]
    venue: Option<Venue>,
    /// Metres around the venue
    #[arg(long, value_name = "METRES", value_parser = clap::value_parser!(i32).range(1..=1_000_000), requires = "venue")]
    radius: Option<i32>,
    /// Providers that the venue has room for
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1000), requires = "venue")]
    stands: Option<u16>,
    /// Folder for the results
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Format of the matches
    #[arg(long, value_enum, default_value = "parquet")]
    format: Format,
    /// Write matches, summary and problems, and no report
    #[arg(long)]
    rows_only: bool,
    /// Write the summary, and nothing about single people: for a trial
    #[arg(long, conflicts_with_all = ["rows_only", "calls", "explain"])]
    counts_only: bool,
    /// Leave out what a provider of this name offers; may be given several times
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
    #[command(flatten)]
    added: AddedArgs,
    /// Also write calls.parquet: whom each practice would call, in order, with reasons; for worklists
    #[arg(long)]
    calls: bool,
    /// Match the parts of a folder one after the other, with memory for the largest: rows go to matches/, a file a part. A run
    /// that was broken off goes on where it was
    #[arg(long, conflicts_with_all = ["calls", "events", "explain"])]
    by_part: bool,
    /// Show how each column is understood, and read and write nothing else
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Parquet,
    Csv,
}

impl From<Format> for RowFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Parquet => Self::Parquet,
            Format::Csv => Self::Csv,
        }
    }
}

impl MatchArgs {
    fn invitation(&self, inputs: &InputFiles) -> Result<Option<Invitation>, Failure> {
        let (Some(venue), Some(radius), Some(stands)) = (&self.venue, self.radius, self.stands) else {
            return Ok(None);
        };
        let (venue, stands) = (venue.point(inputs)?, stands.into());
        Ok(Some(Invitation::to(venue, radius, stands)))
    }
}

pub(super) fn run(args: &MatchArgs) -> Result<(), Failure> {
    let mut inputs =
        if args.explain { args.inputs.to_explain()? } else { args.inputs.made_out(&args.out)? };
    inputs.fairness = !args.rows_only;
    let definitions = inputs.definitions()?;
    if args.explain {
        return explain::run(&inputs, &definitions);
    }
    args.added.fits(&definitions.rules)?;
    start_threads(inputs.threads)?;
    let invitation = args.invitation(&inputs)?;
    if let Some(crosstab) = &definitions.mapping.crosstab {
        if args.venue.is_some() || args.rows_only || args.calls || args.by_part {
            let why = "a crosstab holds no people: --venue, --rows-only and --calls cannot be used with it, nor --by-part";
            return Err(Failure::Usage(why.to_owned()));
        }
        return area_view::run(&inputs, &definitions, crosstab, &args.out);
    }
    let changed = |services: &mut Services| {
        flow::leave_out(services, &args.without)?;
        args.added.to(services, &inputs)
    };
    if args.by_part {
        let asked = AskedByPart {
            out: &args.out,
            rows: (!args.counts_only).then(|| args.format.into()),
            counts: args.counts_only || args.rows_only,
            invitation,
            changed: &changed,
            changed_words: format!("{:?} {:?}", args.without, args.added),
        };
        return by_part::run(&inputs, &definitions, &asked);
    }
    let matched = flow::run(&inputs, &definitions, &args.out, &changed)?;
    if args.counts_only {
        return outputs::summary(&args.out, &flow::findings(&definitions, &matched, Wanted::Counts)?);
    }
    let step = Step::begin("Writing matches", 0);
    write_rows(&matched.run, &matched.read.population, args.format.into(), &args.out)?;
    step.done("one row a person and offer");
    let other = match args.format {
        Format::Parquet => "matches.csv",
        Format::Csv => "matches.parquet",
    };
    outputs::remove_stale(&args.out, other)?;
    outputs::remove_stale_parts(&args.out)?;
    if args.calls {
        write_calls(&matched.run, &matched.read.population, &args.out)?;
    } else {
        outputs::remove_stale(&args.out, CALLS)?;
    }
    outputs::problems(&args.out, &matched.problems)?;
    outputs::remove_stale(&args.out, "shortlist.csv")?;
    let wanted = if args.rows_only { Wanted::Counts } else { Wanted::All(invitation) };
    let findings = flow::findings(&definitions, &matched, wanted)?;
    outputs::summary(&args.out, &findings)?;
    if args.rows_only {
        outputs::remove_stale(&args.out, "report.html")?;
    } else {
        outputs::report(&args.out, &findings, inputs.backdrop().as_ref())?;
    }
    tell!("{}", said::answer(&findings));
    tell!("Results are in {}.", args.out.display());
    Ok(())
}
