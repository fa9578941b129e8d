//! What `match` and `invite` are asked to read, and making it out: which file, which population of the data folder,
//! which services.

use std::path::{Path, PathBuf};

use clap::Args;
use planning::population::kept::Kind;
use planning::population::{Entry, Located, store};
use planning::supply::{ServicesFormat, write_services};
use vocabulary::GridPoint;

use super::county::{County, EXPECTED_VENUE};
use super::data_folder::{self, DataFolder, DatabaseArgs};
use super::export::{left_out_beside, offers_of, said};
use super::failure::Failure;
use super::gate::GateArgs;
use super::inputs::{InputFiles, file_name};
use super::outputs;
use super::progress::Step;

/// The files.
#[derive(Args, Clone, Debug)]
pub(super) struct InputArgs {
    /// The data folder: its populations can be named, its directory gives the services, and its places the map
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Population extract: a CSV or Parquet file, or a folder of parts; with --data also a digest or a name
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) population: PathBuf,
    /// Services file: one row a service at a site (CSV or Parquet); with --data the directory unless given
    #[arg(long, value_name = "FILE")]
    pub(super) services: Option<PathBuf>,
    /// The services file was written from the directory of --data: its areas are that county's districts
    #[arg(long, requires_all = ["services", "data"])]
    services_are_its_own: bool,
    /// Coded events of the same people: pid, system, code, date
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,
    /// How the extract names its columns (TOML)
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// How the services file names its columns (TOML)
    #[arg(long, value_name = "FILE")]
    pub(super) service_mapping: Option<PathBuf>,
    /// Who is meant (TOML); adults with joint or back pain unless given
    #[arg(long, value_name = "FILE")]
    pub(super) cohort: Option<PathBuf>,
    /// Which offer suits whom (TOML); rules version 1 unless given
    #[arg(long, value_name = "FILE")]
    pub(super) rules: Option<PathBuf>,
    /// Threads to use; all processors unless given. The answer is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Rows of a file that may be left out before it is refused
    #[arg(long, value_name = "PERCENT", default_value = "1", value_parser = percent)]
    pub(super) max_problems: f64,
    #[command(flatten)]
    pub(super) gate: GateArgs,
}

pub(super) fn percent(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|p: &f64| (0.0..=100.0).contains(p))
        .ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

/// Where a hub is to be.
#[derive(Clone, Debug)]
pub(super) enum Venue {
    Point(GridPoint),
    Postcode(String),
}

/// "500000,350000" (metres east and north), or a postcode.
pub(super) fn venue(text: &str) -> Result<Venue, String> {
    let Some((easting, northing)) = text.split_once(',') else {
        let letters = text.chars().any(|c| c.is_ascii_alphabetic());
        return if letters { Ok(Venue::Postcode(text.to_owned())) } else { Err(EXPECTED_VENUE.to_owned()) };
    };
    let metres = |text: &str| text.trim().parse::<i32>().map_err(|_| EXPECTED_VENUE.to_owned());
    let point = GridPoint { easting: metres(easting)?, northing: metres(northing)? };
    if point.in_great_britain() {
        Ok(Venue::Point(point))
    } else {
        Err("the point is outside Great Britain".to_owned())
    }
}

impl Venue {
    /// The point, by the data folder's postcodes where it is one.
    pub(super) fn point(&self, inputs: &InputFiles) -> Result<GridPoint, Failure> {
        let text = match self {
            Self::Point(point) => return Ok(*point),
            Self::Postcode(text) => text,
        };
        let Some(county) = &inputs.county else {
            return Err(Failure::Usage(
                "--venue: a postcode needs --data, and postcodes in it (\"meres import place\")".to_owned(),
            ));
        };
        let (point, approximate) = county.venue(text)?;
        if approximate {
            eprintln!("{text} is the first half of a postcode: its middle stands for the venue.");
        }
        Ok(point)
    }
}

impl InputArgs {
    /// A population of a data folder beside services that a run left: whoever only looks people up.
    pub(super) fn of_kept(
        (data, database): (PathBuf, DatabaseArgs),
        population: PathBuf,
        services: PathBuf,
    ) -> Self {
        Self {
            data: Some(data),
            database,
            population,
            services: Some(services),
            services_are_its_own: false,
            events: None,
            mapping: None,
            service_mapping: None,
            cohort: None,
            rules: None,
            threads: None,
            max_problems: 1.0,
            gate: GateArgs::default(),
        }
    }

    /// Makes every name out. With a data folder and without services, its directory is written to `out`.
    pub(super) fn made_out(&self, out: &Path) -> Result<InputFiles, Failure> {
        let others =
            [&self.services, &self.events, &self.mapping, &self.service_mapping, &self.cohort, &self.rules];
        let read = others.into_iter().flatten().chain([&self.population]);
        outputs::folder_apart(out, read.map(PathBuf::as_path))?;
        self.with_services()?.named(out)
    }

