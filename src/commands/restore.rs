//! `meres restore`: a backup becomes a data folder again.

use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use ground::audit::follow;
use ground::backup::{Holding, Part, Restoring, Target};
use ground::database::dump::{Filling, Place, Snapshot, note_on_server};
use ground::database::{Act, Database};
use ground::files::{FileError, sync_folder};
use time::OffsetDateTime;

use super::backup::{PARTS, identities, in_words, named, tree, units};
use super::data_folder::{self, ELSEWHERE, actor, is_elsewhere, mark_elsewhere};
use super::failure::Failure;
use super::hidden_folder::{self, HiddenFolder};
use super::progress::{Step, counted};

/// Restore a backup into a new data folder: either part of it, or both
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  meres restore 2026-11-22.care 2026-11-22.population --data restored \
--identity care-key population-key\n\nWith --database-url, the database goes into a PostgreSQL that holds no tables, \
whichever database the backup is from.")]
pub(super) struct RestoreArgs {
    /// Backups, as "meres backup" wrote them
    #[arg(value_name = "BACKUP", required = true, num_args = 1..=2)]
    backups: Vec<PathBuf>,
    /// The data folder; made if it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Files of keys that open them
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    identity: Vec<PathBuf>,
    /// A PostgreSQL for the database, as the role that will own its tables
    #[arg(
        long,
        value_name = "postgres://OWNER@HOST/DATABASE",
        env = "MERES_OWNER_DATABASE_URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// With --database-url: the role that Meres connects as; it must be there, and may own nothing
    #[arg(long, value_name = "NAME", default_value = data_folder::APPLICATION_ROLE)]
    role: String,
}

/// What was read, apart from where it will stand.
struct Apart {
    part: Part,
    holding: Holding,
    made_at: String,
    filling: Option<Filling>,
}

pub(super) fn run(args: &RestoreArgs) -> Result<(), Failure> {
    let identities = identities(&args.identity)?;
    let mut opened = Vec::new();
    for backup in &args.backups {
        opened.push(Restoring::open(backup, &identities)?);
    }
    // The care zone last: its database is what says that the folder is whole.
    opened.sort_by_key(|one| one.header().part == Part::Care);
    if opened.windows(2).any(|two| two[0].header().part == two[1].header().part) {
        return Err(Failure::Usage("these are two backups of the same zone; name one of each".to_owned()));
    }
    let new = !args.data.exists();
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&args.data);
    made.map_err(FileError::system(&args.data))?;
    let restored = data_folder::run(restore(args, opened));
    if restored.is_err() && new {
        // Empty, unless something went wrong after things were put in their places.
        let _ = fs::remove_dir(&args.data);
    }
    restored
}

async fn restore(args: &RestoreArgs, opened: Vec<Restoring>) -> Result<(), Failure> {
    let with_database = opened.iter().any(|one| one.header().part == Part::Care);
    let data = &args.data;
    if hidden_folder::finish(data, |left| put(left, data))? {
        tell!(
            "A restore into this folder was broken off when everything was read. It is finished now, and nothing else was done."
        );
        return Ok(());
    }
    for one in &opened {
        free(args, one.header().part, with_database)?;
    }
    let apart = HiddenFolder::make(data)?;
    let mut all = Vec::new();
    for one in opened {
        all.push(read(args, apart.path(), one).await?);
    }
    note(args, &mut all).await?;
    if with_database && args.database_url.is_some() {
        mark_elsewhere(apart.path())?;
    }
    apart.put(|apart| put(apart, data))?;
    if with_database {
        follow_log(args).await?;
    }
    for one in &all {
        tell!("Restored the {} zone as of {}: {}.", one.part, one.made_at, in_words(&one.holding));
    }
    Ok(())
}

/// Nothing is restored over what stands there.
fn free(args: &RestoreArgs, part: Part, with_database: bool) -> Result<(), Failure> {
    let data = &args.data;
    let database = data.join(Database::FILE);
    let taken = match part {
        Part::Care if database.exists() => Some(database),
        Part::Care if is_elsewhere(data) => Some(data.clone()),
        Part::Population if !with_database && is_elsewhere(data) && args.database_url.is_none() => {
            return Err(Failure::Refused(format!(
                "{}: what is kept here belongs to a PostgreSQL; say which: --database-url",
                data.display()
            )));
        }
        _ => tree(part, data).taken(),
    };
    match taken {
        None => Ok(()),
        Some(place) => Err(Failure::Refused(format!(
            "{}: there is a {part} zone already; name a new folder, or move the old one away first",
            place.display()
        ))),
    }
}

