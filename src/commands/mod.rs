//! The command line: one file a subcommand, and what they share.

/// Prints a line of a command's answer. Whoever reads only the first lines (`| head`) ends the program quietly.
macro_rules! tell {
    ($($words:tt)*) => {
        $crate::commands::tell(format_args!($($words)*))
    };
}

mod added;
mod allocate;
mod area_view;
mod asked;
mod audit;
mod backup;
mod by_part;
mod changed;
#[cfg(feature = "cluster")]
mod cluster;
mod cohort;
mod county;
mod data_folder;
mod demo;
mod directory;
mod doctor;
mod explain;
mod export;
mod failure;
mod flow;
mod gate;
mod hidden_folder;
mod import;
mod inputs;
mod invented;
mod invite;
mod match_command;
mod metrics;
mod migrate;
mod outputs;
mod person;
mod population;
mod progress;
mod restore;
mod said;
mod serve;
mod settings;
mod site;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Who needs what, what is near, what is missing, whom to invite.
#[derive(Parser)]
#[command(name = "meres", version, max_term_width = 100, after_help = EXIT_STATUS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 done, 2 wrong usage, 3 input refused, 1 anything else.";

#[derive(Subcommand)]
enum Command {
    Match(match_command::MatchArgs),
    Cohort(cohort::CohortArgs),
    Person(person::PersonArgs),
    Invite(invite::InviteArgs),
    Allocate(allocate::AllocateArgs),
    Import(import::ImportArgs),
    Directory(directory::DirectoryArgs),
    Population(population::PopulationArgs),
    Export(export::ExportArgs),
    Serve(serve::ServeArgs),
    Worker(worker::WorkerArgs),
    Migrate(migrate::MigrateArgs),
    Audit(audit::AuditArgs),
    VerifyAudit(audit::VerifyArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Demo(demo::DemoArgs),
    Doctor(doctor::DoctorArgs),
    #[cfg(feature = "cluster")]
    Cluster(cluster::ClusterArgs),
}

/// What `meres match` reads before any part, asked by these words, which follow its name. They name nothing outside the
/// shared folder.
#[cfg(feature = "cluster")]
fn prepared(words: &[String], shared: &std::path::Path) -> Result<by_part::Prepared, failure::Failure> {
    let refused = |why: String| failure::Failure::Refused(why);
    let line = ["meres", "match"].into_iter().chain(words.iter().map(String::as_str));
    let Ok(Command::Match(args)) = Cli::try_parse_from(line).map(|cli| cli.command) else {
        return Err(refused("this is no run that this version of Meres knows".to_owned()));
    };
    for (name, file) in args.files() {
        let inside = file.canonicalize().is_ok_and(|file| file.starts_with(shared));
        if name == "data" || !inside {
            let why = format!("--{name}: the executor sees no such file or folder in what it shares");
            return Err(refused(why));
        }
    }
    args.elsewhere()
}

fn tell(line: std::fmt::Arguments<'_>) {
    use std::io::Write;
    if let Err(error) = writeln!(std::io::stdout().lock(), "{line}") {
        let wanted_no_more = error.kind() == std::io::ErrorKind::BrokenPipe;
        std::process::exit(i32::from(!wanted_no_more));
    }
}

/// Runs the command line and says how it ended.
pub(crate) fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Match(args) => match_command::run(&args),
        Command::Cohort(args) => cohort::run(&args),
        Command::Person(args) => person::run(&args),
        Command::Invite(args) => invite::run(&args),
        Command::Allocate(args) => allocate::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Directory(args) => directory::run(&args),
        Command::Population(args) => population::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Worker(args) => worker::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::VerifyAudit(args) => audit::verify(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        #[cfg(feature = "cluster")]
        Command::Cluster(args) => cluster::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("meres: {failure}");
            failure.status()
        }
    }
}
