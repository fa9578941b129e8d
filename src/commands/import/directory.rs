//! `meres import directory`.

use std::path::{Path, PathBuf};

use clap::Args;
use ground::database::Act;
use ground::files::{Field, write_table};
use meres::import_room::{counts, digest_of, in_words, name_of_address, title};
use offers::directory::import::{DirectoryMapping, FeedError, PageLimits, read_feed, read_feed_from_url};
use offers::directory::{Difference, Feed, FeedProblem, Kind, Known, Part, Source, store};

use super::super::data_folder::{self, DataArgs, actor, settings};
use super::super::failure::Failure;
use super::super::inputs::{file_name, text_of};
use super::super::progress::{Step, counted};
use super::{ended, problems_apart, problems_file, same_list};

pub(super) const EXAMPLE: &str = "Example:\n  meres import directory services.json --data data --dry-run\n\n\
    What each file is, is told by what it holds. An address is read page by page. A record that cannot be used is \
    left out and listed; everything else goes in, in one piece. What a source no longer has is marked, not deleted.";

#[derive(Args, Debug)]
pub(super) struct DirectoryArgs {
    /// Files and folders in any order, or one address of an Open Referral UK feed
    #[arg(required = true, value_name = "FILE|DIR|URL")]
    sources: Vec<String>,
    #[command(flatten)]
    data: DataArgs,
    /// How CSV and XLSX tables name their columns (TOML, kind = "directory")
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Name of the source, the same at every import; that of the file or address unless given. Two lists need two names
    #[arg(long, value_name = "NAME", value_parser = super::source_name)]
    source: Option<String>,
    /// What the source does not send any more is gone, even where that is doubtful or more than half of it
    #[arg(long)]
    accept_gone: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Where the list of problems goes; "problems" in the data folder unless given
    #[arg(long, value_name = "FILE")]
    problems: Option<PathBuf>,
}

pub(super) fn run(args: &DirectoryArgs) -> Result<(), Failure> {
    let files: Vec<PathBuf> = args.sources.iter().map(PathBuf::from).collect();
    problems_apart(args.problems.as_ref(), files.iter().chain(&args.mapping))?;
    let mapping = args.mapping.as_deref().map(mapping).transpose()?;
    let addresses = args.sources.iter().filter(|source| is_address(source)).count();
    if addresses > 0 && args.sources.len() > 1 {
        return Err(Failure::Usage("one address at a time, and no files beside it".to_owned()));
    }
    data_folder::run(async {
        let step = Step::begin("Reading the directory", 0);
        let read = if addresses > 0 {
            read_feed_from_url(&args.sources[0], PageLimits::default()).await
        } else {
            read_feed(&files, mapping.as_ref())
        };
        let feed = match read {
            Ok(feed) => feed,
            Err(error) => return refused(args, error),
        };
        step.done(&format!("{} read", counted(feed.records_read, "record")));
        keep(args, feed).await
    })
}

fn is_address(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

fn mapping(path: &Path) -> Result<DirectoryMapping, Failure> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(DirectoryMapping::parse(&name, &text_of(path)?)?)
}

/// Nothing is changed; what was found so far is listed where a list was asked for or the data folder is there.
fn refused(args: &DirectoryArgs, error: FeedError) -> Result<(), Failure> {
    if !error.problems().is_empty()
        && let Some(file) = problems_file(args.problems.as_ref(), args.dry_run, &args.data.data, "directory")?
    {
        write_problems(&file, error.problems())?;
        eprintln!("{} in {}.", counted(error.problems().len() as u64, "problem"), file.display());
    }
    Err(match error {
        FeedError::File { why, .. } => Failure::reading(why),
        other => Failure::Refused(other.to_string()),
    })
}

