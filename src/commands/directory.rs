//! `meres directory`: records that may be the same.

use clap::{Args, Subcommand, ValueEnum};
use ground::database::Act;
use ground::files::shown;
use offers::directory::{Difference, Entry, Feed, Kind, MergeError, store, suggest};
use vocabulary::Id;

use super::data_folder::{self, DataArgs, actor};
use super::failure::Failure;
use super::progress::counted;

/// Look after the directory: suggested duplicates, merge and un-merge
#[derive(Args, Debug)]
pub(super) struct DirectoryArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List records that may be the same, of two sources or of one, with a score and its reasons
    #[command(after_help = "Example:\n  meres directory duplicates --data data")]
    Duplicates(DuplicatesArgs),
    /// Say that two records are the same: the second is shown as the first from now on
    #[command(
        after_help = "Example:\n  meres directory merge KEPT MERGED --data data --reason \"the same hall\""
    )]
    Merge(PairArgs),
    /// List the sources: what each has, and when it was last imported
    #[command(after_help = "Example:\n  meres directory sources --data data")]
    Sources(SourcesArgs),
    /// Mark everything of a source as gone: a list that was imported under a wrong name, or that ended
    #[command(
        after_help = "Example:\n  meres directory retire services.json --data data\n\nNothing is deleted. Another import under the same name brings it back."
    )]
    Retire(RetireArgs),
    /// Take a merge back
    #[command(after_help = "Example:\n  meres directory unmerge MERGED --data data")]
    Unmerge(UnmergeArgs),
}

#[derive(Args, Debug)]
struct DuplicatesArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Only records of this kind
    #[arg(long, value_enum)]
    kind: Option<Kinds>,
    /// At most so many pairs
    #[arg(long, value_name = "N", default_value = "50")]
    most: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kinds {
    Organisation,
    Service,
}

#[derive(Args, Debug)]
struct SourcesArgs {
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Args, Debug)]
struct RetireArgs {
    /// The name of the source, as "meres directory sources" shows it
    source: String,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Args, Debug)]
