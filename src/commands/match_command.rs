//! `meres match`: an extract and a list of support go in; matches, gaps and a report come out.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use matching::Invitation;
use planning::match_run::{RowFormat, write_rows};
use planning::supply::Services;
use planning::worklist::{CALLS, write_calls};

use super::added::AddedArgs;
use super::asked::{InputArgs, Venue, venue};
#[cfg(feature = "cluster")]
use super::by_part::Prepared;
use super::by_part::{self, AskedByPart};
use super::changed::ChangedArgs;
#[cfg(feature = "cluster")]
use super::cluster;
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
    #[command(flatten)]
    changed: ChangedArgs,
    /// Also write calls.parquet: whom each practice would call, in order, with reasons; for worklists
    #[arg(long)]
    calls: bool,
    /// Match the parts of a folder one after the other, with memory for the largest: rows go to matches/, a file a part. A run
    /// that was broken off goes on where it was
    #[arg(long, conflicts_with_all = ["calls", "events", "explain"])]
    by_part: bool,
    /// The same with the parts done by the executors of this scheduler, which see the files under the same names
    #[cfg(feature = "cluster")]
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["calls", "events", "explain", "data"])]
    cluster: Option<String>,
    /// Give up when no executor has been there for so long
    #[cfg(feature = "cluster")]
    #[arg(long, value_name = "SECONDS", default_value = "60", requires = "cluster")]
    cluster_patience: u16,
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

    fn asked_by_part(&self, invitation: Option<Invitation>) -> AskedByPart {
        AskedByPart {
            out: self.out.clone(),
            rows: (!self.counts_only).then(|| self.format.into()),
            counts: self.counts_only || self.rows_only,
            invitation,
            changed: format!("{:?} {:?} {:?}", self.without, self.added, self.changed),
        }
    }

    /// This run as whoever does parts of it elsewhere prepares it.
    #[cfg(feature = "cluster")]
    pub(super) fn elsewhere(&self) -> Result<Prepared, Failure> {
        let inputs = self.input_files()?;
        let definitions = inputs.definitions()?;
        let change = |services: &mut Services, inputs: &InputFiles| self.change(services, inputs);
        Prepared::of(inputs, definitions, self.asked_by_part(None), &change, &mut Vec::new())
    }

    /// The files and folders that it names, each behind its option.
    #[cfg(feature = "cluster")]
    pub(super) fn files(&self) -> impl Iterator<Item = (&'static str, &PathBuf)> {
        let inputs = &self.inputs;
        let files = [
            ("out", Some(&self.out)),
            ("population", Some(&inputs.population)),
            ("services", inputs.services.as_ref()),
            ("mapping", inputs.mapping.as_ref()),
            ("service-mapping", inputs.service_mapping.as_ref()),
            ("cohort", inputs.cohort.as_ref()),
            ("rules", inputs.rules.as_ref()),
            ("data", inputs.data.as_ref()),
        ];
        files.into_iter().filter_map(|(name, file)| Some((name, file?)))
    }

    /// Whether it is to be done part by part, by whomever.
    fn is_by_part(&self) -> bool {
        #[cfg(feature = "cluster")]
        if self.cluster.is_some() {
            return true;
        }
        self.by_part
    }

    fn input_files(&self) -> Result<InputFiles, Failure> {
        let mut inputs = self.inputs.made_out(&self.out)?;
        inputs.fairness = !self.rows_only;
        Ok(inputs)
    }

    fn change(&self, services: &mut Services, inputs: &InputFiles) -> Result<(), Failure> {
        flow::leave_out(services, &self.without)?;
        self.changed.to(services)?;
        self.added.to(services, inputs)
    }
}

/// How an executor asks the same, every path whole. What is missing here makes another question, which is refused.
#[cfg(feature = "cluster")]
fn words(args: &MatchArgs) -> Result<Vec<String>, Failure> {
    use clap::ValueEnum as _;
    let mut words = Vec::new();
    for (name, file) in args.files() {
        let whole = std::path::absolute(file).ok();
        let whole = whole.as_deref().and_then(std::path::Path::to_str).ok_or_else(|| {
            Failure::Usage(format!("--{name}: a cluster needs a name in Unicode: {}", file.display()))
        })?;
        words.push(format!("--{name}={whole}"));
    }
    words.push(format!("--max-problems={}", args.inputs.max_problems));
    words.extend(args.inputs.gate.word());
    let format = args.format.to_possible_value().map(|value| value.get_name().to_owned());
    words.extend(format.map(|format| format!("--format={format}")));
    let flags = [("--rows-only", args.rows_only), ("--counts-only", args.counts_only), ("--by-part", true)];
    words.extend(flags.into_iter().filter(|(_, asked)| *asked).map(|(flag, _)| flag.to_owned()));
    words.extend(args.without.iter().map(|name| format!("--without={name}")));
    words.extend(args.added.words());
    words.extend(args.changed.words());
    Ok(words)
}

pub(super) fn run(args: &MatchArgs) -> Result<(), Failure> {
    let inputs = if args.explain { args.inputs.to_explain()? } else { args.input_files()? };
    let definitions = inputs.definitions()?;
    if args.explain {
        return explain::run(&inputs, &definitions);
    }
    args.added.fits(&definitions.rules)?;
    args.changed.fits(&definitions.rules)?;
    start_threads(inputs.threads)?;
    let invitation = args.invitation(&inputs)?;
    if let Some(crosstab) = &definitions.mapping.crosstab {
        if args.venue.is_some() || args.rows_only || args.calls || args.is_by_part() {
            let why = "a crosstab holds no people: --venue, --rows-only and --calls cannot be used with it, nor --by-part";
            return Err(Failure::Usage(why.to_owned()));
        }
        return area_view::run(&inputs, &definitions, crosstab, &args.out);
    }
    let change = |services: &mut Services, inputs: &InputFiles| args.change(services, inputs);
    if args.is_by_part() {
        let run = (inputs, definitions, args.asked_by_part(invitation));
        #[cfg(feature = "cluster")]
        if let Some(scheduler) = &args.cluster {
            let others = cluster::Parts::of(scheduler, words(args)?, args.cluster_patience)?;
            return by_part::run(run, &change, Some(&others));
        }
        return by_part::run(run, &change, None);
    }
    let changed = |services: &mut Services| change(services, &inputs);
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
