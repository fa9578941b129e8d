//! A change: what one act writes, in a savepoint of its own. Changes that wait for the writer at the same time share one
//! transaction and one wait for the disk; one that is refused takes nothing of the others with it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use time::OffsetDateTime;
use tokio::runtime::Handle;
use vocabulary::{Actor, Id, Sight};

use super::chain::Entry;
use super::inner::Inner;
use super::session::Held;
use super::value::{Sql, utc};
use super::writer::Group;
use super::{DatabaseError, Param, Row, Session, wall};

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

impl Change {
    pub(super) async fn begin(
        database: &Arc<Inner>,
        actor: &Actor,
        sight: Sight,
    ) -> Result<Self, DatabaseError> {
        let (database, actor) = (database.clone(), actor.clone());
        uncancelled(async move {
            let mut writer = database.writer.clone().lock_owned().await;
            let group = writer.join().await?;
            writer.begin_one(&sight).await?;
            let at = (database.clock)();
            let session = Some(Session::new(Held::Writer(writer), sight));
            Ok(Self { session, group, database, actor, at })
        })
        .await
    }

    /// When the change is made, UTC: the same for all of it.
    pub fn at(&self) -> String {
        utc(self.at)
    }

    /// A moment so long after it.
    pub fn at_after(&self, after: time::Duration) -> String {
        utc(self.at + after)
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

    /// Runs a statement that takes rows for itself, and gives them. Where it says `{unlocked NAME}`, rows of that name which
    /// another process is just taking are passed over; SQLite has one writer and no such rows.
    pub async fn claim(&mut self, sql: Sql, params: Vec<Param>) -> Result<Vec<Row>, DatabaseError> {
        self.connection()?.claim(sql, params).await
    }

    /// Waits until no other process changes what goes by this name; from now until this change is on the disk, none does.
    /// For acts that look at many rows to see whether they may change one. SQLite has one writer: there it is always so.
    pub async fn alone(&mut self, what: Sql) -> Result<(), DatabaseError> {
        wall::alone(self.connection()?, what).await
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
    pub async fn commit(self, act: Act) -> Result<(), DatabaseError> {
        uncancelled(self.committed(act)).await
    }

    async fn committed(mut self, act: Act) -> Result<(), DatabaseError> {
        let entry = entry(self.at, &self.actor, act);
        if let Some(Held::Writer(writer)) = self.session.as_mut().map(Session::held) {
            writer.end_one(entry).await?;
        }
        self.session = None;
        self.database.writer.lock().await.commit(&self.group).await;
        self.group.outcome().map_err(DatabaseError::NotWritten)
    }
}

/// Runs what must come to its end on a task of its own: whoever waits for it may stop waiting (a browser that went
/// away), and no statement may be left between two states of the transaction.
async fn uncancelled<T: Send + 'static>(
    work: impl Future<Output = Result<T, DatabaseError>> + Send + 'static,
) -> Result<T, DatabaseError> {
    tokio::spawn(work)
        .await
        .unwrap_or_else(|_| Err(DatabaseError::NotWritten("the program is being stopped".to_owned())))
}

/// An act as it stands in the audit log.
pub(super) fn entry(at: OffsetDateTime, actor: &Actor, act: Act) -> Entry {
    let Act { action, object, purpose, detail } = act;
    Entry { at: utc(at), actor: actor.to_string(), action, object, purpose, detail }
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