    fn with_services(&self) -> Result<&Self, Failure> {
        if self.services.is_some() || self.data.is_some() {
            return Ok(self);
        }
        let why = "--services FILE is needed, or --data with a directory that gives them";
        Err(Failure::Usage(why.to_owned()))
    }

    fn named(&self, out: &Path) -> Result<InputFiles, Failure> {
        let Some(folder) = &self.data else {
            let name = file_name(&self.population);
            // Without a data folder the services are a file: the command line asks for one of them.
            let services = self.services.clone().unwrap_or_default();
            return Ok(self.files(self.population.clone(), name, services, None));
        };
        data_folder::run(async {
            let data = self.database.open(folder).await?;
            let mut session = data.database.read().await?;
            let named = self.population.to_string_lossy();
            let kept = match store::locate(&mut session, &named).await? {
                Located::Path(_) => {
                    if let Ok(Some(entry)) = store::find(&mut session, &named).await {
                        let digest = entry.short_digest();
                        eprintln!(
                            "{named} is a file or folder, and is read; the kept population is {digest}."
                        );
                    }
                    None
                }
                Located::Kept(entry) => Some(entry),
            };
            let county = County::of(offers::place::store::known(&mut session).await?);
            drop(session);
            let services = match &self.services {
                Some(services) => services.clone(),
                None => freeze(&data, out).await?,
            };
            data.database.close().await?;
            let Some(entry) = kept else {
                let name = file_name(&self.population);
                return Ok(self.files(self.population.clone(), name, services, county));
            };
            self.kept(&entry, folder, services, county)
        })
    }

    /// For `--explain`, which writes nothing: without a services file the services are left out.
    pub(super) fn to_explain(&self) -> Result<InputFiles, Failure> {
        if self.with_services()?.services.is_some() {
            return self.named(Path::new("."));
        }
        let without = Self { services: Some(PathBuf::new()), ..self.clone() };
        without.named(Path::new("."))
    }

    /// For `meres cohort`, which needs no services.
    pub(super) fn to_choose(&self, out: &Path) -> Result<InputFiles, Failure> {
        let read = [&self.events, &self.mapping, &self.cohort, &self.rules];
        let read = read.into_iter().flatten().chain([&self.population]);
        outputs::folder_apart(out, read.map(PathBuf::as_path))?;
        let without = Self { services: Some(PathBuf::new()), ..self.clone() };
        Ok(InputFiles { services_are_ours: self.services.is_none(), ..without.named(out)? })
    }

    fn kept(
        &self,
        entry: &Entry,
        data: &Path,
        services: PathBuf,
        county: Option<County>,
    ) -> Result<InputFiles, Failure> {
        if self.mapping.is_some() {
            let why = format!("\"{}\" was mapped when it was imported; leave --mapping out", entry.name);
            return Err(Failure::Usage(why));
        }
        let folder = entry.folder(data);
        let mut files = self.files(folder.clone(), entry.name.clone(), services, county);
        files.digest = Some(entry.digest.clone());
        if entry.kind == Kind::Crosstab {
            files.population = folder.join("crosstab.csv");
            files.mapping = Some(folder.join("mapping.toml"));
        } else {
            files.kept = Some(folder);
        }
        Ok(files)
    }

    fn files(
        &self,
        population: PathBuf,
        population_name: String,
        services: PathBuf,
        county: Option<County>,
    ) -> InputFiles {
        InputFiles {
            population,
            population_name,
            services,
            events: self.events.clone(),
            mapping: self.mapping.clone(),
            service_mapping: self.service_mapping.clone(),
            cohort: self.cohort.clone(),
            rules: self.rules.clone(),
            threads: self.threads,
            max_problems: self.max_problems,
            kept: None,
            digest: None,
            services_are_ours: self.services.is_none() || self.services_are_its_own,
            county,
            fairness: true,
            gate: self.gate.release(),
        }
    }
}

/// The directory as it is now, in a file beside the results: its digest pins the run.
async fn freeze(data: &DataFolder, out: &Path) -> Result<PathBuf, Failure> {
    let step = Step::begin("Freezing services", 0);
    let exported = offers_of(data).await?;
    if exported.offers.is_empty() {
        let said = said(&exported).join("\n");
        let why = format!("the directory gives no offer that could be matched:\n{said}");
        return Err(Failure::Refused(why));
    }
    outputs::folder(out)?;
    let place = out.join("services.parquet");
    write_services(&exported.offers, ServicesFormat::Parquet, &place)?;
    let lines = said(&exported);
    step.done(lines.first().map_or("", String::as_str));
    let list = left_out_beside(&place, &exported.left_out)?;
    if !exported.left_out.is_empty() {
        eprintln!("What was left out is listed in {}.", list.display());
    }
    Ok(place)
}
