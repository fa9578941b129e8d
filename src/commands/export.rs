//! `meres export services`: the directory as a frozen services file. `meres export directory`: the directory itself, as
//! a feed for others.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use disclosure::with_commas;
use ground::database::Session;
use ground::files::{Field, FileError, SafeFile, digest, shown, write_table};
use offers::directory::{self, Areas, Directory, Exported, LeftOut, Site, Why, open_referral, where_is};
use offers::place;
use planning::supply::{ServicesFormat, write_services};

use super::data_folder::{self, DataArgs, DataFolder, SETTINGS, settings};
use super::failure::Failure;
use super::progress::counted;

/// Write what the data folder holds to a file
#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The services that matching reads, one row a service at a site
    #[command(after_help = "Example:\n  meres export services --data data --out services.parquet")]
    Services(ServicesArgs),
    /// The whole directory as one Open Referral UK 3.0 feed
    #[command(after_help = "Example:\n  meres export directory --data data --out directory.json")]
    Directory(DirectoryArgs),
}

#[derive(Args, Debug)]
struct ServicesArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The file to write: .parquet or .csv
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args, Debug)]
struct DirectoryArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The file to write: .json
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(args: &ExportArgs) -> Result<(), Failure> {
    match &args.what {
        What::Services(args) => services(args),
        What::Directory(args) => whole(args),
    }
}

fn whole(args: &DirectoryArgs) -> Result<(), Failure> {
    if args.out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("json")) {
        return Err(Failure::Usage("--out: expected a name that ends in .json".to_owned()));
    }
    data_folder::run(async {
        let data = args.data.open().await?;
        let directory = directory_of(&mut data.database.read().await?).await?;
        data.database.close().await?;
        let mut file = SafeFile::create(&args.out)?;
        let written = open_referral::write(&directory, &mut file).map_err(FileError::system(&args.out))?;
        file.keep()?;
        tell!("{} as Open Referral UK 3.0.", counted(written.services as u64, "service"));
        for (count, one, what) in [
            (written.left_out, "service", "left out: merged into another, or gone from its source"),
            (written.other_organisations, "organisation", "that no service names"),
            (written.other_sites, "site", "that no service names"),
        ] {
            if count > 0 {
                tell!("  {} {what}", counted(count as u64, one));
            }
        }
        let digest = digest(std::slice::from_ref(&args.out)).map_err(Failure::reading)?;
        tell!("Written to {} (digest {digest}).", args.out.display());
        Ok(())
    })
}

/// The directory of a data folder; one without services is a mistake of the folder's name.
async fn directory_of(session: &mut Session) -> Result<Directory, Failure> {
    let directory = directory::store::directory(session).await?;
    if directory.services.is_empty() {
        let why = "the data folder has no services; \"meres import directory\" brings some";
        return Err(Failure::Refused(why.to_owned()));
    }
    Ok(directory)
}

fn services(args: &ServicesArgs) -> Result<(), Failure> {
    let Some(format) = ServicesFormat::of(&args.out) else {
        return Err(Failure::Usage("--out: expected a name that ends in .parquet or .csv".to_owned()));
    };
    data_folder::run(async {
        let data = args.data.open().await?;
        let exported = offers_of(&data).await?;
        data.database.close().await?;
        write_services(&exported.offers, format, &args.out)?;
        let list = left_out_beside(&args.out, &exported.left_out)?;
        said(&exported).iter().for_each(|line| tell!("{line}"));
        if !exported.left_out.is_empty() {
            tell!("What was left out is listed in {}.", list.display());
        }
        let digest = digest(std::slice::from_ref(&args.out)).map_err(Failure::reading)?;
        tell!("Written to {} (digest {digest}).", args.out.display());
        Ok(())
    })
}

/// The offers of a data folder's directory.
pub(super) async fn offers_of(data: &DataFolder) -> Result<Exported, Failure> {
    let mut session = data.database.read().await?;
    // What was said on a page counts before the file, here as in the catalogue.
    let settings = settings(&data.path)?.with_terms(directory::store::terms(&mut session).await?);
    let directory = directory_of(&mut session).await?;
    let known = place::store::known(&mut session).await?;
    let districts = known.districts();
    let areas = Areas::new(districts.iter().map(|district| vec![&*district.code, &*district.name]));
    let places = known.lookup();
    let place_of = |site: &Site| where_is(site, &places);
    let checks = directory::assurance::store::latest(&mut session).await?;
    Ok(directory::export(&directory, &settings, &areas, &place_of, &checks, data_folder::today()))
}

/// The services that gave no row, in a file beside the others: `services.parquet` has `services-problems.csv`. Written
/// also when there are none, so that an old list is never taken for a new one.
pub(super) fn left_out_beside(out: &Path, left_out: &[LeftOut]) -> Result<PathBuf, Failure> {
    let mut name = out.file_stem().unwrap_or_default().to_owned();
    name.push("-problems.csv");
    let place = out.with_file_name(name);
    let rows = left_out
        .iter()
        .map(|one| [&*one.source, &one.key, &one.name, one.why.words(), one.why.expected()].map(Field::Text));
    write_table(&place, &["source", "id", "name", "reason", "expected"], rows)?;
    Ok(place)
}

/// What came of it, a line each.
pub(super) fn said(exported: &Exported) -> Vec<String> {
    let rows = counted(exported.offers.len() as u64, "row");
    let mut lines = vec![format!("{rows} from {}.", counted(exported.services as u64, "service"))];
    for why in Why::ALL {
        let count = exported.left_out.iter().filter(|one| one.why == why).count();
        if count > 0 {
            lines.push(format!("  {} left out: {}", counted(count as u64, "service"), why.words()));
        }
    }
    for (count, what) in [
        (exported.areas_not_coded, "with areas that nobody has coded: reached by a radius"),
        (exported.ask_first, "for people described in words only: \"ask first\", and nobody is excluded"),
    ] {
        if count > 0 {
            lines.push(format!("  {} {what}", counted(count as u64, "service")));
        }
    }
    if exported.approximate > 0 {
        let rows = counted(exported.approximate as u64, "row");
        lines.push(format!("  {rows} at the middle of an outcode, since no more is known"));
    }
    if exported.steps_not_known > 0 {
        let rows = counted(exported.steps_not_known as u64, "row");
        lines.push(format!(
            "  {rows} of which nobody says whether there are steps: not for wheelchairs, and others are told to ask"
        ));
    }
    if !exported.unmapped.is_empty() {
        let all = exported.unmapped.len() as u64;
        lines.push(format!(
            "{} without a topic; {SETTINGS} in the data folder says what a term means:",
            counted(all, "term")
        ));
        let first = exported.unmapped.iter().take(20);
        lines.extend(
            first.map(|(term, count)| format!("  {:>6}  {}", with_commas(*count as u64), shown(term))),
        );
    }
    lines
}