struct PairArgs {
    /// Identifier of the record to keep
    #[arg(value_parser = identifier)]
    kept: Id<Entry>,
    /// Identifier of the record that is the same
    #[arg(value_parser = identifier)]
    merged: Id<Entry>,
    #[command(flatten)]
    data: DataArgs,
    /// Why, for whoever looks at it later
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Args, Debug)]
struct UnmergeArgs {
    /// Identifier of the record that was merged
    #[arg(value_parser = identifier)]
    merged: Id<Entry>,
    #[command(flatten)]
    data: DataArgs,
    /// Why, for whoever looks at it later
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

fn identifier(text: &str) -> Result<Id<Entry>, String> {
    Id::parse(text).map_err(|error| error.to_string())
}

pub(super) fn run(args: &DirectoryArgs) -> Result<(), Failure> {
    data_folder::run(async {
        match &args.what {
            What::Duplicates(args) => duplicates(args).await,
            What::Sources(args) => sources(args).await,
            What::Retire(args) => retire(args).await,
            What::Merge(args) => merge(args).await,
            What::Unmerge(args) => unmerge(args).await,
        }
    })
}

async fn sources(args: &SourcesArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let mut session = data.database.read().await?;
    let sources = store::sources(&mut session).await?;
    for source in &sources {
        let known = store::known(&mut session, Some(source)).await?;
        let counts = Kind::ALL.map(|kind| {
            let standing = known.of(kind).values().filter(|record| !record.gone).count();
            counted(standing as u64, kind.word())
        });
        tell!("{}: {}; imported {}", shown(&source.name), counts.join(", "), &source.imported_at[..10]);
    }
    if sources.is_empty() {
        tell!("No directory was imported yet.");
    }
    drop(session);
    Ok(data.database.close().await?)
}

async fn retire(args: &RetireArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let mut change = data.database.change(&actor()).await?;
    let Some(source) = store::source(&mut change, &args.source).await? else {
        let known = store::sources(&mut change).await?;
        let known: Vec<&str> = known.iter().map(|source| source.name.as_str()).collect();
        let why = format!("there is no source of that name; there are: {}", known.join(", "));
        return Err(Failure::Refused(why));
    };
    let known = store::known(&mut change, Some(&source)).await?;
    let difference = Difference::between(&known, &Feed::default());
    let gone: usize = Kind::ALL.iter().map(|kind| difference.of(*kind).gone.len()).sum();
    store::apply(&mut change, &source.name, source.about.as_deref(), &source.digest, &difference).await?;
    let detail = format!("{gone} records marked as gone");
    let act = Act { action: "directory.retire", object: source.name.clone(), purpose: None, detail };
    change.commit(act).await?;
    data.database.close().await?;
    tell!("{} of \"{}\" marked as gone.", counted(gone as u64, "record"), shown(&source.name));
    Ok(())
}

async fn duplicates(args: &DuplicatesArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let directory = store::directory(&mut data.database.read().await?).await?;
    data.database.close().await?;
    let wanted = |kind: Kind| match args.kind {
        None => true,
        Some(Kinds::Organisation) => kind == Kind::Organisation,
        Some(Kinds::Service) => kind == Kind::Service,
    };
    let pairs: Vec<_> = suggest(&directory).into_iter().filter(|pair| wanted(pair.kind)).collect();
    for pair in pairs.iter().take(args.most) {
        tell!("{:>3}  {}: {}", pair.score, pair.kind.word(), pair.reasons.join(", "));
        let source = |id| directory.sources.get(&id).map_or("", |(name, _)| name.as_str());
        tell!("     {}  {}  ({})", pair.kept, pair.names.0, source(pair.sources.0));
        tell!("     {}  {}  ({})", pair.merged, pair.names.1, source(pair.sources.1));
    }
    match pairs.len() {
        0 => tell!("No two records look the same."),
        found if found > args.most => tell!("{} more pairs; --most shows them.", found - args.most),
        _ => {}
    }
    Ok(())
}

fn not_there(id: Id<Entry>) -> Failure {
    Failure::Refused(format!("{id}: no organisation or service has this identifier"))
}

async fn merge(args: &PairArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let actor = actor();
    let mut change = data.database.change(&actor).await?;
    let directory = store::directory(&mut change).await?;
    let kind = directory.mergeable(args.kept, args.merged).map_err(|why| match why {
        MergeError::NotThere(id) => not_there(id),
        other => Failure::Refused(other.to_string()),
    })?;
    let reason = args.reason.as_deref();
    store::merge(&mut change, kind, args.kept, args.merged, reason, &actor.to_string()).await?;
    let detail = format!("{} is {}", args.merged, args.kept);
    let act = Act { action: "directory.merge", object: args.merged.to_string(), purpose: None, detail };
    change.commit(act).await?;
    data.database.close().await?;
    tell!("Merged. \"meres directory unmerge {}\" takes it back.", args.merged);
    Ok(())
}

async fn unmerge(args: &UnmergeArgs) -> Result<(), Failure> {
    let data = args.data.open().await?;
    let actor = actor();
    let mut change = data.database.change(&actor).await?;
    let directory = store::directory(&mut change).await?;
    let (kind, into) = directory.entry(args.merged).ok_or_else(|| not_there(args.merged))?;
    let Some(kept) = into else {
        return Err(Failure::Refused("this record is not merged into another".to_owned()));
    };
    let reason = args.reason.as_deref();
    store::unmerge(&mut change, kind, kept, args.merged, reason, &actor.to_string()).await?;
    let detail = format!("{} is not {kept}", args.merged);
    let act = Act { action: "directory.unmerge", object: args.merged.to_string(), purpose: None, detail };
    change.commit(act).await?;
    data.database.close().await?;
    tell!("The record stands for itself again.");
    Ok(())
}
