//! The one writer. Changes that wait for it at the same time share one transaction and one wait for the disk, each in
//! a savepoint of its own: one that is refused takes nothing of the others with it.
//!
//! A change that is done queues for the writer again, behind all that were waiting. Whoever comes first to find the
//! group still open commits it; the others find it committed. So a lone change commits at once, and a crowd pays once.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use vocabulary::{Actor, Id};

use super::open::Inner;
use super::session::{Connection, Sql};
use super::{DatabaseError, Param, Session};

/// The connection that writes, and the transaction that is open on it.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    group: Option<Arc<Group>>,
    /// A savepoint whose change was neither committed nor refused yet; found so by the next, it was dropped.
    savepoint: bool,
}

/// Changes that are committed together. Empty while nobody has tried.
#[derive(Debug, Default)]
struct Group(OnceLock<Result<(), String>>);

/// What was done, for the audit log.
#[derive(Clone, Debug)]
pub struct Act {
    /// A word of the slice and a verb: `directory.import`.
    pub action: Sql,
    /// What it was done to: an identifier or a name of ours, never a value from a person's row.
    pub object: String,
    /// What for, where the act has a purpose of its own.
    pub purpose: Option<String>,
    /// Counts and digests, in words.
    pub detail: String,
}

/// A change that is under way. Await nothing but its own statements: everybody else who writes is waiting.
#[derive(Debug)]
pub struct Change {
    session: Option<Session>,
    group: Arc<Group>,
    database: Arc<Inner>,
    actor: Actor,
    at: OffsetDateTime,
}

impl Writer {
    pub(super) fn new(connection: SqliteConnection) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { connection, group: None, savepoint: false }))
    }

    /// The open group, or a new one.
    async fn join(&mut self) -> Result<Arc<Group>, DatabaseError> {
        self.clear_savepoint().await?;
        if let Some(group) = &self.group {
            return Ok(group.clone());
        }
        self.execute("BEGIN IMMEDIATE").await?;
        let group = Arc::new(Group::default());
        self.group = Some(group.clone());
        Ok(group)
    }

    async fn execute(&mut self, sql: Sql) -> Result<(), DatabaseError> {
        sqlx::query(sql).execute(&mut self.connection).await?;
        Ok(())
    }

    /// Takes back what a change did that was dropped.
    async fn clear_savepoint(&mut self) -> Result<(), DatabaseError> {
        if !self.savepoint {
            return Ok(());
        }
        self.savepoint = false;
        let cleared = match self.execute("ROLLBACK TO one_change").await {
            Ok(()) => self.execute("RELEASE one_change").await,
            error => error,
        };
        if let Err(error) = &cleared {
            // The database gave the whole transaction up (the disk is full, say): nobody in it may believe otherwise.
            self.settle(Err(error.to_string()));
            // Where no transaction is left, there is nothing to take back.
            let _ = self.execute("ROLLBACK").await;
        }
        cleared
    }

    /// Tells everybody in the group what became of it.
    fn settle(&mut self, outcome: Result<(), String>) {
        if let Some(group) = self.group.take() {
            // It is told once: a second outcome would be of another group.
            let _ = group.0.set(outcome);
        }
    }

    /// Commits the group, unless that was done already.
    async fn commit(&mut self, group: &Arc<Group>) {
        // A dropped change must not stay in; if it cannot be taken back, the group was told so.
        let _ = self.clear_savepoint().await;
        if !self.group.as_ref().is_some_and(|open| Arc::ptr_eq(open, group)) {
            return;
        }
        let outcome = self.execute("COMMIT").await.map_err(|error| error.to_string());
        if outcome.is_err() {
            // After a failed commit the transaction may still be open; a second failure changes nothing.
            let _ = self.execute("ROLLBACK").await;
        }
        self.settle(outcome);
    }

    pub(super) async fn close(self) -> Result<(), DatabaseError> {
        self.connection.close().await?;
        Ok(())
    }
}

