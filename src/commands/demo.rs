//! `meres demo`: an invented county, and the main job on it from end to end.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use ground::database::Database;
use planning::made_up_county::{self, Spec};
use planning::match_run::{RowFormat, write_rows};

use super::failure::Failure;
use super::flow::{self, Wanted};
use super::inputs::InputFiles;
use super::invented::Invented;
use super::progress::{Step, counted};
use super::settings::Settings;
use super::{data_folder, outputs, said, serve};

/// Invent a county and run the main job on it
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres demo --people 20000 --out demo --no-serve")]
pub(super) struct DemoArgs {
    /// People to invent
    #[arg(long, value_name = "N", default_value_t = Spec::default().people, value_parser = clap::value_parser!(u32).range(1..=20_000_000))]
    people: u32,
    /// Services to invent
    #[arg(long, value_name = "N", default_value_t = Spec::default().services, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    services: u32,
    /// Services to invent for the directory that the site shows
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(0..=20_000))]
    listed: u32,
    /// The same seed gives the same county
    #[arg(long, value_name = "S", default_value_t = Spec::default().seed)]
    seed: u64,
    /// Folder for the county and the results
    #[arg(long, value_name = "DIR", default_value = "meres-demo")]
    out: PathBuf,
    /// The demonstration's own data folder [default: data in the folder for the results]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// A PostgreSQL for the demonstration, in which nothing was ever done, instead of the database in its data folder
    // Not from the environment: what is named there is the real one.
    #[arg(long, value_name = "postgres://USER@HOST/DATABASE")]
    database_url: Option<String>,
    /// The same database as the role that owns its tables: they are made, and the role of --database-url may use them
    #[arg(long, value_name = "postgres://OWNER@HOST/DATABASE", requires = "database_url")]
    owner_database_url: Option<String>,
    /// With --owner-database-url: the role that Meres connects as; it must be there, and may own nothing
    #[arg(long, value_name = "NAME", default_value = data_folder::APPLICATION_ROLE, requires = "owner_database_url")]
    role: String,
    /// Where to serve the site
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Fill the data folder and end, without serving the site
    #[arg(long)]
    no_serve: bool,
}

pub(super) fn run(args: &DemoArgs) -> Result<(), Failure> {
    let started = Instant::now();
    outputs::folder(&args.out)?;
    let data = args.data.clone().unwrap_or_else(|| args.out.join("data"));
    data_folder::is_for_demonstration(&data)?;
    let listen = if args.no_serve { SocketAddr::from(([127, 0, 0, 1], 0)) } else { args.listen };
    let settings = Settings::of_demonstration(&data, args.database_url.clone(), listen);
    // What is wrong with the database is said before the county is invented.
    if let Some(owner) = &args.owner_database_url {
        data_folder::run(async { Ok(Database::migrate(owner, &args.role).await?) })?;
    }
    if args.database_url.is_some() {
        data_folder::run(async { Ok(settings.data().open_or_make().await?.database.close().await?) })?;
    }
    let spec = Spec { people: args.people, services: args.services, seed: args.seed };
    let step = Step::begin("Inventing a county", 100);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 100")]
    let county = made_up_county::write(&spec, &args.out, &mut |_, share| step.at((share * 100.0) as u64))?;
    step.done(&format!(
        "{}, {}",
        counted(args.people.into(), "person").replace("persons", "people"),
        counted(args.services.into(), "service")
    ));

    let inputs = InputFiles {
        population_name: planning::extract::Mapping::name_of(&county.population),
        population: county.population.clone(),
        services: county.services.clone(),
        events: None,
        mapping: None,
        service_mapping: None,
        cohort: None,
        rules: None,
        threads: None,
        max_problems: 1.0,
        kept: None,
        digest: None,
        services_are_ours: false,
        county: None,
        fairness: true,
        gate: disclosure::Release::default(),
    };
    let definitions = inputs.definitions()?;
    let matched = flow::run(&inputs, &definitions, &args.out, &|_| Ok(()))?;
    let step = Step::begin("Writing matches", 0);
    write_rows(&matched.run, &matched.read.population, RowFormat::Parquet, &args.out)?;
    outputs::problems(&args.out, &matched.problems)?;
    step.done("one row a person and offer");
    let findings = flow::findings(&definitions, &matched, Wanted::All(None))?;
    let step = Step::begin("Writing the report", 0);
    outputs::summary(&args.out, &findings)?;
    outputs::report(&args.out, &findings, Some(&county.backdrop))?;
    step.done("report.html and summary.json");

    tell!("\n{}", said::answer(&findings));
    tell!("Everything here is invented: the county, its people and its services.");
    tell!(
        "It took {:.1} s. Open {} in a browser.",
        started.elapsed().as_secs_f64(),
        args.out.join("report.html").display()
    );
    let events = args.out.join("events.csv");
    made_up_county::write_events(&county, args.seed, definitions.rules.index_date(), &events)?;
    let invented = Invented::of(county, events, (args.listed as usize, args.seed), data_folder::today());
    serve::demonstration(settings, args.no_serve, invented)
}