async fn keep(args: &DirectoryArgs, feed: Feed) -> Result<(), Failure> {
    let data = args.data.to_import(args.dry_run).await?;
    let name = args.source.clone().unwrap_or_else(|| source_name(&args.sources));
    let standing;
    let (difference, allowed) = if args.dry_run {
        let mut session = data.database.read().await?;
        let source = store::source(&mut session, &name).await?;
        standing = others(store::sources(&mut session).await?, source.as_ref());
        compared(args, &name, &store::known(&mut session, source.as_ref()).await?, &feed)
    } else {
        // An analyst finds them beside what they are about.
        settings(&data.path)?;
        let step = Step::begin("Keeping the directory", 0);
        let mut change = data.database.change(&actor()).await?;
        let source = store::source(&mut change, &name).await?;
        standing = others(store::sources(&mut change).await?, source.as_ref());
        let known = store::known(&mut change, source.as_ref()).await?;
        let (difference, allowed) = compared(args, &name, &known, &feed);
        if allowed.is_err() {
            drop(change);
            data.database.close().await?;
            return allowed;
        }
        if source.is_none() || !difference.is_empty() {
            let digest = digest_of(&feed);
            store::apply(&mut change, &name, feed.about.as_deref(), &digest, &difference).await?;
            let detail = format!("{}; digest {digest}", in_words(&difference));
            let action = "directory.import";
            change.commit(Act { action, object: name.clone(), purpose: None, detail }).await?;
        }
        step.done("on the disk");
        (difference, Ok(()))
    };
    data.database.close().await?;
    tell!("Source: {name}{}", known_beside(&standing));
    for kind in Kind::ALL {
        let part = difference.of(kind);
        tell!("{}: {}", title(kind), counts(part));
        if args.dry_run {
            named(part);
        }
    }
    let doubtful = difference.doubtful();
    if doubtful > 0 {
        tell!(
            "{} not found and kept: not every page came, or a record that was left out has no id and may be one of them. \
             --accept-gone marks them as gone.",
            counted(doubtful as u64, "record")
        );
    }
    if feed.left_out > 0 {
        tell!("{} left out.", counted(feed.left_out, "record"));
    }
    let file = problems_file(args.problems.as_ref(), args.dry_run, &data.path, "directory")?;
    ended(file.as_deref(), feed.problems.len(), args.dry_run, |file| write_problems(file, &feed.problems))?;
    allowed
}

/// The sources that were there, where this one is new: whoever meant one of them sees it.
fn others(known: Vec<Source>, this: Option<&Source>) -> Vec<String> {
    if this.is_some() { Vec::new() } else { known.into_iter().map(|source| source.name).collect() }
}

fn known_beside(others: &[String]) -> String {
    if others.is_empty() {
        return String::new();
    }
    format!(" (a new source; those known before are {})", others.join(", "))
}

/// What an import would change, and whether it is let in.
fn compared(
    args: &DirectoryArgs,
    name: &str,
    known: &Known,
    feed: &Feed,
) -> (Difference, Result<(), Failure>) {
    let mut difference = Difference::between(known, feed);
    if args.accept_gone {
        difference = difference.without_doubt();
    }
    let allowed = same_list(name, &difference.turnover(known), args.accept_gone);
    (difference, allowed)
}

/// The same name at every import: an address without its query, the last part of a path.
fn source_name(sources: &[String]) -> String {
    let first = sources.first().map(String::as_str).unwrap_or_default();
    if is_address(first) {
        return name_of_address(first);
    }
    let mut names: Vec<String> = sources.iter().map(|path| file_name(Path::new(path))).collect();
    names.sort();
    names.dedup();
    names.join(" + ")
}

/// As many names as fit on a screen.
const NAMED: usize = 20;

fn named(part: &Part) {
    let written = [("new", &part.added), ("changed", &part.changed), ("back", &part.returned)];
    for (what, records) in written {
        for record in records.iter().take(NAMED) {
            tell!("  {what:<8} {}", record.name);
        }
        more(records.len());
    }
    for (what, records) in [("gone", &part.gone), ("kept", &part.kept), ("kept", &part.doubtful)] {
        for record in records.iter().take(NAMED) {
            tell!("  {what:<8} {}", record.name);
        }
        more(records.len());
    }
}

fn more(records: usize) {
    if records > NAMED {
        tell!("           and {} more", records - NAMED);
    }
}

fn write_problems(place: &Path, problems: &[FeedProblem]) -> Result<(), Failure> {
    let rows = problems.iter().map(|problem| problem.row().map(Field::Text));
    Ok(write_table(place, &FeedProblem::COLUMNS, rows)?)
}

#[cfg(test)]
mod tests {
    use super::source_name;

    #[test]
    fn a_source_is_called_by_its_address_without_query_and_password() {
        for (source, name) in [
            (
                "https://bob:secret@feed.example.org/services/?key=secret#top",
                "https://feed.example.org/services",
            ),
            ("http://feed.example.org/", "http://feed.example.org"),
            ("/nowhere/services.json", "services.json"),
        ] {
            assert_eq!(source_name(&[source.to_owned()]), name);
        }
    }
}
