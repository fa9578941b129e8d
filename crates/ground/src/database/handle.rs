//! The database in the hands of those who use it.

use std::path::Path;
use std::sync::Arc;

use time::OffsetDateTime;
use vocabulary::{Actor, Sight};

use super::connection::Engine;
use super::inner::{Clock, Inner};
use super::session::Held;
use super::writer::Writer;
use super::{Change, DatabaseError, Session, embedded, server, wall};

/// A database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<Inner>,
}

impl Database {
    /// Whether there is one in this folder.
    pub fn stands_in(folder: &Path) -> bool {
        folder.join(embedded::FILE).exists()
    }

    /// The name of its file there.
    pub const FILE: &str = embedded::FILE;

    /// Opens the database in this folder, which must be there, and brings its tables up to date.
    pub async fn open(folder: &Path, clock: Clock) -> Result<Self, DatabaseError> {
        Ok(Self::over(embedded::open(folder).await?, clock))
    }

    /// Connects to a PostgreSQL whose tables [`Database::migrate`] has made: `postgres://USER@HOST/DATABASE`, as a role
    /// that owns none of them.
    pub async fn connect(url: &str, clock: Clock) -> Result<Self, DatabaseError> {
        Ok(Self::over(server::connect(url).await?, clock))
    }

    /// Makes the tables of a PostgreSQL, or brings them up to date, as their owner; `role` is the one that
    /// [`Database::connect`] will come as.
    pub async fn migrate(owner_url: &str, role: &str) -> Result<(), DatabaseError> {
        server::migrate(owner_url, role).await
    }

    fn over(engine: Engine, clock: Clock) -> Self {
        let writer = Writer::new(engine.clone());
        let ids = std::sync::Mutex::new(uuid::ContextV7::new());
        Self { inner: Arc::new(Inner { writer, engine, clock, ids }) }
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.inner.engine {
            Engine::Embedded { .. } => "SQLite, in the data folder",
            Engine::Server { .. } => "PostgreSQL",
        }
    }

    /// A session that sees the database as it is now, whatever is written meanwhile: all of it, as Meres itself does. What
    /// is shown to somebody is read by [`Database::read_as`].
    pub async fn read(&self) -> Result<Session, DatabaseError> {
        self.read_as(Sight::Meres).await
    }

    /// The same on behalf of somebody.
    pub async fn read_as(&self, sight: Sight) -> Result<Session, DatabaseError> {
        let mut connection = self.inner.engine.reader().await?;
        wall::show(&mut connection, &sight).await?;
        Ok(Session::new(Held::Reader(connection), sight))
    }

    /// What time it is for what is written.
    pub fn now(&self) -> OffsetDateTime {
        (self.inner.clock)()
    }

    /// Begins a change; waits for those before it. Meres itself makes it, whoever it is put down to.
    pub async fn change(&self, actor: &Actor) -> Result<Change, DatabaseError> {
        self.change_as(actor, Sight::Meres).await
    }

    /// The same on behalf of somebody.
    pub async fn change_as(&self, actor: &Actor, sight: Sight) -> Result<Change, DatabaseError> {
        Change::begin(&self.inner, actor, sight).await
    }

    /// Ends cleanly: the next start finds one file and no log beside it.
    pub async fn close(self) -> Result<(), DatabaseError> {
        // A change that was dropped is taken back by a task, which holds the writer until then: let it go first.
        tokio::task::yield_now().await;
        self.inner.writer.lock().await.close();
        self.inner.engine.close().await;
        Ok(())
    }
}
