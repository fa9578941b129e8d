//! `meres backup`: what is kept, encrypted, in a file for each zone, and proved by restoring it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ground::audit::follow;
use ground::backup::{Holding, Identity, Part, Recipient, Restoring, Source, Target, Tree, digest_of, write};
use ground::database::dump::{Place, Snapshot};
use ground::files::{FileError, SafeFile};
use planning::population::kept::Zone;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::data_folder::{self, DatabaseArgs};
use super::failure::Failure;
use super::hidden_folder::HiddenFolder;
use super::progress::{Step, counted};

/// Back up a data folder: FILE.care and FILE.population, each encrypted to a key of its own
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, after_help = EXAMPLE)]
pub(super) struct BackupArgs {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    make: MakeArgs,
}

const EXAMPLE: &str = "Example:\n  meres backup key care-key\n  meres backup key population-key\n  \
meres backup 2026-11-22 --data data --care-recipient care-key.pub --population-recipient population-key.pub\n  \
meres backup prove 2026-11-22.care 2026-11-22.population --identity care-key population-key";

#[derive(Debug, Subcommand)]
enum What {
    /// Make a key that opens backups, and print the recipient that they are made for
    #[command(after_help = "Example:\n  meres backup key care-key")]
    Key(KeyArgs),
    /// Restore a backup into a temporary place and compare: is it good?
    #[command(after_help = "Example:\n  meres backup prove 2026-11-22.care --identity care-key")]
    Prove(ProveArgs),
}

#[derive(Args, Debug)]
struct KeyArgs {
    /// A new file, to be kept apart from the data and from the backups
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args, Debug)]
struct ProveArgs {
    /// Backups, as "meres backup" wrote them
    #[arg(value_name = "BACKUP", required = true)]
    backups: Vec<PathBuf>,
    /// Files of keys that open them
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    identity: Vec<PathBuf>,
}

#[derive(Args, Debug)]
struct MakeArgs {
    /// Where the backup goes: FILE.care and FILE.population
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,
    /// The data folder
    #[arg(long, value_name = "DIR", required = true)]
    data: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Who may read the database
    #[arg(long, value_name = "AGE_KEY|FILE", required = true, num_args = 1.., value_parser = Recipient::read)]
    care_recipient: Vec<Recipient>,
    /// Who may read the population zone
    #[arg(long, value_name = "AGE_KEY|FILE", required = true, num_args = 1.., value_parser = Recipient::read)]
    population_recipient: Vec<Recipient>,
    /// Restore it at once into a temporary place beside FILE, with these keys, and keep it only if it is good
    #[arg(long, value_name = "KEY_FILE", num_args = 1..)]
    prove: Vec<PathBuf>,
}

pub(super) fn run(args: &BackupArgs) -> Result<(), Failure> {
    match (&args.what, &args.make.file, &args.make.data) {
        (Some(What::Key(args)), ..) => key(&args.file),
        (Some(What::Prove(args)), ..) => data_folder::run(prove_all(args)),
        (None, Some(file), Some(data)) => data_folder::run(make(&args.make, file, data)),
        // Asked for above; a subcommand alone does without.
        (None, ..) => {
            Err(Failure::Usage("which backup, of which folder? See \"meres backup --help\"".to_owned()))
        }
    }
}

fn key(file: &Path) -> Result<(), Failure> {
    let key = Identity::generate();
    key.write_new(file).map_err(|error| Failure::Refused(error.to_string()))?;
    let file = file.display();
    tell!(
        "The key is in {file}. Keep it apart from the data and from the backups, and a copy of it elsewhere:"
    );
    tell!("without it, no backup that was made for it can ever be read.");
    tell!("Its recipient, in {file}.pub: {}", key.recipient());
    Ok(())
}

/// The files of a data folder that belong to a zone; the database is apart.
pub(super) fn tree(part: Part, root: &Path) -> Tree<'_> {
    let holds: &[&str] = match part {
        Part::Care => &[
            "directory.toml",
            "words.toml",
            "problems/directory.csv",
            "problems/place.csv",
            "problems/resources.csv",
        ],
        Part::Population => {
            &["crosstab", "population", "match-runs", "worklists", "releases", "problems/population.csv"]
        }
    };
    Tree { root, holds }
}

pub(super) const PARTS: [Part; 2] = [Part::Care, Part::Population];

impl MakeArgs {
    fn recipients(&self, part: Part) -> &[Recipient] {
        match part {
            Part::Care => &self.care_recipient,
            Part::Population => &self.population_recipient,
        }
    }
}

/// Where a part goes. Nothing may stand there: the last good backup is not written over.
fn place(file: &Path, part: Part) -> Result<PathBuf, Failure> {
    let mut place = file.as_os_str().to_owned();
    place.push(format!(".{part}"));
    let place = PathBuf::from(place);
    if place.symlink_metadata().is_ok() {
        let why = "there is a backup of that name already; name another";
        return Err(Failure::Refused(format!("{}: {why}", place.display())));
    }
    Ok(place)
}