impl Change {
    pub(super) async fn begin(database: &Arc<Inner>, actor: &Actor) -> Result<Self, DatabaseError> {
        let mut writer = database.writer.clone().lock_owned().await;
        let group = writer.join().await?;
        // Named before it is made: were we dropped between the two, taking back what is not there is an error that
        // gives the group up, and nobody is told that something was written which was not.
        writer.savepoint = true;
        writer.execute("SAVEPOINT one_change").await?;
        Ok(Self {
            session: Some(Session(Connection::Writer(writer))),
            group,
            database: database.clone(),
            actor: actor.clone(),
            at: (database.clock)(),
        })
    }

    /// When the change is made, UTC: the same for all of it.
    pub fn at(&self) -> String {
        utc(self.at)
    }

    /// A new identifier; later ones are larger.
    pub fn new_id<T>(&self) -> Id<T> {
        let seconds = u64::try_from(self.at.unix_timestamp()).unwrap_or(0);
        let at = uuid::Timestamp::from_unix(&self.database.ids, seconds, self.at.nanosecond());
        Id::from_bits(uuid::Uuid::new_v7(at).as_u128())
    }

    /// Runs a statement; says how many rows it changed.
    pub async fn run(&mut self, sql: Sql, params: Vec<Param>) -> Result<u64, DatabaseError> {
        (**self).run(sql, params).await
    }

    /// Writes rows into a table, many a statement; `ending` comes behind the values (`ON CONFLICT …`).
    pub async fn insert(
        &mut self,
        table: Sql,
        columns: &[Sql],
        ending: Sql,
        rows: impl IntoIterator<Item = Vec<Param>>,
    ) -> Result<u64, DatabaseError> {
        self.insert_rows(table, columns, ending, rows).await
    }

    /// Writes down what was done and keeps it: when this comes back, it is on the disk.
    pub async fn commit(mut self, act: Act) -> Result<(), DatabaseError> {
        let columns = ["id", "at", "actor", "action", "object", "purpose", "detail"];
        let id: Id<Act> = self.new_id();
        let row = vec![
            id.into(),
            self.at().into(),
            self.actor.to_string().into(),
            act.action.into(),
            act.object.into(),
            act.purpose.into(),
            act.detail.into(),
        ];
        self.insert("audit", &columns, "", [row]).await?;
        self.run("RELEASE one_change", Vec::new()).await?;
        if let Some(Session(Connection::Writer(mut writer))) = self.session.take() {
            writer.savepoint = false;
        }
        let (database, group) = (self.database.clone(), self.group.clone());
        // On a task of its own: whoever waits for us may stop waiting, and the group must be committed all the same.
        let committed = tokio::spawn(async move {
            database.writer.lock().await.commit(&group).await;
            group.0.get().cloned().unwrap_or_else(|| Err("the commit was interrupted".to_owned()))
        });
        committed
            .await
            .unwrap_or_else(|_| Err("the commit was interrupted".to_owned()))
            .map_err(DatabaseError::NotWritten)
    }
}

/// A time as every text column holds it: fixed width, so that the order of the texts is the order in time.
fn utc(at: OffsetDateTime) -> String {
    let (date, clock) = (at.date(), at.time());
    format!(
        "{date}T{:02}:{:02}:{:02}.{:06}Z",
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.microsecond()
    )
}

impl Drop for Change {
    /// Not committed: it has not happened. The next writer takes it back, or a task of ours if nobody comes.
    fn drop(&mut self) {
        if self.session.take().is_some()
            && let Ok(runtime) = Handle::try_current()
        {
            let (database, group) = (self.database.clone(), self.group.clone());
            runtime.spawn(async move { database.writer.lock().await.commit(&group).await });
        }
    }
}

impl Deref for Change {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session.as_ref().unwrap_or_else(|| unreachable!("a change has its session until it ends"))
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().unwrap_or_else(|| unreachable!("a change has its session until it ends"))
    }
}
