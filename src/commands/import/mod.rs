//! `meres import`: what comes in, kept in the data folder so that nothing is lost.

mod directory;
mod place;
mod population;
mod resources;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use offers::directory::Turnover;

use super::data_folder::DataArgs;
use super::failure::Failure;
use super::progress::counted;

/// Bring places, practices, a directory, a population or resources into the data folder
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Postcodes, small areas with deprivation and outlines, practices
    #[command(after_help = place::EXAMPLE)]
    Place(SourceArgs),
    /// GP practices (the ODS file); the same as "place"
    #[command(after_help = place::EXAMPLE)]
    Practices(SourceArgs),
    /// Organisations and services: an Open Referral UK feed, HSDS tables, or CSV and XLSX with a mapping
    #[command(after_help = directory::EXAMPLE)]
    Directory(directory::DirectoryArgs),
    /// A population extract, or a crosstab of counts
    #[command(after_help = population::EXAMPLE)]
    Population(population::PopulationArgs),
    /// The library of resources: leaflets, videos, pages, with their versions, stock and good practice
    #[command(after_help = resources::EXAMPLE)]
    Resources(resources::ResourcesArgs),
}

/// What every import has.
#[derive(Args, Debug)]
struct SourceArgs {
    /// Files and folders, in any order: what each one is, is told by what it holds
    #[arg(required = true, value_name = "FILE|DIR")]
    sources: Vec<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the list of problems goes; "problems" in the data folder unless given
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
}

/// Refuses what is neither a file nor a folder: a pipe cannot be read twice, and some devices never end.
fn only_files<'p>(sources: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), Failure> {
    let odd =
        |path: &&PathBuf| std::fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    sources.into_iter().find(odd).map_or(Ok(()), |path| {
        Err(Failure::Refused(format!(
            "{}: this is neither a file nor a folder; save what comes there to a file first",
            path.display()
        )))
    })
}

/// Refuses a list of problems that would be written over what is read.
fn problems_apart<'p>(
    asked: Option<&PathBuf>,
    read: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), Failure> {
    asked.map_or(Ok(()), |list| super::outputs::file_apart(list, read.into_iter().map(PathBuf::as_path)))
}

/// A name by which a source is known: one line, without blanks around it.
fn source_name(text: &str) -> Result<String, String> {
    const MOST: usize = 200;
    let name = text.trim();
    if name.is_empty() || name.chars().count() > MOST || name.chars().any(char::is_control) {
        return Err(format!("expected one line of 1 to {MOST} signs"));
    }
    Ok(name.to_owned())
}

/// Where the list of problems goes. A dry run changes nothing in the data folder, so it lists them only on demand.
fn problems_file(
    asked: Option<&PathBuf>,
    dry_run: bool,
    folder: &Path,
    name: &str,
) -> Result<Option<PathBuf>, Failure> {
    match asked {
        Some(path) => Ok(Some(path.clone())),
        None if dry_run || !folder.is_dir() => Ok(None),
        None => {
            let folder = folder.join("problems");
            super::data_folder::make(&folder)?;
            Ok(Some(folder.join(format!("{name}.csv"))))
        }
    }
}

/// Refuses what looks like another publisher's list under the same name.
fn same_list(source: &str, turnover: &Turnover, accepted: bool) -> Result<(), Failure> {
    let Turnover { what, known, replaced } = turnover;
    if accepted || !turnover.is_another_list() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "nothing was changed: \"{source}\" has {}, and {replaced} of them would be gone or be called something else. \
         If this is another list, give it a name of its own: --source NAME. If the source did change so much, add \
         --accept-gone",
        counted(*known as u64, what)
    )))
}

/// The end of an import: the list of what was wrong, where it is, and whether anything was changed.
fn ended(
    file: Option<&Path>,
    problems: usize,
    dry_run: bool,
    write: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let counted = counted(problems as u64, "problem");
    match file {
        Some(file) => {
            if let Err(failure) = write(file) {
                let kept = if dry_run { "" } else { "what was imported is kept; " };
                return Err(Failure::Other(format!(
                    "{kept}only the list of problems could not be written: {failure}"
                )));
            }
            if problems > 0 {
                tell!("{counted} in {}.", file.display());
            }
        }
        None if problems > 0 => tell!("{counted}; --problems FILE lists them."),
        None => {}
    }
    if dry_run {
        tell!("Nothing was changed.");
    }
    Ok(())
}

pub(super) fn run(args: &ImportArgs) -> Result<(), Failure> {
    match &args.what {
        What::Place(args) | What::Practices(args) => place::run(args),
        What::Directory(args) => directory::run(args),
        What::Population(args) => population::run(args),
        What::Resources(args) => resources::run(args),
    }
}
