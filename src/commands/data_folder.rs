//! The data folder: the database and what is kept beside it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use ground::audit::{self, Asked};
use ground::database::dump::Snapshot;
use ground::database::{Act, Database, DatabaseError};
use ground::files::{FileError, write_private};
use offers::directory::{DEFAULT_SETTINGS, Settings};
use offers::finder::words::Words;
use planning::population::kept::Zone;
use tempfile::TempDir;
use time::OffsetDateTime;
use vocabulary::{Actor, Day};

use super::failure::Failure;

/// As whom Meres connects to a PostgreSQL where nobody names another.
pub(super) const APPLICATION_ROLE: &str = "meres_app";

/// Where everything is kept.
#[derive(Args, Clone, Debug)]
pub(super) struct DataArgs {
    /// The data folder; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) data: PathBuf,
    #[command(flatten)]
    pub(super) database: DatabaseArgs,
}

/// Which database.
#[derive(Args, Clone, Debug)]
pub(super) struct DatabaseArgs {
    /// With --data: a PostgreSQL instead of the database in the data folder
    #[arg(
        long,
        value_name = "postgres://USER@HOST/DATABASE",
        env = "MERES_DATABASE_URL",
        hide_env_values = true
    )]
    pub(super) database_url: Option<String>,
}

/// An open data folder.
pub(super) struct DataFolder {
    pub(super) path: PathBuf,
    pub(super) database: Database,
    /// Where a dry run looks for want of a folder; gone when it ends.
    _scratch: Option<TempDir>,
}

/// In a data folder whose database is a PostgreSQL: without it, whoever forgets the address would begin anew in silence.
pub(super) const ELSEWHERE: &str = "database-is-postgresql";

/// In a data folder in which everything is invented.
const DEMONSTRATION: &str = "demonstration";

/// Whether everything in this folder is invented.
pub(super) fn is_demonstration(folder: &Path) -> bool {
    folder.join(DEMONSTRATION).exists()
}

/// What the log of a PostgreSQL in which everything is invented begins with, and what that act is done to.
const DEMONSTRATED: (&str, &str) = ("demonstration.begin", "demonstration");

/// A folder with what is invented goes with a PostgreSQL with what is invented, and one with what is real with one with what
/// is real. A demonstration takes a database in which nothing was ever done.
async fn both_invented_or_neither(database: &Database, folder: &Path) -> Result<(), Failure> {
    let (action, object) = DEMONSTRATED;
    let mut session = database.read().await?;
    let asked = Asked { object: object.to_owned(), ..Asked::default() };
    let invented = audit::lines(&mut session, &asked, 0, 1).await?.iter().any(|line| line.action == action);
    match (is_demonstration(folder), invented) {
        (true, true) | (false, false) => Ok(()),
        (false, true) => Err(Failure::Refused(format!(
            "everything in this PostgreSQL is invented, and {} is no folder of a demonstration; name another database for what is real",
            folder.display()
        ))),
        (true, false) if audit::ends(&mut session).await?.is_empty() => {
            drop(session);
            let act = Act { action, object: object.to_owned(), purpose: None, detail: String::new() };
            Ok(database.change(&Actor::Meres).await?.commit(act).await?)
        }
        (true, false) => Err(Failure::Refused(
            "this PostgreSQL holds something that the demonstration did not make; name an empty one with --database-url"
                .to_owned(),
        )),
    }
}

/// Makes a folder one for a demonstration; refuses one that holds what is real.
pub(super) fn is_for_demonstration(folder: &Path) -> Result<(), Failure> {
    if is_demonstration(folder) {
        return Ok(());
    }
    let holds = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if holds {
        let why = format!(
            "{}: this folder holds something that the demonstration did not make; name another with --data",
            folder.display()
        );
        return Err(Failure::Refused(why));
    }
    make(folder)?;
    let mark = folder.join(DEMONSTRATION);
    Ok(write_private(&mark, b"")?)
}

/// A folder in which its owner alone may look.
pub(super) fn make(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::DirBuilderExt;
    if path.exists() && !path.is_dir() {
        let why = format!("{}: a file stands where the data folder should be", path.display());
        return Err(Failure::Refused(why));
    }
    Ok(fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(FileError::system(path))?)
}

/// Whether this is a data folder.
pub(super) fn is_one(folder: &Path) -> bool {
    Database::stands_in(folder) || is_elsewhere(folder)
}

/// Whether the database of this folder is a PostgreSQL.
pub(super) fn is_elsewhere(folder: &Path) -> bool {
    folder.join(ELSEWHERE).exists()
}

/// Says in the folder that its database is a PostgreSQL.
pub(super) fn mark_elsewhere(folder: &Path) -> Result<(), Failure> {
    if !is_elsewhere(folder) {
        write_private(&folder.join(ELSEWHERE), b"")?;
    }
    Ok(())
}

