//! SQLite in the data folder: what must be true before anything is read or written.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, Row as _};

use super::DatabaseError;
use super::connection::Engine;
use super::migrations::{self, is_up_to_date};

/// Its name in the data folder.
pub(super) const FILE: &str = "meres.db";
/// Earlier ones can lose a committed change when two processes reset the write-ahead log at the same time.
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);
/// "Mere": how the file says that it is ours.
const APPLICATION_ID: i64 = 0x4D65_7265;
const SIGN: &str = "PRAGMA application_id = 1298494053";
/// A larger file is not read through before the first write after an unclean stop.
const CHECKED_AT_START_BYTES: u64 = 1 << 30;
const READERS: u32 = 4;
const BUSY: Duration = Duration::from_secs(30);

/// Opens the database in this folder and brings its tables up to date.
pub(super) async fn open(folder: &Path) -> Result<Engine, DatabaseError> {
    let _alone = alone_in(folder).await;
    let file = folder.join(FILE);
    let unclean = was_stopped_uncleanly(&file);
    keep_to_the_owner(&file).map_err(sqlx::Error::Io)?;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .disable_statement_logging();
    let lasting =
        || SqlitePoolOptions::new().test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    let writing = lasting().max_connections(1).acquire_timeout(BUSY).connect_lazy_with(options.clone());
    if let Err(error) = make_ready(&writing, &file, unclean).await {
        // Whatever stands there is left without a log of ours beside it.
        writing.close().await;
        return Err(error);
    }
    let reading = lasting()
        .max_connections(READERS)
        // Each waits in a transaction that has begun and sees nothing yet: what it sees is the state at its first statement.
        .after_connect(|connection, _| Box::pin(async move { connection.execute("BEGIN").await.map(drop) }))
        // A session ends with its connection: what it saw must not stay open for the next.
        .after_release(|connection, _| {
            Box::pin(async move { connection.execute("ROLLBACK; BEGIN").await.map(|_| true) })
        })
        .connect_lazy_with(options.read_only(true));
    Ok(Engine::Embedded { writing, reading })
}

/// Checks what stands there and brings its tables up to date.
async fn make_ready(writing: &SqlitePool, file: &Path, unclean: bool) -> Result<(), DatabaseError> {
    let refused = |why: &str| DatabaseError::Refused(format!("{}: {why}", file.display()));
    let mut connection = writing.acquire().await.map_err(|error| match &error {
        sqlx::Error::Database(error) if error.message().contains("not a database") => {
            refused("this is no SQLite file; move it away, or name another data folder")
        }
        _ => error.into(),
    })?;
    let connection = &mut *connection;
    gate_version(connection).await?;
    let tables = pragma(connection, "SELECT COUNT(*) FROM sqlite_schema").await?;
    let owner = pragma(connection, "PRAGMA application_id").await?;
    if tables > 0 && owner != APPLICATION_ID {
        return Err(refused("another program made this database; name another data folder"));
    }
    if unclean && size(file) <= CHECKED_AT_START_BYTES {
        let answer = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
        if answer.try_get::<String, _>(0)? != "ok" {
            return Err(refused("the file is damaged; restore the last backup"));
        }
    }
    // A folder that is merely read stays as it is, byte for byte, and waits for nobody who writes.
    if owner == APPLICATION_ID && is_up_to_date(connection, &migrations::embedded()).await {
        return Ok(());
    }
    // Two programs may come to a new folder at once: one makes it ready, the other waits and finds it done.
    let mut making = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(SIGN).execute(&mut *making).await?;
    migrations::embedded().run_direct(None, &mut *making, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => {
            refused("a newer Meres made this database; use that one, or restore a backup from before")
        }
        error => error.into(),
    })?;
    Ok(making.commit().await?)
}

/// The database in this folder for one that only reads. The folder is left as it is.
pub(super) async fn as_it_stands(folder: &Path) -> Result<PoolConnection<Sqlite>, DatabaseError> {
    let file = folder.join(FILE);
    let refused = |why: &str| DatabaseError::Refused(format!("{}: {why}", file.display()));
    if !file.is_file() {
        return Err(refused("there is no database"));
    }
    // Where there is a log, whoever may write works it into the file on leaving. Where there is none, whoever may only
    // read leaves an empty one behind.
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .read_only(was_stopped_uncleanly(&file))
        .pragma("query_only", "ON")
        .busy_timeout(BUSY)
        .disable_statement_logging();
    let mut connection = one(options).await?;
    match pragma(&mut connection, "PRAGMA application_id").await {
        Ok(APPLICATION_ID) => Ok(connection),
        Ok(_) | Err(DatabaseError::Sql(sqlx::Error::Database(_))) => {
            Err(refused("this is no database of Meres"))
        }
        Err(error) => Err(error),
    }
}

/// A new database in this folder, without a log and without waiting for the disk.
pub(super) async fn to_be_filled(folder: &Path) -> Result<PoolConnection<Sqlite>, DatabaseError> {
    let file = folder.join(FILE);
    if file.exists() {
        return Err(DatabaseError::Refused(format!("{}: there is a database already", file.display())));
    }
    keep_to_the_owner(&file).map_err(sqlx::Error::Io)?;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Memory)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(true)
        .disable_statement_logging();
    let mut connection = one(options).await?;
    gate_version(&mut connection).await?;
    sqlx::query(SIGN).execute(&mut *connection).await?;
    Ok(connection)
}

/// A connection that is all there is of its pool.
async fn one(options: SqliteConnectOptions) -> Result<PoolConnection<Sqlite>, DatabaseError> {
    Ok(SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options).acquire().await?)
}

/// The folder's lock, until it is dropped: one at a time makes a database ready. SQLite refuses the second of two that
/// give a new file its log at once, however long that one would wait. Nothing where the folder cannot be locked, as on
/// some network storage.
async fn alone_in(folder: &Path) -> Option<File> {
    let folder = folder.to_owned();
    let locked = tokio::task::spawn_blocking(move || {
        let folder = File::open(folder)?;
        folder.lock().map(|()| folder)
    });
    locked.await.ok()?.ok()
}

/// Makes the file, for its owner alone, where there is none; its log takes the same rights.
fn keep_to_the_owner(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// A clean end leaves no log, or an empty one.
fn was_stopped_uncleanly(file: &Path) -> bool {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    size(&PathBuf::from(log)) > 0
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |about| about.len())
}

async fn pragma(connection: &mut SqliteConnection, sql: &'static str) -> Result<i64, DatabaseError> {
    Ok(sqlx::query(sql).fetch_one(connection).await?.try_get(0)?)
}

async fn gate_version(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    let row = sqlx::query("SELECT sqlite_version()").fetch_one(connection).await?;
    let text: String = row.try_get(0)?;
    let mut numbers = text.split('.').map(|n| n.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    if (next(), next(), next()) >= SQLITE_AT_LEAST {
        return Ok(());
    }
    let (a, b, c) = SQLITE_AT_LEAST;
    Err(DatabaseError::Refused(format!(
        "this program was built with SQLite {text}; {a}.{b}.{c} or later is needed, since earlier ones can lose a write"
    )))
}