async fn make(args: &MakeArgs, file: &Path, data: &Path) -> Result<(), Failure> {
    let both = args
        .care_recipient
        .iter()
        .find(|one| args.population_recipient.iter().any(|other| other.to_string() == one.to_string()));
    if let Some(both) = both {
        return Err(Failure::Usage(format!(
            "{both} stands for both zones: whoever opened one backup would have both. Make a key for each: \
             meres backup key FILE"
        )));
    }
    let places = [place(file, Part::Care)?, place(file, Part::Population)?];
    let identities = identities(&args.prove)?;
    let folder = beside(&places[0])?;
    let inside = data.canonicalize().is_ok_and(|data| folder.starts_with(data));
    if inside {
        return Err(Failure::Refused(
            "a backup in the data folder is lost with it; name a place elsewhere".to_owned(),
        ));
    }
    // The catalogue and the files that it speaks of stay as they are together.
    let zone = Zone::enter_to_copy(data)?;
    let mut snapshot = Some(args.database.snapshot(data).await?);
    let mut drafts = Vec::new();
    for (part, place) in PARTS.into_iter().zip(&places) {
        let mut draft = SafeFile::create_private(place)?;
        let mut source = Source { part, snapshot: snapshot.take(), tree: tree(part, data) };
        let holding = written(&mut draft, args.recipients(part), &mut source).await?;
        if let Some(snapshot) = source.snapshot {
            snapshot.close().await?;
        }
        drafts.push((draft, holding));
    }
    drop(zone);
    if !identities.is_empty() {
        for ((draft, holding), place) in drafts.iter_mut().zip(&places) {
            proved(draft.draft()?, &identities, &folder, place, Some(holding)).await?;
        }
    }
    for ((draft, _), place) in drafts.into_iter().zip(&places) {
        draft.keep()?;
        tell!("{}", place.display());
    }
    if identities.is_empty() {
        tell!("Not proved yet: meres backup prove {} --identity FILE", places[0].display());
    }
    Ok(())
}

async fn written(
    draft: &mut SafeFile,
    recipients: &[Recipient],
    source: &mut Source<'_>,
) -> Result<Holding, Failure> {
    let made_at =
        OffsetDateTime::now_utc().format(&Rfc3339).map_err(|error| Failure::Other(error.to_string()))?;
    let by = (env!("CARGO_PKG_VERSION"), made_at.as_str());
    let step = Step::begin(named("Backing up", source.part), 0);
    let holding = write(draft, recipients, source, by, |so_far| step.at(units(so_far))).await?;
    step.done(&in_words(&holding));
    Ok(holding)
}

/// Steps have a name that stands in the program.
pub(super) fn named(act: &'static str, part: Part) -> &'static str {
    match (act, part) {
        ("Backing up", Part::Care) => "Backing up care",
        ("Backing up", Part::Population) => "Backing up population",
        ("Restoring", Part::Care) => "Restoring care",
        ("Restoring", Part::Population) => "Restoring population",
        (_, Part::Care) => "Proving care",
        (_, Part::Population) => "Proving population",
    }
}

/// How far it is: rows, then files by the kilobyte.
pub(super) fn units(so_far: &Holding) -> u64 {
    so_far.rows + so_far.bytes / 1024
}

pub(super) fn in_words(holding: &Holding) -> String {
    let rows = format!("{} in {}", counted(holding.rows, "row"), counted(holding.tables, "table"));
    let files = format!("{} of {}", counted(holding.files, "file"), counted(holding.bytes, "byte"));
    if holding.tables == 0 { files } else { format!("{rows}, {files}") }
}

pub(super) fn identities(files: &[PathBuf]) -> Result<Vec<Identity>, Failure> {
    let read = |file: &PathBuf| Identity::read(file).map_err(|error| Failure::Refused(error.to_string()));
    files.iter().map(read).collect()
}

/// The folder in which a file stands or will stand, made out.
fn beside(file: &Path) -> Result<PathBuf, Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.canonicalize().map_err(|error| Failure::reading(FileError::system(folder)(error)))
}

async fn prove_all(args: &ProveArgs) -> Result<(), Failure> {
    let identities = identities(&args.identity)?;
    for backup in &args.backups {
        proved(backup, &identities, &beside(backup)?, backup, None).await?;
    }
    Ok(())
}

/// Restores a backup into a temporary folder and looks whether what stands there is what went in.
async fn proved(
    backup: &Path,
    identities: &[Identity],
    folder: &Path,
    shown: &Path,
    expected: Option<&Holding>,
) -> Result<(), Failure> {
    let restoring = Restoring::open(backup, identities)?;
    let part = restoring.header().part;
    let step = Step::begin(named("Proving", part), 0);
    let apart = HiddenFolder::make(folder)?;
    let tree = tree(part, apart.path());
    let target = Target { place: Some(Place::Folder(apart.path())), tree };
    let (held, filling) = restoring.into(target, |so_far| step.at(units(so_far))).await?;
    let mut source = Source { part, snapshot: None, tree };
    if let Some(filling) = filling {
        filling.keep().await?;
        source.snapshot = Some(Snapshot::of_folder(apart.path()).await?);
    }
    let found = digest_of(&mut source).await?;
    let mut log = String::new();
    if let Some(mut snapshot) = source.snapshot {
        let followed = follow(snapshot.session(), &[]).await?;
        snapshot.close().await?;
        let sound = if followed.faults.is_empty() { "is" } else { "is NOT" };
        log = format!(" Its audit log of {} {sound} what was written.", counted(followed.rows, "row"));
    }
    if found != held || expected.is_some_and(|expected| *expected != found) {
        return Err(Failure::Refused(format!(
            "{}: what was restored is not what was backed up; keep this file and report it",
            shown.display()
        )));
    }
    step.done(&in_words(&found));
    tell!("{}: restored into a temporary place, and equal ({}).{log}", shown.display(), &found.digest[..12]);
    Ok(())
}