impl DatabaseArgs {
    /// Opens a folder that must be there.
    pub(super) async fn open(&self, path: &Path) -> Result<DataFolder, Failure> {
        let clock = OffsetDateTime::now_utc;
        let database = match self.of(path)? {
            None => Database::open(path, clock).await?,
            Some(url) => {
                let database = Database::connect(url, clock).await?;
                both_invented_or_neither(&database, path).await?;
                mark_elsewhere(path)?;
                database
            }
        };
        Ok(DataFolder { path: path.to_owned(), database, _scratch: None })
    }

    /// One state of what stands there, which must be there. Nothing is written.
    pub(super) async fn snapshot(&self, path: &Path) -> Result<Snapshot, Failure> {
        match self.of(path)? {
            None => Ok(Snapshot::of_folder(path).await?),
            Some(url) if is_elsewhere(path) => Ok(Snapshot::of_server(url).await?),
            Some(_) => Err(Failure::Refused(format!(
                "{}: this folder was never used with a PostgreSQL; is it the right one?",
                path.display()
            ))),
        }
    }

    /// The address of the PostgreSQL to which this folder belongs; none where it has its own database.
    fn of(&self, path: &Path) -> Result<Option<&str>, Failure> {
        let refused = |why| Err(Failure::Refused(format!("{}: {why}", path.display())));
        match &self.database_url {
            _ if !path.is_dir() => refused("there is no such data folder; \"meres import\" makes one"),
            None if is_elsewhere(path) => {
                refused("what is kept here belongs to a PostgreSQL; say which: --database-url")
            }
            Some(_) if Database::stands_in(path) => refused(
                "this folder has a database of its own; name another folder, or leave --database-url out",
            ),
            url => Ok(url.as_deref()),
        }
    }
}

impl DataArgs {
    /// Opens a folder that must be there.
    pub(super) async fn open(&self) -> Result<DataFolder, Failure> {
        self.database.open(&self.data).await
    }

    /// Opens the folder and makes it if need be: its owner alone may look inside.
    pub(super) async fn open_or_make(&self) -> Result<DataFolder, Failure> {
        make(&self.data)?;
        self.open().await
    }

    /// The same for an import. A dry run makes nothing: where there is no folder or no database, it sees an empty one.
    pub(super) async fn to_import(&self, dry_run: bool) -> Result<DataFolder, Failure> {
        let path = &self.data;
        let there = path.is_file() || Database::stands_in(path) || is_elsewhere(path);
        if !dry_run || there {
            return self.open_or_make().await;
        }
        let scratch = tempfile::tempdir().map_err(FileError::system(path))?;
        let settings = path.join(SETTINGS);
        if settings.exists() {
            fs::copy(&settings, scratch.path().join(SETTINGS)).map_err(FileError::system(&settings))?;
        }
        let folder = self.database.open(scratch.path()).await?;
        Ok(DataFolder { _scratch: Some(scratch), ..folder })
    }
}

impl DataFolder {
    /// The right to change what the population zone holds. Says so before it waits for another command.
    pub(super) fn enter_zone(&self) -> Result<Zone, Failure> {
        if let Some(zone) = Zone::enter_if_free(&self.path)? {
            return Ok(zone);
        }
        eprintln!(
            "Another command is at work on the populations of this data folder; waiting until it is done …"
        );
        Ok(Zone::enter(&self.path)?)
    }
}

/// Runs a command that talks to the database.
pub(super) fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("could not start: {error}")))?;
    runtime.block_on(work)
}

/// Who sits at this command line.
pub(super) fn actor() -> Actor {
    let name = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    Actor::CommandLine(name.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned()))
}

/// Today, UTC.
pub(super) fn today() -> Day {
    let date = OffsetDateTime::now_utc().date();
    Day::from_days(i32::try_from(i64::from(date.to_julian_day()) - 2_440_588).unwrap_or(0))
}

/// Name of the analyst's settings in a data folder.
pub(super) const SETTINGS: &str = "directory.toml";

/// The settings of a data folder; a new folder gets those that ship.
pub(super) fn settings(folder: &Path) -> Result<Settings, Failure> {
    let path = folder.join(SETTINGS);
    if !path.exists() {
        write_private(&path, DEFAULT_SETTINGS.as_bytes())?;
    }
    let text = std::fs::read_to_string(&path).map_err(FileError::system(&path)).map_err(Failure::reading)?;
    Ok(Settings::parse(SETTINGS, &text)?)
}

/// Name of the words that a county adds to those that ship, for the finder.
const WORDS: &str = "words.toml";

/// What people mean by their words: as it ships, and what the data folder adds.
pub(super) fn words(folder: &Path) -> Result<Words, Failure> {
    let path = folder.join(WORDS);
    if !path.exists() {
        return Ok(Words::default());
    }
    let text = std::fs::read_to_string(&path).map_err(FileError::system(&path)).map_err(Failure::reading)?;
    Ok(Words::default().with(WORDS, &text)?)
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Refused(why) => Self::Refused(why),
            other if other.is_damage() => Self::Refused(
                "the database is damaged; copy the data folder away as it is, then restore the last backup (\"meres restore\")"
                    .to_owned(),
            ),
            other => Self::Other(other.to_string()),
        }
    }
}