async fn read(args: &RestoreArgs, apart: &Path, backup: Restoring) -> Result<Apart, Failure> {
    let (part, made_at) = (backup.header().part, backup.header().made_at.clone());
    let place = match &args.database_url {
        None => Place::Folder(apart),
        Some(owner_url) => Place::Server { owner_url, role: &args.role },
    };
    let step = Step::begin(named("Restoring", part), 0);
    let target = Target { place: Some(place), tree: tree(part, apart) };
    let (holding, filling) = backup.into(target, |so_far| step.at(units(so_far))).await?;
    step.done(&in_words(&holding));
    Ok(Apart { part, holding, made_at, filling })
}

/// Writes down what is done: in the database that is being restored, or in the one that is there.
async fn note(args: &RestoreArgs, all: &mut [Apart]) -> Result<(), Failure> {
    let told = |one: &Apart| {
        format!(
            "{} zone as of {}: {}, digest {}",
            one.part,
            one.made_at,
            in_words(&one.holding),
            one.holding.digest
        )
    };
    let act = Act {
        action: "backup.restore",
        object: all.iter().map(|one| one.part.to_string()).collect::<Vec<_>>().join(", "),
        purpose: None,
        detail: all.iter().map(told).collect::<Vec<_>>().join("; "),
    };
    let clock = OffsetDateTime::now_utc;
    if let Some(filling) = all.iter_mut().find_map(|one| one.filling.take()) {
        return Ok(filling.keep_up_to_date(&actor(), act, clock).await?);
    }
    match &args.database_url {
        Some(owner_url) => note_on_server(owner_url, &actor(), act, clock).await?,
        None if Database::stands_in(&args.data) => {
            let database = Database::open(&args.data, clock).await?;
            database.change(&actor()).await?.commit(act).await?;
            database.close().await?;
        }
        None => tell!("There is no database in this folder, and so no audit log to write this down in."),
    }
    Ok(())
}

/// Puts what was read in its place: the database last, since it is what says that the folder is whole. What stands there is
/// never replaced.
fn put(apart: &Path, data: &Path) -> Result<(), Failure> {
    let last = [Database::FILE, ELSEWHERE];
    let trees = PARTS.map(|part| tree(part, data));
    let database = last.iter().find(|name| apart.join(name).exists() && data.join(name).exists());
    let taken = trees.iter().find_map(|tree| tree.in_the_way_of(apart));
    if let Some(taken) = taken.or_else(|| database.map(|name| data.join(name))) {
        return Err(Failure::Refused(format!(
            "{}: this stands in the way of a restore that was broken off; move it away and restore again, or give that restore \
             up by removing {}",
            taken.display(),
            apart.display()
        )));
    }
    trees.iter().try_for_each(|tree| tree.fill_from(apart))?;
    if apart.join(ELSEWHERE).exists() {
        renamed(&apart.join(ELSEWHERE), &data.join(ELSEWHERE), data)?;
    }
    if apart.join(Database::FILE).exists() { put_database(apart, data) } else { Ok(()) }
}

/// The database's file, on the disk before it has its name. A log that another database left would be taken for its own.
fn put_database(apart: &Path, data: &Path) -> Result<(), Failure> {
    let place = data.join(Database::FILE);
    for ending in ["-wal", "-shm", "-journal"] {
        let mut stale = place.clone().into_os_string();
        stale.push(ending);
        let stale = PathBuf::from(stale);
        match fs::remove_file(&stale) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(FileError::system(&stale)(error).into());
            }
            _ => {}
        }
    }
    renamed(&apart.join(Database::FILE), &place, data)
}

fn renamed(from: &Path, place: &Path, folder: &Path) -> Result<(), Failure> {
    let put = File::open(from).and_then(|file| file.sync_all()).and_then(|()| fs::rename(from, place));
    put.map_err(FileError::system(place))?;
    Ok(sync_folder(folder)?)
}

async fn follow_log(args: &RestoreArgs) -> Result<(), Failure> {
    let mut snapshot = match &args.database_url {
        None => Snapshot::of_folder(&args.data).await?,
        Some(owner_url) => Snapshot::of_server(owner_url).await?,
    };
    let followed = follow(snapshot.session(), &[]).await?;
    snapshot.close().await?;
    let rows = counted(followed.rows, "row");
    if followed.faults.is_empty() {
        tell!("Its audit log of {rows} is what was written, the last row being this act.");
        return Ok(());
    }
    tell!("Its audit log of {rows} is NOT what was written: see \"meres verify-audit\".");
    Ok(())
}
